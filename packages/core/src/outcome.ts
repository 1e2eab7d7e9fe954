/**
 * What a view gave for one train: exactly one of these for each view and each train seen.
 * The order is the code written to files: 0 value, 1 none, 2 missing, 3 failed, 4 late, 5 dropped.
 */
export const outcomeNames = ['value', 'none', 'missing', 'failed', 'late', 'dropped'] as const;
export type OutcomeName = (typeof outcomeNames)[number];

/** The code of an outcome in files and messages. */
export function outcomeCode(name: OutcomeName): number {
  return outcomeNames.indexOf(name);
}

/** How often each outcome occurred. */
export type OutcomeCounts = Record<OutcomeName, number>;

export function noOutcomes(): OutcomeCounts {
  return { value: 0, none: 0, missing: 0, failed: 0, late: 0, dropped: 0 };
}

/** An outcome other than `value`, with the sentence that `yard why` prints. */
export interface Reason {
  readonly outcome: Exclude<OutcomeName, 'value'>;
  readonly message: string;
  /** For `failed`: the place in the user's file. */
  readonly where?: { readonly file: string; readonly line?: number; readonly column?: number };
}

/** What `skip(reason)` gives back: the view has nothing for this train, and says why. */
export class Skip {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Return `skip('shutter closed')` from a view that has nothing to say for this train; its outcome is `none` with that reason. */
export function skip(reason = 'skipped'): Skip {
  return new Skip(reason);
}
