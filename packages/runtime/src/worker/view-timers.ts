import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { currentCall, type ViewCall } from './view-call.ts';
import type { ViewWarnings } from './view-warnings.ts';

/** What `setTimeout`, `setInterval` and `setImmediate` give; Node marks those that have fired or were cleared. */
type Started = NodeJS.Timeout & { readonly _destroyed: boolean };

const LEFT = 'when it returned: it was ended, since a view remembers nothing; await what it needs, or keep it in a plan';

/**
 * Ties timers to the call that started them, so that none outlives its view. `setTimeout` and its kind are replaced in this thread, for
 * whoever reads them from now on.
 */
export class ViewTimers {
  readonly #warnings: ViewWarnings;
  readonly #end: (timer: never) => void;

  constructor(warnings: ViewWarnings) {
    this.#warnings = warnings;
    const { clearTimeout, clearImmediate } = timers;
    this.#end = (timer: NodeJS.Timeout) => {
      clearTimeout(timer);
      clearImmediate(timer as unknown as NodeJS.Immediate);
    };
    for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
      const start = timers[name] as (...args: unknown[]) => Started;
      const tied = (...args: unknown[]): Started => {
        const timer = start(...args);
        const call = currentCall();
        if (call) this.#tie(call, timer);
        return timer;
      };
      // Such as the form of `promisify`.
      Object.defineProperties(tied, Object.getOwnPropertyDescriptors(start));
      Object.assign(globalThis, { [name]: tied });
      // Node itself takes this one from its module, after an error that was caught.
      if (name !== 'setImmediate') Object.assign(timers, { [name]: tied });
    }
    syncBuiltinESMExports();
  }

  #tie(call: ViewCall, timer: Started): void {
    call.timers.add(timer);
    // Started by something that the view left behind.
    if (call.ended) this.end(call);
  }

  /** The call has returned: what it left running is ended, and said. */
  end(call: ViewCall): void {
    call.ended = true;
    if (call.timers.size === 0) return;
    let left = 0;
    for (const timer of call.timers as Set<Started>) {
      // oxlint-disable-next-line no-underscore-dangle -- Node's own name.
      if (timer._destroyed) continue;
      this.#end(timer as never);
      left += 1;
    }
    call.timers.clear();
    if (left > 0) this.#warnings.say('timer', `left ${left === 1 ? 'a timer' : `${left} timers`} running ${LEFT}`, undefined, call);
  }
}
