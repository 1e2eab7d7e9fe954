import type { PanelValue } from '@trainyard/control';
import { expect, it } from 'vitest';
import { Past } from './past.ts';

const value = (trainId: number): PanelValue => ({ id: 'a', trainId, value: trainId });

it('never keeps more than it may, of one want or of all, and always what came last', () => {
  const limits = { values: 10, bytes: 1000, allBytes: 3000 };
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
    expect(past.bytes <= limits.allBytes || kept.flat().length === 1).toBe(true);
    for (const values of kept) {
      expect(values.length <= limits.values && (values.length < 2 || bytesOf(values) <= limits.bytes)).toBe(true);
      expect(values.every((v, k) => k === 0 || values[k - 1].trainId < v.trainId)).toBe(true);
    }
    if (i % 100 === 0) expect(past.trains()).toEqual(kept.flat().map(({ trainId }) => trainId).sort((a, b) => a - b));
  }
});

it('what goes is the oldest of all', () => {
  const past = new Past({ values: 10, bytes: 1000, allBytes: 250 });
  past.add('a', value(1), 100);
  past.add('b', value(2), 100);
  past.add('a', value(3), 100);
  expect([past.of('a'), past.of('b')].map((values) => values.map(({ trainId }) => trainId))).toEqual([[3], [2]]);
  past.add('c', value(4), 1000);
  expect(past.trains()).toEqual([4]);
});
