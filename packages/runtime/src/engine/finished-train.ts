import type { WireOutcome } from '../worker/messages.ts';

/** An outcome, and the buffer that its arrays lie in. */
export interface Placed {
  readonly outcome: WireOutcome;
  readonly memory: SharedArrayBuffer | undefined;
}

/** Outcomes of one train: all of them, or those that came together. Buffers go back to their workers when everyone who held it has let go. */
export class FinishedTrain {
  readonly trainId: number;
  readonly seq: number;
  /** When it happened, see `ReadyTrain`. */
  readonly at: number | undefined;
  /** View id -> outcome, in the order of the graph; hidden views are not in it. */
  readonly outcomes: ReadonlyMap<string, Placed>;
  readonly #release: () => void;
  #holders = 1;

  constructor(seq: number, trainId: number, outcomes: ReadonlyMap<string, Placed>, release: () => void, at?: number) {
    this.at = at;
    this.seq = seq;
    this.trainId = trainId;
    this.outcomes = outcomes;
    this.#release = release;
  }

  hold(): void {
    this.#holders += 1;
  }

  letGo(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#release();
  }
}
