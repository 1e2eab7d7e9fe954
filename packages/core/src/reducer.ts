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
  initial(): State;
  /** Folds one value in; may change and give back `state`. An array is lent for the call only: copy what the state keeps. */
  add(state: State, value: In, trainId: number): State;
  /** Joins two states, `a` of the earlier trains; changes neither. */
  merge(a: State, b: State): State;
  /** The value to show. Must not change `state`. Undefined when there is nothing yet. */
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
