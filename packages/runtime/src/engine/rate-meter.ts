const SPAN_MS = 5000;

/** Events a second over the last five seconds; memory of five numbers. */
export class RateMeter {
  #second = 0;
  readonly #counts = new Map<number, number>();
  #first: number | undefined;

  tick(now = Date.now(), count = 1): void {
    const second = Math.floor(now / 1000);
    this.#first ??= now;
    if (second !== this.#second) {
      this.#second = second;
      for (const old of this.#counts.keys()) if (old <= second - SPAN_MS / 1000 - 1) this.#counts.delete(old);
    }
    this.#counts.set(second, (this.#counts.get(second) ?? 0) + count);
  }

  rate(now = Date.now()): number {
    if (this.#first === undefined) return 0;
    const current = Math.floor(now / 1000);
    const span = SPAN_MS / 1000;
    let total = 0;
    for (const [second, count] of this.#counts) if (second > current - span && second <= current) total += count;
    const elapsed = Math.min(span - 1 + (now % 1000) / 1000, (now - this.#first) / 1000);
    return elapsed < 0.2 ? 0 : total / elapsed;
  }
}
