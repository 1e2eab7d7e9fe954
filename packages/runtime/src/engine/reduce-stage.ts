import { outcomeCode } from '@trainyard/core';
import type { ActionProgress, FromWorker, ReduceState, ToWorker, TrainResults, Verdict, WireOutcome } from '../worker/messages.ts';
import type { Crew } from './crew.ts';
import { ReduceMemory } from './reduce-memory.ts';
import { SET_ASIDE_AFTER, setAside } from './set-aside.ts';
import type { WorkerHandle } from './worker-handle.ts';

export type Reduced = Extract<FromWorker, { type: 'reduced' }>;

/** The pool's results of one train, with the crew that made them. */
export interface PoolResults {
  readonly crew: Crew;
  readonly results: TrainResults;
  /** When the train happened, see `ReadyTrain`. */
  readonly at?: number | undefined;
}

/**
 * Takes the pool's results in train order to the reduce worker of their generation. At the first train of a new
 * generation the old reduce worker's state moves to the new one; trains wait meanwhile, none is lost.
 */
export class ReduceStage {
  /** A train is through: `reduced` is absent where nothing is in train order. */
  onDone: (train: PoolResults, reduced: Reduced | undefined) => void = () => undefined;
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
  #waiting: PoolResults[] = [];
  readonly #sent = new Map<number, PoolResults>();
  #moving = false;
  #state: ReduceState = {};
  #idle: (() => void)[] = [];
  /** In ascending number; each goes out before the first train that it holds for. */
  #changes: { readonly seq: number; readonly message: ToWorker }[] = [];
  readonly #deaths = new Map<string, number>();
  readonly #verdicts = new Map<number, Record<string, Verdict>>();

  /** Gives one train in; call in train order. */
  push(train: PoolResults): void {
    this.#waiting.push(train);
    this.#advance();
  }

  /** What the reduce worker of the crew in charge said. */
  receive(message: FromWorker): void {
    if (message.type === 'reduced') {
      const train = this.#sent.get(message.seq);
      if (!train) return;
      this.#sent.delete(message.seq);
      this.memory.reduced(message.trainId);
      this.onDone(train, message);
    } else if (message.type === 'checkpoint') {
      this.memory.take(message.seq, message.checkpoint);
    } else if (message.type === 'state') {
      this.#state = message.state;
      this.#hand();
    } else if (message.type === 'restored') {
      this.onNotes(message.notes);
      message.givenUp.forEach((progress) => this.onGivenUp(progress));
      this.#moving = false;
    }
    this.#advance();
  }

  /** Resolved when every train given in is through. */
  async drained(): Promise<void> {
    if (this.#waiting.length === 0 && this.#sent.size === 0 && !this.#moving) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** The crew whose reduce worker holds the state now. */
  get crew(): Crew | undefined {
    return this.#crew;
  }

  /** Makes a crew take over although no train of it came: at the end of a source. */
  async takeOver(crew: Crew): Promise<void> {
    await this.drained();
    if (this.#crew !== crew) this.#move(crew);
    await this.drained();
  }

  /** Trains that wait or are with the reduce worker: recorded data and streams wait when there are many. */
  get backlog(): number {
    return this.#waiting.length + this.#sent.size;
  }

  /** A change for the reduce worker that holds from the train with this number on. */
  tell(seq: number, message: ToWorker): void {
    if (message.type === 'clear') this.memory.clear(seq, message.id);
    this.#changes.push({ seq, message });
    this.#advance();
  }

  /** A view that was set aside is tried again; gives back whether it was. */
  retry(view: string): boolean {
    const was = (this.#deaths.get(view) ?? 0) >= SET_ASIDE_AFTER;
    this.#deaths.delete(view);
    return was;
  }

  /** The reduce worker is gone: trains wait until `resend`. */
  pause(): void {
    this.#moving = true;
  }

  /**
   * The reduce worker was replaced: what the new one goes on with is given back in words. The trains that the old one held go to the new one,
   * the first of them without the view that ended the old one.
   */
  resend(crew: Crew, guilty: string | undefined, verdict: Verdict): string {
    if (crew !== this.#crew) return 'nothing else is touched';
    const { checkpoint, after, note } = this.memory.afterDeath();
    if (checkpoint && after !== undefined) crew.reduce?.send({ type: 'restore-checkpoint', checkpoint, after });
    this.#moving = false;
    const trains = [...this.#sent.values()];
    if (guilty !== undefined) {
      this.#deaths.set(guilty, (this.#deaths.get(guilty) ?? 0) + 1);
      if (trains[0]) this.#verdicts.set(trains[0].results.seq, { [guilty]: verdict });
    }
    if (!crew.reduce) {
      const outcomes = Object.fromEntries(crew.descriptor.views.filter((view) => view.stage === 'reduce').map((view) => [view.id, { code: outcomeCode('failed'), message: verdict.message } satisfies WireOutcome]));
      for (const train of trains) {
        this.#sent.delete(train.results.seq);
        this.onDone(train, { type: 'reduced', seq: train.results.seq, trainId: train.results.trainId, outcomes, times: {}, blocks: [], logs: [] });
      }
    } else for (const train of trains) this.#send(train);
    this.#advance();
    return note;
  }

  #advance(): void {
    while (!this.#moving && this.#waiting.length) {
      const train = this.#waiting[0]!;
      if (train.crew !== this.#crew) {
        if (this.#sent.size) return;
        this.#move(train.crew);
        continue;
      }
      if (!train.crew.descriptor.reduces || !train.crew.reduce) {
        this.#waiting.shift();
        this.onDone(train, undefined);
        continue;
      }
      this.#waiting.shift();
      this.#sent.set(train.results.seq, train);
      this.#goOn(train, train.crew.reduce);
      this.#announce(train.results.seq, train.crew.reduce);
      this.#send(train);
    }
    if (this.#waiting.length === 0 && this.#sent.size === 0 && !this.#moving) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** At the first train of this process: what an earlier one remembered. */
  #goOn({ crew, results }: PoolResults, worker: WorkerHandle): void {
    const restored = this.memory.atFirst(results.trainId, crew.descriptor);
    if (restored?.checkpoint) worker.send({ type: 'restore-checkpoint', checkpoint: restored.checkpoint });
    if (restored?.note) this.onNotes([restored.note]);
  }

  #send({ crew, results }: PoolResults): void {
    const { seq, trainId, outcomes, buffer } = results;
    const aside = Object.fromEntries([...this.#deaths].filter(([, count]) => count >= SET_ASIDE_AFTER).map(([view, count]) => [view, setAside(count)]));
    const lost = results.dropped === undefined ? {} : Object.fromEntries(crew.descriptor.views.map((view) => [view.id, { outcome: 'dropped', message: results.dropped! } satisfies Verdict]));
    const verdicts = { ...aside, ...Object.fromEntries(this.held), ...this.#verdicts.get(seq), ...lost };
    this.#verdicts.delete(seq);
    crew.reduce!.send({
      type: 'reduce', seq, trainId, outcomes,
      ...(buffer && { memory: buffer.memory }),
      ...(trainId < this.countFrom && { warm: true }),
      ...(Object.keys(verdicts).length > 0 && { verdicts }),
    });
  }

  /** Hands on the changes that hold from this train on. */
  #announce(seq: number, worker: WorkerHandle): void {
    while (this.#changes[0] && this.#changes[0].seq <= seq) worker.send(this.#changes.shift()!.message);
  }

  /** At the end: changes that were to hold from a next train on are told all the same. */
  announceAll(): void {
    if (this.#crew?.reduce) this.#announce(Infinity, this.#crew.reduce);
  }

  #move(to: Crew): void {
    const from = this.#crew;
    this.#crew = to;
    this.#deaths.clear();
    if (!from?.reduce) return;
    this.#moving = true;
    from.reduce.send({ type: 'save-state' });
  }

  #hand(): void {
    const target = this.#crew?.reduce;
    if (target) target.send({ type: 'restore-state', state: this.#state });
    else this.#moving = false;
    this.#state = {};
  }
}

