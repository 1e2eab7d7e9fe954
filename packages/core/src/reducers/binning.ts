import { ndarray, type NdArray } from '@trainyard/nd';
import { labelled, type Labelled } from '../kinds.ts';
import { reducer, type Reducer } from '../reducer.ts';
import { elementsOf, requireShape, sameShape, type Elements, type Value } from './elements.ts';
import { equalBins, type BinOptions } from './equal-bins.ts';
import { windowOf, written, type Bounded } from './options.ts';
import { unlike } from './pairs.ts';
import { addUp } from './sum.ts';
import { addMoments, joinMoments } from './variance.ts';

/** What becomes of the values of one bin. */
export type BinningMode = 'average' | 'accumulate' | 'count';

/** What is binned, and by what. */
export interface Binned {
  readonly value: Value | undefined;
  readonly by: Value | undefined;
}

/** One bin that has a value; `columns` are mean and squares, or the sum, or none. */
interface BinRow {
  readonly bin: number;
  count: number;
  readonly columns: readonly Float64Array[];
}

export interface BinningState {
  /** Of one entry; undefined before the first. */
  shape: readonly number[] | undefined;
  /** In the order of the bins. */
  rows: BinRow[];
  pairs: number;
  outside: number;
  incomplete: number;
}

export interface BinningOptions extends BinOptions, Bounded {
  /** `average` (default): mean, with one standard deviation as its errors; `accumulate`: sum; `count`: how many values. */
  readonly mode?: BinningMode | undefined;
}

const COLUMNS: Readonly<Record<BinningMode, number>> = { average: 2, accumulate: 1, count: 0 };

/**
 * Collects `value` in equal bins of `by` (bins as those of `histogram`). With a number in `by`, the value of a train, number, vector or image, goes into one bin;
 * with a vector (a value per pulse) entry i of `value` along its first axis goes into the bin of `by[i]`. The result has shape (bins, ...shape of an entry),
 * float64, labelled with the edges; a bin without a value is NaN, or 0 when it is a sum or a count. NaN in an array stays NaN in its element. Its `counts` are `pairs`,
 * `outside` (those of them beyond the range) and `incomplete`: one side missing, or `by` or a single number not finite. Bins take memory when they have their
 * first value. Errors: `REDUCER_BINS`, `REDUCER_PAIRS`, `REDUCER_SHAPE`, `REDUCER_VALUE`.
 */
export function binning(options: BinningOptions): Reducer<Binned, BinningState, Labelled> {
  const { bins, range, mode = 'average', trains } = options;
  const along = equalBins('Binning', options);

  /** Folds one entry in; what it holds is copied. */
  function put(state: BinningState, bin: number, data: ArrayLike<number | bigint>): void {
    let [at, end] = [0, state.rows.length];
    while (at < end) {
      const middle = (at + end) >> 1;
      if (state.rows[middle]!.bin < bin) at = middle + 1;
      else end = middle;
    }
    if (state.rows[at]?.bin !== bin) state.rows.splice(at, 0, { bin, count: 0, columns: Array.from({ length: COLUMNS[mode] }, () => new Float64Array(data.length)) });
    const row = state.rows[at]!;
    row.count += 1;
    if (mode === 'average') addMoments(row.columns[0]!, row.columns[1]!, data, row.count);
    else if (mode === 'accumulate') addUp(row.columns, data);
  }

  return reducer({
    name: written('binning', { bins, range, mode, trains }),
    kind: 'matrix',
    ...windowOf(options),
    takes: ['value', 'by'],
    keeps: mode === 'count' ? 'axes' : 'axes and unit',
    initial: () => ({ shape: undefined, rows: [], pairs: 0, outside: 0, incomplete: 0 }),
    add(state: BinningState, { value, by }: Binned) {
      if (value === undefined || by === undefined) {
        state.incomplete += by === undefined ? 1 : elementsOf(by, 'Binning').data.length;
        return state;
      }
      const [values, places] = [elementsOf(value, 'Binning'), elementsOf(by, 'Binning')];
      const shape = entryShape(values, places);
      if (state.shape) requireShape('Binning', state.shape, shape);
      else state.shape = [...shape];
      const size = shape.reduce((product, n) => product * n, 1);
      for (let i = 0; i < places.data.length; i++) {
        const place = Number(places.data[i]);
        const whole = Number.isFinite(place) && (shape.length > 0 || Number.isFinite(Number(values.data[i])));
        if (!whole) {
          state.incomplete += 1;
          continue;
        }
        state.pairs += 1;
        const bin = along.indexOf(place);
        if (bin < 0 || bin === bins) state.outside += 1;
        else put(state, bin, places.data.length === 1 ? values.data : part(values.data, i * size, size));
      }
      return state;
    },
    merge(a, b) {
      if (a.shape && b.shape) requireShape('Binning', a.shape, b.shape);
      return { shape: a.shape ?? b.shape, rows: joinRows(a.rows, b.rows, mode), pairs: a.pairs + b.pairs, outside: a.outside + b.outside, incomplete: a.incomplete + b.incomplete };
    },
    result({ shape, rows, pairs, outside, incomplete }) {
      if (pairs + incomplete === 0) return undefined;
      const counts = { pairs, outside, incomplete };
      const axes = [along.axis('by')];
      const inner = mode === 'count' ? [] : (shape ?? []);
      const size = inner.reduce((product, n) => product * n, 1);
      const spread = (missing: number, of: (row: BinRow) => ArrayLike<number>): NdArray => {
        const out = new Float64Array(bins * size).fill(missing);
        for (const row of rows) out.set(of(row), row.bin * size);
        return ndarray(out, [bins, ...inner]);
      };
      if (mode === 'count') return labelled(spread(0, ({ count }) => [count]), { axes, unit: 'counts', counts });
      if (mode === 'accumulate') return labelled(spread(0, ({ columns }) => columns[0]!), { axes, counts });
      return labelled(spread(NaN, ({ columns }) => columns[0]!), { axes, counts, errors: spread(NaN, ({ columns, count }) => columns[1]!.map((x) => Math.sqrt(x / count))) });
    },
  });
}

/** The shape of one entry: what the value's shape has behind that of `by`. */
function entryShape(value: Elements, by: Elements): readonly number[] {
  const depth = by.shape.length;
  if (depth > 0 && !sameShape(by.shape, value.shape.slice(0, depth))) throw unlike('Binning', { value, by });
  return value.shape.slice(depth);
}

/** A stretch of elements, in place where they are a typed array. */
function part(data: ArrayLike<number | bigint>, from: number, length: number): ArrayLike<number | bigint> {
  return ArrayBuffer.isView(data) ? (data as Float64Array).subarray(from, from + length) : Array.prototype.slice.call(data, from, from + length);
}

/** The bins of both, those with values in both joined. */
function joinRows(a: readonly BinRow[], b: readonly BinRow[], mode: BinningMode): BinRow[] {
  const rows = new Map(a.map((row) => [row.bin, row]));
  for (const later of b) {
    const row = rows.get(later.bin);
    rows.set(later.bin, row ? joinRow(row, later, mode) : later);
  }
  return [...rows.values()].sort((one, other) => one.bin - other.bin);
}

function joinRow({ bin, count, columns }: BinRow, later: BinRow, mode: BinningMode): BinRow {
  const own = columns.map((column) => column.slice());
  if (mode === 'average') joinMoments(own[0]!, own[1]!, later.columns[0]!, later.columns[1]!, [count, later.count]);
  else if (mode === 'accumulate') addUp(own, later.columns[0]!);
  return { bin, count: count + later.count, columns: own };
}
