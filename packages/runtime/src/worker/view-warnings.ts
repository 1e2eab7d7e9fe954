import type { Where } from '@trainyard/core';
import { currentCall } from './view-call.ts';

/** Something that a view did besides giving its value, and that it must not: the value stands. Plain data. */
export interface ViewWarning {
  /** Empty where it is the file's, not a view's. */
  readonly view: string;
  readonly trainId: number;
  /** What kind it is: each kind is said once per view to a person. */
  readonly kind: 'timer' | 'lost' | 'handles' | 'writes' | 'memory' | 'process';
  /** A sentence without its subject: "left a timer running ...". */
  readonly message: string;
  readonly where?: Where;
}

/** The same warning is sent at most so often: a view may lose a promise on every train. */
const PAUSE_MS = 1000;

/** Sends warnings to the main thread, each kind of each view once a second at most. */
export class ViewWarnings {
  readonly #send: (warning: ViewWarning) => void;
  readonly #last = new Map<string, number>();

  constructor(send: (warning: ViewWarning) => void) {
    this.#send = send;
  }

  /** Of the view whose code runs, or whose code started it. */
  say(kind: ViewWarning['kind'], message: string, where?: Where, of: { readonly view: string; readonly trainId: number } | undefined = currentCall()): void {
    const view = of?.view ?? '';
    const now = performance.now();
    const key = `${kind} ${view}`;
    if (now - (this.#last.get(key) ?? -Infinity) < PAUSE_MS) return;
    this.#last.set(key, now);
    this.#send({ view, trainId: of?.trainId ?? -1, kind, message, ...(where && { where }) });
  }
}
