import { AsyncLocalStorage } from 'node:async_hooks';

/** One call of a view. Whatever it starts (timers, promises, lines that it writes) belongs to it, also when it has long returned. */
export interface ViewCall {
  /** Empty while the file is loaded. */
  readonly view: string;
  readonly trainId: number;
  /** Timers that it started; see `ViewTimers`. */
  readonly timers: Set<object>;
  ended: boolean;
}

const calls = new AsyncLocalStorage<ViewCall>();

/** A call that is about to begin. */
export function newCall(view: string, trainId: number): ViewCall {
  return { view, trainId, timers: new Set(), ended: false };
}

/** Runs `work` as part of a call: 0.2 us. */
export function inCall<T>(call: ViewCall, work: () => T): T {
  return calls.run(call, work);
}

/** The call that the code that runs now belongs to; undefined for code of ours. */
export function currentCall(): ViewCall | undefined {
  return calls.getStore();
}
