import { KernelError, needLength } from './numbers.ts';

/**
 * How the pixels of an image fall into bins: a sparse matrix (bins x pixels) kept by pixel, in the order in which images lie in memory.
 * Without splitting a pixel belongs to one bin; with it to `starts[i + 1] - starts[i]` neighbouring bins from `first[i]` on.
 */
export interface BinTable {
  readonly bins: number;
  readonly pixels: number;
  /** First bin of each pixel; `bins` for a pixel that counts nowhere. */
  readonly first: Int32Array;
  /** With splitting: where each pixel's weights begin, one entry more than pixels. */
  readonly starts?: Int32Array;
  readonly weights?: Float32Array;
  /** Normalisation of each pixel (solid angle, flat ...). */
  readonly norm: Float32Array;
  /** Sums over all pixels, one entry more than bins (the last for those that count nowhere). */
  readonly totalNorm: Float64Array;
  readonly totalCount: Float64Array;
  readonly totalEntries: Int32Array;
}

/** Sums per bin of one image, in float64; each has one entry more than bins. */
export interface BinSums {
  readonly signal: Float64Array;
  /** Sum of squared weights times variance; all 0 unless asked for. */
  readonly variance: Float64Array;
  readonly norm: Float64Array;
  /** Sum of weights: with splitting no whole number. */
  readonly count: Float64Array;
  /** How many pixels touch the bin; 0 says that it is empty, free of rounding. */
  readonly entries: Int32Array;
}

/** Room for the sums of one image. */
export function binSums(bins: number): BinSums {
  const room = (): Float64Array => new Float64Array(bins + 1);
  return { signal: room(), variance: room(), norm: room(), count: room(), entries: new Int32Array(bins + 1) };
}

/**
 * Completes a table: the sums of normalisation and counts over all pixels. `first`, `starts`, `weights`, `norm` as in `BinTable`.
 * Throws BIN_TABLE where a pixel names a bin that is not there.
 */
export function binTable(table: Pick<BinTable, 'bins' | 'pixels' | 'first' | 'norm'> & { readonly starts?: Int32Array | undefined; readonly weights?: Float32Array | undefined }): BinTable {
  const { bins, pixels, first, starts, weights, norm } = table;
  needLength('first', first, pixels);
  needLength('norm', norm, pixels);
  const { norm: totalNorm, count: totalCount, entries: totalEntries } = binSums(bins);
  for (let i = 0; i < pixels; i++) {
    const b = first[i];
    const n = starts ? starts[i + 1] - starts[i] : 1;
    if (b < 0 || b > bins || (b < bins && b + n > bins)) throw new KernelError('BIN_TABLE', `pixel ${i} names bin ${b} to ${b + n - 1} of ${bins}`);
    for (let k = 0; k < n; k++) {
      const w = weights ? weights[starts![i] + k] : 1;
      totalNorm[b + k] += w * norm[i];
      totalCount[b + k] += w;
      totalEntries[b + k] += 1;
    }
  }
  return { bins, pixels, first, norm, totalNorm, totalCount, totalEntries, ...(starts && weights && { starts, weights }) };
}

/** How the variance of a pixel follows from its signal: Poisson's, with the dark that was subtracted added again. */
export interface PoissonVariance {
  readonly dark?: Float32Array;
}

/**
 * Sums an image (`table.pixels` values of `signal` at `from`) per bin. A pixel that is NaN or infinite counts nowhere,
 * also not in normalisation and counts. Pixels are added in memory order, in float64.
 */
export function sumIntoBins(table: BinTable, signal: Float32Array, out: BinSums, from = 0, variance?: PoissonVariance): void {
  needLength('the image', signal, from + table.pixels);
  out.signal.fill(0);
  out.variance.fill(0);
  out.norm.set(table.totalNorm);
  out.count.set(table.totalCount);
  out.entries.set(table.totalEntries);
  if (table.starts && table.weights) {
    sumSplit(table, table.starts, table.weights, signal, from, out);
    if (variance) varianceSplit(table, table.starts, table.weights, signal, from, out.variance, variance.dark);
  } else {
    sumWhole(table, signal, from, out);
    if (variance) varianceWhole(table, signal, from, out.variance, variance.dark);
  }
}

// Normalisation and counts are known for a whole image; only what an invalid pixel would have added is taken off. Sums of
// float32 in float64 are exact as far as an image is wide (2^29 times the smallest), so the difference is the sum of the others.
function sumWhole({ first, pixels, norm }: BinTable, data: Float32Array, from: number, out: BinSums): void {
  const { signal } = out;
  for (let i = 0; i < pixels; i++) {
    const v = data[from + i];
    const b = first[i];
    if (v - v === 0) signal[b] += v;
    else {
      out.norm[b] -= norm[i];
      out.count[b] -= 1;
      out.entries[b] -= 1;
    }
  }
}

function sumSplit({ first, pixels, norm }: BinTable, starts: Int32Array, weights: Float32Array, data: Float32Array, from: number, out: BinSums): void {
  const { signal } = out;
  let k = 0;
  for (let i = 0; i < pixels; i++) {
    const v = data[from + i];
    const end = starts[i + 1];
    let b = first[i];
    if (v - v === 0) for (; k < end; k++, b++) signal[b] += weights[k] * v;
    else {
      for (; k < end; k++, b++) {
        out.norm[b] -= weights[k] * norm[i];
        out.count[b] -= weights[k];
        out.entries[b] -= 1;
      }
    }
  }
}

function varianceWhole({ first, pixels }: BinTable, data: Float32Array, from: number, out: Float64Array, dark?: Float32Array): void {
  for (let i = 0; i < pixels; i++) {
    const v = data[from + i];
    if (v - v === 0) out[first[i]] += poisson(v, dark, i);
  }
}

function varianceSplit({ first, pixels }: BinTable, starts: Int32Array, weights: Float32Array, data: Float32Array, from: number, out: Float64Array, dark?: Float32Array): void {
  for (let i = 0; i < pixels; i++) {
    const v = data[from + i];
    if (v - v !== 0) continue;
    const variance = poisson(v, dark, i);
    for (let k = starts[i], b = first[i]; k < starts[i + 1]; k++, b++) out[b] += weights[k] * weights[k] * variance;
  }
}

function poisson(signal: number, dark: Float32Array | undefined, i: number): number {
  return (signal > 1 ? signal : 1) + (dark ? dark[i] : 0);
}
