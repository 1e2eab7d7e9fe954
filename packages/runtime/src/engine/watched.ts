import { parseDataPath, type DataPath } from '@trainyard/core';
import type { LineUp } from '../crew/line-up.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';
import type { TrainSource } from '../source/train-source.ts';
import type { Delivery } from './delivery.ts';

export interface WatchedOptions {
  readonly source: TrainSource;
  readonly delivery: Delivery;
  readonly lineUp: LineUp;
  readonly isEnding: () => boolean;
}

/** What viewers look at: views, whose time to the screen is kept, and raw keys (data paths), which are handed through as if a view took them. */
export class Watched {
  readonly #options: WatchedOptions;

  constructor(options: WatchedOptions) {
    this.#options = options;
  }

  /** All that is taken of a source: what the views read and what pages look at. */
  paths(): Map<string, DataPath> {
    const { lineUp, delivery } = this.#options;
    return new Map([...(lineUp.current?.descriptor.paths ?? []), ...delivery.watchedKeys].map((text) => [text, parseDataPath(text)]));
  }

  set(views: readonly string[], keys: readonly string[]): void {
    const { source, delivery, lineUp, isEnding } = this.#options;
    delivery.accounts.watched(views);
    // Pages come and go also while it ends: its files are closed then.
    if (isEnding()) return;
    const before = new Set(delivery.watchedKeys);
    delivery.watchedKeys = keys;
    source.want(this.paths());
    for (const worker of lineUp.current?.pool ?? []) worker.send({ type: 'keys', keys });
    if (keys.some((key) => !before.has(key))) source.again?.();
  }

  /** Tells a worker that is new. */
  greet(worker: WorkerHandle): void {
    const { watchedKeys: keys } = this.#options.delivery;
    if (keys.length > 0) worker.send({ type: 'keys', keys });
  }

  /** A viewer has a value of this view on the screen, of a train that happened at that time. */
  shown(id: string, at: number): void {
    this.#options.delivery.accounts.shown(id, Date.now() - at);
  }
}
