import type { ProcessState } from '@trainyard/control';
import { TimeHistogram } from './time-histogram.ts';

const LOOK_MS = 100;

/** What an operator asks of the process itself: its memory, and how late the main thread is when it is due. */
export class Vitals {
  readonly #lag = new TimeHistogram();
  readonly #timer: NodeJS.Timeout;
  #due = performance.now() + LOOK_MS;

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#lag.add(now - this.#due, Date.now());
      this.#due = now + LOOK_MS;
    }, LOOK_MS);
    this.#timer.unref();
  }

  state(now = Date.now()): ProcessState {
    return { residentBytes: process.memoryUsage.rss(), loopLagMs: this.#lag.lastMinute(now) };
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
