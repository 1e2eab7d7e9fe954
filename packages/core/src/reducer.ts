import type { ViewKind } from './kinds.ts';
import { YardError } from './problem.ts';

/**
 * A mergeable accumulator. Trains are folded in order inside blocks of 64 train IDs; blocks merge in one fixed
 * binary tree over block numbers (see `BlockTree`), so that any cut at a multiple of 64 gives the same bits.
 * A state is plain data: numbers, strings, typed arrays, and objects or lists of them.
 */
export interface Reducer<In = any, State = any, Out = any> {
  readonly '~reducer': true;
  /** For messages and provenance: `histogram(bins=200)`. */
  readonly name: string;
  /** The kind of its result. */
  readonly kind: ViewKind;
  /**
   * Undefined: cumulative, its result is over all trains so far.
   * N: bounded, its result at a train is over the last N train IDs, that one included.
   */
  readonly window?: number;
  /**
   * Names of its inputs, when it takes several: `add` then gets an object with one value under each name, `undefined` for an input
   * that has none in that train (a train without any is not folded). Absent: it takes one value.
   */
  readonly takes?: readonly string[];
  /** What its result has of the labels of what it folds (of the input `value`, when it takes several): the last axes, or also the unit. */
  readonly keeps?: 'axes' | 'axes and unit';
  initial(): State;
  /**
   * Folds one value in; may change and give back `state`. An array is lent for the call only: copy what the state keeps.
   * What it throws fails that train: throw before the state has changed.
   */
  add(state: State, value: In, trainId: number): State;
  /** Joins two states, `a` of the earlier trains; changes neither. What it gives back may be one of them, or share its arrays. */
  merge(a: State, b: State): State;
  /**
   * Takes the trains before `trainId` out again; may change and give back `state`. Only for what keeps each train as it came, so that nothing is
   * left of those taken out: a window then holds one state, not two for each of its train IDs.
   */
  forget?(state: State, trainId: number): State;
  /** The value to show. Must not change `state`, nor share its arrays. Undefined when there is nothing yet. */
  result(state: State): Out | undefined;
}

/** Makes a reducer; the marker is ours to set. Throws `REDUCER_WINDOW`. */
export function reducer<In, State, Out>(spec: Omit<Reducer<In, State, Out>, '~reducer'>): Reducer<In, State, Out> {
  const { window } = spec;
  if (window !== undefined && !(Number.isInteger(window) && window > 0)) throw new YardError('REDUCER_WINDOW', `${spec.name}: a window is a whole number of train IDs, at least 1, not ${window}.`);
  return { '~reducer': true, ...spec };
}

export function isReducer(value: unknown): value is Reducer {
  return typeof value === 'object' && value !== null && '~reducer' in value;
}
