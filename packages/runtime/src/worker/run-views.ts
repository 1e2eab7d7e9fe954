import timers from 'node:timers';
import { outcomeCode } from '@trainyard/core';
import type { CallKeeper } from './call-keeper.ts';
import type { LinkedView } from './link.ts';
import type { ViewLogs } from './logs.ts';
import type { Outcome, Verdict } from './messages.ts';
import { newCall, type ViewCall } from './view-call.ts';

/**
 * What a worker and the watchdog in the main thread say to each other while the worker computes: [how often something began, the index of
 * what runs + 1 or 0, the count at which a view was left to itself].
 */
export type StatusCell = Int32Array;

export function statusCell(): StatusCell {
  return new Int32Array(new SharedArrayBuffer(12));
}

/** Says that from now on what runs is this: a view by its place among those of the executor, or what comes after them. Gives back the count. */
export function begins(status: StatusCell, index: number): number {
  Atomics.store(status, 1, index + 1);
  return Atomics.add(status, 0, 1) + 1;
}

/** Says that nothing of the user runs. */
export function rests(status: StatusCell): void {
  Atomics.store(status, 1, 0);
}

/** What both executors run views with. */
export interface RunViews {
  readonly views: readonly LinkedView[];
  readonly status: StatusCell;
  readonly logs: ViewLogs;
  /** Sees to it that calls leave nothing behind; absent in tests of the executors alone. */
  readonly keeper?: CallKeeper | undefined;
  /** IDs of the views that are run; absent: all. */
  readonly wanted?: ReadonlySet<string> | undefined;
}

/**
 * Runs views one after the other on one train: each is announced to the watchdog, owns the lines it writes, and is timed; one with a verdict
 * is not run. A view that took so long that the others were given to another worker is left to itself: after it only those that take it are
 * run. Outcomes go into `done` as they come, since later views take them. Gives back milliseconds by view, of those whose functions were called.
 */
export async function runViews(
  { views, status, logs, keeper, wanted }: RunViews,
  trainId: number,
  verdicts: { readonly [view: string]: Verdict } | undefined,
  done: Map<string, Outcome>,
  compute: (view: LinkedView, call: ViewCall) => Promise<Outcome>,
): Promise<Record<string, number>> {
  const times: Record<string, number> = {};
  let left: Set<string> | undefined;
  keeper?.beginTrain();
  for (const [i, view] of views.entries()) {
    if (wanted && !wanted.has(view.id)) continue;
    if (left) {
      if (!view.inputs.some((input) => input.view !== undefined && left!.has(input.view))) continue;
      left.add(view.id);
    }
    const verdict = verdicts?.[view.id];
    if (verdict) {
      done.set(view.id, { ...verdict, code: outcomeCode(verdict.outcome) });
      continue;
    }
    const count = begins(status, i);
    logs.enter(view.id, trainId);
    const call = keeper?.begin(view.id, trainId) ?? newCall(view.id, trainId);
    const start = performance.now();
    const { notRun, ...outcome } = await compute(view, call);
    done.set(view.id, outcome);
    if (!notRun) times[view.id] = performance.now() - start;
    keeper?.end(call);
    // Promises that go on for ever keep the thread from ever coming to this: the watchdog knows whose they are. 1 us.
    await turnOfTheLoop();
    if (Atomics.load(status, 2) === count) left = new Set([view.id]);
  }
  keeper?.endTrain(trainId);
  logs.enter('', trainId);
  rests(status);
  return times;
}

/** Node's own: that of the global name ends with the call that started it. */
const { setImmediate: afterThis } = timers;

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => {
    afterThis(resolve);
  });
}
