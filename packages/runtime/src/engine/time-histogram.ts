import type { Quantiles } from '@trainyard/control';

/** Each bin is 4 % wider than the one before: a quantile is within 2 % of the exact one. */
const GROWTH = 1.04;
const LOWEST_MS = 0.001;
const HIGHEST_MS = 1e7;
const LOG_GROWTH = Math.log(GROWTH);
const BINS = Math.ceil(Math.log(HIGHEST_MS / LOWEST_MS) / LOG_GROWTH) + 1;
/** The last minute is twelve slices of five seconds: it holds 55 to 60 s. */
const SLICES = 12;
const SLICE_MS = 5000;

/**
 * How long something took, over the last minute and over all: quantiles out of logarithmic bins. Adding allocates nothing; memory is 33 kB
 * however much is added. Times in milliseconds; below 1 µs they count as 1 µs, above 10 000 s as that. NaN is not counted.
 */
export class TimeHistogram {
  readonly #all = new Uint32Array(BINS);
  readonly #minute = new Uint32Array(BINS);
  readonly #slices = new Uint32Array(BINS * SLICES);
  /** The slice that is filled now, counted since 1970. */
  #slice = 0;
  #inMinute = 0;
  #count = 0;
  #sumMs = 0;

  /** How many were added. */
  get count(): number {
    return this.#count;
  }

  /** The sum of all that was added, in milliseconds. */
  get sumMs(): number {
    return this.#sumMs;
  }

  /** Adds one time; `now` in milliseconds, never going back by more than a slice. */
  add(ms: number, now: number): void {
    if (Number.isNaN(ms)) return;
    this.#advance(now);
    const bin = ms <= LOWEST_MS ? 0 : Math.min(BINS - 1, Math.floor(Math.log(ms / LOWEST_MS) / LOG_GROWTH));
    this.#all[bin]! += 1;
    this.#minute[bin]! += 1;
    this.#slices[(this.#slice % SLICES) * BINS + bin]! += 1;
    this.#inMinute += 1;
    this.#count += 1;
    this.#sumMs += Math.min(Math.max(0, ms), HIGHEST_MS);
  }

  /** Of the last minute; null when nothing was added in it. */
  lastMinute(now: number): Quantiles | null {
    this.#advance(now);
    return quantiles(this.#minute, this.#inMinute);
  }

  /** Of all that was added; null when nothing was. */
  all(): Quantiles | null {
    return quantiles(this.#all, this.#count);
  }

  /** Lets slices that are older than a minute go. */
  #advance(now: number): void {
    const slice = Math.floor(now / SLICE_MS);
    for (let gone = Math.max(this.#slice + 1, slice - SLICES + 1); gone <= slice; gone++) {
      const from = (gone % SLICES) * BINS;
      for (let bin = 0; bin < BINS; bin++) {
        const n = this.#slices[from + bin]!;
        if (n === 0) continue;
        this.#minute[bin]! -= n;
        this.#inMinute -= n;
        this.#slices[from + bin] = 0;
      }
    }
    this.#slice = Math.max(this.#slice, slice);
  }
}

/** The smallest times that are not below half, 95 % and 99 % of all: the middle of their bins. */
function quantiles(bins: Uint32Array, count: number): Quantiles | null {
  if (count === 0) return null;
  const half = Math.ceil(count * 0.5);
  const most = Math.ceil(count * 0.95);
  const nearlyAll = Math.ceil(count * 0.99);
  let [p50, p95, seen] = [-1, -1, 0];
  for (let bin = 0; bin < bins.length; bin++) {
    seen += bins[bin]!;
    if (p50 < 0 && seen >= half) p50 = middle(bin);
    if (p95 < 0 && seen >= most) p95 = middle(bin);
    if (seen >= nearlyAll) return { p50, p95, p99: middle(bin) };
  }
  return null;
}

function middle(bin: number): number {
  return LOWEST_MS * GROWTH ** (bin + 0.5);
}
