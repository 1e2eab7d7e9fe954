import type { PanelValue } from '@trainyard/control';
import { expect, it } from 'vitest';
import { Past } from './past.ts';

const value = (trainId: number): PanelValue => ({ id: 'a', trainId, value: trainId });
const trainsOf = (past: Past, key: string): number[] => past.of(key).map(({ trainId }) => trainId);

it('never keeps more than it may, of one want or of all, and always what came last', () => {
  const limits = { values: 10, bytes: 3000 };
  const past = new Past(limits);
  const sizes = new Map<PanelValue, number>();
  let seed = 9;
  const random = (n: number) => Math.floor(((seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32) * n);
  const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (let i = 0; i < 5000; i++) {
    const [key, bytes] = [keys[random(6)], random(10) === 0 ? 900 + random(3000) : random(300)];
    if (random(200) === 0) past.remove(key);
    const one = value(i);
    sizes.set(one, bytes);
    past.add(key, one, bytes);
    const kept = keys.map((name) => past.of(name));
    const bytesOf = (values: readonly PanelValue[]) => values.reduce((sum, v) => sum + sizes.get(v)!, 0);
    expect(past.bytes).toBe(bytesOf(kept.flat()));
    expect(past.of(key).at(-1)).toBe(one);
    expect(past.bytes <= limits.bytes || kept.flat().length === 1).toBe(true);
    for (const values of kept) expect(values.length <= limits.values && values.every((v, k) => k === 0 || values[k - 1].trainId < v.trainId)).toBe(true);
    if (i % 100 === 0) expect(past.trains()).toEqual(kept.flat().map(({ trainId }) => trainId).sort((a, b) => a - b));
  }
});

it('one may take what the others leave; what goes is the oldest of those that take much', () => {
  const past = new Past({ values: 100, bytes: 1000 });
  for (let i = 0; i < 9; i++) past.add('picture', value(i), 100);
  for (let i = 0; i < 20; i++) past.add('number', value(i), 2);
  expect([trainsOf(past, 'picture').length, past.wholeSince(['picture', 'number'])]).toEqual([9, -Infinity]);
  for (let i = 9; i < 40; i++) {
    past.add('picture', value(i), 100);
    past.add('number', value(11 + i), 2);
  }
  // Numbers are not what takes the room.
  expect([trainsOf(past, 'picture'), trainsOf(past, 'number').length]).toEqual([[32, 33, 34, 35, 36, 37, 38, 39], 51]);
  expect(past.wholeSince(['picture', 'number'])).toBe(trainsOf(past, 'picture')[0]);
  // A second picture has as much of it.
  for (let i = 40; i < 60; i++) for (const key of ['picture', 'other']) past.add(key, value(i), 100);
  expect([trainsOf(past, 'picture').length, trainsOf(past, 'other').length].sort()).toEqual([4, 4]);
  past.add('huge', value(60), 5000);
  expect(past.trains()).toEqual([60]);
});
