import type { PanelSpec, Setting } from '@trainyard/control';
import type { Zoom } from '../../plot/chart.ts';
import { isWide } from '../../plot/chart-scale.ts';

export type Settings = NonNullable<PanelSpec['settings']>;

/** Settings come from links and other people: what is not as it should be counts as absent. */
export function numberIn(settings: Settings, name: string, least = -Infinity, most = Infinity): number | undefined {
  const value = settings[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most ? value : undefined;
}

export function choiceIn<T extends string>(settings: Settings, name: string, choices: readonly T[], initial: T): T {
  return choices.find((one) => one === settings[name]) ?? initial;
}

/** Both ends by hand, or one of them; undefined where neither is. */
export function rangeIn(settings: Settings, name: string): readonly [number | null, number | null] | undefined {
  const value = settings[name];
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [low, high] = (value as readonly Setting[]).map((end) => (typeof end === 'number' ? end : null));
  return low === null && high === null ? undefined : [low, high];
}

/** So many numbers. */
export function numbersIn(settings: Settings, name: string, ...lengths: readonly number[]): readonly number[] | undefined {
  const value = settings[name];
  return Array.isArray(value) && lengths.includes(value.length) && value.every((one) => typeof one === 'number') ? (value as readonly number[]) : undefined;
}

/** The part of a chart that is shown; undefined also for one with nothing between its ends. */
export function zoomIn(settings: Settings): Zoom | undefined {
  const zoom = numbersIn(settings, 'zoom', 2, 4) as Zoom | undefined;
  return zoom && isWide(zoom[0], zoom[1]) && (zoom.length === 2 || isWide(zoom[2], zoom[3])) ? zoom : undefined;
}

export function namesIn(settings: Settings, name: string): ReadonlySet<string> {
  const value = settings[name];
  return new Set(Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
}

/** The list with the name, or without it where it was in it; undefined when it is empty. */
export function toggled(names: ReadonlySet<string>, name: string): string[] | undefined {
  const next = new Set(names);
  if (!next.delete(name)) next.add(name);
  return next.size > 0 ? [...next] : undefined;
}
