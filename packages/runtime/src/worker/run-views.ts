import { outcomeCode } from '@trainyard/core';
import type { LinkedView } from './link.ts';
import type { ViewLogs } from './logs.ts';
import type { Outcome, Verdict } from './messages.ts';

/** Says which view is running, for the watchdog in the main thread: [how many started, index + 1 or 0]. */
export type StatusCell = Int32Array;

/** What both executors run views with. */
export interface RunViews {
  readonly views: readonly LinkedView[];
  readonly status: StatusCell;
  readonly logs: ViewLogs;
}

/**
 * Runs views one after the other on one train: each is announced to the watchdog, owns the lines it writes, and is timed; one with a verdict
 * is not run. Outcomes go into `done` as they come, since later views take them. Gives back milliseconds by view.
 */
export async function runViews(
  { views, status, logs }: RunViews,
  trainId: number,
  verdicts: { readonly [view: string]: Verdict } | undefined,
  done: Map<string, Outcome>,
  compute: (view: LinkedView) => Promise<Outcome>,
): Promise<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const [i, view] of views.entries()) {
    const verdict = verdicts?.[view.id];
    if (verdict) {
      done.set(view.id, { ...verdict, code: outcomeCode(verdict.outcome) });
      continue;
    }
    Atomics.store(status, 1, i + 1);
    Atomics.add(status, 0, 1);
    logs.enter(view.id, trainId);
    const start = performance.now();
    done.set(view.id, await compute(view));
    times[view.id] = performance.now() - start;
  }
  logs.enter('', trainId);
  Atomics.store(status, 1, 0);
  return times;
}
