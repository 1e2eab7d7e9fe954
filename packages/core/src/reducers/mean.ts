import { asNdArray, ndarray, type NdArray } from '@trainyard/nd';
import { flatData } from '../flat-data.ts';
import { YardError } from '../problem.ts';
import { reducer, type Reducer } from '../reducer.ts';

/** Sum per element (float64) and how many trains went in. */
export interface MeanState {
  count: number;
  sum: Float64Array | undefined;
  /** Empty for a number. */
  shape: readonly number[];
}

type Value = number | NdArray;

/**
 * The mean per element over trains: `sum / count` in float64, given back as float64 (a number for numbers).
 * A train whose shape differs from the first's throws `MEAN_SHAPE`. NaN stays NaN. Of no train: undefined.
 * With `trains: N` it is over the last N train IDs (`average: N` of a view is this).
 */
export function mean(options: { readonly trains?: number } = {}): Reducer<Value, MeanState, Value> {
  const window = options.trains;
  return reducer({
    name: window === undefined ? 'mean' : `mean(trains=${window})`,
    kind: 'matrix',
    ...(window !== undefined && { window }),
    initial: () => ({ count: 0, sum: undefined, shape: [] }),
    add(state: MeanState, value: Value) {
      const array = typeof value === 'object' ? asNdArray(value) : undefined;
      const shape = array ? array.shape : [];
      if (!state.sum) {
        state.sum = new Float64Array(array ? array.size : 1);
        state.shape = [...shape];
      } else requireSame(state.shape, shape);
      addInto(state.sum, array ? flatData(array) : [Number(value)]);
      state.count += 1;
      return state;
    },
    merge(a, b) {
      if (!a.sum) return b;
      if (!b.sum) return a;
      requireSame(a.shape, b.shape);
      const sum = a.sum.slice();
      addInto(sum, b.sum);
      return { count: a.count + b.count, sum, shape: a.shape };
    },
    result(state) {
      const { sum, count, shape } = state;
      if (!sum || count === 0) return undefined;
      if (shape.length === 0) return sum[0]! / count;
      const out = new Float64Array(sum.length);
      for (let i = 0; i < out.length; i++) out[i] = sum[i]! / count;
      return ndarray(out, shape);
    },
  });
}

function addInto(sum: Float64Array, values: ArrayLike<number | bigint>): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += Number(values[i]);
}

function requireSame(a: readonly number[], b: readonly number[]): void {
  if (a.length !== b.length || a.some((n, i) => n !== b[i])) throw new YardError('MEAN_SHAPE', `A mean over trains needs one shape; so far it was (${a.join(', ')}), this train has (${b.join(', ')}).`);
}
