import { offeredMemory } from './offered-memory.ts';

/**
 * V8's own limit for the heap of a worker, in MB. It is far above what `MemoryWatch` allows: where V8 comes to it in one large step, it ends the
 * whole process instead of the worker.
 */
export const MAX_HEAP_MB = 16_384;

/** What the results of one train may take in one worker's memory, in bytes: an eighth of what is offered. */
export function resultBytes(): number {
  return Math.min(2 ** 32, Math.max(2 ** 26, offeredMemory().offeredBytes / 8));
}
