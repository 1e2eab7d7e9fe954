import { YardError, asNdArray, type Labelled, type NdArray, type NdLike } from '@trainyard/core';
import { binning, binning2d, type BinningMode } from '@trainyard/core/reducers';

export interface BinAgainOptions {
  readonly bins: number;
  /** Absent: from the smallest to the largest; half of 1 to both sides when they are all the same. */
  readonly range?: readonly [low: number, high: number] | undefined;
  /** As that of `binning`. */
  readonly mode?: BinningMode | undefined;
}

/**
 * Bins pairs that were kept, as `scipy.stats.binned_statistic`: `pairs` has the shape (pairs, 2), as `scatter` gives them; the second of each is binned by the first. With more columns these are
 * curves: the result has the shape (bins, columns - 1). What `binning` gives, for bins that may be others on every train. Of no pairs: undefined. Errors: BIN_AGAIN_SHAPE, `REDUCER_BINS`.
 */
export function binAgain(pairs: NdLike<2>, { bins, range, mode }: BinAgainOptions): Labelled | undefined {
  const from = asNdArray(pairs);
  if (from.shape.length !== 2 || from.shape[1]! < 2) throw new YardError('BIN_AGAIN_SHAPE', `binAgain takes an array of shape (n, 2), or (n, 1 + points of a curve), not (${from.shape.join(', ')}).`);
  const by = from.slice(':, 0').copy();
  const value = from.slice(from.shape[1] === 2 ? ':, 1' : ':, 1:').copy();
  const reducer = binning({ bins, range: range ?? extent(by), mode });
  return reducer.result(reducer.add(reducer.initial(), { by, value }, 0));
}

/** As `binAgain` in two directions: `rows` has the shape (rows, 3), as `tuples(['x', 'y', 'value'], ...)` gives them, the third of each binned by the first and second. */
export function binAgain2d(rows: NdLike<2>, { x, y, mode }: { readonly x: BinAgainOptions; readonly y: BinAgainOptions; readonly mode?: BinningMode | undefined }): Labelled<NdArray<2>> | undefined {
  const from = asNdArray(rows);
  if (from.shape.length !== 2 || from.shape[1] !== 3) throw new YardError('BIN_AGAIN_SHAPE', `binAgain2d takes an array of shape (n, 3), not (${from.shape.join(', ')}).`);
  const [xs, ys, value] = [0, 1, 2].map((k) => from.slice(`:, ${k}`).copy());
  const reducer = binning2d({ x: { bins: x.bins, range: x.range ?? extent(xs!) }, y: { bins: y.bins, range: y.range ?? extent(ys!) }, mode });
  return reducer.result(reducer.add(reducer.initial(), { x: xs, y: ys, value }, 0));
}

function extent(values: NdArray): readonly [number, number] {
  if (values.size === 0) return [0, 1];
  const [low, high] = [Number(values.nanmin()), Number(values.nanmax())];
  return low < high ? [low, high] : Number.isFinite(low) ? [low - 0.5, high + 0.5] : [0, 1];
}
