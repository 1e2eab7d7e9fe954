import { YardError, outcomeCode } from '@trainyard/core';
import type { Suspect } from '../code/suspects.ts';
import type { GenerationDescriptor, ViewDescriptor } from '../worker/generation.ts';
import type { FromWorker, Verdict } from '../worker/messages.ts';
import type { Culprit } from './audit-worker.ts';
import { KeptResults, type TrainOutcomes } from './kept-results.ts';
import type { PurityFinding } from './purity-report.ts';

type Kind = PurityFinding['kind'];

/** What was seen of one view. */
interface Seen {
  readonly kind: Kind;
  readonly order: string;
  trainId: number;
  difference: string;
  readonly trains: Set<number>;
  readonly followers: Set<string>;
}

/** The finals of cumulative reducers are kept beside the trains. */
const AT_THE_END = -1;

/** Keeps the results of the first pass and holds those of the others against them. A view that differs because one that it takes does is none of its own. */
export class Comparison {
  /** Views that hung or ended their worker: they are not run any more. */
  readonly aside: Record<string, Verdict> = {};
  readonly #views: ReadonlyMap<string, ViewDescriptor>;
  /** View -> all that it takes, one by another, in the order of the graph. */
  readonly #takes = new Map<string, ReadonlySet<string>>();
  readonly #suspects: ReadonlyMap<string, readonly Suspect[]>;
  readonly #pool = new KeptResults();
  readonly #reduced = new KeptResults();
  readonly #seen = new Map<string, Seen>();
  /** Views of the pass that have differed in it. */
  readonly #differed = new Set<string>();
  #pass = 0;
  #order = '';
  #inOrder = true;

  constructor(descriptor: GenerationDescriptor, suspects: ReadonlyMap<string, readonly Suspect[]>) {
    this.#views = new Map(descriptor.views.map((view) => [view.id, view]));
    this.#suspects = suspects;
    for (const { id, inputs } of descriptor.views) {
      const taken = inputs.flatMap(({ from }) => (from.startsWith('view#') ? [from.slice('view#'.length)] : []));
      this.#takes.set(id, new Set(taken.flatMap((one) => [...(this.#takes.get(one) ?? []), one])));
    }
  }

  begin(order: string, inOrder: boolean): void {
    this.#pass += 1;
    this.#order = order;
    this.#inOrder = inOrder;
    this.#differed.clear();
  }

  /** The outcomes of a train in the pool. */
  pool(trainId: number, results: TrainOutcomes): void {
    if (this.#pass === 1) return this.#pool.keep(trainId, results);
    this.#compare(trainId, [...this.#views.values()].filter((view) => view.inPool), this.#inOrder ? 'repeat' : 'order', (view) => this.#pool.difference(trainId, view.id, results));
  }

  /** The outcomes of a train in train order. What a running result over all trains shows now and then is compared at the end. */
  reduced(trainId: number, results: TrainOutcomes): void {
    if (this.#pass === 1) return this.#reduced.keep(trainId, results);
    this.#compare(trainId, this.#remembering(), 'reduce', (view) => this.#reduced.difference(trainId, view.id, results, !view.cumulative));
  }

  finals(lastTrainId: number, { finals, buffer }: Extract<FromWorker, { type: 'finished' }>): void {
    const results: TrainOutcomes = { outcomes: Object.fromEntries(finals.map(({ id, value }) => [id, { code: outcomeCode('value'), value }])), memory: buffer?.memory };
    if (this.#pass === 1) return this.#reduced.keep(AT_THE_END, results);
    this.#compare(lastTrainId, this.#remembering(), 'reduce', (view) => {
      const difference = this.#reduced.difference(AT_THE_END, view.id, results);
      return difference === undefined ? undefined : `the result over all trains: ${difference}`;
    });
  }

  /** A view hung or ended its worker. Throws `PURITY_WORKER` when no view is to blame and it is not the first time. */
  blame({ view, kind, message }: Culprit, trainId: number, tries: number): void {
    if (view === undefined) {
      if (tries === 0) return;
      throw new YardError('PURITY_WORKER', `A worker did not get through train ${trainId}, and no view is to blame: it ${kind === 'hang' ? message : `ended: ${message}`}.`);
    }
    this.#note(view, kind, trainId, message);
    this.aside[view] = { outcome: 'late', message: 'is not run any more in this check' };
  }

  inputChanged(view: string, input: string, trainId: number): void {
    this.#note(`${view}\n${input}`, 'input', trainId, input);
  }

  findings(): PurityFinding[] {
    return Array.from(this.#seen, ([key, { kind, order, trainId, difference, trains, followers }]): PurityFinding => {
      const view = key.split('\n')[0]!;
      const where = this.#views.get(view)?.where;
      const suspects = kind === 'input' || kind === 'hang' || kind === 'end' || !where ? [] : (this.#suspects.get([where.file, where.line, where.column].join(':')) ?? []);
      return { kind, view, trainId, trains: trains.size, difference, order, followers: [...followers], suspects, ...(where && { where }) };
    });
  }

  #remembering(): ViewDescriptor[] {
    return [...this.#views.values()].filter((view) => view.stage === 'reduce');
  }

  #compare(trainId: number, views: readonly ViewDescriptor[], kind: Kind, differenceOf: (view: ViewDescriptor) => string | undefined): void {
    // Views come after those that they take.
    const here = new Set<string>();
    for (const view of views) {
      const takes = [...this.#takes.get(view.id)!];
      if ([view.id, ...takes].some((id) => id in this.aside)) continue;
      const difference = differenceOf(view);
      if (difference === undefined) continue;
      here.add(view.id);
      const cause = takes.find((id) => (kind === 'reduce' && this.#differed.has(id)) || here.has(id));
      if (cause !== undefined) this.#seen.get(cause)?.followers.add(view.id);
      else if (kind !== 'reduce' || !this.#differed.has(view.id)) this.#note(view.id, kind, trainId, difference);
    }
    for (const id of here) this.#differed.add(id);
  }

  /** The first kind and order in which it shows stand; of its trains the earliest. */
  #note(key: string, kind: Kind, trainId: number, difference: string): void {
    const seen = this.#seen.get(key);
    if (!seen) {
      this.#seen.set(key, { kind, order: this.#order, trainId, difference, trains: new Set([trainId]), followers: new Set() });
      return;
    }
    seen.trains.add(trainId);
    if (seen.order === this.#order && seen.kind === kind && trainId < seen.trainId) Object.assign(seen, { trainId, difference });
  }
}
