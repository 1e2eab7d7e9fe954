import type { Verdict } from '../worker/messages.ts';

/** A view that hung or ended its worker so often, within so many trains, is not run until it is tried again. */
export const SET_ASIDE = { times: 3, within: 100 } as const;

/** One train on which a view hung or ended its worker. */
export interface Fall {
  readonly seq: number;
  readonly trainId: number;
  readonly reason: string;
  /** Since when it ran, and when it was ended. */
  readonly from: number;
  readonly at: number;
}

/** Whether these falls, the latest last, are too many. */
export function isTooMuch(falls: readonly Fall[]): boolean {
  const first = falls.at(-SET_ASIDE.times);
  return falls.length >= SET_ASIDE.times && falls.at(-1)!.seq - first!.seq < SET_ASIDE.within;
}

/** The outcome of a view that is not run any more: how often, on which trains, why the last time, and what to do. */
export function setAside(view: string, falls: readonly Fall[]): Verdict {
  const trains = [...new Set(falls.map(({ trainId }) => trainId))];
  const on = trains.length > 1 ? `trains ${trains.slice(0, -1).join(', ')} and ${trains.at(-1)}` : `train ${trains[0]}`;
  return { outcome: 'failed', message: `set aside after it hung or ended its worker ${falls.length} times, on ${on}; the last time it ${falls.at(-1)!.reason}. Save the file, or yard ctl reload, or yard ctl resume ${view}, to try it again` };
}
