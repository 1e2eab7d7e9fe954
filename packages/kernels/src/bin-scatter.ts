import { KernelError, needLength } from './numbers.ts';
import type { BinSums, BinTable } from './bin-table.ts';

export interface ClipOptions {
  /** A share whose value is farther than so many standard deviations from its bin's mean is left out ... */
  readonly threshold: number;
  /** ... so many times at most, each time with the mean and deviation of what is left. */
  readonly cycles: number;
  /** Deviations by Poisson's variance instead of the scatter within the bin. */
  readonly poisson: boolean;
}

/**
 * The scatter of pixels within their bins, in plain loops: variances from it, and clipping by it. With x the value over the normalisation of a pixel and w
 * its share times that normalisation: mean = sum of w x / sum of w, variance = sum of w (x - mean)^2, deviation = sqrt(variance / sum of w). These are
 * pyFAI's (0.21) sums, of which sqrt(variance) / sum of w is the error of the mean. A pixel that is not finite counts nowhere. Errors: KERNEL_LENGTH.
 */
export class BinScatter {
  readonly table: BinTable;
  readonly #mean: Float64Array;
  readonly #limit: Float64Array;
  /** 1 for each share that is left. */
  #kept: Uint8Array | undefined;

  constructor(table: BinTable) {
    this.table = table;
    this.#mean = new Float64Array(table.bins);
    this.#limit = new Float64Array(table.bins);
  }

  /** Fills in `out.variance` from the scatter; the other sums are there already. */
  variance(image: Float32Array, out: BinSums, from = 0): void {
    needLength('the image', image, from + this.table.pixels);
    this.#scatter(image, out, from, undefined);
  }

  /** Sums again without what lies too far away from its bin's mean. The limit is Chauvenet's where that is wider: sqrt(2 ln(n / sqrt(2 pi))) of n pixels. Errors: BIN_CLIP. */
  clip(image: Float32Array, out: BinSums, { threshold, cycles, poisson }: ClipOptions, from = 0, dark?: Float32Array): void {
    if (!(threshold > 0)) throw new KernelError('BIN_CLIP', `clipping is at a number of standard deviations above 0, not ${threshold}`);
    const { bins, pixels, starts } = this.table;
    needLength('the image', image, from + pixels);
    const kept = (this.#kept ??= new Uint8Array(starts ? starts[pixels] : pixels)).fill(1);
    const [mean, limit] = [this.#mean.fill(0), this.#limit.fill(Infinity)];
    for (let cycle = 0; ; cycle++) {
      const gone = this.#sum(image, out, from, kept, dark);
      // With nothing new left out the sums, and so the variances, are those of the cycle before.
      if (cycle > 0 && gone === 0 && poisson) return;
      if (!poisson) this.#scatter(image, out, from, kept);
      if (cycle >= cycles || (cycle > 0 && gone === 0)) return;
      for (let b = 0; b < bins; b++) {
        mean[b] = out.signal[b] / out.norm[b];
        const chauvenet = Math.sqrt(2 * Math.log(Math.max(3, out.count[b]) / Math.sqrt(2 * Math.PI)));
        // A bin of one pixel has no scatter but rounding.
        limit[b] = Math.max(threshold, chauvenet) * Math.sqrt(out.variance[b] / out.norm[b]) + 1e-9 * Math.abs(mean[b]);
      }
    }
  }

  /** Sums what is left and within its limit; gives back how many shares were not. */
  #sum(image: Float32Array, out: BinSums, from: number, kept: Uint8Array, dark: Float32Array | undefined): number {
    const { bins, pixels, first, starts, weights, index, norm: factor } = this.table;
    const { signal, variance, norm, count, entries } = out;
    const [mean, limit] = [this.#mean, this.#limit];
    for (const sums of [signal, variance, norm, count, entries]) sums.fill(0);
    let gone = 0;
    for (let i = 0; i < pixels; i++) {
      const v = image[from + i];
      if (v - v !== 0) continue;
      const n = factor[i];
      const own = Math.fround((v > 1 ? v : 1) + (dark ? dark[i] : 0));
      if (!starts || !weights) {
        const bin = first![i];
        if (bin >= bins || kept[i] === 0) continue;
        if (Math.abs(v - mean[bin] * n) > limit[bin] * Math.abs(n)) {
          kept[i] = 0;
          gone += 1;
          continue;
        }
        signal[bin] += v;
        variance[bin] += own;
        norm[bin] += n;
        count[bin] += 1;
        entries[bin] += 1;
        continue;
      }
      const end = starts[i + 1];
      for (let k = starts[i], b = first ? first[i] : 0; k < end; k++, b++) {
        const w = weights[k];
        if (kept[k] === 0 || w === 0) continue;
        const bin = index ? index[k] : b;
        if (Math.abs(v - mean[bin] * n) > limit[bin] * Math.abs(n)) {
          kept[k] = 0;
          gone += 1;
          continue;
        }
        signal[bin] += w * v;
        variance[bin] += w * w * own;
        norm[bin] += w * n;
        count[bin] += w;
        entries[bin] += 1;
      }
    }
    return gone;
  }

  #scatter(image: Float32Array, { signal, norm, variance }: BinSums, from: number, kept: Uint8Array | undefined): void {
    const { bins, pixels, first, starts, weights, index, norm: factor } = this.table;
    const mean = this.#mean;
    for (let b = 0; b < bins; b++) mean[b] = signal[b] / norm[b];
    variance.fill(0);
    for (let i = 0; i < pixels; i++) {
      const v = image[from + i];
      if (v - v !== 0) continue;
      const n = factor[i];
      if (!starts || !weights) {
        const bin = first![i];
        if (bin >= bins || (kept && kept[i] === 0)) continue;
        const away = v - mean[bin] * n;
        variance[bin] += (away * away) / n;
        continue;
      }
      const end = starts[i + 1];
      for (let k = starts[i], b = first ? first[i] : 0; k < end; k++, b++) {
        if (kept && kept[k] === 0) continue;
        const bin = index ? index[k] : b;
        const away = v - mean[bin] * n;
        variance[bin] += (weights[k] * away * away) / n;
      }
    }
  }
}
