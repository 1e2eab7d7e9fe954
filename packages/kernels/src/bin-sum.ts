import { BESIDE, TILE } from './bin-arrays.ts';
import { binLanes, binLoops, type BinLoops } from './bin-loops.ts';
import type { BinSums, BinTable } from './bin-table.ts';
import { KernelError, needLength, type Numbers } from './numbers.ts';

/** What is done to pixels before they are summed. */
export interface BinSumOptions {
  /** Subtracted from each pixel. */
  readonly dark?: Float32Array | undefined;
  /** Pixels that are within `deltaDummy` of this value count nowhere. */
  readonly dummy?: number | undefined;
  readonly deltaDummy?: number | undefined;
}

export interface ClipOptions extends BinSumOptions {
  /** A share whose value is farther than so many standard deviations from its bin's mean is left out ... */
  readonly threshold: number;
  /** ... so many times at most, each time with the mean and deviation of what is left. */
  readonly cycles: number;
  /** Deviations by Poisson's variance instead of the scatter within the bin. */
  readonly poisson: boolean;
}

/**
 * Sums images per bin, as a table has it: set up once, run on every image without allocating. A pixel that is NaN or infinite counts nowhere, also not
 * in normalisation and counts. Squares of weights are in float32, products and sums in float64; pixel i goes to lane i % 4, lanes are added
 * (0 + 1) + (2 + 3); above 8192 bins there is one lane; seldom shares beyond a pixel's third or fourth
 * follow after every 4096 pixels. Images are of any numbers but 64-bit integers. Errors: KERNEL_LENGTH, KERNEL_MEMORY, BIN_CLIP.
 *
 * The scatter of pixels within their bins: with x the value over the normalisation of a pixel and w its share times that normalisation, mean = sum of
 * w x / sum of w, variance = sum of w (x - mean)^2, deviation = sqrt(variance / sum of w). These are pyFAI's (0.21) sums; sqrt(variance) / sum of w is
 * the error of the mean.
 */
export class BinSum {
  readonly table: BinTable;
  readonly #loops: BinLoops;
  readonly #lanes: number;

  constructor(table: BinTable) {
    this.table = table;
    this.#loops = binLoops(table);
    this.#lanes = binLanes(table);
  }

  /** Sums the `table.pixels` values of `image` at `from`; the variance is Poisson's. */
  run(image: Numbers, out: BinSums, from = 0, options: BinSumOptions = {}): void {
    const { sums, beside, sum } = this.#loops;
    const { total, bins } = this.table;
    sums.fill(0);
    beside.fill(0);
    this.#tiles(image, from, options, (i, n) => sum(i, n));
    for (let b = 0, k = 0; b < bins; b++, k += BESIDE) {
      out.norm[b] = total.norm[b] - beside[k];
      out.count[b] = total.count[b] - beside[k + 1];
      out.entries[b] = total.entries[b] - beside[k + 2];
    }
    this.#put(out.signal, 0);
    this.#put(out.variance, 1);
  }

  /** The same with the variance from the scatter within each bin. */
  scatter(image: Numbers, out: BinSums, from = 0, options: BinSumOptions = {}): void {
    this.run(image, out, from, options);
    this.#scatter(image, out, from, options, false);
  }

  /**
   * Sums without what lies too far away from its bin's mean; the variance is Poisson's or the scatter's, of what is left. The limit is Chauvenet's where
   * that is wider: sqrt(2 ln(n / sqrt(2 pi))) deviations of n pixels.
   */
  clip(image: Numbers, out: BinSums, { threshold, cycles, poisson, ...options }: ClipOptions, from = 0): void {
    if (!(threshold > 0)) throw new KernelError('BIN_CLIP', `clipping is at a number of standard deviations above 0, not ${threshold}`);
    const { sums, beside, mean, limit, keepAll, clip } = this.#loops;
    const { bins } = this.table;
    keepAll();
    mean.fill(0);
    limit.fill(Infinity);
    for (let cycle = 0; ; cycle++) {
      let gone = 0;
      sums.fill(0);
      beside.fill(0);
      this.#tiles(image, from, options, (i, n) => {
        gone += clip(i, n);
      });
      for (let b = 0, k = 0; b < bins; b++, k += BESIDE) {
        out.norm[b] = beside[k];
        out.count[b] = beside[k + 1];
        out.entries[b] = beside[k + 2];
      }
      this.#put(out.signal, 0);
      this.#put(out.variance, 1);
      if (!poisson) this.#scatter(image, out, from, options, true);
      if (cycle >= cycles || (cycle > 0 && gone === 0)) return;
      for (let b = 0; b < bins; b++) {
        mean[b] = out.signal[b] / out.norm[b];
        const chauvenet = Math.sqrt(2 * Math.log(Math.max(3, out.count[b]) / Math.sqrt(2 * Math.PI)));
        // A bin of one pixel has no scatter but rounding.
        limit[b] = Math.max(threshold, chauvenet) * Math.sqrt(out.variance[b] / out.norm[b]) + 1e-9 * Math.abs(mean[b]);
      }
    }
  }

  #scatter(image: Numbers, out: BinSums, from: number, options: BinSumOptions, ofKept: boolean): void {
    const { sums, mean, scatter } = this.#loops;
    for (let b = 0; b < mean.length; b++) mean[b] = out.signal[b] / out.norm[b];
    sums.fill(0);
    this.#tiles(image, from, options, (i, n) => scatter(i, n, ofKept));
    this.#put(out.variance, 1);
  }

  /** Brings an image in piece by piece, ready to be summed. */
  #tiles(image: Numbers, from: number, { dark, dummy, deltaDummy = 0 }: BinSumOptions, visit: (i: number, n: number) => void): void {
    const { pixels } = this.table;
    needLength('the image', image, from + pixels);
    if (dark) needLength('the dark', dark, pixels);
    const { tile, raw, dark: darkTile, widen, prepare } = this.#loops;
    if (!dark) darkTile.fill(0);
    for (let i = 0; i < pixels; i += TILE) {
      const n = Math.min(TILE, pixels - i);
      const piece = image.subarray(from + i, from + i + n);
      if (piece instanceof Uint16Array) {
        raw.set(piece);
        widen(n);
      } else tile.set(piece as Float32Array);
      if (dark) darkTile.set(dark.subarray(i, i + n));
      if (dark || dummy !== undefined) prepare(n, dummy ?? Number.NaN, deltaDummy);
      // Behind the last pixel there must be nothing that is not finite.
      if (n < TILE) tile.fill(0, n, Math.min(TILE, n + 4));
      visit(i, n);
    }
  }

  /** Adds up the lanes of the signals (0) or of the variances (1). */
  #put(to: Float64Array, which: 0 | 1): void {
    const { sums, binStep, laneStep } = this.#loops;
    const { bins } = this.table;
    for (let b = 0, k = which; b < bins; b++, k += binStep) to[b] = this.#lanes === 1 ? sums[k] : sums[k] + sums[k + laneStep] + (sums[k + 2 * laneStep] + sums[k + 3 * laneStep]);
  }
}
