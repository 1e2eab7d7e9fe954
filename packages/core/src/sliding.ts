import type { Reducer } from './reducer.ts';

/**
 * A reducer over the last N train IDs. Anchored at multiples of N: the answer is a suffix of the block before merged with
 * a prefix of this block, so nothing is ever subtracted and the answer depends on the values of the window alone.
 * Costs two merges a train, amortised; holds at most 2 N states.
 */
export class Sliding<In, State, Out> {
  readonly #reducer: Reducer<In, State, Out>;
  readonly #window: number;
  #block = -1;
  /** Values of this block, in train order. */
  #current: { trainId: number; state: State }[] = [];
  /** Suffixes of the block before: `#suffixes[i].state` folds the trains from `trainId` to that block's end. */
  #suffixes: { trainId: number; state: State }[] = [];
  #prefix: State | undefined;

  constructor(reducer: Reducer<In, State, Out>, window: number) {
    this.#reducer = reducer;
    this.#window = window;
  }

  /** Folds one train in; trains come in ascending order. */
  add(trainId: number, value: In): void {
    this.#enter(trainId);
    const reducer = this.#reducer;
    const state = reducer.add(reducer.initial(), value, trainId);
    this.#current.push({ trainId, state });
    this.#prefix = this.#prefix === undefined ? state : reducer.merge(this.#prefix, state);
  }

  /** The result over the train IDs (trainId - N, trainId]; undefined when none of them had a value. */
  resultAt(trainId: number): Out | undefined {
    this.#enter(trainId);
    const first = trainId - this.#window + 1;
    const suffix = this.#suffixes.find((entry) => entry.trainId >= first);
    const state = suffix && this.#prefix !== undefined ? this.#reducer.merge(suffix.state, this.#prefix) : (suffix?.state ?? this.#prefix);
    return state === undefined ? undefined : this.#reducer.result(state);
  }

  #enter(trainId: number): void {
    const block = Math.floor(trainId / this.#window);
    if (block === this.#block) return;
    this.#suffixes = [];
    if (block === this.#block + 1) {
      let suffix: State | undefined;
      for (let i = this.#current.length - 1; i >= 0; i--) {
        const { trainId: id, state } = this.#current[i]!;
        suffix = suffix === undefined ? state : this.#reducer.merge(state, suffix);
        this.#suffixes.unshift({ trainId: id, state: suffix });
      }
    }
    this.#current = [];
    this.#prefix = undefined;
    this.#block = block;
  }

  /** What a later generation needs to go on: plain data. */
  save(): unknown {
    return { block: this.#block, current: this.#current, suffixes: this.#suffixes, prefix: this.#prefix };
  }

  restore(saved: unknown): void {
    const from = saved as { block: number; current: { trainId: number; state: State }[]; suffixes: { trainId: number; state: State }[]; prefix: State | undefined };
    this.#block = from.block;
    this.#current = from.current;
    this.#suffixes = from.suffixes;
    this.#prefix = from.prefix;
  }
}
