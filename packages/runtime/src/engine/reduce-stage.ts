import type { FromWorker, ReduceState, TrainResults, WireOutcome } from '../worker/messages.ts';
import type { Crew } from './crew.ts';

export type Reduced = Extract<FromWorker, { type: 'reduced' }>;

/** The pool's results of one train, with the crew that made them. */
export interface PoolResults {
  readonly crew: Crew;
  readonly results: TrainResults;
}

/**
 * Takes the pool's results in train order to the reduce worker of their generation. At the first train of a new
 * generation the old reduce worker's state moves to the new one; trains wait meanwhile, none is lost.
 */
export class ReduceStage {
  /** A train is through: `reduced` is absent where nothing is in train order. */
  onDone: (train: PoolResults, reduced: Reduced | undefined) => void = () => undefined;
  onNotes: (notes: readonly string[]) => void = () => undefined;
  /** Trains before it are not counted, see `TrainSource`. */
  countFrom = -Infinity;
  #crew: Crew | undefined;
  #waiting: PoolResults[] = [];
  readonly #sent = new Map<number, PoolResults>();
  #moving = false;
  #state: ReduceState = {};
  #idle: (() => void)[] = [];

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
      this.onDone(train, message);
    } else if (message.type === 'state') {
      this.#state = message.state;
      this.#hand();
    } else if (message.type === 'restored') {
      this.onNotes(message.notes);
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

  /** The reduce worker died: the trains it held fail, what it remembered is lost and said. */
  lost(crew: Crew, reason: string): void {
    if (crew !== this.#crew) return;
    for (const [seq, train] of this.#sent) {
      const outcomes = Object.fromEntries(crew.descriptor.views.filter((view) => view.stage === 'reduce').map((view) => [view.id, { code: 3, message: reason } satisfies WireOutcome]));
      this.#sent.delete(seq);
      this.onDone(train, { type: 'reduced', seq, trainId: train.results.trainId, outcomes, times: {}, blocks: [], logs: [] });
    }
    this.#moving = false;
    this.#advance();
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
      const { seq, trainId, outcomes, buffer } = train.results;
      train.crew.reduce.send({ type: 'reduce', seq, trainId, outcomes, ...(buffer && { memory: buffer.memory }), ...(trainId < this.countFrom && { warm: true }) });
    }
    if (this.#waiting.length === 0 && this.#sent.size === 0 && !this.#moving) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #move(to: Crew): void {
    const from = this.#crew;
    this.#crew = to;
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

