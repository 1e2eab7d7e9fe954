import type { Where } from '@trainyard/core';
import type { Suspect } from '../code/suspects.ts';

/** What `yard check --purity` found out about a list or views file. */
export interface PurityReport {
  /** How many trains were computed, and the first and last train ID. */
  readonly trains: number;
  readonly trainIds: readonly [first: number, last: number];
  /** Views whose function runs on any worker, and those in train order. */
  readonly views: { readonly pool: number; readonly reduce: number };
  /** What was compared, in words. */
  readonly orders: readonly string[];
  readonly findings: readonly PurityFinding[];
}

/** One view that is not a function of its train alone. */
export interface PurityFinding {
  /**
   * `order`: another order of the trains, or other workers, give other results. `repeat`: the same order does, too. `reduce`: a view in train order
   * does. `input`: it writes to what it is given. `hang`, `end`: it did not come back, or ended its worker.
   */
  readonly kind: 'order' | 'repeat' | 'reduce' | 'input' | 'hang' | 'end';
  readonly view: string;
  readonly where?: Where;
  /** The first train on which it shows, and on how many of those that were computed. */
  readonly trainId: number;
  readonly trains: number;
  /** What differs, in words: `1.5, then 4.7`; of an array the greatest difference and its place. Of an input its name. */
  readonly difference: string;
  /** In which of the orders it was seen. */
  readonly order: string;
  /** Views that differ only because they take this one. */
  readonly followers: readonly string[];
  /** What in the code may be the cause, the nearest first. */
  readonly suspects: readonly Suspect[];
}
