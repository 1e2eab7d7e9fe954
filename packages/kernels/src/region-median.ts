import { copyLine } from './line.ts';
import type { Layout } from './pack.ts';
import { RegionFast } from './region-fast.ts';
import type { RegionRuns } from './region-runs.ts';
import { half, medianOf, select } from './select.ts';

/** A region of so many pixels is copied whole; larger ones are looked through for what lies near the middle. */
const SMALL = 4096;
/** Half of the bracket, in standard deviations of the rank of a sample's middle. */
const WIDTH = 3.5;

/**
 * The median of a region, NaN left out, by selection. Of a large region a sample (every so many pixels) gives two values that should lie on both sides
 * of the median; one walk counts what is below, at and above them and keeps only what is between, in which the median is selected. Where the sample was
 * wrong, all pixels are kept: the result is exact either way.
 */
export class RegionMedian {
  readonly #region: RegionRuns;
  readonly #line: Float64Array;
  /** Counts for it where it can. */
  readonly #fast: () => RegionFast;
  /** Grows up to all pixels of the region. */
  #kept: Float64Array;

  constructor(region: RegionRuns, fast: () => RegionFast = () => new RegionFast(region)) {
    [this.#region, this.#fast] = [region, fast];
    this.#line = new Float64Array(region.longest);
    this.#kept = new Float64Array(Math.min(region.pixels, SMALL));
  }

  /** The value in the middle, or the mean of the two in the middle; NaN of none. */
  of(box: Layout): number {
    if (this.#region.pixels > SMALL) {
      const found = this.#within(box, this.#bracket(box));
      if (found !== undefined) return found;
    }
    // No value is below such a bracket, or at it.
    const { inside } = this.#count(box, NaN, NaN);
    return medianOf(this.#kept, inside);
  }

  #room(n: number): void {
    if (this.#kept.length >= n) return;
    const more = new Float64Array(Math.min(this.#region.pixels, 2 * n));
    more.set(this.#kept);
    this.#kept = more;
  }

  /** Two values of a sample, beside its middle. */
  #bracket(box: Layout): readonly [number, number] {
    const { runs, pixels } = this.#region;
    const [rowStep, colStep] = box.stride as [number, number];
    const step = Math.max(2, Math.floor(Math.cbrt(pixels))) | 1;
    this.#room(Math.ceil(pixels / step) + 1);
    const sample = this.#kept;
    let n = 0;
    for (let k = 0, next = 0; k < runs.length; k += 3) {
      const at = box.offset + runs[k] * rowStep + runs[k + 1] * colStep;
      for (; next < runs[k + 2]; next += step) {
        const v = Number(box.data[at + next * colStep]);
        sample[n] = v;
        if (v === v) n++;
      }
      next -= runs[k + 2];
    }
    if (n === 0) return [-Infinity, Infinity];
    const aside = (WIDTH / 2) * Math.sqrt(n);
    const low = select(sample, n, Math.max(0, Math.floor(n / 2 - aside)));
    return [low, select(sample, n, Math.min(n - 1, Math.ceil(n / 2 + aside)))];
  }

  /** Undefined where the median is not from `low` to `high`. */
  #within(box: Layout, [low, high]: readonly [number, number]): number | undefined {
    const { count, below, atLow, inside, atHigh } = this.#fastCount(box, low, high) ?? this.#count(box, low, high);
    if (count === 0) return NaN;
    const at = (k: number): number | undefined => {
      if (k < below) return undefined;
      if (k < below + atLow) return low;
      if (k < below + atLow + inside) return select(this.#kept, inside, k - below - atLow);
      return k < below + atLow + inside + atHigh ? high : undefined;
    };
    const [a, b] = [at((count - 1) >> 1), at(count >> 1)];
    return a === undefined || b === undefined ? undefined : half(a, b);
  }

  #fastCount(box: Layout, low: number, high: number): Counts | undefined {
    const counts = RegionFast.takes(box) ? this.#fast().between(box, low, high) : undefined;
    if (!counts) return undefined;
    this.#room(counts.inside);
    for (let i = 0; i < counts.inside; i++) this.#kept[i] = counts.kept[i];
    return counts;
  }

  /** Keeps what lies between, and counts the rest. */
  #count(box: Layout, low: number, high: number): Counts {
    const { runs } = this.#region;
    const [rowStep, colStep] = box.stride as [number, number];
    const counts: Counts = { count: 0, below: 0, atLow: 0, inside: 0, atHigh: 0 };
    for (let k = 0; k < runs.length; k += 3) {
      const n = runs[k + 2];
      copyLine(box, box.offset + runs[k] * rowStep + runs[k + 1] * colStep, colStep, n, this.#line);
      this.#room(counts.inside + n);
      countLine(this.#line, n, low, high, this.#kept, counts);
    }
    return counts;
  }
}

interface Counts {
  count: number;
  below: number;
  atLow: number;
  inside: number;
  atHigh: number;
}

function countLine(line: Float64Array, n: number, low: number, high: number, kept: Float64Array, counts: Counts): void {
  let { count, below, atLow, inside, atHigh } = counts;
  for (let i = 0; i < n; i++) {
    const v = line[i];
    if (v !== v) continue;
    count++;
    if (v < low) below++;
    else if (v === low) atLow++;
    else if (v === high) atHigh++;
    else if (!(v > high)) kept[inside++] = v;
  }
  Object.assign(counts, { count, below, atLow, inside, atHigh });
}
