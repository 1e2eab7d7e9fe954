import { expect, it } from 'vitest';
import { stepFrom } from './step-from.ts';

it('steps through the trains that are kept, not beyond them', () => {
  const trains = [10, 12, 13, 20];
  expect([[13, -1], [13, 1], [13, -10], [13, 10], [15, -1], [15, 1], [5, -1]].map(([from, by]) => stepFrom(trains, from, by))).toEqual([12, 20, 10, 20, 12, 20, 10]);
  expect(stepFrom([], 7, 1)).toBe(7);
});
