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
  /** Room for the sums of every fourth pixel. */
  readonly lanes: readonly [Float64Array, Float64Array, Float64Array, Float64Array];
}

/** Room for the sums of one image. */
export function binSums(bins: number): BinSums {
  const room = (): Float64Array => new Float64Array(bins + 1);
  return { signal: room(), variance: room(), norm: room(), count: room(), entries: new Int32Array(bins + 1), lanes: [room(), room(), room(), room()] };
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
 * also not in normalisation and counts. Pixels are added in one fixed order, in float64.
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
//
// Neighbouring pixels mostly share a bin, and each sum waits for the one before: so pixel i goes to lane i % 4, and the lanes are
// added in one fixed order. Four pixels are tested at once: their sum is finite exactly when each of them is.
function sumWhole(table: BinTable, data: Float32Array, from: number, out: BinSums): void {
  const { first, pixels } = table;
  const [a, b, c, d] = out.lanes;
  for (const lane of out.lanes) lane.fill(0);
  let i = 0;
  for (; i + 4 <= pixels; i += 4) {
    const at = from + i;
    const v0 = data[at];
    const v1 = data[at + 1];
    const v2 = data[at + 2];
    const v3 = data[at + 3];
    const all = v0 + v1 + v2 + v3;
    if (all - all === 0) {
      a[first[i]] += v0;
      b[first[i + 1]] += v1;
      c[first[i + 2]] += v2;
      d[first[i + 3]] += v3;
    } else for (let k = i; k < i + 4; k++) addOne(table, k, data[from + k], out.lanes[k & 3], out);
  }
  for (; i < pixels; i++) addOne(table, i, data[from + i], out.lanes[i & 3], out);
  const { signal } = out;
  for (let k = 0; k < signal.length; k++) signal[k] = a[k] + b[k] + (c[k] + d[k]);
}

function addOne({ first, norm }: BinTable, i: number, value: number, lane: Float64Array, out: BinSums): void {
  const bin = first[i];
  if (value - value === 0) lane[bin] += value;
  else {
    out.norm[bin] -= norm[i];
    out.count[bin] -= 1;
    out.entries[bin] -= 1;
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
