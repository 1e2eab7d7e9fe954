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
  /** The values over all trains of a part, at its end; arrays in `memory`, `done` when they were copied. */
  finals?(finals: readonly FinalValue[], memory: SharedArrayBuffer | undefined, done: () => void): void;
  /**
   * Asked when a train was taken, in their order: whether it is the first of another part, such as a results file. `finals` are given for each part,
   * after its last train and before the first of the next.
   */
  beginsPart?(trainId: number): boolean;
  /** The next train, this one, is the first of another part. */
  beginPart?(trainId: number): void;
  journal?(entry: JournalEntry): void;
  /** True while it has as much as it can take: recorded data wait. */
  readonly full?: boolean;
  /** Ends it; what was given is whole. Throws when it could not be written. */
  close(): Promise<void>;
}
