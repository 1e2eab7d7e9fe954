import { expect, it } from 'vitest';
import { logTicks, niceTicks } from './ticks.ts';

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
