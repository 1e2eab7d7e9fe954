import { ndarray } from '@trainyard/nd';
import { expect, it } from 'vitest';
import { curvesOf } from './series.ts';

const vector = (...values: number[]) => ndarray(Float32Array.from(values), [values.length]);
const curves = (value: unknown, labels?: object) => curvesOf({ id: 'v', trainId: 1, value: value as never, ...(labels ? { labels } : {}) })!;
const lists = (value: unknown, labels?: object) => curves(value, labels).series.map(({ name, x, y }) => [name, Array.from(x), Array.from(y)]);

it('numbers its elements; NaN stays a gap', () => {
  expect(lists(vector(1, Number.NaN, 3))).toEqual([['', [0, 1, 2], [1, Number.NaN, 3]]]);
});

it('draws several series on one axis, shorter ones end early', () => {
  expect(lists({ on: vector(1, 2, 3), off: [4, 5], names: ['a', 'b', 'c'] })).toEqual([['on', [0, 1, 2], [1, 2, 3]], ['off', [0, 1], [4, 5]]]);
});

it('draws the rows of an array as lines, those of a picture not', () => {
  expect(lists(ndarray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]))).toEqual([['0', [0, 1, 2], [1, 2, 3]], ['1', [0, 1, 2], [4, 5, 6]]]);
  expect(curves(ndarray(new Float32Array(10_000), [100, 100])).series).toHaveLength(1);
  expect(lists(ndarray(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]).T)).toEqual([['0', [0, 1, 2], [1, 3, 5]], ['1', [0, 1, 2], [2, 4, 6]]]);
});

it('takes coordinates, edges of bins, and errors of one series or of each', () => {
  expect(curves(vector(1, 2), { axes: [{ name: 'q', unit: '1/nm', values: [5, 6] }] })).toMatchObject({ xLabel: 'q (1/nm)', bins: false, series: [{ x: [5, 6] }] });
  expect(curves(vector(1, 2), { axes: [{ name: 'E', values: [0, 10, 20] }] })).toMatchObject({ bins: true, series: [{ x: [0, 10, 20] }] });
  expect(curves(vector(1, 2), { errors: vector(0.5, 0.25) }).series[0]).toMatchObject({ low: Float64Array.of(0.5, 1.75), high: Float64Array.of(1.5, 2.25) });
  const { series } = curves({ a: vector(1, 2), b: vector(3, 4) }, { errors: ndarray(Float32Array.of(1, 1, 0.5, 2), [2, 2]) });
  expect(series.map(({ low }) => Array.from(low!))).toEqual([[0, 1], [2.5, 2]]);
});

it('sorts by x, as a motor need not move one way', () => {
  expect(lists(vector(1, 2, 3), { axes: [{ name: 'x', values: [3, Number.NaN, 2] }] })).toEqual([['', [2, 3], [3, 1]]]);
});

it('reads 64-bit integers and refuses what holds no numbers', () => {
  expect(lists(ndarray(BigInt64Array.of(1n, 2n), [2]))).toEqual([['', [0, 1], [1, 2]]]);
  expect(curves('text')).toBeUndefined();
});

it('numbers the elements that were kept of a long vector', () => {
  expect(Array.from(curvesOf({ id: 'v', trainId: 1, value: vector(1, 9), reduced: { length: 1000, kept: Uint32Array.of(3, 998) } })!.series[0].x)).toEqual([3, 998]);
});

it('takes what was kept of edges: some of them, or the middles of bins; an axis of a wrong length gives no name', () => {
  const kept = (values: readonly number[]) => curvesOf({ id: 'v', trainId: 1, value: vector(1, 9), labels: { axes: [{ name: 'energy', unit: 'eV', values }] }, reduced: { length: 1000, kept: Uint32Array.of(3, 998) } })!;
  expect(kept([10, 20, 30])).toMatchObject({ xLabel: 'energy (eV)', bins: true, series: [{ x: [10, 20, 30] }] });
  expect(kept([15, 25])).toMatchObject({ xLabel: 'energy (eV)', bins: false, series: [{ x: [15, 25] }] });
  expect(kept([1, 2, 3, 4, 5])).toMatchObject({ xLabel: 'index', bins: false, series: [{ x: Uint32Array.of(3, 998) }] });
});
