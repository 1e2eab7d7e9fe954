import type { LinkedInput, LinkedView } from './link.ts';

/**
 * How many train IDs before a train its results depend on; `views` have inputs before those that take them.
 * Infinity where a view takes the running result of a reducer over all trains.
 */
export function reachOf(views: readonly LinkedView[]): number {
  const reaches = new Map<string, number>();
  const cumulative = new Set<string>();
  const back = (input: LinkedInput): number => {
    const own = input.stale !== undefined ? input.stale - 1 : -(input.shift ?? 0);
    if (input.view === undefined) return own;
    return cumulative.has(input.view) ? Infinity : own + reaches.get(input.view)!;
  };
  for (const { id, spec, inputs } of views) {
    const window = spec.options.average ?? spec.reducer?.window;
    if (spec.reducer && window === undefined) cumulative.add(id);
    reaches.set(id, Math.max(0, ...inputs.map(back)) + (window === undefined ? 0 : window - 1));
  }
  return Math.max(0, ...reaches.values());
}
