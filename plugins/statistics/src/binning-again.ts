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
 * Bins pairs that were kept, as `scipy.stats.binned_statistic`: `pairs` has the shape (pairs, 2), as `scatter` gives them; the second of each is binned by the first. What `binning` gives, for bins
 * that may be others on every train. Of no pairs: undefined. Errors: BIN_AGAIN_SHAPE, `REDUCER_BINS`.
 */
export function binAgain(pairs: NdLike<2>, { bins, range, mode }: BinAgainOptions): Labelled | undefined {
  const [by, value] = columnsOf(pairs, 2, 'binAgain');
  const reducer = binning({ bins, range: range ?? extent(by!), mode });
  return reducer.result(reducer.add(reducer.initial(), { by, value }, 0));
}

/** As `binAgain` in two directions: `rows` has the shape (rows, 3), as `tuples(['x', 'y', 'value'], ...)` gives them, the third of each binned by the first and second. */
export function binAgain2d(rows: NdLike<2>, { x, y, mode }: { readonly x: BinAgainOptions; readonly y: BinAgainOptions; readonly mode?: BinningMode | undefined }): Labelled<NdArray<2>> | undefined {
  const [xs, ys, value] = columnsOf(rows, 3, 'binAgain2d');
  const reducer = binning2d({ x: { bins: x.bins, range: x.range ?? extent(xs!) }, y: { bins: y.bins, range: y.range ?? extent(ys!) }, mode });
  return reducer.result(reducer.add(reducer.initial(), { x: xs, y: ys, value }, 0));
}

function columnsOf(of: NdLike<2>, count: number, what: string): NdArray[] {
  const from = asNdArray(of);
  if (from.shape.length !== 2 || from.shape[1] !== count) throw new YardError('BIN_AGAIN_SHAPE', `${what} takes an array of shape (n, ${count}), not (${from.shape.join(', ')}).`);
  return Array.from({ length: count }, (_, k) => from.slice(`:, ${k}`).copy());
}

function extent(values: NdArray): readonly [number, number] {
  if (values.size === 0) return [0, 1];
  const [low, high] = [Number(values.nanmin()), Number(values.nanmax())];
  return low < high ? [low, high] : Number.isFinite(low) ? [low - 0.5, high + 0.5] : [0, 1];
}
