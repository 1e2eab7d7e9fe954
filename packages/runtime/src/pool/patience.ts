import type { ViewDescriptor } from '../worker/generation.ts';

/** The time that a view has for one train when it says nothing: on a stream, on recorded data that somebody looks at, in a run to its end. */
export const LIMIT_MS = { live: 250, played: 10_000, recorded: 60_000 } as const;
/** A view's first train on a worker builds plans and warms code: it may take this long, or as many times longer than it did elsewhere. */
const FIRST_RUN_MS = 8000;
const FIRST_RUN_AGAIN = 3;
/** A view that once had all that time and did not come back gets less. */
const SECOND_CHANCE_MS = 1000;
/** Others are not kept waiting for a view longer than this, or so many times longer than it usually takes. */
const OTHERS_WAIT_MS = 50;
const OTHERS_WAIT_TIMES = 3;
/** There it takes longer than usual. */
const FIRST_WAIT_MS = 100;
/** How much of what a view usually takes is its newest time. */
const NEWEST = 0.3;

/** How long the views of one generation may take. */
export class Patience {
  readonly #limitMs: number;
  readonly #usual = new Map<string, number>();
  readonly #firstRun = new Map<string, number>();
  readonly #hung = new Set<string>();

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** What views took on a train, of a worker where these are `warm`. */
  note(times: Readonly<Record<string, number>>, warm: ReadonlySet<string>): void {
    for (const [view, ms] of Object.entries(times)) {
      if (!warm.has(view)) this.#firstRun.set(view, Math.max(ms, this.#firstRun.get(view) ?? 0));
      else this.#usual.set(view, ms * NEWEST + (this.#usual.get(view) ?? ms) * (1 - NEWEST));
    }
  }

  /** The view did not come back. */
  hung(view: string): void {
    this.#hung.add(view);
  }

  /** Parameters were set: plans are built anew, and may be others. */
  forgetFirstRuns(): void {
    this.#firstRun.clear();
  }

  /** When a view is late, in milliseconds of its own time. Without a view: when a worker is, that does not begin with what it was given. */
  limit(view: ViewDescriptor | undefined, fresh: boolean): number {
    const limit = view?.timeoutMs ?? this.#limitMs;
    if (!fresh) return limit;
    const first = view && this.#firstRun.get(view.id);
    return Math.max(limit, first !== undefined ? first * FIRST_RUN_AGAIN : view && this.#hung.has(view.id) ? SECOND_CHANCE_MS : FIRST_RUN_MS);
  }

  /** When others no longer wait for it. */
  othersWait(view: ViewDescriptor | undefined, fresh: boolean): number {
    const usual = (view && this.#usual.get(view.id)) ?? 0;
    return Math.min(this.limit(view, fresh), Math.max(fresh ? FIRST_WAIT_MS : OTHERS_WAIT_MS, usual * OTHERS_WAIT_TIMES));
  }
}
