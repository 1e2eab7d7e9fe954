import type { WireOutcome } from '../worker/messages.ts';
import { Lent } from './lent.ts';

/** An outcome, and the buffer that its arrays lie in. */
export interface Placed {
  readonly outcome: WireOutcome;
  readonly memory: SharedArrayBuffer | undefined;
}

/** Outcomes of one train: all of them, or those that came together. Buffers go back to their workers when everyone who held it has let go. */
export class FinishedTrain extends Lent {
  readonly trainId: number;
  readonly seq: number;
  /** When it happened, see `ReadyTrain`. */
  readonly at: number | undefined;
  /** View id -> outcome, in the order of the graph; hidden views are not in it. */
  readonly outcomes: ReadonlyMap<string, Placed>;

  constructor(seq: number, trainId: number, outcomes: ReadonlyMap<string, Placed>, release: () => void, at?: number) {
    super(release);
    this.at = at;
    this.seq = seq;
    this.trainId = trainId;
    this.outcomes = outcomes;
  }
}
