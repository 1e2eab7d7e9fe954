import { syncBuiltinESMExports } from 'node:module';
import threads from 'node:worker_threads';
import { YardError } from '@trainyard/core';
import type { ViewLogs } from './logs.ts';
import { currentCall } from './view-call.ts';
import type { ViewWarnings } from './view-warnings.ts';
import { asUserError } from './user-error.ts';

/**
 * Keeps what belongs to the process out of the user's hands: it cannot be ended, the worker's own port is not to be had, what is written to
 * standard output comes as lines of the view, and what goes wrong after a view has returned is said with its line instead of ending the worker.
 */
export function guardProcess(logs: ViewLogs, warnings: ViewWarnings, files: () => readonly string[]): void {
  for (const name of ['exit', 'reallyExit', 'abort', 'kill'] as const) {
    // A view that ends processes fails like any other that throws: at its line, and alone.
    const native = (process as unknown as Record<string, (...args: unknown[]) => never>)[name]!.bind(process);
    (process as unknown as Record<string, unknown>)[name] = (...args: unknown[]): never => {
      // Node ends a worker whose own code went wrong by this, too.
      if (!currentCall()) return native(...args);
      throw new YardError('VIEW_EXIT', `process.${name}() is not for views: return nothing, or skip('why'), to give no value.`);
    };
  }
  for (const [stream, level] of [[process.stdout, 'log'], [process.stderr, 'error']] as const) {
    stream.write = (chunk: unknown, ...more: unknown[]): boolean => {
      logs.write(level, typeof chunk === 'string' ? chunk : chunk instanceof Uint8Array ? Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.byteLength, 4000)).toString() : String(chunk));
      const done = more.at(-1);
      if (typeof done === 'function') queueMicrotask(done as () => void);
      return true;
    };
  }
  Object.assign(threads, { parentPort: notForViews('parentPort'), workerData: null });
  syncBuiltinESMExports();
  process.setUncaughtExceptionCaptureCallback((error) => {
    const { message, where } = asUserError(error, files());
    if (currentCall() ?? where) warnings.say('lost', `${message} (after it had returned: nothing awaited it)`, where);
    else fail(error);
  });
}

/** Ends this worker with an error of ours: its own words reach the main thread. */
export function fail(error: unknown): void {
  process.setUncaughtExceptionCaptureCallback(null);
  queueMicrotask(() => {
    throw error;
  });
}

function notForViews(what: string): object {
  const refuse = (): never => {
    throw new YardError('VIEW_PORT', `${what} is not for views: what a view returns is its message.`);
  };
  return new Proxy({}, { get: refuse, set: refuse, has: refuse });
}
