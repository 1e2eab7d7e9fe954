import type { ToWorker, Verdict } from '../worker/messages.ts';
import type { Crew } from '../crew/crew.ts';
import type { PoolResults, Train } from '../pool/train.ts';
import type { Strand } from '../crew/view-graph.ts';

/** Strands of one train whose turn has come, for the reduce worker. */
export interface StrandWork {
  readonly train: Train;
  readonly strands: readonly Strand[];
  /** What the pool gave so far: all that these strands take. */
  readonly given: readonly PoolResults[];
  /** Views, and actions, that are not run: what they have instead. */
  verdicts: Readonly<Record<string, Verdict>>;
  /** How often the reduce worker died on it, without a view to blame. */
  deaths: number;
}

/**
 * What waits for the reduce worker. Each strand goes through the trains in order, and does not wait for views that it does not take. A change
 * (a parameter, a constant) holds from one train on for all strands.
 */
export class StrandQueue {
  /** Strands that wait for the pool, by train, the earliest first. */
  readonly #open = new Map<Train, Set<Strand>>();
  readonly #works: StrandWork[] = [];
  /** In ascending number. */
  readonly #changes: { readonly seq: number; readonly message: ToWorker }[] = [];

  /** Works whose turn has come. */
  get length(): number {
    return this.#works.length;
  }

  get isEmpty(): boolean {
    return this.#works.length === 0 && this.#open.size === 0;
  }

  /** A train was taken. Call in train order. */
  begin(train: Train): void {
    if (train.crew.graph.strands.length) this.#open.set(train, new Set(train.crew.graph.strands));
  }

  /** The pool gave some of a train: the strands that have all that they take are ready. */
  add(train: Train): void {
    const left = this.#open.get(train);
    const strands = left ? [...left].filter(({ needs }) => needs.isDisjointFrom(train.poolLeft)) : [];
    if (strands.length === 0) return;
    for (const strand of strands) left!.delete(strand);
    if (left!.size === 0) this.#open.delete(train);
    const later = this.#works.findIndex((work) => numberOf(work.train.crew) > numberOf(train.crew));
    this.#works.splice(later < 0 ? this.#works.length : later, 0, { train, strands, given: [...train.given], verdicts: {}, deaths: 0 });
  }

  /** Something that holds from the train with this number on. */
  change(seq: number, message: ToWorker): void {
    this.#changes.push({ seq, message });
  }

  /** Whether trains of an earlier crew are still to come. */
  holdsBefore(crew: Crew): boolean {
    return [...this.#open.keys(), ...this.#works.map((work) => work.train)].some((train) => numberOf(train.crew) < numberOf(crew));
  }

  /** The crew that is next. */
  get crew(): Crew | undefined {
    return this.#works[0]?.train.crew;
  }

  /** The next work of a crew, with the changes to be told before it; undefined while everything has to wait. */
  next(crew: Crew): { readonly work: StrandWork; readonly before: readonly ToWorker[] } | undefined {
    const at = this.#works.findIndex(({ train }) => train.crew === crew && this.#changes.every(({ seq }) => seq > train.seq || !this.#holdsTrainBefore(seq)));
    if (at < 0) return undefined;
    const [work] = this.#works.splice(at, 1);
    return { work: work!, before: this.takeChanges(work!.train.seq) };
  }

  /** The changes that hold from this train on. */
  takeChanges(seq: number): ToWorker[] {
    const later = this.#changes.findIndex((change) => change.seq > seq);
    return this.#changes.splice(0, later < 0 ? this.#changes.length : later).map(({ message }) => message);
  }

  #holdsTrainBefore(seq: number): boolean {
    for (const { seq: first } of this.#open.keys()) if (first < seq) return true;
    return this.#works.some(({ train }) => train.seq < seq);
  }
}

function numberOf(crew: Crew): number {
  return crew.descriptor.number;
}
