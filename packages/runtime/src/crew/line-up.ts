import type { Crew } from './crew.ts';

/** The crew that works, and those before it that still have workers. */
export class LineUp {
  /** Works on the trains that are taken now. */
  current: Crew | undefined;
  readonly #all = new Set<Crew>();
  readonly #retired: (crew: Crew) => void;

  /** `retired`: nothing of this crew runs any more. */
  constructor(retired: (crew: Crew) => void) {
    this.#retired = retired;
  }

  use(crew: Crew): void {
    this.current = crew;
    this.#all.add(crew);
  }

  /** Ends the workers of former crews that have done their last train; a reduce worker lives while it is needed, until its state has moved. */
  retire({ isBusy, needsReduce }: { readonly isBusy: (crew: Crew) => boolean; readonly needsReduce: (crew: Crew) => boolean }): void {
    for (const crew of this.#all) {
      if (crew === this.current || isBusy(crew)) continue;
      const workers = [...crew.pool];
      crew.pool.clear();
      if (!needsReduce(crew)) {
        this.#all.delete(crew);
        this.#retired(crew);
        if (crew.reduce) workers.push(crew.reduce);
      }
      for (const worker of workers) void worker.end();
    }
  }

  /** Ends all workers: no crew works until another is used. */
  async letGo(): Promise<void> {
    const workers = [...this.#all].flatMap((crew) => [...crew.pool, ...(crew.reduce ? [crew.reduce] : [])]);
    for (const crew of this.#all) {
      crew.pool.clear();
      crew.reduce = undefined;
      this.#retired(crew);
    }
    this.#all.clear();
    await Promise.all(workers.map((worker) => worker.end()));
  }
}
