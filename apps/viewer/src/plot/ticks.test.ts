import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { logTicks, MOST_TICKS, niceTicks } from './ticks.ts';

it('niceTicks gives round numbers inside the ends, whichever is larger', () => {
  expect(niceTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(niceTicks(1.3, 0.07, 4)).toEqual([0.5, 1]);
  expect(niceTicks(3, 3, 5)).toEqual([]);
});

it('logTicks gives powers of ten, with steps between them where there are few', () => {
  expect(logTicks(1, 10_000)).toEqual([1, 10, 100, 1000, 10_000]);
  expect(logTicks(100, 900)).toEqual([100, 200, 300, 500, 700]);
  expect(logTicks(-1, 10)).toEqual([]);
});

it('between any two numbers there are few ticks, in order and inside', () => {
  const end = fc.double({ noNaN: true });
  const close = fc.tuple(end, fc.nat(40)).map(([low, ulps]) => [low, low + ulps * Math.max(Number.MIN_VALUE, Math.abs(low) * Number.EPSILON)] as const);
  fc.assert(fc.property(fc.oneof(fc.tuple(end, end), close), fc.double({ min: 0, max: 5000, noNaN: true }), ([a, b], wanted) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    // And what a number of that size is rounded by.
    const slack = (high - low) * 1e-6 + 2 * Number.EPSILON * Math.max(Math.abs(low), Math.abs(high));
    for (const ticks of [niceTicks(a, b, wanted), logTicks(a, b)]) {
      expect(ticks.length).toBeLessThanOrEqual(MOST_TICKS);
      expect(ticks.every((tick, k) => k === 0 || tick > ticks[k - 1])).toBe(true);
    }
    expect(niceTicks(a, b, wanted).every((tick) => tick >= low - slack && tick <= high + slack)).toBe(true);
  }), { numRuns: 2000 });
  expect(niceTicks(1e17, 1e17 + 16, 10)).toEqual([]);
  expect(niceTicks(1e12, 1e12 + 4, 4)).toEqual([1e12, 1e12 + 1, 1e12 + 2, 1e12 + 3, 1e12 + 4]);
});
