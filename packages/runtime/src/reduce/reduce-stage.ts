import { outcomeCode } from '@trainyard/core';
import type { ActionProgress, FromWorker, ReduceState, ToWorker, Verdict } from '../worker/messages.ts';
import type { Crew } from '../crew/crew.ts';
import { ReduceMemory } from './reduce-memory.ts';
import { isTooMuch, setAside, type Fall } from '../pool/set-aside.ts';
import { StrandQueue, type StrandWork } from './strand-queue.ts';
import type { Train } from '../pool/train.ts';
import type { Strand } from '../crew/view-graph.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';

export type Reduced = Extract<FromWorker, { type: 'reduced' }>;

/** A train on which the reduce worker died so often, with no view to blame, is given up there. */
const MOST_DEATHS = 3;
/** The last checkpoint before a rest may take so long; without it the one before counts. */
const REST_MS = 10_000;

/**
 * Takes the pool's results in train order to the reduce worker of their generation. At the first train of a new
 * generation the old reduce worker's state moves to the new one; trains wait meanwhile, none is lost.
 */
export class ReduceStage {
  /** Strands of a train are through; `maker` lent the buffer. */
  onDone: (train: Train, strands: readonly Strand[], reduced: Reduced, maker: WorkerHandle | undefined) => void = () => undefined;
  onNotes: (notes: readonly string[]) => void = () => undefined;
  /** An action that was under way and cannot go on. */
  onGivenUp: (progress: ActionProgress) => void = () => undefined;
  /** Trains before it are not counted, see `TrainSource`. */
  countFrom = -Infinity;
  /** Views that are not run whatever they do. */
  held: ReadonlyMap<string, Verdict> = new Map();
  /** What the reduce worker remembers, for when it dies, or all does. */
  readonly memory = new ReduceMemory();
  #crew: Crew | undefined;
  readonly #queue = new StrandQueue();
  /** What the reduce worker has, in this order. */
  #sent: StrandWork[] = [];
  /** The worker is being replaced, or its state is on its way; `from` gives it. */
  #moving: { readonly from: Crew | undefined } | undefined;
  #state: ReduceState = {};
  /** A worker takes over what was stored. */
  #isRestoring = false;
  /** Views whose stored state ended a worker. */
  readonly #lost = new Set<string>();
  #renewal: { readonly worker: WorkerHandle; readonly done: (old: WorkerHandle) => void } | undefined;
  #renewed: (() => void) | undefined;
  #idle: (() => void)[] = [];
  #checkpointed: () => void = () => undefined;
  readonly #falls = new Map<string, Fall[]>();

  /** A train was taken; call in train order. */
  begin(train: Train): void {
    this.#queue.begin(train);
  }

  /** The pool gave results of a train; call in train order for each view. */
  push(train: Train): void {
    this.#queue.add(train);
    this.#advance();
  }

  /** What the reduce worker of the crew in charge said. */
  receive(message: FromWorker): void {
    if (message.type === 'reduced') {
      const work = this.#sent.find(({ train }) => train.seq === message.seq);
      if (!work) return;
      this.#sent = this.#sent.filter((one) => one !== work);
      this.memory.reduced(message.trainId, Object.keys(message.outcomes));
      this.onDone(work.train, work.strands, message, this.#crew?.reduce);
    } else if (message.type === 'checkpoint') {
      if (message.seq >= 0) this.memory.take(message.seq, message.checkpoint);
      this.#checkpointed();
    } else if (message.type === 'state') {
      this.#state = message.state;
      this.#hand();
    } else if (message.type === 'restored') {
      this.onNotes(message.notes);
      message.givenUp.forEach((progress) => this.onGivenUp(progress));
      this.#moving = undefined;
      this.#isRestoring = false;
      this.#renewed?.();
      this.#renewed = undefined;
    }
    this.#advance();
  }

  /** Resolved when every train given in is through. */
  async drained(): Promise<void> {
    if (this.#isIdle) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  get #isIdle(): boolean {
    return this.#queue.isEmpty && this.#sent.length === 0 && !this.#moving;
  }

  /** All trains are through, and the reduce worker is about to be let go: what it remembers waits for the next one. */
  async rest(): Promise<void> {
    await this.drained();
    const worker = this.#crew?.reduce;
    if (worker) {
      const done = new Promise<void>((resolve) => (this.#checkpointed = resolve));
      worker.send({ type: 'checkpoint' });
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, REST_MS))]);
    }
    this.memory.rest();
    this.#crew = undefined;
  }

  /** The crew whose reduce worker holds the state now. */
  get crew(): Crew | undefined {
    return this.#crew;
  }

  /** The crew that gives its state to the one in charge at the moment. */
  get giver(): Crew | undefined {
    return this.#moving?.from;
  }

  /** Makes a crew take over although no train of it came: at the end of a source. */
  async takeOver(crew: Crew): Promise<void> {
    await this.drained();
    if (this.#crew !== crew) this.#move(crew);
    await this.drained();
  }

  /** Trains that wait or are with the reduce worker: recorded data and streams wait when there are many. */
  get backlog(): number {
    return this.#queue.length + this.#sent.length;
  }

  /** Whether something is asked of the workers of reduce stages. */
  get isBusy(): boolean {
    return this.#moving !== undefined || this.#sent.length > 0;
  }

  /** Whether nothing goes on, since a worker is being replaced or gives its state to another. */
  get isPaused(): boolean {
    return this.#moving !== undefined;
  }

  /** Another reduce worker takes the place of the one in charge when that has done what it holds: with all that it remembers. `done` is called with the old one. */
  renew(worker: WorkerHandle, done: (old: WorkerHandle) => void): void {
    this.#renewal = { worker, done };
    this.#advance();
  }

  #renewNow(crew: Crew): void {
    const { worker, done } = this.#renewal!;
    const from = { ...crew };
    this.#renewed = () => {
      if (from.reduce) done(from.reduce);
    };
    this.#renewal = undefined;
    crew.reduce = worker;
    this.#moving = { from };
    worker.given();
    from.reduce?.given();
    from.reduce?.send({ type: 'save-state' });
  }

  /** A change for the reduce worker that holds from the train with this number on. */
  tell(seq: number, message: ToWorker): void {
    if (message.type === 'clear') this.memory.clear(seq, message.id);
    this.#queue.change(seq, message);
    this.#advance();
  }

  /** At the end: changes that were to hold from a next train on are told all the same. */
  announceAll(): void {
    for (const message of this.#queue.takeChanges(Infinity)) this.#crew?.reduce?.send(message);
  }

  /** A view that was set aside is tried again; gives back whether it was. */
  retry(view: string): boolean {
    const was = isTooMuch(this.#falls.get(view) ?? []);
    this.#falls.delete(view);
    return was;
  }

  /** The reduce worker is gone: trains wait until `resend`. */
  pause(): void {
    this.#moving ??= { from: undefined };
  }

  /**
   * The reduce worker was replaced: what the new one goes on with is given back in words. The trains that the old one held go to the new one,
   * the first of them without the view, or the action, that ended the old one.
   */
  resend(crew: Crew, guilty: string | undefined, verdict: Verdict): string {
    // It was to give its state to the crew in charge, which has what is known of it.
    const isGiver = crew === this.#moving?.from;
    const target = isGiver ? this.#crew : crew;
    if (!target || target !== this.#crew) return 'nothing else is touched';
    const { checkpoint, after, note } = this.memory.afterDeath();
    // What ends its worker while it is restored starts anew: the others have theirs.
    if (guilty !== undefined && this.#isRestoring) this.#lost.add(guilty);
    if (checkpoint) {
      const parts = Object.fromEntries(Object.entries(checkpoint.parts).filter(([name]) => !this.#lost.has(name)));
      this.#isRestoring = true;
      target.reduce?.given();
      target.reduce?.send({ type: 'restore-checkpoint', checkpoint: { ...checkpoint, parts }, after });
    }
    this.#moving = undefined;
    const [first] = this.#sent;
    if (first && guilty !== undefined) {
      this.#falls.set(guilty, [...(this.#falls.get(guilty) ?? []), { seq: first.train.seq, trainId: first.train.trainId, reason: verdict.message, from: 0, at: Date.now() }].slice(-10));
      first.verdicts = { ...first.verdicts, [guilty]: verdict };
    } else if (first && ++first.deaths >= MOST_DEATHS) {
      this.#sent.shift();
      this.#fail(first, verdict);
    }
    for (const work of this.#sent.splice(0)) this.#send(work);
    this.#advance();
    return note;
  }

  #advance(): void {
    if (this.#renewal && this.#crew?.reduce && !this.#moving && this.#sent.length === 0) this.#renewNow(this.#crew);
    while (!this.#moving && !this.#renewal && this.#queue.crew) {
      if (this.#queue.crew !== this.#crew) {
        if (this.#sent.length || this.#queue.holdsBefore(this.#queue.crew)) return;
        this.#move(this.#queue.crew);
        continue;
      }
      const next = this.#queue.next(this.#crew);
      if (!next) return;
      const { reduce } = this.#crew;
      if (reduce) this.#goOn(next.work.train, reduce);
      for (const message of next.before) reduce?.send(message);
      this.#send(next.work);
    }
    if (this.#isIdle) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** At the first train of this process: what an earlier one remembered. */
  #goOn({ trainId, crew }: Train, worker: WorkerHandle): void {
    const restored = this.memory.atFirst(trainId, crew.descriptor);
    if (restored?.checkpoint) {
      this.#isRestoring = true;
      worker.send({ type: 'restore-checkpoint', checkpoint: restored.checkpoint });
    }
    if (restored?.note) this.onNotes([restored.note]);
  }

  #send(work: StrandWork): void {
    const { train: { seq, trainId, crew, dropped, again, stays }, strands, given } = work;
    if (!crew.reduce) return this.#fail(work, { outcome: 'failed', message: 'no worker could be started for what goes in train order' });
    const aside = [...this.#falls].filter(([, falls]) => isTooMuch(falls)).map(([view, falls]) => [view, setAside(view, falls)] as const);
    const lost = dropped === undefined ? [] : crew.graph.inReduce.map(({ id }) => [id, { outcome: 'dropped', message: dropped } satisfies Verdict] as const);
    const verdicts = { ...Object.fromEntries(aside), ...Object.fromEntries(this.held), ...work.verdicts, ...Object.fromEntries(lost) };
    this.#sent.push(work);
    if (this.#sent.length === 1) crew.reduce.given();
    crew.reduce.send({
      type: 'reduce', seq, trainId,
      parts: given.map(({ outcomes, buffer }) => ({ outcomes, ...(buffer && { memory: buffer.memory }) })),
      ...(strands.length < crew.graph.strands.length && { only: strands.flatMap(({ ids }) => [...ids]) }),
      ...(trainId < this.countFrom && { warm: true }),
      ...(again && { again }),
      ...(stays && { stays }),
      ...(Object.keys(verdicts).length > 0 && { verdicts }),
    });
  }

  /** What nobody computes. */
  #fail({ train: { seq, trainId, crew }, train, strands }: StrandWork, { message }: Verdict): void {
    const outcomes = Object.fromEntries(crew.graph.inReduce.filter(({ id }) => strands.some(({ ids }) => ids.has(id))).map(({ id }) => [id, { code: outcomeCode('failed'), message }]));
    this.onDone(train, strands, { type: 'reduced', seq, trainId, outcomes, times: {}, blocks: [], logs: [] }, undefined);
  }

  #move(to: Crew): void {
    const from = this.#crew;
    this.#crew = to;
    this.#falls.clear();
    this.#lost.clear();
    const rested = this.memory.afterRest();
    if (rested?.checkpoint) to.reduce?.send({ type: 'restore-checkpoint', checkpoint: rested.checkpoint, after: rested.after });
    if (!from?.reduce) return;
    this.#moving = { from };
    // What they do counts from here: they had nothing to do, however long.
    to.reduce?.given();
    from.reduce.given();
    from.reduce.send({ type: 'save-state' });
  }

  #hand(): void {
    const target = this.#crew?.reduce;
    if (target) {
      this.#moving = { from: undefined };
      target.given();
      target.send({ type: 'restore-state', state: this.#state });
    } else this.#moving = undefined;
    this.#state = {};
  }
}
