import type { Reducer } from './reducer.ts';

/**
 * A reducer over the last N train IDs. Anchored at multiples of N: the answer is a suffix of the block before merged with
 * a prefix of this block, so nothing is ever subtracted and the answer depends on the values of the window alone.
 * Costs two merges a train, amortised; holds at most 2 N states. A reducer that can `forget` has one state, from which old trains are taken.
 */
export class Sliding<In, State, Out> {
  readonly #reducer: Reducer<In, State, Out>;
  readonly #window: number;
  #block = -1;
  /** Values of this block, in train order; the first `#folded` of them are in the prefix. */
  #current: Entry<State>[] = [];
  #prefix: State | undefined;
  #folded = 0;
  /** Values of the block before; from `#suffixFrom` on each is folded with all after it. */
  #before: Entry<State>[] = [];
  #suffixFrom = 0;
  /** Of a reducer that forgets: all trains of the window, and the newest of them. */
  #whole: Entry<State> | undefined;

  constructor(reducer: Reducer<In, State, Out>, window: number) {
    this.#reducer = reducer;
    this.#window = window;
  }

  /** Folds one train in; trains come in ascending order. */
  add(trainId: number, value: In): void {
    const reducer = this.#reducer;
    if (reducer.forget) {
      // An ID that is not later: the stream began anew.
      const before = this.#whole && this.#whole.trainId < trainId ? reducer.forget(this.#whole.state, trainId - this.#window + 1) : reducer.initial();
      this.#whole = { trainId, state: reducer.add(before, value, trainId) };
      return;
    }
    this.#enter(trainId);
    const state = reducer.add(reducer.initial(), value, trainId);
    this.#current.push({ trainId, state });
  }

  /** Takes the newest train out again, if it is this one; gives back whether it is not in there now. A reducer that forgets cannot. */
  takeBack(trainId: number): boolean {
    if (this.#reducer.forget) return this.#whole?.trainId !== trainId;
    if (this.#current.at(-1)?.trainId !== trainId) return true;
    this.#current.pop();
    this.#prefix = undefined;
    this.#folded = 0;
    return true;
  }

  /**
   * The result over the train IDs (trainId - N, trainId]; undefined when none of them had a value. Throws what `merge` throws,
   * for as long as the values that do not go together are in the window: only values of the window are ever merged.
   */
  resultAt(trainId: number): Out | undefined {
    const reducer = this.#reducer;
    if (reducer.forget) {
      if (!this.#whole || this.#whole.trainId <= trainId - this.#window) return undefined;
      this.#whole = { ...this.#whole, state: reducer.forget(this.#whole.state, trainId - this.#window + 1) };
      return reducer.result(this.#whole.state);
    }
    this.#enter(trainId);
    const suffix = this.#suffixFor(trainId - this.#window + 1);
    const prefix = this.#wholePrefix();
    const state = suffix !== undefined && prefix !== undefined ? reducer.merge(suffix, prefix) : (suffix ?? prefix);
    return state === undefined ? undefined : reducer.result(state);
  }

  #wholePrefix(): State | undefined {
    for (; this.#folded < this.#current.length; this.#folded += 1) {
      const { state } = this.#current[this.#folded]!;
      this.#prefix = this.#prefix === undefined ? state : this.#reducer.merge(this.#prefix, state);
    }
    return this.#prefix;
  }

  /** The fold of the block before from this train ID on. */
  #suffixFor(first: number): State | undefined {
    const before = this.#before;
    for (; this.#suffixFrom > 0 && before[this.#suffixFrom - 1]!.trainId >= first; this.#suffixFrom -= 1) {
      const [entry, after] = [before[this.#suffixFrom - 1]!, before[this.#suffixFrom]];
      if (after) before[this.#suffixFrom - 1] = { trainId: entry.trainId, state: this.#reducer.merge(entry.state, after.state) };
    }
    return before.find((entry) => entry.trainId >= first)?.state;
  }

  #enter(trainId: number): void {
    const block = Math.floor(trainId / this.#window);
    if (block === this.#block) return;
    this.#before = block === this.#block + 1 ? this.#current : [];
    this.#suffixFrom = this.#before.length;
    this.#current = [];
    this.#folded = 0;
    this.#prefix = undefined;
    this.#block = block;
  }

  /** What a later generation needs to go on: plain data. */
  save(): unknown {
    return { block: this.#block, current: this.#current, folded: this.#folded, prefix: this.#prefix, before: this.#before, suffixFrom: this.#suffixFrom, whole: this.#whole } satisfies Saved<State>;
  }

  restore(saved: unknown): void {
    const { block, current, folded, prefix, before, suffixFrom, whole } = saved as Saved<State>;
    this.#block = block;
    this.#current = current;
    this.#folded = folded;
    this.#prefix = prefix;
    this.#before = before;
    this.#suffixFrom = suffixFrom;
    this.#whole = whole;
  }
}

interface Entry<State> {
  readonly trainId: number;
  readonly state: State;
}

interface Saved<State> {
  readonly block: number;
  readonly current: Entry<State>[];
  readonly folded: number;
  readonly prefix: State | undefined;
  readonly before: Entry<State>[];
  readonly suffixFrom: number;
  readonly whole: Entry<State> | undefined;
}
