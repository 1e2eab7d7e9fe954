import { ndarray, type NdArray } from '@trainyard/nd';
import { labelled, type Labelled } from '../kinds.ts';
import { reducer, type Reducer } from '../reducer.ts';
import { equalBins, type BinOptions } from './equal-bins.ts';
import { windowOf, written, type Bounded } from './options.ts';
import { eachPair, type Pair } from './pairs.ts';

/** Counts per cell, row by row, and of pairs outside or incomplete. */
export interface Histogram2dState {
  readonly counts: Float64Array;
  pairs: number;
  outside: number;
  incomplete: number;
}

/**
 * Counts of pairs in equal bins of x and of y (bins as those of `histogram`). The result is an image of shape (y bins, x bins): y is the slow axis, so
 * that it is drawn with x to the right; `numpy.histogram2d(x, y)` is its transpose. Labelled with both edges; its `counts` are `pairs` (the complete ones),
 * `outside` (those of them beyond a range) and `incomplete`. Vectors of one length count as many pairs. Errors: `REDUCER_BINS`, `REDUCER_PAIRS`, `REDUCER_VALUE`.
 */
export function histogram2d(options: { readonly x: BinOptions; readonly y: BinOptions } & Bounded): Reducer<Pair, Histogram2dState, Labelled<NdArray<2>>> {
  const { x, y, trains } = options;
  const columns = equalBins('A histogram', x);
  const rows = equalBins('A histogram', y);
  return reducer({
    name: written('histogram2d', { x: { bins: x.bins, range: x.range }, y: { bins: y.bins, range: y.range }, trains }),
    kind: 'image',
    ...windowOf(options),
    takes: ['x', 'y'],
    initial: () => ({ counts: new Float64Array(rows.count * columns.count), pairs: 0, outside: 0, incomplete: 0 }),
    add(state: Histogram2dState, pair: Pair) {
      state.incomplete += eachPair(pair, 'A histogram of pairs', (a, b) => {
        const [column, row] = [columns.indexOf(a), rows.indexOf(b)];
        state.pairs += 1;
        if (column < 0 || column === columns.count || row < 0 || row === rows.count) state.outside += 1;
        else state.counts[row * columns.count + column]! += 1;
      });
      return state;
    },
    merge: (a, b) => ({ counts: a.counts.map((n, i) => n + b.counts[i]!), pairs: a.pairs + b.pairs, outside: a.outside + b.outside, incomplete: a.incomplete + b.incomplete }),
    result: ({ counts, pairs, outside, incomplete }) => labelled(ndarray(counts.slice(), [rows.count, columns.count]) as NdArray<2>, { axes: [rows.axis('y'), columns.axis('x')], unit: 'counts', counts: { pairs, outside, incomplete } }),
  });
}
