/** A checkpoint is made at most so often. */
const LEAST_MS = 2000;
/** After one that took T, the next comes no sooner than 50 T later: at most a fiftieth of the worker's time. */
const SHARE = 50;
/** What is remembered goes to disk again and again: at most 4 MB a second of it, over all. */
const BYTES_PER_MS = 4000;

/** What a checkpoint took: bytes that it made. */
export type TakeCheckpoint = () => number;

/**
 * Says when a reduce worker makes a checkpoint: after a train, when the last one is long enough ago; else as soon as it is, so that
 * the last trains before a pause are in one, too.
 */
export class Checkpoints {
  readonly #take: TakeCheckpoint;
  readonly #enqueue: (job: () => void) => void;
  #next = performance.now() + LEAST_MS;
  #timer: NodeJS.Timeout | undefined;

  /** `enqueue` runs a job between two trains. */
  constructor(take: TakeCheckpoint, enqueue: (job: () => void) => void) {
    this.#take = take;
    this.#enqueue = enqueue;
  }

  /** There is something new to be kept. */
  changed(): void {
    const wait = this.#next - performance.now();
    if (wait <= 0) this.now();
    else this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#enqueue(() => this.now());
    }, wait);
  }

  /** Makes one, whenever the last was. */
  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const start = performance.now();
    const bytes = this.#take();
    const end = performance.now();
    this.#next = end + Math.max(LEAST_MS, (end - start) * SHARE, bytes / BYTES_PER_MS);
  }
}
