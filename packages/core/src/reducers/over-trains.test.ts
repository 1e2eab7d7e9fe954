import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { array, type NdArray } from '@trainyard/nd';
import type { Reducer } from '../reducer.ts';
import { Sliding } from '../sliding.ts';
import { ema } from './ema.ts';
import { maximum, minimum } from './extremes.ts';
import { growingHistogram } from './growing-histogram.ts';
import { rolling } from './rolling.ts';
import { timeSeries } from './time-series.ts';
import { meanStd, std, variance } from './variance.ts';

const of = <Out>(reducer: Reducer<any, any, Out>, trains: readonly (readonly [id: number, value: unknown])[]): Out | undefined => reducer.result(trains.reduce<unknown>((state, [id, value]) => reducer.add(state, value, id) as unknown, reducer.initial()));
const from0 = (values: readonly unknown[]) => values.map((value, id) => [id, value] as const);

describe('an exponential average', () => {
  test('fades with train IDs: a gap counts as much as trains', () => {
    const reducer = ema({ halfLife: 2 });
    expect(of(reducer, [[10, 4]])).toBe(4);
    // Weights 1/2 and 1, then 1/8, 1/4 and 1.
    expect(of(reducer, [[10, 4], [12, 1]])).toBe(2);
    expect(of(reducer, [[10, 4], [12, 1], [16, 10]])).toBeCloseTo((4 / 8 + 1 / 4 + 10) / (1 / 8 + 1 / 4 + 1), 14);
    expect(reducer.name).toBe('ema(halfLife=2)');
  });

  test('leaves out what is not finite, element by element, and forgets what is too long ago', () => {
    const reducer = ema({ halfLife: 1 });
    expect((of(reducer, [[1, array([1, NaN])], [2, array([Infinity, 7])], [3, array([NaN, NaN])]]) as NdArray).toNested()).toEqual([1, 7]);
    expect(of(reducer, [[1, 5], [100_000, NaN]])).toBeNaN();
    expect(of(reducer, [[1, 5], [100_000, 3]])).toBe(3);
    expect(of(reducer, [])).toBeUndefined();
  });

  test.each([0, -1, NaN, Infinity])('refuses a half-life of %s', (halfLife) => {
    expect(() => ema({ halfLife })).toThrow(expect.objectContaining({ code: 'EMA_HALF_LIFE' }));
  });
});

describe('per element', () => {
  test('minimum and maximum leave out NaN; a shape that changes is refused by name', () => {
    expect((of(minimum(), from0([array([NaN, 3, NaN]), array([2, NaN, NaN])])) as NdArray).toNested()).toEqual([2, 3, NaN]);
    expect(of(maximum(), from0([-Infinity, NaN, -5]))).toBe(-5);
    expect(() => of(maximum(), from0([array([1]), 2]))).toThrow(expect.objectContaining({ code: 'REDUCER_SHAPE', message: 'A maximum over trains needs one shape; so far it was (1), this train has ().' }));
  });

  test('a spread of too few trains is NaN; large numbers lose no digits', () => {
    expect([of(variance(), from0([5])), of(variance({ ddof: 1 }), from0([5])), of(std({ ddof: 1 }), from0([1, 3]))]).toEqual([0, NaN, Math.SQRT2]);
    // The textbook formula gives nonsense here.
    expect(of(variance(), from0([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]))).toBe(22.5);
    expect(of(variance(), [])).toBeUndefined();
    expect(meanStd({ ddof: 1, trains: 5 })).toMatchObject({ name: 'meanStd(ddof=1, trains=5)', window: 5, kind: 'matrix' });
  });
});

describe('a growing histogram', () => {
  const shown = (values: readonly number[], options: Parameters<typeof growingHistogram>[0]) => {
    const { array: counts, labels } = of(growingHistogram(options), from0(values))!;
    return { counts: counts.toNested() as unknown as number[], edges: [...(labels.axes![0]!.values as Float64Array)], nan: labels.counts!['nan'] };
  };

  test('has bins of the width given until there would be too many', () => {
    expect(shown([0.1, 0.9, 2.5], { width: 1, bins: 4 })).toEqual({ counts: [2, 0, 1], edges: [0, 1, 2, 3], nan: 0 });
    expect(shown([0.1, 0.9, 2.5, 4.2], { width: 1, bins: 4 })).toEqual({ counts: [2, 1, 1], edges: [0, 2, 4, 6], nan: 0 });
    expect(shown([-1, 1], { width: 1, bins: 2 })).toEqual({ counts: [1, 1], edges: [-2, 0, 2], nan: 0 });
    expect(shown([3, NaN, Infinity, 1e300], { width: 1, bins: 2, origin: 0.5 })).toEqual({ counts: [1], edges: [2.5, 3.5], nan: 3 });
    expect(shown([NaN], { width: 1 })).toEqual({ counts: [], edges: [0], nan: 1 });
  });

  test('is that of its values, in whatever order they come, and an edge begins its bin', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.integer({ min: -50, max: 50 }).map((k) => 0.3 + k * 0.1)), { minLength: 1, maxLength: 80 }), fc.integer({ min: 2, max: 30 }), (values, bins) => {
      const options = { width: 0.1, bins, origin: 0.3 };
      const got = shown(values, options);
      expect(shown([...values].reverse(), options)).toEqual(got);
      expect(got.counts.length).toBeLessThanOrEqual(bins);
      expect(got.counts).toEqual(got.counts.map((_, i) => values.filter((value) => value >= got.edges[i]! && value < got.edges[i + 1]!).length));
      expect([got.counts[0]! > 0, got.counts.at(-1)! > 0]).toEqual([true, true]);
    }));
  });

  test.each([{ width: 0 }, { width: -1 }, { width: NaN }, { width: 1, bins: 1 }, { width: 1, bins: 2.5 }, { width: 1, origin: Infinity }])('refuses %o', (options) => {
    expect(() => growingHistogram(options)).toThrow(expect.objectContaining({ code: 'REDUCER_BINS' }));
  });
});

describe('a rolling buffer', () => {
  test('keeps the dtype while it is one, and the trains that had a value', () => {
    const counts = of(rolling({ trains: 5 }), [[3, array([1, 2], 'uint16')], [5, array([3, 4], 'uint16')]])!;
    expect([counts.array.dtype, counts.array.toNested(), [...(counts.labels.axes![0]!.values as Float64Array)]]).toEqual(['uint16', [[1, 2], [3, 4]], [3, 5]]);
    expect(of(rolling({ trains: 5 }), from0([array([1], 'uint16'), array([2n], 'int64')]))!.array.toNested()).toEqual([[1], [2]]);
    expect(of(rolling({ trains: 5 }), from0([1, 2]))!.array.shape).toEqual([2]);
    expect(of(rolling({ trains: 5 }), [])).toBeUndefined();
  });

  test('of values that change their shape fails while both are in the window, and is well again', () => {
    const sliding = new Sliding(rolling({ trains: 3 }), 3);
    const said: string[] = [];
    for (let id = 0; id < 8; id++) {
      sliding.add(id, array(id < 3 ? [1] : [1, 2]));
      try {
        said.push(String(sliding.resultAt(id)!.array.shape));
      } catch (error) {
        said.push((error as { code: string }).code);
      }
    }
    expect(said).toEqual(['1,1', '2,1', '3,1', 'REDUCER_SHAPE', 'REDUCER_SHAPE', '3,2', '3,2', '3,2']);
  });

  test('holds no more trains than its window, and starts anew with a stream that does', () => {
    const sliding = new Sliding(rolling({ trains: 10 }), 10);
    for (let id = 0; id < 1000; id++) sliding.add(id, id);
    expect((sliding.save() as { whole: { state: { entries: unknown[] } } }).whole.state.entries.length).toBe(10);
    expect(sliding.resultAt(1005)!.array.toNested()).toEqual([996, 997, 998, 999]);
    expect(sliding.resultAt(1009)).toBeUndefined();
    sliding.add(4, 4);
    expect(sliding.resultAt(5)!.array.toNested()).toEqual([4]);
  });
});

describe('a time series', () => {
  const rows = (points: number, trains: readonly (readonly [number, unknown])[]) => {
    const table = of(timeSeries({ points }), trains);
    return table && Object.fromEntries(Object.entries(table).map(([name, column]) => [name, column.toNested()]));
  };

  test('has a row per train, then per 2, 4, 8 ... train IDs from 0 on', () => {
    expect(rows(3, [[6, 1], [7, 5]])).toEqual({ trainId: [6, 7], trains: [1, 1], count: [1, 1], min: [1, 5], mean: [1, 5], max: [1, 5] });
    expect(rows(3, [[6, 1], [7, 5], [8, 2], [9, 4]])).toEqual({ trainId: [6, 8], trains: [2, 2], count: [2, 2], min: [1, 2], mean: [3, 3], max: [5, 4] });
    // Gaps take no room.
    expect(rows(3, [[6, 1], [7000, 5], [80_000, 2]])).toMatchObject({ trainId: [6, 7000, 80_000], trains: [1, 1, 1] });
    expect(rows(1, [[1, 1], [2 ** 50, 3]])).toEqual({ trainId: [0], trains: [2 ** 51], count: [2], min: [1], mean: [2], max: [3] });
  });

  test('counts every finite element; a train without one leaves no trace', () => {
    expect(rows(5, [[1, array([1, 2, NaN])], [2, NaN], [3, array([])], [4, -Infinity]])).toEqual({ trainId: [1], trains: [1], count: [2], min: [1], mean: [1.5], max: [2] });
    expect(rows(5, [[1, NaN]])).toBeUndefined();
  });

  test('of a week has no more rows than points', () => {
    const reducer = timeSeries({ points: 100 });
    let state = reducer.initial();
    for (let id = 0; id < 200_000; id += 7) state = reducer.add(state, Math.sin(id), id);
    expect(state.buckets.length).toBeLessThanOrEqual(100);
    expect(state.buckets.length).toBeGreaterThan(50);
  });

  test('refuses no points', () => {
    expect(() => timeSeries({ points: 0 })).toThrow(expect.objectContaining({ code: 'TIME_SERIES_POINTS' }));
  });
});
