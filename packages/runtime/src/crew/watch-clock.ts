/** How often it is looked at, and how much of the time between two looks counts. */
const TICK_MS = 10;
const MOST_MS = 30;

let shown = 0;
let at = performance.now();
let timer: NodeJS.Timeout | undefined;

function advance(): number {
  const now = performance.now();
  shown += Math.min(now - at, MOST_MS);
  at = now;
  return shown;
}

/**
 * Milliseconds by which it is judged how long a view runs. Where this thread itself does not get its core, nobody does: of a look that comes
 * late only the first moments count, so that no view is late because the machine is busy.
 */
export function watchNow(): number {
  timer ??= setInterval(advance, TICK_MS).unref();
  return advance();
}
