import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a moment by `performance.now()`; at once when it is past, or when the signal says to stop. */
export async function until(moment: number, signal: AbortSignal | undefined): Promise<void> {
  const wait = moment - performance.now();
  if (wait > 0) await sleep(wait, undefined, signal && { signal }).catch(() => undefined);
}
