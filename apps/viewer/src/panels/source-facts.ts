import { useRef } from 'react';
import type { LogLine } from '@trainyard/control';
import type { Channel } from '../data/channel.ts';
import { keyNews } from '../data/key-news.ts';
import { panelStatus, type PanelStatus } from '../data/panel-status.ts';
import type { PanelSource } from './panel-kind.ts';
import { useNow, useStore, useYard } from './use-yard.ts';

/** What is known now of one of the things that a panel shows. */
export interface SourceFacts {
  readonly source: PanelSource;
  /** Whatever of it arrived last, in any form. */
  readonly channel: Channel | undefined;
  readonly status: PanelStatus;
  readonly ageMs: number | undefined;
  /** Values a second; undefined while nobody can know. */
  readonly rate: number | undefined;
  readonly trainId: number | undefined;
}

/** Of each, in the panel's order; several times a second, as ages grow by themselves. */
export function useSourceFacts(sources: readonly PanelSource[], visible: boolean): readonly SourceFacts[] {
  const store = useStore();
  const status = useYard(({ state }) => state?.source);
  const connected = useYard(({ link }) => link === 'open');
  const tree = useYard(({ tree }) => tree);
  const rates = useYard(({ rates }) => rates);
  useNow(400);
  const now = performance.now();
  return sources.map((source) => {
    const { id, view } = source;
    const channel = visible ? store.newestOf(id) : undefined;
    const ageMs = channel?.newest ? now - channel.receivedAt : undefined;
    const shown = channel?.shown?.trainId;
    return {
      source, channel, ageMs,
      status: !view && !id.includes('#') ? goneView(id) : panelStatus(view, ageMs, status, connected, shown, view ? undefined : keyNews(id, tree, rates, status)),
      rate: connected ? (view ? view.rate : (channel?.rate(now) ?? 0)) : undefined,
      trainId: shown ?? view?.newest?.trainId,
    };
  });
}

const goneView = (id: string): PanelStatus => ({ tone: 'warn', word: 'gone', message: `The code has no view ${id} now.`, where: '', stale: false });

const noLines: readonly LogLine[] = [];

/** What all of them logged, in the order of time. */
export function useLines(ids: readonly string[]): readonly LogLine[] {
  const kept = useRef<{ readonly lists: readonly (readonly LogLine[])[]; readonly lines: readonly LogLine[] }>({ lists: [], lines: noLines });
  return useYard(({ logs }) => {
    const lists = ids.map((id) => logs.get(id) ?? noLines);
    // The same array while nothing of these has come: others log all the time.
    if (lists.length !== kept.current.lists.length || lists.some((list, i) => list !== kept.current.lists[i])) kept.current = { lists, lines: inTime(lists) };
    return kept.current.lines;
  });
}

export function inTime(lists: readonly (readonly LogLine[])[]): readonly LogLine[] {
  const filled = lists.filter(({ length }) => length > 0);
  return filled.length > 1 ? filled.flat().sort((a, b) => a.at - b.at) : (filled[0] ?? noLines);
}

/** One sentence for all that have the same trouble. */
export interface Sentence {
  readonly titles: readonly string[];
  readonly facts: SourceFacts;
}

/** Why there are no values: of each that has something to say, in the panel's order; those that say the same together. */
export function sentencesOf(facts: readonly SourceFacts[]): readonly Sentence[] {
  const said = Map.groupBy(facts.filter(({ status }) => status.message !== ''), ({ status }) => `${status.tone} ${status.message} ${status.where}`);
  return Array.from(said.values(), (alike) => ({ titles: alike.map(({ source }) => source.title), facts: alike[0] }));
}
