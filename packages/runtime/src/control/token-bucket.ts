/** So much at once, and so much a second after that. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Counts what one client does; `take` says whether it may. */
export class TokenBucket {
  readonly #rate: Rate;
  readonly #now: () => number;
  #left: number;
  #at: number;

  /** `now` in milliseconds. */
  constructor(rate: Rate, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
    this.#left = rate.burst;
    this.#at = now();
  }

  take(many = 1): boolean {
    if (this.left < many) return false;
    this.#left -= many;
    return true;
  }

  get left(): number {
    const now = this.#now();
    this.#left = Math.min(this.#rate.burst, this.#left + ((now - this.#at) / 1000) * this.#rate.perSecond);
    this.#at = now;
    return this.#left;
  }
}

const MOST_CLIENTS = 10_000;

/** One bucket for each client; of very many the one that was first is forgotten. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #now: (() => number) | undefined;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rate: Rate, now?: () => number) {
    this.#rate = rate;
    this.#now = now;
  }

  isSpent(client: string): boolean {
    return (this.#buckets.get(client)?.left ?? 1) < 1;
  }

  take(client: string): boolean {
    let bucket = this.#buckets.get(client);
    if (!bucket) {
      const [first] = this.#buckets.keys();
      if (first !== undefined && this.#buckets.size >= MOST_CLIENTS) this.#buckets.delete(first);
      this.#buckets.set(client, (bucket = new TokenBucket(this.#rate, this.#now)));
    }
    return bucket.take();
  }
}
