import { expect, test } from 'vitest';
import { graphOf } from '../crew/graphs.test.support.ts';
import { KillNotes } from './kill-notes.ts';
import { LIMIT_MS, Patience } from './patience.ts';

const [plain] = graphOf([['a', ['X.y']]]).inPool;
const warm = new Set(['a']);
const own = { ...plain!, timeoutMs: 40 };

test('a view has 250 ms live and a minute on recorded data, or what it says', () => {
  expect([new Patience(LIMIT_MS.live).limit(plain, false), new Patience(LIMIT_MS.recorded).limit(plain, false), new Patience(LIMIT_MS.live).limit(own, false)]).toEqual([250, 60_000, 40]);
});

test('others wait for 50 ms, or three times what it usually takes, and never longer than its limit', () => {
  const patience = new Patience(LIMIT_MS.live);
  expect([patience.othersWait(plain, false), patience.othersWait(own, false)]).toEqual([50, 40]);
  patience.note({ a: 30 }, warm);
  expect(patience.othersWait(plain, false)).toBe(90);
  // A single slow train is forgotten within a few.
  patience.note({ a: 200 }, warm);
  expect(patience.othersWait(plain, false)).toBe(243);
  for (let i = 0; i < 12; i++) patience.note({ a: 5 }, warm);
  expect(patience.othersWait(plain, false)).toBe(50);
});

test('the first train on a worker may take long; as it did before, when that is known; less when it did not come back', () => {
  const patience = new Patience(LIMIT_MS.live);
  expect([patience.limit(plain, true), patience.othersWait(plain, true)]).toEqual([8000, 100]);
  patience.hung('a');
  expect([patience.limit(plain, true), patience.limit(plain, false)]).toEqual([1000, 250]);
  patience.note({ a: 2000 }, new Set());
  expect(patience.limit(plain, true)).toBe(6000);
  // It says nothing of later trains.
  expect(patience.othersWait(plain, false)).toBe(50);
  patience.forgetFirstRuns();
  expect(patience.limit(plain, true)).toBe(1000);
});

test('what is said again and again is said now and then, with how often', () => {
  const notes = new KillNotes();
  const said: string[] = [];
  notes.onNote = (text) => said.push(text);
  for (let at = 0; at < 25_000; at += 1000) notes.add('a', 'hung.', at);
  notes.add('b', 'hung.', 25_000);
  expect(said).toEqual(['a hung.', 'a hung. (and 9 more times since)', 'a hung. (and 9 more times since)', 'b hung.']);
});
