import { readFileSync } from 'node:fs';
import { Labelled, NdArray, array, ndarray, type Reducer } from '@trainyard/core';
import { nearness } from '@trainyard/kernels/testing';
import { describe, expect, it } from 'vitest';
import { binning, binning2d, correlation, ema, growingHistogram, histogram2d, maximum, meanStd, minimum, rolling, scatter, std, sum, timeSeries, variance } from './index.ts';

// golden/golden.json: results of numpy and scipy, made by golden/make_golden.py.
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as Record<string, (number | null | 'inf')[]> & Record<'halfLife' | 'pairs' | 'width' | 'origin', number>;
/** JSON has no NaN. */
const column = (name: string): number[] => golden[name]!.map((v) => (v === null ? NaN : v === 'inf' ? Infinity : v));
const shape = [3, 4];
const trainsOf = (name: string): NdArray[] => Array.from({ length: 12 }, (_, i) => ndarray(Float64Array.from(column(name).slice(i * 12, i * 12 + 12)), shape));
const [x, y, weight, curve] = ['x', 'y', 'weight', 'curve'].map(column) as [number[], number[], number[], number[]];

/** Folds in three parts, so that joining is compared, too. */
function fold<Out>(reducer: Reducer<any, any, Out>, values: readonly unknown[], ids: readonly number[] = values.map((_, i) => i)): Out {
  const thirds = [0, 1, 2].map((part) => values.reduce<unknown>((state, value, i) => (Math.floor((3 * i) / values.length) === part ? (reducer.add(state, value, ids[i]!) as unknown) : state), reducer.initial()));
  return reducer.result(reducer.merge(reducer.merge(thirds[0], thirds[1]), thirds[2]))!;
}

const numbers = (of: unknown): number[] => {
  if (typeof of === 'number') return [of];
  return Array.from((of instanceof Labelled ? of.array : (of as NdArray)).flatten().data as Float64Array);
};
const expectNear = (got: unknown, expected: readonly number[], limit = 1e-12): void => expect(nearness(numbers(got), expected).max).toBeLessThan(limit);

describe('per element over trains, against numpy: 1e-12', () => {
  it('sum, variance, standard deviation', () => {
    expectNear(fold(sum(), trainsOf('trains')), column('sum'));
    expectNear(fold(variance(), trainsOf('trains')), column('var'));
    expectNear(fold(variance({ ddof: 1 }), trainsOf('trains')), column('var1'));
    expectNear(fold(std({ ddof: 1 }), trainsOf('trains')), column('std1'));
    expectNear(fold(variance(), trainsOf('holes')), column('holesVar'));
  });
  it('a mean with its standard deviation as errors', () => {
    const { array: means, labels } = fold(meanStd({ ddof: 1 }), trainsOf('trains'));
    expectNear(means, column('mean'));
    expectNear(labels.errors!, column('std1'));
    expect(labels.counts).toEqual({ trains: 12 });
    // A number is an array without axes.
    const { array: one, labels: { errors } } = fold(meanStd(), [1, 3, 8]);
    expect([one.shape, one.item(), errors!.item()]).toEqual([[], 4, Math.sqrt(26 / 3)]);
  });
  it('smallest and largest as fmin and fmax', () => {
    expect(numbers(fold(minimum(), trainsOf('holes')))).toEqual(column('fmin'));
    expect(numbers(fold(maximum(), trainsOf('holes')))).toEqual(column('fmax'));
    expect(fold(minimum(), [NaN, NaN, NaN])).toBeNaN();
  });
  it('an exponential average by the distance of train IDs, NaN left out', () => {
    expectNear(fold(ema({ halfLife: golden.halfLife }), trainsOf('holes'), column('ids')), column('ema'));
  });
  it('the last trains as rows', () => {
    const { array: rows, labels } = fold(rolling({ trains: 100 }), trainsOf('trains'), column('ids'));
    expect(rows.shape).toEqual([12, 3, 4]);
    expect(numbers(rows)).toEqual(column('trains'));
    expect(labels.axes).toEqual([{ name: 'trainId', values: Float64Array.from(column('ids')) }]);
  });
});

describe('pairs, against numpy and scipy: 1e-12', () => {
  const one = x.map((_, i) => ({ x: x[i], y: y[i] }));
  /** The same with a value per pulse. */
  const pulses = Array.from({ length: 40 }, (_, i) => ({ x: array(x.slice(i * 10, i * 10 + 10)), y: array(y.slice(i * 10, i * 10 + 10)) }));

  it('correlation as linregress and cov, train by train and pulse by pulse', () => {
    for (const pairs of [one, pulses]) {
      const result = fold(correlation(), pairs);
      for (const name of ['pairs', 'meanX', 'meanY', 'stdX', 'stdY', 'covariance', 'r', 'slope', 'intercept', 'slopeError'] as const) expectNear(result[name], [golden[name] as unknown as number]);
      expect(result.incomplete.item()).toBe(400 - golden.pairs);
    }
  });
  it('the histogram is the transpose of histogram2d', () => {
    const result = fold(histogram2d({ x: { bins: 12, range: [940, 1060] }, y: { bins: 8, range: [18, 22] } }), pulses);
    expect([result.array.shape, numbers(result)]).toEqual([[8, 12], column('histogram2d')]);
    expect(result.labels.axes!.map((axis) => nearness(axis.values!, column(axis.name === 'x' ? 'binsX' : 'binsY')).max < 1e-12)).toEqual([true, true]);
    expect(result.labels.counts).toEqual({ pairs: golden.pairs, outside: golden.pairs - column('histogram2d').reduce((a, b) => a + b, 0), incomplete: 400 - golden.pairs });
  });
  it('a scatter has the pairs themselves', () => {
    const result = fold(scatter({ trains: 1000 }), one);
    expect(numbers(result)).toEqual(one.filter((pair) => Number.isFinite(pair.x) && Number.isFinite(pair.y)).flatMap((pair) => [pair.x, pair.y]));
  });
});

describe('binning, against scipy.stats.binned_statistic: 1e-12', () => {
  const bins = { bins: 12, range: [940, 1060] } as const;
  // As the golden data: pairs that have an x and a y.
  const rows = x.map((_, i) => i).filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]));

  it('of numbers', () => {
    const given = rows.map((i) => ({ value: weight[i], by: x[i] }));
    const average = fold(binning(bins), given);
    expectNear(average, column('binMean'));
    expectNear(average.labels.errors!, column('binStd'));
    expectNear(fold(binning({ ...bins, mode: 'accumulate' }), given), column('binSum'));
    expect(numbers(fold(binning({ ...bins, mode: 'count' }), given))).toEqual(column('binCount'));
  });
  it('of curves, one a train or one a pulse', () => {
    const result = fold(binning(bins), rows.map((i) => ({ value: array(curve.slice(3 * i, 3 * i + 3)), by: x[i] })));
    expect(result.array.shape).toEqual([12, 3]);
    expectNear(result, column('curveMean'));
    const pulses = Array.from({ length: Math.ceil(rows.length / 9) }, (_, k) => rows.slice(9 * k, 9 * k + 9)).map((some) => ({ value: array(some.map((i) => curve.slice(3 * i, 3 * i + 3))), by: array(some.map((i) => x[i]!)) }));
    expectNear(fold(binning(bins), pulses), column('curveMean'));
  });
  it('in two directions', () => {
    const axes = { x: bins, y: { bins: 8, range: [18, 22] } } as const;
    const given = rows.map((i) => ({ value: weight[i], x: x[i], y: y[i] }));
    const average = fold(binning2d(axes), given);
    expectNear(average, column('cellMean'));
    expectNear(average.labels.errors!, column('cellStd'));
    expectNear(fold(binning2d({ ...axes, mode: 'accumulate' }), given), column('cellSum'));
    expect(numbers(fold(binning2d({ ...axes, mode: 'count' }), given))).toEqual(column('cellCount'));
  });
});

describe('what grows, against numpy', () => {
  it('a histogram: exact counts, edges 1e-12', () => {
    const { width, origin } = golden;
    const result = fold(growingHistogram({ width, origin, bins: 40, unit: 'eV' }), column('spread'));
    expect(numbers(result)).toEqual(golden['grownCounts']);
    expect(nearness(result.labels.axes![0]!.values!, column('grownEdges')).max).toBeLessThan(1e-12);
  });
  it('a time series: exact counts, 1e-12', () => {
    const result = fold(timeSeries({ points: 50 }), column('course'), column('courseIds'));
    expect([numbers(result.trainId), numbers(result.count), numbers(result.min), numbers(result.max)]).toEqual(['bucketIds', 'bucketCount', 'bucketMin', 'bucketMax'].map(column));
    expectNear(result.mean, column('bucketMean'));
    expect(new Set(numbers(result.trains))).toEqual(new Set([16]));
  });
});
