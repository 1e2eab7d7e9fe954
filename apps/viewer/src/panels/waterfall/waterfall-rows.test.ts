import { ndarray } from '@trainyard/nd';
import { expect, it } from 'vitest';
import { vectorOf } from './vector-of.ts';
import { MOST_COLUMNS, WaterfallRows } from './waterfall-rows.ts';

const rows = (waterfall: WaterfallRows) => {
  const { data, rows: count, first, step } = waterfall.picture()!;
  return { first, step, rows: Array.from({ length: count }, (_, k) => [...data.subarray(k * waterfall.columns, (k + 1) * waterfall.columns)]) };
};

it('has a row for each train, and an empty one where a train is missing', () => {
  const waterfall = new WaterfallRows(100);
  for (const train of [10, 11, 12, 14, 15]) waterfall.push(train, [train, -train]);
  expect(rows(waterfall)).toEqual({ first: 10, step: 1, rows: [[10, -10], [11, -11], [12, -12], [Number.NaN, Number.NaN], [14, -14], [15, -15]] });
  waterfall.push(13, [0, 1]);
  waterfall.push(15, [7, 7]);
  expect(rows(waterfall).rows.slice(-3)).toEqual([[0, 1], [14, -14], [7, 7]]);
});

it('has rows as far apart as values usually come', () => {
  const waterfall = new WaterfallRows(100);
  for (const train of [100, 110, 120, 140, 150]) waterfall.push(train, [train]);
  expect(rows(waterfall)).toEqual({ first: 100, step: 10, rows: [[100], [110], [120], [Number.NaN], [140], [150]] });
});

it('keeps the last rows, also after a long pause', () => {
  const waterfall = new WaterfallRows(5);
  for (let train = 0; train < 50; train++) waterfall.push(train, [train]);
  expect(rows(waterfall)).toMatchObject({ first: 45, rows: [[45], [46], [47], [48], [49]] });
  waterfall.push(1_000_000, [1]);
  expect(rows(waterfall).rows).toEqual([[Number.NaN], [Number.NaN], [Number.NaN], [Number.NaN], [1]]);
});

it('goes back to an earlier train', () => {
  const waterfall = new WaterfallRows(5);
  for (let train = 10; train < 16; train++) waterfall.push(train, [train]);
  expect([...waterfall.picture(13)!.data]).toEqual([11, 12, 13]);
  expect(waterfall.picture(3)).toBeUndefined();
});

it('begins anew with another length, or when the source does', () => {
  const waterfall = new WaterfallRows(5);
  waterfall.push(500, [1, 2]);
  waterfall.push(501, [1, 2, 3]);
  expect(rows(waterfall).rows).toEqual([[1, 2, 3]]);
  waterfall.push(3, [4, 5, 6]);
  expect(rows(waterfall)).toMatchObject({ first: 3, rows: [[4, 5, 6]] });
});

it('draws long vectors by means of neighbours without NaN', () => {
  const waterfall = new WaterfallRows(5);
  waterfall.push(1, Float32Array.from({ length: 3 * MOST_COLUMNS }, (_, i) => (i % 3 === 0 ? Number.NaN : Math.floor(i / 3))));
  expect([waterfall.per, waterfall.columns, rows(waterfall).rows[0][7]]).toEqual([3, MOST_COLUMNS, 7]);
});

it('takes numbers that are means already', () => {
  const waterfall = new WaterfallRows(5);
  waterfall.push(1, [1, 2, 3], 16);
  expect([waterfall.per, waterfall.columns]).toEqual([16, 3]);
});

it('reads the codes of a picture as numbers', () => {
  const picture = { '~picture': true as const, shape: [8], dtype: 'float32', window: [0, 0, 1, 8] as const, block: 2, scale: 'linear' as const, low: 10, high: 20, pixels: ndarray(Uint16Array.of(0, 1, 65_535, 32_768), [1, 4]), percentiles: [], positivePercentiles: [] };
  const { numbers, block } = vectorOf(picture)!;
  expect([block, ...Array.from(numbers)]).toEqual([2, Number.NaN, 10, 20, 15]);
  expect(vectorOf(ndarray(Float32Array.of(1, 2), [2]))).toMatchObject({ block: 1, numbers: Float32Array.of(1, 2) });
  expect([vectorOf(3), vectorOf('text'), vectorOf(ndarray(Float32Array.of(1), []))]).toEqual([undefined, undefined, undefined]);
});
