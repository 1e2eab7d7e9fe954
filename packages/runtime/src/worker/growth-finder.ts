import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { inWords } from './in-words.ts';
import type { ViewCall } from './view-call.ts';
import type { ViewWarnings } from './view-warnings.ts';

/** A view that holds so much more after a call is said to keep it. */
const KEPT_BYTES = 1e5;
/** Collecting takes 10 ms or more: so many views of a train are looked at, then the next ones on the next. */
const AT_A_TIME = 8;

/**
 * Tells which view makes its worker grow: what is still held after a call, garbage collected before and after it. It is slow, and done once,
 * before a worker that grows is renewed.
 */
export class GrowthFinder {
  readonly #warnings: ViewWarnings;
  readonly #collect: () => void;
  readonly #seen = new Set<string>();
  #left = AT_A_TIME;
  #before = 0;

  constructor(warnings: ViewWarnings) {
    this.#warnings = warnings;
    setFlagsFromString('--expose-gc');
    this.#collect = runInNewContext('gc') as () => void;
  }

  beginTrain(): void {
    this.#left = AT_A_TIME;
  }

  begin(view: string): void {
    if (this.#left > 0 && !this.#seen.has(view)) this.#before = this.#held();
  }

  end(call: ViewCall): void {
    if (this.#left <= 0 || this.#seen.has(call.view)) return;
    this.#left -= 1;
    this.#seen.add(call.view);
    const kept = this.#held() - this.#before;
    if (kept > KEPT_BYTES) this.#warnings.say('memory', `keeps ${inWords(kept)} of every train, so that its workers grow and have to be renewed; what it needs of earlier trains is for a reducer, an average or shifted(...)`, undefined, call);
  }

  #held(): number {
    this.#collect();
    const { used_heap_size, external_memory } = getHeapStatistics();
    return used_heap_size + external_memory;
  }
}
