import { ndarray, type NdArray } from '@trainyard/nd';
import { labelled, type Labelled } from '../kinds.ts';
import { reducer, type Reducer } from '../reducer.ts';
import type { BinningMode } from './binning.ts';
import { elementsOf, sameShape, type Value } from './elements.ts';
import { equalBins, type BinOptions } from './equal-bins.ts';
import { windowOf, written, type Bounded } from './options.ts';
import { unlike } from './pairs.ts';

/** What is binned, and by which two values. */
export interface Binned2d {
  readonly value: Value | undefined;
  readonly x: Value | undefined;
  readonly y: Value | undefined;
}

/** Per cell, row by row; and of what went nowhere. */
export interface Binning2dState {
  readonly count: Float64Array;
  readonly mean: Float64Array;
  /** Squared distances from the mean; in `accumulate` unused, `mean` is the sum. */
  readonly squares: Float64Array;
  pairs: number;
  outside: number;
  incomplete: number;
}

export interface Binning2dOptions extends Bounded {
  readonly x: BinOptions;
  readonly y: BinOptions;
  /** As that of `binning`. */
  readonly mode?: BinningMode | undefined;
}

/**
 * Collects single numbers in cells of two other values, as `binning` does in bins of one. The result is an image of shape (y bins, x bins), float64, labelled
 * with both edges; a cell without a value is NaN, or 0 when it is a sum or a count. Vectors of one length (a value per pulse) count as many; a number
 * beside them goes with each. Its `counts` are `pairs`, `outside` and `incomplete`. Errors: `REDUCER_BINS`, `REDUCER_PAIRS`, `REDUCER_VALUE`.
 */
export function binning2d(options: Binning2dOptions): Reducer<Binned2d, Binning2dState, Labelled<NdArray<2>>> {
  const { x, y, mode = 'average', trains } = options;
  const columns = equalBins('Binning', x);
  const rows = equalBins('Binning', y);
  const cells = rows.count * columns.count;

  function put({ count, mean, squares }: Binning2dState, cell: number, value: number): void {
    count[cell]! += 1;
    if (mode === 'accumulate') mean[cell]! += value;
    else {
      const from = value - mean[cell]!;
      mean[cell]! += from / count[cell]!;
      squares[cell]! += from * (value - mean[cell]!);
    }
  }

  return reducer({
    name: written('binning2d', { x: { bins: x.bins, range: x.range }, y: { bins: y.bins, range: y.range }, mode, trains }),
    kind: 'image',
    ...windowOf(options),
    takes: ['value', 'x', 'y'],
    initial: () => ({ count: new Float64Array(cells), mean: new Float64Array(cells), squares: new Float64Array(cells), pairs: 0, outside: 0, incomplete: 0 }),
    add(state: Binning2dState, given: Binned2d) {
      const there = Object.values(given).filter((side): side is Value => side !== undefined).map((side) => elementsOf(side, 'Binning'));
      const length = Math.max(...there.map(({ data, shape }) => (shape.length > 0 ? data.length : 1)));
      if (there.length < 3) {
        state.incomplete += length;
        return state;
      }
      const sides = [given.value, given.x, given.y].map((side) => elementsOf(side, 'Binning'));
      const arrays = sides.filter(({ shape }) => shape.length > 0);
      if (arrays.some(({ shape }) => !sameShape(shape, arrays[0]!.shape))) throw unlike('Binning', { value: sides[0]!, x: sides[1]!, y: sides[2]! });
      const entries = arrays[0]?.data.length ?? 1;
      const at = (side: number, i: number): number => Number(sides[side]!.data[sides[side]!.shape.length > 0 ? i : 0]);
      for (let i = 0; i < entries; i++) {
        const [value, placeX, placeY] = [at(0, i), at(1, i), at(2, i)];
        if (![value, placeX, placeY].every(Number.isFinite)) {
          state.incomplete += 1;
          continue;
        }
        state.pairs += 1;
        const [column, row] = [columns.indexOf(placeX), rows.indexOf(placeY)];
        if (column < 0 || column === columns.count || row < 0 || row === rows.count) state.outside += 1;
        else put(state, row * columns.count + column, value);
      }
      return state;
    },
    merge(a, b) {
      const mean = a.mean.slice();
      const squares = a.squares.slice();
      for (let cell = 0; cell < cells; cell++) {
        if (mode === 'accumulate' || a.count[cell] === 0 || b.count[cell] === 0) {
          // Of an empty cell mean and squares are 0.
          mean[cell]! += b.mean[cell]!;
          squares[cell]! += b.squares[cell]!;
          continue;
        }
        const share = b.count[cell]! / (a.count[cell]! + b.count[cell]!);
        const apart = b.mean[cell]! - mean[cell]!;
        mean[cell]! += apart * share;
        squares[cell]! += b.squares[cell]! + apart * apart * (a.count[cell]! * share);
      }
      return { count: a.count.map((n, i) => n + b.count[i]!), mean, squares, pairs: a.pairs + b.pairs, outside: a.outside + b.outside, incomplete: a.incomplete + b.incomplete };
    },
    result({ count, mean, squares, pairs, outside, incomplete }) {
      if (pairs + incomplete === 0) return undefined;
      const image = (data: Float64Array): NdArray<2> => ndarray(data, [rows.count, columns.count]) as NdArray<2>;
      const labels = { axes: [rows.axis('y'), columns.axis('x')], counts: { pairs, outside, incomplete } };
      if (mode === 'count') return labelled(image(count.slice()), { ...labels, unit: 'counts' });
      if (mode === 'accumulate') return labelled(image(mean.slice()), labels);
      return labelled(image(mean.map((m, i) => (count[i] === 0 ? NaN : m))), { ...labels, errors: image(squares.map((s, i) => Math.sqrt(s / count[i]!))) });
    },
  });
}
