import { readFileSync } from 'node:fs';
import { asNdArray, ndarray, type Labelled, type NdArray, type NdLike, type Reducer } from '@trainyard/core';
import { nearness } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build as buildAverage } from './average.plugin.ts';
import { build as buildHistogram } from './histogram.plugin.ts';
import { average, histogram, mean } from './index.ts';

// golden/golden.json: numpy's own results, made by golden/make_golden.py.
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as {
  shape: [number, number, number]; trains: number[]; mean: number[]; window: number; lastMean: number[]; counts: number[]; edges: number[];
};
const [trains, ...shape] = golden.shape;
const size = shape[0] * shape[1];
const train = (i: number): NdArray => ndarray(Float64Array.from(golden.trains.slice(i * size, (i + 1) * size)), shape);
const numbers = (of: NdLike): number[] => Array.from(asNdArray(of).flatten().data as Float64Array);

function fold(reducer: Reducer, from = 0): unknown {
  let state: unknown = reducer.initial();
  for (let i = from; i < trains; i++) state = reducer.add(state, train(i), 1000 + i);
  return reducer.result(state);
}

describe('statistics against numpy (committed results)', () => {
  it('mean over trains: 1e-12', () => {
    expect(nearness(numbers(fold(mean()) as NdArray), golden.mean).max).toBeLessThan(1e-12);
    expect(average).toBe(mean);
  });
  it('histogram: exact counts, edges 1e-12', () => {
    const got = fold(histogram({ bins: 15, range: [1, 9] })) as Labelled;
    expect(numbers(got.array)).toEqual(golden.counts);
    expect(nearness(got.labels.axes![0].values as Float64Array, golden.edges).max).toBeLessThan(1e-12);
  });
  it('the average plugin is bounded by its trains, or cumulative with 0', () => {
    const reducer = (n: number): Reducer => (buildAverage({ inputs: { value: 'stack#frame' }, params: { trains: n } }).average as { reducer: Reducer }).reducer;
    expect(reducer(golden.window).window).toBe(golden.window);
    expect(reducer(0).window).toBeUndefined();
    expect(nearness(numbers(fold(reducer(golden.window), trains - golden.window) as NdArray), golden.lastMean).max).toBeLessThan(1e-12);
  });
  it('the histogram plugin takes its bins and limits', () => {
    const { histogram: made } = buildHistogram({ inputs: { value: 'view#total' }, params: { bins: 15, low: 1, high: 9 } }) as unknown as { histogram: { reducer: Reducer } };
    expect(numbers((fold(made.reducer) as Labelled).array)).toEqual(golden.counts);
    expect(() => buildHistogram({ inputs: { value: 'view#total' }, params: { bins: 5, low: 9, high: 1 } })).toThrow(expect.objectContaining({ code: 'REDUCER_BINS' }));
  });
  it('refuses trains of another shape by name, and has nothing to say of none', () => {
    expect(() => fold({ ...mean(), initial: () => ({ count: 1, last: 0, columns: [new Float64Array(2)], shape: [2] }) })).toThrow(expect.objectContaining({ code: 'REDUCER_SHAPE' }));
    expect(mean().result(mean().initial())).toBeUndefined();
  });
});

describe('statistics', () => {
  it('property: every value that is inside falls into one bin, whatever the cut between two states', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.double({ min: -2, max: 12 }), fc.constantFrom(Number.NaN, 0, 10, 2.5)), { maxLength: 60 }), fc.nat(60), fc.integer({ min: 1, max: 30 }), (values, cut, bins) => {
      const reduce = histogram({ bins, range: [0, 10] });
      const part = (list: number[]) => list.reduce((state, value, i) => reduce.add(state, value, i), reduce.initial());
      const all = numbers(reduce.result(part(values))!.array);
      expect(all.reduce((a, b) => a + b, 0)).toBe(values.filter((value) => value >= 0 && value <= 10).length);
      expect(numbers(reduce.result(reduce.merge(part(values.slice(0, cut)), part(values.slice(cut))))!.array)).toEqual(all);
    }));
  });
});
