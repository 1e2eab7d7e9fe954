import { KernelError, needLength } from './numbers.ts';

/**
 * How the pixels of an image fall into bins: a sparse matrix (bins x pixels) kept by pixel, in the order in which images lie in memory.
 * Without `weights` a pixel belongs to one bin. With them it is shared by neighbouring bins from `first[i]` on: `starts[i + 1] - starts[i]`
 * of them, its weights from `starts[i]` on; where no pixel touches more than four, `starts` is absent and each has four weights, filled up with 0.
 */
export interface BinTable {
  readonly bins: number;
  readonly pixels: number;
  /** First bin of each pixel; `bins` for a pixel that counts nowhere. */
  readonly first: Int32Array;
  readonly starts?: Int32Array;
  readonly weights?: Float32Array;
  /** Normalisation of each pixel (solid angle, flat ...). */
  readonly norm: Float32Array;
  /** Sums over all pixels, as `BinSums` has them. */
  readonly totalNorm: Float64Array;
  readonly totalCount: Float64Array;
  readonly totalEntries: Int32Array;
}

/** Sums per bin of one image, in float64; each has four entries more than bins, for what counts nowhere. */
export interface BinSums {
  readonly signal: Float64Array;
  /** Sum of squared weights times variance; all 0 unless asked for. */
  readonly variance: Float64Array;
  readonly norm: Float64Array;
  /** Sum of weights: with splitting no whole number. */
  readonly count: Float64Array;
  /** How many pixels have a share in the bin; 0 says that it is empty, free of rounding. */
  readonly entries: Int32Array;
  /** Room for the sums of every fourth pixel. */
  readonly lanes: readonly [Float64Array, Float64Array, Float64Array, Float64Array];
}

const QUAD = 4;

/** Room for the sums of one image. */
export function binSums(bins: number): BinSums {
  const room = (): Float64Array => new Float64Array(bins + QUAD);
  return { signal: room(), variance: room(), norm: room(), count: room(), entries: new Int32Array(bins + QUAD), lanes: [room(), room(), room(), room()] };
}

/** What a table is made of; with splitting both `starts` (one entry more than pixels) and `weights`. */
export interface BinTableParts {
  readonly bins: number;
  readonly pixels: number;
  readonly first: Int32Array;
  readonly norm: Float32Array;
  readonly starts?: Int32Array;
  readonly weights?: Float32Array;
}

/**
 * Completes a table: the sums of normalisation and counts over all pixels, and the weights by four where that is enough.
 * Throws BIN_TABLE where a pixel names a bin that is not there.
 */
export function binTable({ bins, pixels, first, starts, weights, norm }: BinTableParts): BinTable {
  needLength('first', first, pixels);
  needLength('norm', norm, pixels);
  const { norm: totalNorm, count: totalCount, entries: totalEntries } = binSums(bins);
  let widest = 1;
  for (let i = 0; i < pixels; i++) {
    const b = first[i];
    const n = starts ? starts[i + 1] - starts[i] : 1;
    if (b < 0 || b > bins || (b < bins && b + n > bins)) throw new KernelError('BIN_TABLE', `pixel ${i} names bin ${b} to ${b + n - 1} of ${bins}`);
    widest = Math.max(widest, n);
    for (let k = 0; k < n; k++) {
      const w = starts && weights ? weights[starts[i] + k] : 1;
      totalNorm[b + k] += w * norm[i];
      totalCount[b + k] += w;
      totalEntries[b + k] += w === 0 ? 0 : 1;
    }
  }
  const whole = { bins, pixels, first, norm, totalNorm, totalCount, totalEntries };
  if (!starts || !weights) return whole;
  return widest <= QUAD ? { ...whole, weights: byFour(starts, weights, pixels) } : { ...whole, starts, weights };
}

function byFour(starts: Int32Array, weights: Float32Array, pixels: number): Float32Array {
  const out = new Float32Array(QUAD * pixels);
  for (let i = 0; i < pixels; i++) for (let k = starts[i]; k < starts[i + 1]; k++) out[QUAD * i + k - starts[i]] = weights[k];
  return out;
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
  const { weights, starts } = table;
  if (!weights) sumWhole(table, signal, from, out);
  else if (starts) sumSplit(table, starts, weights, signal, from, out);
  else sumByFour(table, weights, signal, from, out);
  if (variance) sumVariance(table, signal, from, out.variance, variance.dark);
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

function sumByFour(table: BinTable, weights: Float32Array, data: Float32Array, from: number, out: BinSums): void {
  const { first, pixels } = table;
  const { signal } = out;
  for (let i = 0, k = 0; i < pixels; i++, k += QUAD) {
    const v = data[from + i];
    const b = first[i];
    if (v - v === 0) {
      signal[b] += weights[k] * v;
      signal[b + 1] += weights[k + 1] * v;
      signal[b + 2] += weights[k + 2] * v;
      signal[b + 3] += weights[k + 3] * v;
    } else takeOff(table, weights, i, k, QUAD, out);
  }
}

function sumSplit(table: BinTable, starts: Int32Array, weights: Float32Array, data: Float32Array, from: number, out: BinSums): void {
  const { first, pixels } = table;
  const { signal } = out;
  for (let i = 0; i < pixels; i++) {
    const v = data[from + i];
    const end = starts[i + 1];
    if (v - v === 0) for (let k = starts[i], b = first[i]; k < end; k++, b++) signal[b] += weights[k] * v;
    else takeOff(table, weights, i, starts[i], end - starts[i], out);
  }
}

/** Takes an invalid pixel, its `n` weights from `k` on, off the sums over all pixels. */
function takeOff({ first, norm }: BinTable, weights: Float32Array, i: number, k: number, n: number, out: BinSums): void {
  for (let b = first[i]; b < first[i] + n; b++, k++) {
    if (weights[k] === 0) continue;
    out.norm[b] -= weights[k] * norm[i];
    out.count[b] -= weights[k];
    out.entries[b] -= 1;
  }
}

function sumVariance({ first, pixels, starts, weights }: BinTable, data: Float32Array, from: number, out: Float64Array, dark?: Float32Array): void {
  for (let i = 0; i < pixels; i++) {
    const v = data[from + i];
    if (v - v !== 0) continue;
    const variance = poisson(v, dark, i);
    const b = first[i];
    if (!weights) {
      out[b] += variance;
      continue;
    }
    const start = starts ? starts[i] : QUAD * i;
    const n = starts ? starts[i + 1] - start : QUAD;
    for (let k = 0; k < n; k++) out[b + k] += weights[start + k] * weights[start + k] * variance;
  }
}

function poisson(signal: number, dark: Float32Array | undefined, i: number): number {
  return (signal > 1 ? signal : 1) + (dark ? dark[i] : 0);
}
