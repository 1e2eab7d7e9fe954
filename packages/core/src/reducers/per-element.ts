import type { Labelled } from '../kinds.ts';
import { reducer, type Reducer } from '../reducer.ts';
import { elementsOf, requireShape, type Value } from './elements.ts';
import { windowOf, type Bounded } from './options.ts';

/** What is remembered of each element: a few float64 arrays as long as the value, in C order. */
export interface ElementState {
  /** Trains folded in. */
  count: number;
  /** The newest train ID; -1 before the first. */
  last: number;
  /** Empty for a number. */
  shape: readonly number[];
  /** Empty before the first train. */
  columns: readonly Float64Array[];
}

/** A reducer that treats every element of a value alike, and apart from all others. */
interface PerElement<Out> {
  /** With its options, see `written`. */
  readonly name: string;
  /** In messages: `A mean`. */
  readonly what: string;
  readonly bounded?: Bounded;
  readonly keeps: 'axes' | 'axes and unit';
  /** How many arrays the state has, and what fresh ones are filled with (default 0). */
  readonly columns: number;
  readonly start?: number;
  /** Folds one train's elements in; `count` is with this train, `gap` the train IDs since the last one, 0 at first. */
  readonly fold: (columns: readonly Float64Array[], data: ArrayLike<number | bigint>, count: number, gap: number) => void;
  /** Joins the later columns into the earlier; `counts` of both, `gap` from the last train of the one to that of the other. */
  readonly join: (into: readonly Float64Array[], later: readonly Float64Array[], counts: readonly [number, number], gap: number) => void;
  /** Of at least one train; not called before. */
  readonly finish: (columns: readonly Float64Array[], state: ElementState) => Out;
}

/**
 * Makes a reducer of numbers or of arrays of one shape: a train of another shape throws `REDUCER_SHAPE`. Of no train: undefined.
 */
export function perElement<Out extends Value | Labelled = Value>({ name, what, bounded = {}, keeps, columns, start = 0, fold, join, finish }: PerElement<Out>): Reducer<Value, ElementState, Out> {
  return reducer({
    name,
    kind: 'matrix',
    ...windowOf(bounded),
    keeps,
    initial: () => ({ count: 0, last: -1, shape: [], columns: [] }),
    add(state: ElementState, value: Value, trainId: number) {
      const { data, shape } = elementsOf(value, what);
      if (state.count === 0) {
        state.shape = [...shape];
        state.columns = Array.from({ length: columns }, () => new Float64Array(data.length).fill(start));
      } else requireShape(what, state.shape, shape);
      fold(state.columns, data, state.count + 1, state.count === 0 ? 0 : Math.max(0, trainId - state.last));
      state.count += 1;
      state.last = trainId;
      return state;
    },
    merge(a, b) {
      if (a.count === 0) return b;
      if (b.count === 0) return a;
      requireShape(what, a.shape, b.shape);
      const joined = a.columns.map((column) => column.slice());
      join(joined, b.columns, [a.count, b.count], Math.max(0, b.last - a.last));
      return { count: a.count + b.count, last: b.last, shape: a.shape, columns: joined };
    },
    result: (state) => (state.count === 0 ? undefined : finish(state.columns, state)),
  });
}
