import { outcomeCode } from '@trainyard/core';
import type { FromWorker, TrainResults, TrainTask, Verdict } from '../worker/messages.ts';
import type { LostTrain } from '../source/matcher.ts';
import type { ReadyTrain, TrainSource } from '../source/train-source.ts';
import type { Crew, Crews } from './crew.ts';
import type { PoolResults } from './reduce-stage.ts';
import { SET_ASIDE_AFTER, setAside } from './set-aside.ts';
import type { WorkerHandle } from './worker-handle.ts';

/** A train that a worker holds. */
interface InFlight {
  readonly seq: number;
  readonly train: ReadyTrain;
  readonly crew: Crew;
  worker: WorkerHandle;
  /** Outcomes that are fixed because the view hung or died on this train. */
  readonly verdicts: Record<string, Verdict>;
  deaths: number;
}

export interface DispatcherOptions {
  readonly source: TrainSource;
  readonly crews: Crews;
  /** Live: a view has 250 ms, and one train is with a worker at a time. Recorded: 60 s, and the next is at hand. */
  readonly live: boolean;
}

/** The first train of a worker builds plans and warms code: it may take this long. */
const FIRST_RUN_MS = 8000;
const WATCH_MS = 20;

/** Hands trains to workers, watches that none hangs, and gives the results back in train order. */
export class Dispatcher {
  onResults: (train: PoolResults, worker: WorkerHandle | undefined) => void = () => undefined;
  /** The train IDs begin anew with the train that is taken next. */
  onAnew: () => void = () => undefined;
  /** A crew that was replaced has no train left. */
  onIdleCrew: () => void = () => undefined;
  /** Recorded data wait while a sink is full. */
  mayTake: () => boolean = () => true;
  /** A worker took the place of one that died: it has to be told what was set meanwhile. */
  onReplaced: (worker: WorkerHandle) => void = () => undefined;
  /** A view ended its worker, or was stopped: for the message board and the books. */
  onKilled: (view: string | undefined, verdict: Verdict) => void = () => undefined;
  lastTrainId: number | undefined;
  /** Views that are not run whatever they do: suspended by hand, say. */
  held: ReadonlyMap<string, Verdict> = new Map();
  readonly #options: DispatcherOptions;
  #crew: Crew | undefined;
  #seq = 0;
  #nextOut = 0;
  readonly #inFlight = new Map<number, InFlight>();
  readonly #load = new Map<WorkerHandle, number>();
  readonly #fresh = new Set<WorkerHandle>();
  readonly #crewOf = new WeakMap<WorkerHandle, Crew>();
  /** Hung workers whose thread is being, or was, ended. */
  readonly #ending = new WeakSet<WorkerHandle>();
  readonly #done = new Map<number, { train: PoolResults; worker: WorkerHandle | undefined }>();
  readonly #kills = new Map<string, number>();
  readonly #watch: NodeJS.Timeout;
  #idle: (() => void)[] = [];
  #stopped = false;
  #pumping = false;
  #hurried = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#watch = setInterval(() => this.#look(Date.now()), WATCH_MS);
  }

  /** The number of the train that is handed out next. */
  get nextSeq(): number {
    return this.#seq;
  }

  get busy(): number {
    return this.#inFlight.size;
  }

  /** Whether trains of this crew are under way. */
  holds(crew: Crew): boolean {
    return [...this.#inFlight.values()].some((entry) => entry.crew === crew);
  }

  /** From the next train on this crew works. */
  use(crew: Crew): void {
    this.#crew = crew;
    this.#kills.clear();
    for (const worker of crew.pool) this.#join(crew, worker);
    this.pump();
  }

  /** A view that was set aside is tried again; gives back whether it was. */
  retry(view: string): boolean {
    const was = (this.#kills.get(view) ?? 0) >= SET_ASIDE_AFTER;
    this.#kills.delete(view);
    return was;
  }

  /** A crew has done its last train: nothing of it is kept. */
  leave(crew: Crew): void {
    for (const worker of crew.pool) {
      this.#load.delete(worker);
      this.#fresh.delete(worker);
    }
  }

  /** Workers whose views may be slow once more: a parameter was set, so plans are built anew. */
  freshen(): void {
    for (const worker of this.#crew?.pool ?? []) this.#fresh.add(worker);
  }

  /** No train is taken any more; those under way come back. */
  stop(): void {
    this.#stopped = true;
    this.#settle();
  }

  /** Whoever waits for the end waits no longer for views: what still runs is `late`. */
  hurry(): void {
    this.#hurried = true;
  }

  async idle(): Promise<void> {
    if (this.#inFlight.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  close(): void {
    clearInterval(this.#watch);
  }

  /** Takes trains while there are trains and workers. Called again from inside, it leaves the rest to the call that runs. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      this.#takeAll();
    } finally {
      this.#pumping = false;
    }
  }

  #takeAll(): void {
    const depth = this.#options.live ? 1 : 2;
    while (this.#crew && !this.#stopped && this.mayTake()) {
      const lost = this.#options.source.takeLost?.();
      if (lost) {
        this.#lose(this.#crew, lost);
        continue;
      }
      const worker = [...this.#crew.pool].filter((one) => this.#load.get(one)! < depth).sort((a, b) => this.#load.get(a)! - this.#load.get(b)!)[0];
      if (!worker) return;
      const train = this.#options.source.take();
      if (!train) return;
      this.#takes(train);
      const entry: InFlight = { seq: this.#seq++, train, crew: this.#crew, worker, verdicts: this.#setAside(), deaths: 0 };
      this.#inFlight.set(entry.seq, entry);
      this.#give(entry);
    }
  }

  #join(crew: Crew, worker: WorkerHandle): void {
    this.#load.set(worker, 0);
    this.#crewOf.set(worker, crew);
    this.#fresh.add(worker);
    worker.onMessage = (message: FromWorker) => {
      if (message.type === 'results') this.#receive(worker, message);
    };
    worker.onDeath = (reason) => this.#died(crew, worker, { outcome: 'failed', message: `ended its worker: ${reason}` });
  }

  #give(entry: InFlight): void {
    this.#load.set(entry.worker, (this.#load.get(entry.worker) ?? 0) + 1);
    const { trainId, data, absent } = entry.train;
    const task: TrainTask = {
      type: 'train', seq: entry.seq, trainId,
      ...(data && { data }),
      ...(absent && { absent }),
      ...(Object.keys(entry.verdicts).length > 0 && { verdicts: entry.verdicts }),
    };
    entry.worker.send(task);
  }

  #receive(worker: WorkerHandle, results: TrainResults): void {
    const entry = this.#inFlight.get(results.seq);
    if (!entry || entry.worker !== worker) return;
    this.#fresh.delete(worker);
    this.#load.set(worker, this.#load.get(worker)! - 1);
    this.#finish(entry, results);
  }

  #finish(entry: InFlight, results: TrainResults): void {
    this.#inFlight.delete(entry.seq);
    entry.train.release();
    this.#hand({ crew: entry.crew, results, at: entry.train.at }, entry.worker);
    if (entry.crew !== this.#crew && !this.holds(entry.crew)) this.onIdleCrew();
    this.#settle();
    this.pump();
  }

  #takes({ trainId, anew }: { readonly trainId: number; readonly anew?: boolean }): void {
    if (anew) {
      this.lastTrainId = trainId - 1;
      this.onAnew();
    }
    this.lastTrainId = trainId;
  }

  /** A train that was dropped has an outcome in every view, in its place among the others. */
  #lose(crew: Crew, lost: LostTrain): void {
    const { trainId, rule } = lost;
    this.#takes(lost);
    const outcome = { code: outcomeCode('dropped'), message: rule };
    const outcomes = Object.fromEntries(crew.descriptor.views.map((view) => [view.id, outcome]));
    this.#hand({ crew, results: { type: 'results', seq: this.#seq++, trainId, outcomes, times: {}, logs: [], dropped: rule } }, undefined);
  }

  /** Gives results on, in train order. */
  #hand(train: PoolResults, worker: WorkerHandle | undefined): void {
    this.#done.set(train.results.seq, { train, worker });
    for (let next = this.#done.get(this.#nextOut); next; next = this.#done.get(this.#nextOut)) {
      this.#done.delete(this.#nextOut++);
      this.onResults(next.train, next.worker);
    }
  }

  #settle(): void {
    if (this.#inFlight.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #look(now: number): void {
    for (const worker of new Set(Array.from(this.#inFlight.values(), (entry) => entry.worker))) {
      const running = worker.running(now);
      if (!running) continue;
      const entry = [...this.#inFlight.values()].find((one) => one.worker === worker)!;
      const view = entry.crew.descriptor.views.filter((one) => one.inPool)[running.index];
      const limit = this.#hurried ? 0 : Math.max(view?.timeoutMs ?? (this.#options.live ? 250 : 60_000), this.#fresh.has(worker) ? FIRST_RUN_MS : 0);
      if (this.#ending.has(worker) || !worker.isOver(running, limit)) continue;
      const verdict: Verdict = { outcome: 'late', message: this.#hurried ? 'was still running when the yard was ended' : `took longer than ${limit} ms and was stopped (the view's timeoutMs sets its limit)`, ...(view?.where && { where: view.where }) };
      this.end(worker, verdict, view?.id);
    }
  }

  /**
   * Ends a worker of the pool, whatever it does, and has another take its place. The train that it is at is computed again; there `view`,
   * or without one the view that runs, gets the verdict instead. A view that has cost so many workers is set aside. Calling it again does nothing.
   */
  end(worker: WorkerHandle, verdict: Verdict, view?: string): void {
    const crew = this.#crewOf.get(worker);
    if (!crew || this.#ending.has(worker)) return;
    this.#ending.add(worker);
    // The slot is not given back before the thread has ended: it may still be read.
    void worker.end().then(() => this.#died(crew, worker, verdict, view));
  }

  /** A worker is gone: what it held is computed again, without the view that did it. */
  #died(crew: Crew, worker: WorkerHandle, verdict: Verdict, late?: string): void {
    const held = [...this.#inFlight.values()].filter((entry) => entry.worker === worker).sort((a, b) => a.seq - b.seq);
    const running = worker.running(Date.now());
    const view = late ?? (running ? crew.descriptor.views.filter((one) => one.inPool)[running.index]?.id : undefined);
    this.#load.delete(worker);
    crew.pool.delete(worker);
    this.onKilled(view, verdict);
    if (view !== undefined) this.#kills.set(view, (this.#kills.get(view) ?? 0) + 1);
    const [first, ...others] = held;
    if (first) {
      first.deaths += 1;
      if (view !== undefined) first.verdicts[view] = verdict;
    }
    for (const entry of others) Object.assign(entry.verdicts, this.#setAside());
    void this.#options.crews.replace(crew, 'pool').then((next) => {
      if (!next) {
        for (const entry of held) this.#giveUp(entry, verdict);
        return;
      }
      crew.pool.add(next);
      this.#join(crew, next);
      this.onReplaced(next);
      for (const entry of held) {
        // A train on which workers die without a view to blame is not tried for ever.
        if (entry.deaths > crew.descriptor.views.length + 2) this.#giveUp(entry, verdict);
        else {
          entry.worker = next;
          this.#give(entry);
        }
      }
      this.pump();
    });
  }

  #giveUp(entry: InFlight, verdict: Verdict): void {
    const outcome = { code: outcomeCode('failed'), message: verdict.message };
    const outcomes = Object.fromEntries(entry.crew.descriptor.views.filter((view) => view.inPool).map((view) => [view.id, outcome]));
    this.#finish(entry, { type: 'results', seq: entry.seq, trainId: entry.train.trainId, outcomes, times: {}, logs: [] });
  }

  #setAside(): Record<string, Verdict> {
    const aside = [...this.#kills].filter(([, count]) => count >= SET_ASIDE_AFTER);
    return Object.fromEntries([...aside.map(([view, count]) => [view, setAside(count)] as const), ...this.held]);
  }
}
