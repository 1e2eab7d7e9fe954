import type { YardState } from '@trainyard/control';

/** How the process did at one moment. */
export interface Sample {
  readonly at: number;
  readonly bytes: number;
  /** The 95th percentile over the minute before; NaN where it is not known. */
  readonly lagMs: number;
  /** Trains a second. */
  readonly rate: number;
}

const everyMs = 2000;
const mostSamples = 1800;

/** The last hour of the process, as this page has seen it. */
export class StateHistory {
  #samples: readonly Sample[] = [];
  #pid = 0;

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  /** A yard that was started again begins anew. */
  add(state: YardState, now: number): void {
    if (state.pid !== this.#pid) [this.#pid, this.#samples] = [state.pid, []];
    const last = this.#samples.at(-1);
    if (last && now - last.at < everyMs) return;
    const { residentBytes, loopLagMs } = state.process;
    this.#samples = [...this.#samples, { at: now, bytes: residentBytes, lagMs: loopLagMs?.p95 ?? Number.NaN, rate: state.trains.rate }].slice(-mostSamples);
  }
}

/** The one of this page. */
export const stateHistory = new StateHistory();
