import { expect, it } from 'vitest';
import type { LogLine, ViewState } from '@trainyard/control';
import { outcome, view } from '../../test/script.ts';
import { panelStatus } from '../data/panel-status.ts';
import { inTime, sentencesOf, type SourceFacts } from './source-facts.ts';

const line = (of: string, at: number): LogLine => ({ view: of, trainId: at, at, level: 'log', text: `${of} ${at}` });
const facts = (one: ViewState): SourceFacts => ({ source: { id: one.id, view: one, title: one.name }, channel: undefined, status: panelStatus(one, 100, undefined, true), ageMs: 100, rate: 10, trainId: 1 });
const bad = (name: string, message: string) => facts(view({ name, kind: 'scalar', newest: outcome('failed', message, 42) }));

it('each in trouble has its sentence, those with the same one together', () => {
  const said = sentencesOf([facts(view({ name: 'good', kind: 'scalar' })), bad('a', 'boom'), bad('b', 'other'), bad('c', 'boom')]);
  expect(said.map(({ titles, facts: { status } }) => [titles, status.message])).toEqual([[['a', 'c'], 'boom'], [['b'], 'other']]);
});

it('lines of several views are one log, in the order of time', () => {
  expect(inTime([[line('a', 1), line('a', 4)], [], [line('b', 2), line('b', 5)]]).map(({ text }) => text)).toEqual(['a 1', 'b 2', 'a 4', 'b 5']);
  expect(inTime([[], []])).toEqual([]);
});
