import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** When a worker has gone, its last results are still on their way to files and viewers. */
const AFTER_MS = 500;
let timer: NodeJS.Timeout | undefined;
let collect: (() => void) | undefined;

/**
 * Gives back the memory of a worker that has gone. What threads share does not count as V8 sees it: the buffers of results would lie in this thread's
 * heap, out of use, until something else makes it grow, 20 MB for each worker with images of 1 MB. Costs this thread 10 to 20 ms, once for all that went together.
 */
export function collectShared(): void {
  timer ??= setTimeout(() => {
    timer = undefined;
    collect ??= collector();
    collect();
  }, AFTER_MS).unref();
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
