import { ndarray } from '@trainyard/nd';
import { expect, it } from 'vitest';
import { automaticRange, barSpan, countValues } from './levels.ts';
import { patchOf, type Patch } from './patch.ts';

const whole = patchOf(ndarray(Float64Array.from({ length: 10_000 }, (_, i) => i / 100), [100, 100]) as never, 1, [], { as: 'whole' })!;
const said: Patch = { ...whole, percentiles: [0, 1, 2, 10, 50, 90, 98, 99, 1000], positivePercentiles: [] };

it('takes the range that the yard has computed, else computes it of a sample', () => {
  expect(automaticRange(said, 0.1, 'linear')).toEqual([1, 99]);
  expect(automaticRange(said, 0, 'sqrt')).toEqual([0, 1000]);
  expect(automaticRange(said, 1, 'log')).toBeUndefined();
  const [low, high] = automaticRange(whole, 5, 'linear')!;
  expect([low, high].map(Math.round)).toEqual([5, 95]);
});

it('a flat picture has a range around its value, a nearly empty one up to its few photons', () => {
  expect(automaticRange({ ...said, percentiles: [8, 8, 8, 8, 8, 8, 8, 8, 8] }, 1, 'linear')).toEqual([4, 12]);
  expect(automaticRange({ ...said, percentiles: [0, 0, 0, 0, 0, 0, 0, 0, 7] }, 1, 'linear')).toEqual([0, 7]);
});

it('the bar spans the range and nearly all values, and the counts are of what is shown', () => {
  expect(barSpan(said, [50, 150], 'linear').map(Math.round)).toEqual([-8, 159]);
  const [low, high] = barSpan({ ...said, positivePercentiles: [1, 1, 1, 1, 1, 1, 1, 100, 100] }, [0.1, 100], 'log');
  expect([low < 0.1, low > 0, high > 100]).toEqual([true, true, true]);
  const counts = countValues(whole, [0, 50], 'linear', new Float64Array(10));
  expect([...counts]).toEqual(Array.from({ length: 10 }, () => 500));
  expect(countValues({ ...whole, codes: { low: 0, high: 1, scale: 'linear', last: 255 } }, [0, 1], 'linear', new Float64Array(4)).reduce((a, b) => a + b)).toBeGreaterThan(0);
});
