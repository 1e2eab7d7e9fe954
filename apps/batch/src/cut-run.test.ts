import { assert, integer, property, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK, blockOf } from '@trainyard/core';
import { cutRun, partsFor } from './cut-run.ts';

test('a run is cut at multiples of 64 train IDs, not of trains', () => {
  const ids = Array.from({ length: 200 }, (_, i) => 10_050 + i);
  expect(cutRun(ids, 1)).toEqual([{ from: 10_050, to: 10_250, trains: 200 }]);
  expect(cutRun(ids, 2)).toEqual([{ from: 10_050, to: 10_176, trains: 126 }, { from: 10_176, to: 10_250, trains: 74 }]);
  expect(cutRun(Array.from({ length: 100 }, (_, i) => 10_000 + i), 2).map(({ trains }) => trains)).toEqual([48, 52]);
  // No more parts than blocks.
  expect(cutRun(ids, 50)).toHaveLength(4);
  expect(cutRun([], 3)).toEqual([]);
});

test('every train is in exactly one part, whatever the gaps', () => {
  assert(property(uniqueArray(integer({ min: 0, max: 3000 }), { maxLength: 300 }), integer({ min: 1, max: 12 }), (some, parts) => {
    const ids = some.toSorted((a, b) => a - b);
    const cuts = cutRun(ids, parts);
    expect(cuts.length).toBeLessThanOrEqual(Math.max(parts, 1));
    expect(cuts.reduce((sum, cut) => sum + cut.trains, 0)).toBe(ids.length);
    for (const [i, { from, to, trains }] of cuts.entries()) {
      expect(ids.filter((id) => id >= from && id < to)).toHaveLength(trains);
      if (i > 0) expect(from % BLOCK).toBe(0);
      if (i > 0) expect(blockOf(cuts[i - 1]!.to - 1)).toBeLessThan(blockOf(from));
    }
  }));
});

test('a run is cut when it is large', () => {
  expect(partsFor(600, 2e9)).toBe(1);
  expect(partsFor(45_000, 2e9)).toBe(5);
  expect(partsFor(600, 300 * 2 ** 30)).toBe(10);
});
