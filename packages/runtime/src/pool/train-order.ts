import type { PoolResults, Train } from './train.ts';

/**
 * Lets what the pool gave go on in train order, for each view by itself: results wait as long as an earlier train has no outcome yet for one of
 * their views, and no longer.
 */
export class TrainOrder {
  /** Their turn has come: their views are no longer left of the train. */
  onResults: (train: Train, results: PoolResults) => void = () => undefined;
  /** Trains of which something is left, the earliest first. */
  readonly #open: Train[] = [];
  readonly #held: { readonly train: Train; readonly results: PoolResults }[] = [];

  /** Trains begin in ascending order. */
  begin(train: Train): void {
    this.#open.push(train);
  }

  /** How many trains wait for outcomes of the pool. */
  get size(): number {
    return this.#open.length;
  }

  /** The train that others have waited for longest. */
  get first(): Train | undefined {
    return this.#open[0];
  }

  /** Each view of a train comes once. */
  push(train: Train, results: PoolResults): void {
    this.#held.push({ train, results });
    for (;;) {
      const next = this.#held.findIndex((one) => !this.#mustWait(one.train, one.results));
      if (next < 0) return;
      const [one] = this.#held.splice(next, 1);
      this.#handOn(one!.train, one!.results);
    }
  }

  #mustWait(train: Train, { views }: PoolResults): boolean {
    for (const earlier of this.#open) {
      if (earlier.seq >= train.seq) return false;
      for (const view of views) if (earlier.poolLeft.has(view)) return true;
    }
    return false;
  }

  #handOn(train: Train, results: PoolResults): void {
    for (const view of results.views) train.poolLeft.delete(view);
    if (train.poolLeft.size === 0) this.#open.splice(this.#open.indexOf(train), 1);
    train.given.push(results);
    this.onResults(train, results);
  }
}
