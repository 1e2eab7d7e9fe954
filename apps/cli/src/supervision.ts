/** What a supervisor and the yard that it started say to one another. */

/** Set for a yard that has a supervisor; taken away at once, so that what views start has none. */
export const SUPERVISED = 'YARD_SUPERVISED';

/** The yard before this one, which crashed. */
export interface Crashed {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `SIGSEGV`, or a sentence's end: `the kernel, for want of memory`. */
  readonly by: string;
  /** Where it listened: the next one does, too, so that open browsers find it again. Absent when it had not come so far. */
  readonly address?: Address;
  /** Views that ran when the one before it crashed, by what that one found. */
  readonly suspects: readonly string[];
}

export interface Address {
  readonly port: number;
  readonly token: string;
  readonly lookToken: string;
}

export type ToYard = { readonly type: 'start'; readonly crashed?: Crashed };

export type ToSupervisor =
  /** It is there. */
  | { readonly type: 'up'; readonly address: Address }
  /** Views that ran when the one before it crashed. */
  | { readonly type: 'suspects'; readonly views: readonly string[] }
  /** It ends in order: whatever its exit code, it is not started again. */
  | { readonly type: 'ending' };
