import { ndarray, type NdArray } from '@trainyard/nd';
import { labelled, type Labelled } from '../kinds.ts';
import type { Reducer } from '../reducer.ts';
import { shaped, type Value } from './elements.ts';
import { written, type Bounded } from './options.ts';
import { perElement, type ElementState } from './per-element.ts';

/** Options of a spread over trains. */
export interface SpreadOptions extends Bounded {
  /** Taken off the number of trains before dividing, as numpy's `ddof`: 0 (default) for these trains, 1 for those they were drawn from. */
  readonly ddof?: number | undefined;
}

/**
 * The variance per element over trains, float64 (a number for numbers), by Welford's recurrence and Chan's joining of parts
 * (doi:10.1080/00401706.1962.10490022, doi:10.1080/00031305.1983.10483115). NaN stays NaN, as in `numpy.var`; of not more trains than `ddof` it is NaN.
 * Errors: `REDUCER_SHAPE`, `REDUCER_VALUE`.
 */
export function variance(options: SpreadOptions = {}): Reducer<Value, ElementState, Value> {
  return moments('variance', 'A variance', options, 'axes', (columns, state, ddof) => shaped(spreadOf(columns, state.count, ddof), state.shape));
}

/** The standard deviation per element over trains, float64: the square root of `variance`. */
export function std(options: SpreadOptions = {}): Reducer<Value, ElementState, Value> {
  return moments('std', 'A standard deviation', options, 'axes and unit', (columns, state, ddof) => shaped(spreadOf(columns, state.count, ddof).map(Math.sqrt), state.shape));
}

/**
 * The mean per element with one standard deviation as its errors: a curve with a band in a panel, `data` and `errors` in a file. float64, in the shape
 * of what is folded; a number becomes an array without axes. `counts.trains` says over how many. NaN as in `variance`.
 */
export function meanStd(options: SpreadOptions = {}): Reducer<Value, ElementState, Labelled> {
  return moments('meanStd', 'A mean', options, 'axes and unit', (columns, { count, shape }, ddof) => labelled(
    ndarray(columns[0]!.slice(), shape) as NdArray,
    { errors: ndarray(spreadOf(columns, count, ddof).map(Math.sqrt), shape) as NdArray, counts: { trains: count } },
  ));
}

function moments<Out extends Value | Labelled>(name: string, what: string, { ddof = 0, trains }: SpreadOptions, keeps: 'axes' | 'axes and unit', finish: (columns: readonly Float64Array[], state: ElementState, ddof: number) => Out): Reducer<Value, ElementState, Out> {
  return perElement({
    name: written(name, { ...(ddof !== 0 && { ddof }), trains }), what, bounded: { trains }, keeps, columns: 2,
    fold: ([mean, squares], data, count) => addMoments(mean!, squares!, data, count),
    join: ([mean, squares], [laterMean, laterSquares], counts) => joinMoments(mean!, squares!, laterMean!, laterSquares!, counts),
    finish: (columns, state) => finish(columns, state, ddof),
  });
}

/** Welford: folds one more value per element; `count` is with it. `squares` is the sum of squared distances from the mean. */
export function addMoments(mean: Float64Array, squares: Float64Array, data: ArrayLike<number | bigint>, count: number): void {
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    const from = value - mean[i]!;
    mean[i]! += from / count;
    squares[i]! += from * (value - mean[i]!);
  }
}

/** Chan: joins the later part into the earlier. */
export function joinMoments(mean: Float64Array, squares: Float64Array, laterMean: Float64Array, laterSquares: Float64Array, [a, b]: readonly [number, number]): void {
  const share = b / (a + b);
  for (let i = 0; i < mean.length; i++) {
    const apart = laterMean[i]! - mean[i]!;
    mean[i]! += apart * share;
    squares[i]! += laterSquares[i]! + apart * apart * (a * share);
  }
}

function spreadOf([, squares]: readonly Float64Array[], count: number, ddof: number): Float64Array {
  return squares!.map((x) => (count > ddof ? x / (count - ddof) : NaN));
}
