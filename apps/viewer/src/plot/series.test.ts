import { ndarray } from '@trainyard/nd';
import { expect, it } from 'vitest';
import { curvesOf, joined } from './series.ts';

const vector = (...values: number[]) => ndarray(Float32Array.from(values), [values.length]);
const curves = (value: unknown, labels?: object) => curvesOf({ id: 'v', trainId: 1, value: value as never, ...(labels ? { labels } : {}) })!;

it('draws NaN as a gap and numbers its elements', () => {
  expect(curves(vector(1, Number.NaN, 3))).toMatchObject({ xLabel: 'index', x: [0, 1, 2], series: [{ values: [1, null, 3] }] });
});

it('draws several series on one axis, shorter ones end early', () => {
  const { series } = curves({ on: vector(1, 2, 3), off: [4, 5] });
  expect(series).toEqual([{ name: 'on', values: [1, 2, 3] }, { name: 'off', values: [4, 5, null] }]);
});

it('takes coordinates, edges of bins, and an error band', () => {
  expect(curves(vector(1, 2), { axes: [{ name: 'q', unit: '1/nm', values: [5, 6] }] })).toMatchObject({ xLabel: 'q (1/nm)', x: [5, 6], bins: false });
  expect(curves(vector(1, 2), { axes: [{ name: 'E', values: [0, 10, 20] }] })).toMatchObject({ x: [0, 10, 20], series: [{ values: [1, 2, 2] }], bins: true });
  expect(curves(vector(1, 2), { errors: vector(0.5, 0.25) }).band).toEqual({ low: [0.5, 1.75], high: [1.5, 2.25] });
});

it('sorts by x, as a motor need not move one way', () => {
  expect(curves(vector(1, 2, 3), { axes: [{ name: 'x', values: [3, 1, 2] }] })).toMatchObject({ x: [1, 2, 3], series: [{ values: [2, 3, 1] }] });
});

it('reads 64-bit integers and refuses what holds no numbers', () => {
  expect(curves(ndarray(BigInt64Array.of(1n, 2n), [2])).series[0].values).toEqual([1, 2]);
  expect(curves('text')).toBeUndefined();
});

it('joins curves of several sources over all their coordinates', () => {
  const a = curves(vector(1, 2), { axes: [{ name: 'x', values: [0, 1] }] });
  const b = curves({ on: vector(3, 4), off: vector(5, 6) }, { axes: [{ name: 'x', values: [1, 2] }] });
  expect(joined([{ name: 'a', curves: a }, { name: 'b', curves: b }])).toMatchObject({
    x: [0, 1, 2], series: [{ name: 'a', values: [1, 2, null] }, { name: 'b on', values: [null, 3, 4] }, { name: 'b off', values: [null, 5, 6] }],
  });
  expect(joined([{ name: 'a', curves: a }])).toBe(a);
  expect(joined([])).toBeUndefined();
});

it('numbers the elements that were kept of a long vector', () => {
  expect(curvesOf({ id: 'v', trainId: 1, value: vector(1, 9), reduced: { length: 1000, kept: Uint32Array.of(3, 998) } })!.x).toEqual([3, 998]);
});
