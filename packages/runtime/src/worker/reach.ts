import type { LinkedInput, LinkedView } from './link.ts';

/**
 * How many train IDs before a train its results depend on; `views` have inputs before those that take them.
 * Infinity where a view takes the running result of a reducer over all trains. Scans do not run in parts of a run: they do not keep it from being cut.
 */
export function reachOf(views: readonly LinkedView[]): number {
  return Math.max(0, ...reaches(views, 0).own.values());
}

/** The same for whoever takes the result of each view: Infinity where that runs on over all trains. */
export function takersReach(views: readonly LinkedView[]): ReadonlyMap<string, number> {
  return reaches(views, Infinity).takers;
}

/** How far back an input looks, given the reach of each view's takers. */
export function inputReach(input: LinkedInput, takers: ReadonlyMap<string, number>): number {
  const own = input.stale !== undefined ? input.stale - 1 : -(input.shift ?? 0);
  return input.view === undefined ? own : own + takers.get(input.view)!;
}

function reaches(views: readonly LinkedView[], ofScan: number): { own: Map<string, number>; takers: Map<string, number> } {
  const own = new Map<string, number>();
  const takers = new Map<string, number>();
  for (const { id, spec, inputs } of views) {
    const window = spec.options.average ?? spec.reducer?.window;
    const reach = Math.max(0, ...inputs.map((input) => inputReach(input, takers))) + (window === undefined ? 0 : window - 1);
    own.set(id, reach);
    takers.set(id, spec.scan ? ofScan : spec.reducer && window === undefined ? Infinity : reach);
  }
  return { own, takers };
}
