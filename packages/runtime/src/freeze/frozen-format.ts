import type { Where } from '@trainyard/core';
import type { KeptParameter } from '../worker/generation.ts';

/**
 * A frozen train is a folder: a run of the EuXFEL with the inputs of one view (`writeTrains`), and beside it
 *   frozen.json       this record, for people and for `yard retry`
 *   exact.bin         inputs that a run cannot hold to the bit (booleans, 64-bit integers, nested lists), see `exact.ts`
 *   constants/*.bin   the constants that the code had
 *   expected.nxs      what the view is to give: then it is a test, which `yard check` runs
 */
export const FROZEN = { record: 'frozen.json', exact: 'exact.bin', constants: 'constants', expected: 'expected.nxs' } as const;

export interface FrozenRecord {
  readonly trainyard: 1;
  /** `group/name`; absent when a train was frozen for all views. */
  readonly view?: string;
  readonly trainId: number;
  /** Earlier trains that are in the run, too, because the view looks back. */
  readonly earlier: readonly number[];
  /** What the view gave for it, with the reason and the user's line. */
  readonly outcome: string;
  readonly message: string;
  readonly where?: Where;
  /** The list or views file, relative to this folder. */
  readonly file: string;
  /** Where the train came from: an endpoint, a run's folder. */
  readonly from: string;
  /** When, as ISO text. */
  readonly frozenAt: string;
  /** Data path -> what was found there, in words. */
  readonly inputs: Readonly<Record<string, string>>;
  /** `group.name` -> value, and the default that it was chosen against. */
  readonly parameters: Readonly<Record<string, KeptParameter>>;
  /** `group.name` -> hash. */
  readonly constants: Readonly<Record<string, string>>;
  /** What is not as it was: earlier trains that were not at hand, what a reducer remembered. */
  readonly notes: readonly string[];
}
