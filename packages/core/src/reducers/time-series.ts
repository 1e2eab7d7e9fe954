import { ndarray, type NdArray } from '@trainyard/nd';
import { YardError } from '../problem.ts';
import { reducer, type Reducer } from '../reducer.ts';
import { elementsOf, type Value } from './elements.ts';
import { written } from './options.ts';

/** Values of the train IDs [index * 2^level, (index + 1) * 2^level). */
interface Bucket {
  index: number;
  count: number;
  sum: number;
  min: number;
  max: number;
}

export interface TimeSeriesState {
  /** A bucket is 2^level train IDs long. */
  level: number;
  /** In the order of their trains. */
  buckets: Bucket[];
}

/** One row per bucket, float64: its first train ID, its length in train IDs, how many values, and their least, mean and greatest. */
export type TimeSeriesResult = Readonly<Record<'trainId' | 'trains' | 'count' | 'min' | 'mean' | 'max', NdArray<1>>>;

/**
 * The course of a value over any number of trains in at most `points` buckets (default 1000): while there are few trains a bucket is one train ID, then
 * 2, 4, 8 ... of them, counted from train ID 0, always the shortest for which the trains with a value fill at most `points`. A table with a row per
 * bucket that has a value. Every finite element of an array counts; NaN and infinities are left out. Errors: `TIME_SERIES_POINTS`, `REDUCER_VALUE`.
 */
export function timeSeries({ points = 1000 }: { readonly points?: number | undefined } = {}): Reducer<Value, TimeSeriesState, TimeSeriesResult> {
  if (!(Number.isInteger(points) && points > 0)) throw new YardError('TIME_SERIES_POINTS', `A time series has a whole number of points, at least 1, not ${points}.`);

  /** Longer buckets until they are few enough. */
  function shortened(level: number, buckets: Bucket[]): TimeSeriesState {
    let state = { level, buckets };
    while (state.buckets.length > points) state = atLevel(state, state.level + 1);
    return state;
  }

  return reducer({
    name: written('timeSeries', { points }),
    kind: 'table',
    initial: () => ({ level: 0, buckets: [] }),
    add(state: TimeSeriesState, value: Value, trainId: number) {
      const { data } = elementsOf(value, 'A time series');
      const bucket: Bucket = { index: Math.floor(trainId / 2 ** state.level), count: 0, sum: 0, min: Infinity, max: -Infinity };
      for (let i = 0; i < data.length; i++) {
        const x = Number(data[i]);
        if (!Number.isFinite(x)) continue;
        bucket.count += 1;
        bucket.sum += x;
        bucket.min = Math.min(bucket.min, x);
        bucket.max = Math.max(bucket.max, x);
      }
      return bucket.count === 0 ? state : shortened(state.level, joined(state.buckets, [bucket]));
    },
    merge(a, b) {
      const level = Math.max(a.level, b.level);
      return shortened(level, joined(atLevel(a, level).buckets, atLevel(b, level).buckets));
    },
    result({ level, buckets }) {
      if (buckets.length === 0) return undefined;
      const length = 2 ** level;
      const columns = {
        trainId: (bucket: Bucket) => bucket.index * length, trains: () => length, count: ({ count }: Bucket) => count,
        min: ({ min }: Bucket) => min, mean: ({ sum, count }: Bucket) => sum / count, max: ({ max }: Bucket) => max,
      };
      return Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, ndarray(Float64Array.from(buckets, of), [buckets.length])])) as unknown as TimeSeriesResult;
    },
  });
}

/** The same with longer buckets. */
function atLevel({ level, buckets }: TimeSeriesState, wanted: number): TimeSeriesState {
  if (wanted === level) return { level, buckets };
  const scale = 2 ** (wanted - level);
  return { level: wanted, buckets: inOrder(buckets.map((bucket) => ({ ...bucket, index: Math.floor(bucket.index / scale) }))) };
}

/** The buckets of both, those of `b` after those of `a` where they are the same. */
function joined(a: readonly Bucket[], b: readonly Bucket[]): Bucket[] {
  const [last, first] = [a.at(-1), b[0]];
  const sorted = last && first && last.index > first.index ? [...a, ...b].sort((one, other) => one.index - other.index) : [...a, ...b];
  return inOrder(sorted);
}

/** Neighbours of the same index become one. */
function inOrder(buckets: readonly Bucket[]): Bucket[] {
  const out: Bucket[] = [];
  for (const bucket of buckets) {
    const before = out.at(-1);
    if (before?.index === bucket.index) out[out.length - 1] = { index: bucket.index, count: before.count + bucket.count, sum: before.sum + bucket.sum, min: Math.min(before.min, bucket.min), max: Math.max(before.max, bucket.max) };
    else out.push(bucket);
  }
  return out;
}
