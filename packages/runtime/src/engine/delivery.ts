import type { LogLine } from '@trainyard/control';
import type { OutcomeCounts } from '@trainyard/core';
import type { FromWorker } from '../worker/messages.ts';
import { Accounts, type BookedTrain } from './accounts.ts';
import type { Crew } from './crew.ts';
import { FinishedTrain, type Placed } from './finished-train.ts';
import { RateMeter } from './rate-meter.ts';
import type { PoolResults, Reduced } from './reduce-stage.ts';
import type { Sink } from './sink.ts';
import type { WorkerHandle } from './worker-handle.ts';

/** What came of it, printed as the last line of `--json`. */
export interface Summary {
  readonly trains: number;
  readonly trainsPerSecond: number;
  readonly views: Readonly<Record<string, OutcomeCounts>>;
}

/** Books the outcomes of each train and hands it to the sinks, in train order. */
export class Delivery {
  readonly accounts = new Accounts();
  onLogs: (lines: readonly LogLine[]) => void = () => undefined;
  /** Raw keys that viewers look at. */
  watchedKeys: readonly string[] = [];
  readonly #sinks: readonly Sink[];
  readonly #rate = new RateMeter();
  /** The crew whose trains the sinks see. */
  #shown: Crew | undefined;
  #trains = 0;
  /** Those that were not dropped. */
  #computed = 0;
  #firstAt = 0;
  #lastAt = 0;

  constructor(sinks: readonly Sink[]) {
    this.#sinks = sinks;
  }

  get shown(): Crew | undefined {
    return this.#shown;
  }

  get trains(): number {
    return this.#trains;
  }

  get rate(): number {
    return this.#rate.rate();
  }

  /** From the next train on it is of this crew; gives back whether that is news. */
  show(crew: Crew): boolean {
    if (crew === this.#shown) return false;
    this.#shown = crew;
    for (const sink of this.#sinks) sink.generation(crew.descriptor);
    return true;
  }

  /** One train through both stages; `maker` is the pool worker whose buffer its arrays lie in. */
  train({ crew, results, at }: PoolResults, reduced: Reduced | undefined, maker: WorkerHandle | undefined): void {
    const { buffer, trainId } = results;
    // The reduce worker's buffer is held by the train, and by each sink that still writes blocks out of it.
    const takers = reduced?.blocks.length ? this.#sinks.filter((sink) => sink.blocks !== undefined) : [];
    let holders = 1 + takers.length;
    const releaseReduced = (): void => {
      holders -= 1;
      if (holders === 0) this.#release(crew.reduce, reduced);
    };
    const outcomes = new Map<string, Placed>();
    const booked: BookedTrain = { trainId, seq: results.seq, generation: crew.descriptor.number, ageMs: at === undefined ? undefined : Date.now() - at };
    this.accounts.seen(crew.descriptor.views);
    for (const view of crew.descriptor.views) {
      const late = reduced?.outcomes[view.id];
      const outcome = late ?? results.outcomes[view.id];
      if (!outcome) continue;
      this.accounts.book(booked, view.id, outcome, reduced?.times[view.id] ?? results.times[view.id]);
      if (!view.hidden) outcomes.set(view.id, { outcome, memory: late ? reduced?.buffer?.memory : buffer?.memory });
    }
    for (const key of this.watchedKeys) {
      const outcome = results.outcomes[key];
      if (outcome) outcomes.set(key, { outcome, memory: buffer?.memory });
    }
    this.#trains += 1;
    if (results.dropped === undefined) {
      this.#computed += 1;
      this.#lastAt = performance.now();
      if (this.#computed === 1) this.#firstAt = this.#lastAt;
      this.#rate.tick();
    }
    const finished = new FinishedTrain(results.seq, trainId, outcomes, () => {
      this.#release(maker, results);
      releaseReduced();
    });
    for (const sink of this.#sinks) sink.train(finished);
    for (const sink of takers) sink.blocks!(reduced!.blocks, reduced!.buffer?.memory, releaseReduced);
    finished.letGo();
    const logs = reduced?.logs.length ? [...results.logs, ...reduced.logs] : results.logs;
    if (logs.length) this.onLogs(logs);
  }

  /** A train that only warmed up what remembers: its buffers go back, nobody sees it. */
  skip({ crew, results }: PoolResults, reduced: Reduced | undefined, maker: WorkerHandle | undefined): void {
    this.#release(maker, results);
    this.#release(crew.reduce, reduced);
  }

  /** The last blocks and the finals of cumulative reducers. */
  finals(message: Extract<FromWorker, { type: 'finished' }>): void {
    for (const sink of this.#sinks) {
      if (message.blocks.length) sink.blocks?.(message.blocks, message.buffer?.memory, () => undefined);
      sink.finals?.(message.finals, message.buffer?.memory);
    }
  }

  summary(): Summary {
    const seconds = (this.#lastAt - this.#firstAt) / 1000;
    return { trains: this.#trains, trainsPerSecond: this.#computed > 1 && seconds > 0 ? (this.#computed - 1) / seconds : 0, views: this.accounts.counts(this.#trains) };
  }

  #release(worker: WorkerHandle | undefined, holder: { readonly buffer?: { readonly id: number } } | undefined): void {
    if (holder?.buffer) worker?.send({ type: 'release', buffer: holder.buffer.id });
  }
}
