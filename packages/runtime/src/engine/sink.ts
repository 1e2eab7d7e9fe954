import type { JournalEntry } from '@trainyard/control';
import type { BlockValue, FinalValue } from '../worker/messages.ts';
import type { GenerationDescriptor } from '../worker/generation.ts';
import type { FinishedTrain } from './finished-train.ts';

/** Where results go: a file, viewers, a bridge. Trains come in ascending train ID. */
export interface Sink {
  /**
   * It shows what is new: `train` is called for what comes together of a train, as soon as it is there, and for each view in train order. Others get
   * whole trains, which wait for the slowest view.
   */
  readonly isEarly?: true;
  /** A generation's views, from the next train on. */
  generation(descriptor: GenerationDescriptor): void;
  /** One train; whoever needs it longer than this call holds it (`hold`, `letGo`). */
  train(train: FinishedTrain): void;
  /** Blocks that cumulative reducers closed, arrays in `memory`; copied before this returns, or `done` is called later. */
  blocks?(blocks: readonly BlockValue[], memory: SharedArrayBuffer | undefined, done: () => void): void;
  finals?(finals: readonly FinalValue[], memory: SharedArrayBuffer | undefined): void;
  journal?(entry: JournalEntry): void;
  /** True while it has as much as it can take: recorded data wait. */
  readonly full?: boolean;
  /** Ends it; what was given is whole. Throws when it could not be written. */
  close(): Promise<void>;
}
