import type { Verdict } from '../worker/messages.ts';
import type { Post } from './post.ts';
import type { Shift } from './shift.ts';
import type { Train } from './train.ts';

/** What is ours (sending results) takes as long as data are large; a disk that hangs is given up. */
const OURS_MS = 60_000;
/** A worker that was given something begins within this, unless code of the user keeps it. */
const BEGINS_MS = 1000;

/** Looks at what the workers of a shift do: a view that is over its limit is stopped; live, others are not kept waiting for one that is slow. */
export function watchShift(shift: Shift, live: boolean): void {
  const { inPool } = shift.crew.graph;
  for (const post of shift.posts) {
    if (post.shares.length === 0) continue;
    const running = post.worker.running();
    const view = inPool[running.index];
    // Without a view: a worker that computed nothing yet.
    const isFresh = view ? !post.warm.has(view.id) : post.warm.size === 0;
    const isOurs = running.index >= inPool.length;
    const limit = isOurs ? OURS_MS : shift.patience.limit(view, isFresh);
    if (post.worker.isOver(running, limit)) stop(shift, post, view ? `took longer than ${limit} ms and was stopped (the view's timeoutMs sets its limit)` : `did not answer for ${limit} ms`);
    else if (live && post.inTurn && !isOurs && shift.hasSpare && post.worker.isOver(running, shift.patience.othersWait(view, isFresh))) shift.leaveAlone(post, view?.id, running);
  }
}

/** Nothing is waited for any more: what runs is stopped, what has not begun is late. */
export function hurryShift(shift: Shift): void {
  shift.giveUp({ outcome: 'late', message: 'had not begun when the yard was ended' });
  for (const post of shift.posts) {
    if (post.shares.length === 0) continue;
    const { index, forMs } = post.worker.running();
    if (index >= 0 || forMs > BEGINS_MS) stop(shift, post, 'was still running when the yard was ended');
  }
}

/** Whatever a train still waits for is stopped. */
export function giveUpTrain(shift: Shift, train: Train, message: string): void {
  shift.giveUp({ outcome: 'late', message }, train);
  for (const post of shift.posts) if (post.shares[0]?.train === train) stop(shift, post, message);
}

function stop(shift: Shift, post: Post, message: string): void {
  const view = shift.crew.graph.inPool[post.worker.running().index];
  const verdict: Verdict = { outcome: 'late', message, ...(view?.where && { where: view.where }) };
  shift.end(post.worker, verdict, view?.id);
}
