import { noOutcomes, outcomeNames, type OutcomeCounts, type Where, type OutcomeName } from '@trainyard/core';
import type { NewestOutcome, Timing, ViewState } from '@trainyard/control';
import type { GenerationDescriptor, ViewDescriptor } from '../worker/generation.ts';
import type { WireOutcome } from '../worker/messages.ts';
import { RateMeter } from './rate-meter.ts';
import { TimeHistogram } from './time-histogram.ts';

/** A train as the books see it. */
export interface BookedTrain {
  readonly trainId: number;
  /** Ascending, also when the train IDs of a stream begin anew. */
  readonly seq: number;
  /** The generation that computed it. */
  readonly generation: number;
  /** How old it is now, at the sinks; undefined on recorded data. */
  readonly ageMs: number | undefined;
}

/** What is kept of a view for ever, also when it is no longer in the code. */
interface Tally {
  readonly counts: OutcomeCounts;
  seen: number;
  hidden: boolean;
}

/** What is kept of a view while it is in the code. */
interface Account {
  readonly rate: RateMeter;
  readonly time: TimeHistogram;
  /** Made with the first train that has an age. */
  age: TimeHistogram | undefined;
  timeMs: number;
  newest: NewestOutcome | undefined;
  /** The number of the train that `newest` is of. */
  seq: number;
  lastFailure: NewestOutcome | undefined;
  /** The first of the trains with one outcome; what is dropped between them says nothing of the view. */
  since: { readonly outcome: OutcomeName; readonly trainId: number; readonly at: number } | undefined;
}

/**
 * The books: for each view and each train seen exactly one outcome, and the newest reason. Counts outlive generations and the view itself;
 * rates and times go with the view, so that memory is bounded however often the code is changed.
 */
export class Accounts {
  readonly #tallies = new Map<string, Tally>();
  readonly #accounts = new Map<string, Account>();
  #views: readonly ViewDescriptor[] = [];
  #generation = 0;
  /** Of the views that somebody looks at: how long trains take to the screen. */
  #pixels = new Map<string, TimeHistogram | undefined>();

  /** The views from now on; trains of the code before may still be under way. */
  generation(descriptor: GenerationDescriptor): void {
    this.#views = [...descriptor.views].sort((a, b) => a.rank - b.rank);
    this.#generation = descriptor.number;
    const ids = new Set(this.#views.map((view) => view.id));
    for (const id of this.#accounts.keys()) if (!ids.has(id)) this.#accounts.delete(id);
    for (const { id, hidden } of this.#views) {
      this.#tally(id).hidden = hidden;
      const account = this.#accounts.get(id);
      // Failures of the code before are past: they would look like this code's.
      if (account) account.lastFailure = undefined;
      else this.#accounts.set(id, { rate: new RateMeter(), time: new TimeHistogram(), age: undefined, timeMs: 0, newest: undefined, seq: -1, lastFailure: undefined, since: undefined });
    }
  }

  #tally(id: string): Tally {
    let tally = this.#tallies.get(id);
    if (!tally) this.#tallies.set(id, (tally = { counts: noOutcomes(), seen: 0, hidden: false }));
    return tally;
  }

  /** A train was seen: each of these views will be booked for it, once. */
  seen(views: readonly { readonly id: string }[]): void {
    for (const { id } of views) this.#tally(id).seen += 1;
  }

  /** These are looked at, and no others. */
  watched(ids: Iterable<string>): void {
    this.#pixels = new Map(Array.from(ids, (id) => [id, this.#pixels.get(id)]));
  }

  /** A value is on a screen; `ms` after its train happened. */
  shown(id: string, ms: number): void {
    if (!this.#pixels.has(id)) return;
    let pixel = this.#pixels.get(id);
    if (!pixel) this.#pixels.set(id, (pixel = new TimeHistogram()));
    pixel.add(ms, Date.now());
  }

  /** A view did something that it must not, although it gave its outcome: shown as its last failure. */
  warn(id: string, trainId: number, message: string, where: Where | undefined): void {
    const account = this.#accounts.get(id);
    if (account) account.lastFailure = { trainId, outcome: 'failed', message, ...(where && { where }), at: Date.now() };
  }

  /** The outcome of one view for a train that was seen; `timeMs` is undefined when the view did not run. */
  book({ trainId, seq, generation, ageMs }: BookedTrain, id: string, outcome: WireOutcome, timeMs: number | undefined): void {
    const name = outcomeNames[outcome.code]!;
    this.#tally(id).counts[name] += 1;
    const account = this.#accounts.get(id);
    if (!account) return;
    const at = Date.now();
    if (name === 'value') {
      account.rate.tick(at);
      if (ageMs !== undefined) (account.age ??= new TimeHistogram()).add(ageMs, at);
    }
    if (timeMs !== undefined) {
      account.timeMs = timeMs;
      account.time.add(timeMs, at);
    }
    const entry: NewestOutcome = { trainId, outcome: name, message: outcome.message ?? '', ...(outcome.where && { where: outcome.where }), at };
    // Failures of the code before are past, also when their trains end now.
    if ((name === 'failed' || name === 'late') && generation === this.#generation) account.lastFailure = entry;
    // A single outcome may come after that of a later train.
    if (seq < account.seq) return;
    if (name !== 'dropped' && account.since?.outcome !== name) account.since = { outcome: name, trainId, at };
    account.newest = entry;
    account.seq = seq;
  }

  /**
   * The outcomes of so many trains, of every view that ever had one, those of the newest code first; trains that came before a view was
   * written, or after it was taken out, were none of its own, as in the file.
   */
  counts(trains: number): Record<string, OutcomeCounts> {
    const ids = new Set([...this.#views.map((view) => view.id), ...this.#tallies.keys()]);
    const rows: [string, OutcomeCounts][] = [];
    for (const id of ids) {
      const { counts, seen, hidden } = this.#tally(id);
      if (hidden || (seen === 0 && !this.#accounts.has(id))) continue;
      rows.push([id, { ...counts, none: counts.none + Math.max(0, trains - sumOf(counts)) }]);
    }
    return Object.fromEntries(rows);
  }

  /** The views of the newest code, in the order of the user's file. */
  states(now = Date.now()): ViewState[] {
    return this.#views.map((view) => {
      const { newest, since, lastFailure, rate, time, age, timeMs } = this.#accounts.get(view.id)!;
      const { counts, seen } = this.#tally(view.id);
      const pixel = this.#pixels.get(view.id);
      return {
        id: view.id, group: view.group, name: view.name, kind: view.kind, stage: view.stage, hidden: view.hidden, inputs: view.inputs,
        ...(view.title !== undefined && { title: view.title }),
        ...(view.unit !== undefined && { unit: view.unit }),
        ...(view.where && { where: view.where }),
        seen,
        counts,
        rate: rate.rate(now),
        timeMs,
        time: timing(time, now),
        age: age ? timing(age, now) : null,
        pixel: pixel ? timing(pixel, now) : null,
        ...(newest && { newest }),
        ...(since && since.outcome === newest?.outcome && { since: { trainId: since.trainId, at: since.at } }),
        ...(lastFailure && { lastFailure }),
      };
    });
  }
}

function timing(histogram: TimeHistogram, now: number): Timing {
  return { lastMinute: histogram.lastMinute(now), all: histogram.all(), count: histogram.count, sumMs: histogram.sumMs };
}

function sumOf(counts: OutcomeCounts): number {
  return outcomeNames.reduce((sum, name) => sum + counts[name], 0);
}
