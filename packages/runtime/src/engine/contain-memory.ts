import type { Verdict } from '../worker/messages.ts';
import type { Crews } from '../crew/crew.ts';
import type { Dispatcher } from '../pool/dispatcher.ts';
import { MemoryWatch } from '../crew/memory-watch.ts';
import type { ReduceGuard } from '../reduce/reduce-guard.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';

const NOTE_EVERY_MS = 600_000;
/** So long a worker that grows goes on, looked at closely, before another takes its place. */
const FIND_MS = 2000;

/** Who has workers, and who replaces them. */
export interface ContainMemoryOptions {
  readonly crews: Crews;
  readonly dispatcher: Dispatcher;
  readonly guard: ReduceGuard;
  readonly note: (text: string) => void;
}

/** Watches the memory of all workers: one that takes too much is ended, with a verdict for its view; one that grows and grows is renewed. */
export function containMemory({ crews, dispatcher, guard, note }: ContainMemoryOptions): MemoryWatch<WorkerHandle> {
  let notedAt = -Infinity;
  const replace = (worker: WorkerHandle): void => {
    if (worker.role === 'pool') dispatcher.renew(worker);
    else void guard.renew(worker);
  };
  const renew = (worker: WorkerHandle, held: string, atOnce: boolean): void => {
    const now = performance.now();
    if (now - notedAt > NOTE_EVERY_MS) {
      notedAt = now;
      note(`A worker holds ${held} more than when it began: a view keeps something of every train. A fresh worker takes its place, now and whenever one grows like this.`);
    }
    if (atOnce) return replace(worker);
    worker.send({ type: 'find-growth' });
    setTimeout(() => replace(worker), FIND_MS).unref();
  };
  return new MemoryWatch({
    workers: () => crews.workers,
    renew,
    note,
    end: (worker, took) => {
      if (worker.isLoading) return worker.refuse({ code: 'LOAD_MEMORY', message: `The file took ${took} of memory while it loaded and was stopped: is there an endless loop at its top?` });
      const on = worker.trainId === undefined ? '' : ` on train ${worker.trainId}`;
      endWith(worker, { outcome: 'failed', message: `took ${took} of memory${on} and was stopped`, cause: 'memory' }, undefined, dispatcher, guard);
    },
  });
}

/** A view has left so much open that only the end of its worker closes it. */
export function endSpent(worker: WorkerHandle, { view, message }: { readonly view: string; readonly message: string }, { dispatcher, guard }: Pick<ContainMemoryOptions, 'dispatcher' | 'guard'>): void {
  endWith(worker, { outcome: 'failed', message: `${message}, and its worker was ended`, cause: 'handles' }, view, dispatcher, guard);
}

function endWith(worker: WorkerHandle, verdict: Verdict, view: string | undefined, dispatcher: Dispatcher, guard: ReduceGuard): void {
  if (worker.role === 'pool') dispatcher.end(worker, verdict, view);
  else guard.end(worker, verdict, view);
}
