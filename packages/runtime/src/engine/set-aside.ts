import type { Verdict } from '../worker/messages.ts';

/** A view that hung or died so often is not run until the next generation. */
export const SET_ASIDE_AFTER = 3;

/** The outcome of a view that is not run any more. */
export function setAside(times: number): Verdict {
  return { outcome: 'failed', message: `set aside after it hung or ended its worker ${times} times; save the file, or yard ctl reload, to try it again` };
}
