import type { FromWorker, Verdict } from '../worker/messages.ts';
import type { Crew, Crews } from '../crew/crew.ts';
import type { ReduceStage } from './reduce-stage.ts';
import { actionId } from '../crew/view-graph.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';

/** The time that a view in train order has, and what is ours: storing and handing over what is remembered. */
const LIMIT_MS = { live: 2000, recorded: 60_000 } as const;
const OURS_MS = { live: 30_000, recorded: 60_000 } as const;
/** A view that has taken this long keeps the others in train order waiting, but no view of the pool. */
const KEEPS_WAITING_MS = 250;

/** What the guard needs of the engine. */
export interface ReduceGuardOptions {
  readonly stage: ReduceStage;
  readonly crews: Crews;
  readonly live: boolean;
  /** A worker that joined: it is to be told what was set meanwhile. */
  readonly greet: (worker: WorkerHandle) => void;
  readonly onMessage: (message: FromWorker) => void;
  /** A worker was ended, or ended itself: `view` is the view or action to blame. */
  readonly onDied: (view: string | undefined, verdict: Verdict) => void;
  /** Another took its place; in words, what is remembered of before. */
  readonly onReplaced: (view: string | undefined, verdict: Verdict, goesOn: string) => void;
}

/** Watches the reduce worker: views in train order cannot be kept apart, so one that hangs costs its worker, and the others go on from what was stored. */
export class ReduceGuard {
  readonly #options: ReduceGuardOptions;
  #isHurried = false;

  constructor(options: ReduceGuardOptions) {
    this.#options = options;
  }

  /** Takes the messages of a crew's reduce worker. */
  listen(crew: Crew): void {
    const { reduce } = crew;
    if (!reduce) return;
    reduce.onMessage = (message) => this.#options.onMessage(message);
    reduce.onDeath = (reason) => void this.#lost(crew, reduce, this.#running(crew, reduce), { outcome: 'failed', message: `ended its worker: ${reason}` });
  }

  /** What runs is stopped. */
  hurry(): void {
    this.#isHurried = true;
  }

  /** Whether a view in train order keeps others waiting at the moment. */
  get keepsWaiting(): boolean {
    const { stage } = this.#options;
    const { index, forMs } = stage.crew?.reduce?.running() ?? { index: -1, forMs: 0 };
    return stage.isPaused || (index >= 0 && forMs > KEEPS_WAITING_MS);
  }

  look(): void {
    const { stage, live } = this.#options;
    if (!stage.isBusy && !this.#isFinishing) return;
    const mode = live ? 'live' : 'recorded';
    for (const crew of [stage.giver, stage.crew]) {
      const worker = crew?.reduce;
      if (!crew || !worker) continue;
      const running = worker.running();
      const { inReduce } = crew.graph;
      const id = this.#running(crew, worker);
      const own = inReduce[running.index]?.timeoutMs ?? LIMIT_MS[mode];
      const limit = id === undefined ? OURS_MS[mode] : this.#isHurried ? 0 : own;
      if (!worker.isOver(running, limit)) continue;
      const where = inReduce[running.index]?.where;
      const message = id === undefined ? `did not answer for ${limit} ms` : this.#isHurried ? 'was still running when the yard was ended' : `took longer than ${limit} ms and was stopped (the view's timeoutMs sets its limit)`;
      this.end(worker, { outcome: 'late', message, ...(where && { where }) }, id);
    }
  }

  /** The final values are asked for: that is watched, too. */
  set isFinishing(is: boolean) {
    this.#isFinishing = is;
    this.#options.stage.crew?.reduce?.given();
  }

  #isFinishing = false;

  /** Ends a reduce worker, whatever it does; without `view` the one that runs is to blame. Gives back whether it is one in charge. */
  end(worker: WorkerHandle, verdict: Verdict, view?: string): boolean {
    const crew = [this.#options.stage.giver, this.#options.stage.crew].find((one) => one?.reduce === worker);
    if (!crew) return false;
    const guilty = view ?? this.#running(crew, worker);
    worker.onMessage = () => undefined;
    worker.onDeath = () => undefined;
    const ended = worker.end();
    void this.#lost(crew, worker, guilty, verdict, ended);
    return true;
  }

  /** Has another reduce worker take its place between two trains, with all that it remembers. */
  async renew(worker: WorkerHandle): Promise<void> {
    const { stage, crews, greet } = this.#options;
    const { crew } = stage;
    if (!crew || crew.reduce !== worker) return;
    const next = await crews.replace(crew, 'reduce');
    if (!next) return;
    if (crew.reduce !== worker || stage.crew !== crew) return next.end();
    greet(next);
    next.onMessage = (message) => this.#options.onMessage(message);
    stage.renew(next, (old) => {
      old.onMessage = () => undefined;
      old.onDeath = () => undefined;
      void old.end();
      this.listen(crew);
    });
  }

  /** The view or action that a worker is at. */
  #running({ graph, descriptor }: Crew, worker: WorkerHandle): string | undefined {
    const { index } = worker.running();
    const action = descriptor.actions[index - graph.inReduce.length - 1];
    return graph.inReduce[index]?.id ?? (action && actionId(action.group, action.name));
  }

  async #lost(crew: Crew, worker: WorkerHandle, guilty: string | undefined, verdict: Verdict, ended?: Promise<void>): Promise<void> {
    const { stage, crews, greet, onDied, onReplaced } = this.#options;
    if (crew.reduce !== worker) return;
    crew.reduce = undefined;
    stage.pause();
    onDied(guilty, verdict);
    // What it lent is read until it has gone; a new one may begin at once.
    await ended;
    const next = await crews.replace(crew, 'reduce');
    crew.reduce = next;
    if (next) greet(next);
    this.listen(crew);
    onReplaced(guilty, verdict, stage.resend(crew, guilty, verdict));
  }
}
