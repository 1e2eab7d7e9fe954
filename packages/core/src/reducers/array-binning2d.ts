import { ndarray, type NdArray } from '@trainyard/nd';
import { labelled, type Labelled } from '../kinds.ts';
import { reducer, type Reducer } from '../reducer.ts';
import { binning, type BinningMode, type BinningState } from './binning.ts';
import type { Binned2d } from './binning2d.ts';
import { elementsOf, sameShape } from './elements.ts';
import { equalBins, type BinOptions } from './equal-bins.ts';
import { windowOf, written, type Bounded } from './options.ts';
import { unlike } from './pairs.ts';

export interface ArrayBinning2dOptions extends Bounded {
  readonly x: BinOptions;
  readonly y: BinOptions;
  /** As that of `binning`. */
  readonly mode?: BinningMode | undefined;
}

/**
 * Collects curves or images in cells of two other values, as `binning` does in bins of one: with numbers in `x` and `y` the array of a train goes into one cell; with vectors (a value per
 * pulse) entry i along its first axis goes into the cell of `x[i]` and `y[i]`. The result has the shape (y bins, x bins, ...shape of an entry), float64, labelled with both edges; a cell
 * without a value is NaN, or 0 when it is a sum; counts have the shape (y bins, x bins). Cells take memory when they have their first value, the result for all of them. Its `counts` are `pairs`, `outside` and `incomplete`.
 * Errors: `REDUCER_BINS`, `REDUCER_PAIRS`, `REDUCER_SHAPE`, `REDUCER_VALUE`.
 */
export function arrayBinning2d(options: ArrayBinning2dOptions): Reducer<Binned2d, BinningState, Labelled> {
  const { x, y, mode = 'average', trains } = options;
  const [columns, rows] = [equalBins('Binning', x), equalBins('Binning', y)];
  const cells = columns.count * rows.count;
  const byCell = binning({ bins: cells, range: [0, cells], mode });

  /** In the middle of its cell; outside of all; or NaN where a side is not finite. */
  function cellOf(placeX: number, placeY: number): number {
    if (!(Number.isFinite(placeX) && Number.isFinite(placeY))) return NaN;
    const [column, row] = [columns.indexOf(placeX), rows.indexOf(placeY)];
    return column < 0 || column === columns.count || row < 0 || row === rows.count ? -1 : row * columns.count + column + 0.5;
  }

  return reducer({
    name: written('arrayBinning2d', { x: { bins: x.bins, range: x.range }, y: { bins: y.bins, range: y.range }, mode, trains }),
    kind: 'matrix',
    ...windowOf(options),
    takes: ['value', 'x', 'y'],
    keeps: mode === 'count' ? 'axes' : 'axes and unit',
    initial: () => byCell.initial(),
    add(state: BinningState, given: Binned2d, trainId: number) {
      if (given.x === undefined || given.y === undefined) {
        const place = given.x ?? given.y;
        state.incomplete += place === undefined ? 1 : elementsOf(place, 'Binning').data.length;
        return state;
      }
      const [xs, ys] = [elementsOf(given.x, 'Binning'), elementsOf(given.y, 'Binning')];
      if (xs.shape.length > 0 && ys.shape.length > 0 && !sameShape(xs.shape, ys.shape)) throw unlike('Binning', { x: xs, y: ys });
      const of = xs.shape.length > 0 ? xs : ys;
      const at = ({ data, shape }: typeof xs, i: number): number => Number(data[shape.length > 0 ? i : 0]);
      const cell = Float64Array.from({ length: of.data.length }, (_, i) => cellOf(at(xs, i), at(ys, i)));
      return byCell.add(state, { value: given.value, by: of.shape.length > 0 ? ndarray(cell, of.shape) : cell[0]! }, trainId);
    },
    merge: (a, b) => byCell.merge(a, b),
    result(state) {
      const all = byCell.result(state);
      if (!all) return undefined;
      const unfold = (array: NdArray): NdArray => array.reshape(rows.count, columns.count, ...array.shape.slice(1));
      const { errors, counts, unit } = all.labels;
      return labelled(unfold(all.array), { axes: [rows.axis('y'), columns.axis('x')], ...(counts && { counts }), ...(unit !== undefined && { unit }), ...(errors && { errors: unfold(errors) }) });
    },
  });
}
