import { expect, it } from 'vitest';
import { everything, outcome, view } from '../../test/script.ts';
import { StateHistory } from './state-history.ts';
import { formatTiming, rareSources, seenShare, worstFirst } from './view-facts.ts';

it('StateHistory keeps an hour, a sample every two seconds, and begins anew with another process', () => {
  const { state } = everything(8);
  const history = new StateHistory();
  for (let at = 0; at < 4000_000; at += 500) history.add(state, at);
  expect(history.samples).toHaveLength(1800);
  expect(history.samples.at(-1)).toEqual({ at: 3998_000, bytes: 3e8, lagMs: Number.NaN, rate: 10 });
  history.add({ ...state, pid: 2 }, 4000_000);
  expect(history.samples).toHaveLength(1);
});

it('views that fail come first, then those that lack something', () => {
  const views = [view({ name: 'good', kind: 'scalar' }), view({ name: 'lacks', kind: 'scalar', newest: outcome('missing', 'x is not there.') }), view({ name: 'fails', kind: 'scalar', newest: outcome('failed', 'boom') })];
  expect(worstFirst(views, undefined, true).map(({ view, status }) => [view.name, status.message])).toEqual([['fails', 'boom'], ['lacks', 'x is not there.'], ['good', '']]);
});

it('seenShare and rareSources say what does not come', () => {
  expect(seenShare({ seen: 90, done: 90, dropped: { 'queue full': 8, late: 2 }, rate: 10 })).toBe(0.9);
  expect(seenShare({ seen: 0, done: 0, dropped: {}, rate: 0 })).toBeUndefined();
  const tree = { sources: ['a', 'b', 'c', 'd'].map((name) => ({ name, kind: name === 'c' ? 'control' as const : 'instrument' as const, keys: [] })) };
  expect(rareSources(tree, { a: 5, b: 9.9, c: 0.1 })).toEqual([{ name: 'a', rate: 5, share: 5 / 9.9 }]);
  // All of them stand still: the stream does, no source of it.
  expect(rareSources(tree, { a: 0, b: 0 })).toEqual([]);
  expect(rareSources(undefined, { a: 1 })).toEqual([]);
});

it('formatTiming takes the last minute where there is one', () => {
  expect(formatTiming({ lastMinute: null, all: { p50: 3, p95: 48.25, p99: 1234.5 }, count: 1, sumMs: 3 })).toBe('3.00 / 48.3 / 1235');
  expect(formatTiming(null)).toBe('–');
});
