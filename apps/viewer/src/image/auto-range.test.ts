import { expect, it } from 'vitest';
import { calmRange, percentileRange, validRange } from './auto-range.ts';
import type { Numbers, Picture } from './picture.ts';

const row = (data: Numbers): Picture => ({ data, width: data.length, height: 1, offset: 0, rowStride: data.length, colStride: 1 });

it('percentileRange leaves hot pixels, NaN and infinities out', () => {
  const data = Float32Array.from({ length: 1001 }, (_, i) => i);
  data[3] = Number.NaN;
  data[4] = Infinity;
  data[1000] = 1e9;
  const [low, high] = percentileRange(row(data), 1, 99)!;
  expect(low).toBeCloseTo(12, -1);
  expect(high).toBeCloseTo(990, -1);
});

it('percentileRange samples a large picture evenly', () => {
  const data = Uint16Array.from({ length: 1_000_000 }, (_, i) => i % 1000);
  const [low, high] = percentileRange({ ...row(data), width: 1000, height: 1000, rowStride: 1000 }, 1, 99)!;
  expect(low).toBeLessThan(25);
  expect(high).toBeGreaterThan(975);
});

it('percentileRange of a flat, an empty and a non-positive picture', () => {
  expect(percentileRange(row(new Uint8Array(10).fill(8)), 1, 99)).toEqual([4, 12]);
  expect(percentileRange(row(Float32Array.of(Number.NaN)), 1, 99)).toBeUndefined();
  expect(percentileRange(row(Float32Array.of(-1, 0)), 1, 99, true)).toBeUndefined();
});

it('percentileRange of a nearly empty picture reaches its few photons', () => {
  const data = new Uint16Array(1000);
  data[500] = 7;
  expect(percentileRange(row(data), 1, 99)).toEqual([0, 7]);
});

it('calmRange stays while the range barely moves', () => {
  expect(calmRange([0, 100], [1, 103])).toEqual([0, 100]);
  expect(calmRange([0, 100], [0, 120])).toEqual([0, 120]);
});

it('validRange orders the ends and keeps a log scale above zero', () => {
  expect(validRange([5, 1], 'linear')).toEqual([1, 5]);
  expect(validRange([-3, 100], 'log')).toEqual([0.01, 100]);
  expect(validRange([-3, -1], 'log')).toEqual([1, 10]);
  const [low, high] = validRange([2, 2], 'linear');
  expect(high).toBeGreaterThan(low);
});
