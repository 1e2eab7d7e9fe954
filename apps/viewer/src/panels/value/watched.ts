import type { PanelSpec, SourceTree, Tab, ViewState } from '@trainyard/control';
import { panelSources, panelTitle } from '../panel-sources.ts';
import { numberIn, type Settings } from '../settings/read-settings.ts';
import type { Limits } from './limits.ts';

/** What is watched of a value: its limits, and after how many seconds without one there is an alarm. */
export interface Watch {
  readonly limits: Limits;
  readonly stale?: number | undefined;
}

/** A value that a panel of the layout watches. */
export interface Watched {
  /** The same value with the same limits is one alarm, in however many panels it is. */
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly watch: Watch;
  /** Where its panel is. */
  readonly tab: number;
}

export function watchIn(settings: Settings): Watch {
  const limits = { alarmLow: numberIn(settings, 'alarmLow'), warnLow: numberIn(settings, 'warnLow'), warnHigh: numberIn(settings, 'warnHigh'), alarmHigh: numberIn(settings, 'alarmHigh') };
  return { limits, stale: numberIn(settings, 'stale', 1, 86_400) };
}

/** Names a value with its limits; undefined where there are none. */
export function watchKey({ of: [id] }: Pick<PanelSpec, 'of'>, { limits: { alarmLow, warnLow, warnHigh, alarmHigh }, stale }: Watch): string | undefined {
  const all = [alarmLow, warnLow, warnHigh, alarmHigh, stale];
  return id === undefined || all.every((one) => one === undefined) ? undefined : JSON.stringify([id, ...all]);
}

/** Everything that is watched on these tabs, each once. */
export function watchedIn(tabs: readonly Tab[], views: readonly ViewState[], tree: SourceTree | undefined): readonly Watched[] {
  const found = new Map<string, Watched>();
  tabs.forEach(({ panels }, tab) => {
    for (const panel of panels) {
      if (panel.kind !== 'value') continue;
      const watch = watchIn(panel.settings ?? {});
      const key = watchKey(panel, watch);
      if (key !== undefined && !found.has(key)) found.set(key, { key, id: panel.of[0], title: panelTitle(panel, panelSources(panel, views, tree)), watch, tab });
    }
  });
  return [...found.values()];
}
