import { noOutcomes, outcomeNames, type OutcomeCounts } from '@trainyard/core';
import type { NewestOutcome, ViewState } from '@trainyard/control';
import type { GenerationDescriptor, ViewDescriptor } from '../worker/generation.ts';
import type { WireOutcome } from '../worker/messages.ts';
import { RateMeter } from './rate-meter.ts';

interface Account {
  readonly counts: OutcomeCounts;
  readonly rate: RateMeter;
  timeMs: number;
  newest: NewestOutcome | undefined;
  lastFailure: NewestOutcome | undefined;
  /** Since which train the newest outcome has been the same, for "since when". */
  sinceTrainId: number;
}

/** The books: for each view and each train seen exactly one outcome, and the newest reason. They outlive generations. */
export class Accounts {
  readonly #accounts = new Map<string, Account>();
  #views: readonly ViewDescriptor[] = [];

  generation(descriptor: GenerationDescriptor): void {
    this.#views = [...descriptor.views].sort((a, b) => a.rank - b.rank);
    // Failures of the code before are past: they would look like this code's.
    for (const view of descriptor.views) this.#account(view.id).lastFailure = undefined;
  }

  #account(id: string): Account {
    let account = this.#accounts.get(id);
    if (!account) this.#accounts.set(id, (account = { counts: noOutcomes(), rate: new RateMeter(), timeMs: 0, newest: undefined, lastFailure: undefined, sinceTrainId: 0 }));
    return account;
  }

  book(id: string, trainId: number, outcome: WireOutcome, timeMs: number | undefined): void {
    const account = this.#account(id);
    const name = outcomeNames[outcome.code]!;
    account.counts[name] += 1;
    const at = Date.now();
    if (name === 'value') account.rate.tick(at);
    if (timeMs !== undefined) account.timeMs = timeMs;
    const same = account.newest?.outcome === name && (name === 'value' || account.newest.message === (outcome.message ?? ''));
    if (!same) account.sinceTrainId = trainId;
    account.newest = { trainId, outcome: name, message: outcome.message ?? '', ...(outcome.where && { where: outcome.where }), at };
    if (name === 'failed' || name === 'late') account.lastFailure = account.newest;
  }

  /** The outcomes of so many trains; those that came before a view was written were none of its own, as in the file. */
  counts(trains: number): Record<string, OutcomeCounts> {
    return Object.fromEntries(this.#views.filter((view) => !view.hidden).map((view) => {
      const { counts } = this.#account(view.id);
      const booked = Object.values(counts).reduce((sum, n) => sum + n, 0);
      return [view.id, { ...counts, none: counts.none + Math.max(0, trains - booked) }];
    }));
  }

  states(): ViewState[] {
    return this.#views.map((view) => {
      const account = this.#account(view.id);
      const { newest } = account;
      return {
        id: view.id, group: view.group, name: view.name, kind: view.kind, stage: view.stage, hidden: view.hidden, inputs: view.inputs,
        ...(view.title !== undefined && { title: view.title }),
        ...(view.unit !== undefined && { unit: view.unit }),
        ...(view.where && { where: view.where }),
        counts: account.counts,
        rate: account.rate.rate(),
        timeMs: account.timeMs,
        ...(newest && { newest: newest.outcome === 'missing' && account.sinceTrainId < newest.trainId ? { ...newest, message: `${newest.message} (since train ${account.sinceTrainId})` } : newest }),
        ...(account.lastFailure && { lastFailure: account.lastFailure }),
      };
    });
  }
}
