import { ndarray, type NdArray } from '@trainyard/nd';
import { labelled, type Labelled } from '../kinds.ts';
import { reducer, type Reducer } from '../reducer.ts';
import { binWithin, growingBins, roomFor, type BinSpan, type GrowingBinOptions } from './growing-bins.ts';
import { windowOf, written, type Bounded } from './options.ts';
import { eachPair, type Pair } from './pairs.ts';

/** Counts per cell, row by row, and of pairs too far away or incomplete. */
export interface GrowingHistogram2dState {
  x: BinSpan;
  y: BinSpan;
  counts: Float64Array;
  pairs: number;
  outside: number;
  incomplete: number;
}

const NONE: BinSpan = { level: 0, first: 0, length: 0 };

/**
 * Counts of pairs whose range is not known before: along each axis bins grow as those of `growingHistogram`, apart from the other axis. The result is an image of
 * shape (y bins, x bins), y the slow axis, from the first bins that have a pair to the last, labelled with both edges. Its `counts` are `pairs` (the complete ones),
 * `outside` (those of them too far from an origin for a bin to have a number) and `incomplete`. Vectors of one length count as many pairs.
 * Errors: `REDUCER_BINS`, `REDUCER_PAIRS`, `REDUCER_VALUE`.
 */
export function growingHistogram2d(options: { readonly x: GrowingBinOptions; readonly y: GrowingBinOptions } & Bounded): Reducer<Pair, GrowingHistogram2dState, Labelled<NdArray<2>>> {
  const [columns, rows] = [growingBins(options.x), growingBins(options.y)];
  const said = ({ width, bins = 200, origin = 0 }: GrowingBinOptions) => ({ width, bins, origin });
  const axis = (name: string, values: Float64Array, { unit }: GrowingBinOptions) => ({ name, values, ...(unit !== undefined && { unit }) });

  return reducer({
    name: written('growingHistogram2d', { x: said(options.x), y: said(options.y), trains: options.trains }),
    kind: 'image',
    ...windowOf(options),
    takes: ['x', 'y'],
    initial: () => ({ x: NONE, y: NONE, counts: new Float64Array(0), pairs: 0, outside: 0, incomplete: 0 }),
    add(state: GrowingHistogram2dState, pair: Pair) {
      state.incomplete += eachPair(pair, 'A histogram of pairs', (a, b) => {
        state.pairs += 1;
        const [column, row] = [columns.binOf(a), rows.binOf(b)];
        if (!Number.isSafeInteger(column) || !Number.isSafeInteger(row)) {
          state.outside += 1;
          return;
        }
        const [atX, atY] = [single(column), single(row)];
        if (!holds(state.x, atX) || !holds(state.y, atY)) {
          const [x, y] = [roomFor([state.x, atX], columns.most), roomFor([state.y, atY], rows.most)];
          state.counts = placed(state, x, y);
          [state.x, state.y] = [x, y];
        }
        state.counts[binWithin(state.y, atY, 0) * state.x.length + binWithin(state.x, atX, 0)]! += 1;
      });
      return state;
    },
    merge(a, b) {
      const sums = { pairs: a.pairs + b.pairs, outside: a.outside + b.outside, incomplete: a.incomplete + b.incomplete };
      if (b.counts.length === 0) return { ...a, ...sums };
      if (a.counts.length === 0) return { ...b, ...sums };
      const [x, y] = [roomFor([a.x, b.x], columns.most), roomFor([a.y, b.y], rows.most)];
      const more = placed(b, x, y);
      return { x, y, counts: placed(a, x, y).map((n, i) => n + more[i]!), ...sums };
    },
    result({ x, y, counts, pairs, outside, incomplete }) {
      if (pairs + incomplete === 0) return undefined;
      return labelled(ndarray(counts.slice(), [y.length, x.length]) as NdArray<2>, { axes: [axis('y', rows.edges(y), options.y), axis('x', columns.edges(x), options.x)], unit: 'counts', counts: { pairs, outside, incomplete } });
    },
  });
}

const single = (bin: number): BinSpan => ({ level: 0, first: bin, length: 1 });

function holds(span: BinSpan, one: BinSpan): boolean {
  const at = binWithin(span, one, 0);
  return at >= 0 && at < span.length;
}

/** The counts of a state in the cells of wider spans. */
function placed({ x, y, counts }: GrowingHistogram2dState, wideX: BinSpan, wideY: BinSpan): Float64Array {
  const out = new Float64Array(wideY.length * wideX.length);
  const columns = Int32Array.from({ length: x.length }, (_, i) => binWithin(wideX, x, i));
  for (let r = 0, i = 0; r < y.length; r++) {
    const row = binWithin(wideY, y, r) * wideX.length;
    for (let c = 0; c < x.length; c++, i++) out[row + columns[c]!]! += counts[i]!;
  }
  return out;
}
