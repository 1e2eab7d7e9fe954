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

  /** Sums again without what lies too far away from its bin's mean. The limit is Chauvenet's where that is wider: sqrt(2 ln(n / sqrt(2 pi))) of n pixels. */
  clip(image: Float32Array, out: BinSums, { threshold, cycles, poisson }: ClipOptions, from = 0, dark?: Float32Array): void {
    if (!(threshold > 0)) throw new KernelError('BIN_CLIP', `clipping is at a number of standard deviations above 0, not ${threshold}`);
    const { bins, pixels, starts, norm } = this.table;
    needLength('the image', image, from + pixels);
    const kept = (this.#kept ??= new Uint8Array(starts ? starts[pixels] : pixels)).fill(1);
    for (let cycle = 0; ; cycle++) {
      this.#sum(image, out, from, kept, dark);
      if (!poisson) this.#scatter(image, out, from, kept);
      if (cycle >= cycles) return;
      const [mean, limit] = [this.#mean, this.#limit];
      for (let b = 0; b < bins; b++) {
        mean[b] = out.signal[b] / out.norm[b];
        const chauvenet = Math.sqrt(2 * Math.log(Math.max(3, out.count[b]) / Math.sqrt(2 * Math.PI)));
        // A bin of one pixel has no scatter but rounding.
        limit[b] = Math.max(threshold, chauvenet) * Math.sqrt(out.variance[b] / out.norm[b]) + 1e-9 * Math.abs(mean[b]);
      }
      let gone = 0;
      this.#each((i, bin, k) => {
        const v = image[from + i];
        if (kept[k] === 0 || v - v !== 0 || Math.abs(v / norm[i] - mean[bin]) <= limit[bin]) return;
        kept[k] = 0;
        gone += 1;
      });
      if (gone === 0) return;
    }
  }

  #sum(image: Float32Array, { signal, variance, norm, count, entries }: BinSums, from: number, kept: Uint8Array, dark: Float32Array | undefined): void {
    const { weights, norm: factor } = this.table;
    for (const sums of [signal, variance, norm, count, entries]) sums.fill(0);
    this.#each((i, bin, k) => {
      const v = image[from + i];
      if (kept[k] === 0 || v - v !== 0) return;
      const w = weights ? weights[k] : 1;
      if (w === 0) return;
      signal[bin] += w * v;
      variance[bin] += w * w * Math.fround((v > 1 ? v : 1) + (dark ? dark[i] : 0));
      norm[bin] += w * factor[i];
      count[bin] += w;
      entries[bin] += 1;
    });
  }

  #scatter(image: Float32Array, { signal, norm, variance }: BinSums, from: number, kept: Uint8Array | undefined): void {
    const { bins, weights, norm: factor } = this.table;
    const mean = this.#mean;
    for (let b = 0; b < bins; b++) mean[b] = signal[b] / norm[b];
    variance.fill(0);
    this.#each((i, bin, k) => {
      const v = image[from + i];
      if (kept?.[k] === 0 || v - v !== 0) return;
      const away = v / factor[i] - mean[bin];
      variance[bin] += (weights ? weights[k] : 1) * factor[i] * away * away;
    });
  }

  /** Calls back with the pixel, the bin and the number of each share. */
  #each(visit: (pixel: number, bin: number, share: number) => void): void {
    const { bins, pixels, first, starts, index } = this.table;
    if (!starts) {
      for (let i = 0; i < pixels; i++) if (first![i] < bins) visit(i, first![i], i);
      return;
    }
    for (let i = 0; i < pixels; i++) for (let k = starts[i], b = index ? 0 : first![i]; k < starts[i + 1]; k++, b++) visit(i, index ? index[k] : b, k);
  }
}
