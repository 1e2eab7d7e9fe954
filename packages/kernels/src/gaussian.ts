import { boundaryModes, outsideIndex, type BoundaryMode } from './extend.ts';
import { KernelError, needLength, type Floats, type Numbers } from './numbers.ts';

/** Radius of the kernel as scipy.ndimage takes it: `int(truncate * sigma + 0.5)`. */
export function gaussianRadius(sigma: number, truncate = 4): number {
  return Math.trunc(truncate * sigma + 0.5);
}

/** Half of the normalised kernel: `half[k]` is the weight at distance k, exp(-k^2 / 2 sigma^2) over the sum of all 2 radius + 1. */
export function gaussianHalf(sigma: number, radius: number): Float64Array {
  const half = Float64Array.from({ length: radius + 1 }, (_, k) => (k === 0 ? 1 : Math.exp((-0.5 * k * k) / (sigma * sigma))));
  let sum = half[0];
  for (let k = 1; k <= radius; k++) sum += 2 * half[k];
  return half.map((weight) => weight / sum);
}

export interface GaussianOptions {
  /** What lies outside; default `reflect`. */
  readonly mode?: BoundaryMode;
  /** The value outside for mode `constant`; default 0. */
  readonly cval?: number;
  /** The kernel ends at this many sigmas; default 4. */
  readonly truncate?: number;
}

/** Rows that are filtered together, so that the turned result is written in whole pieces of a cache line. */
const LINES = 8;
/** Spare elements around a line: the inner loop reads a little ahead. */
const SPARE = 4;

/** One direction of the filter: lines of `length` elements. */
interface Pass {
  readonly half: Float64Array;
  readonly radius: number;
  readonly length: number;
  /** Where each element outside the line comes from, left part then right part; -1: the constant. */
  readonly outside: Int32Array;
  /** The line with what lies outside, in float64. */
  readonly line: Float64Array;
  readonly lines: Float64Array;
}

/**
 * Gaussian filter of images of one shape, as `scipy.ndimage.gaussian_filter`: set up once, run on every image without allocating.
 * Each row is filtered in float64 and written as a column, twice; so both directions read and write along memory.
 * Weights are added from the middle outwards, in the same order for every pixel, thread count and shape.
 * A sigma of 0 leaves its direction alone. NaN spreads as far as the kernel reaches.
 */
export class Gaussian {
  readonly rows: number;
  readonly cols: number;
  readonly #cval: number;
  readonly #along: readonly [Pass, Pass];
  readonly #turned: Float64Array;

  constructor(rows: number, cols: number, sigma: readonly [number, number], { mode = 'reflect', cval = 0, truncate = 4 }: GaussianOptions = {}) {
    for (const s of sigma) if (!(s >= 0 && Number.isFinite(s))) throw new KernelError('GAUSSIAN_SIGMA', `sigma is a number of pixels, 0 or more, not ${s}`);
    if (!(truncate > 0 && Number.isFinite(truncate))) throw new KernelError('GAUSSIAN_TRUNCATE', `truncate is a number of sigmas above 0, not ${truncate}`);
    if (!boundaryModes.includes(mode)) throw new KernelError('BOUNDARY_MODE', `there is no boundary mode "${mode as string}"; one of ${boundaryModes.join(', ')}`);
    this.rows = rows;
    this.cols = cols;
    this.#cval = cval;
    this.#turned = new Float64Array(rows * cols);
    this.#along = [pass(cols, sigma[1], truncate, mode), pass(rows, sigma[0], truncate, mode)];
  }

  /**
   * Filters `image` (its first pixel at `from`, its rows `rowStep` apart) into `out` (packed, from `to` on).
   * They may be the same memory. Errors: KERNEL_LENGTH.
   */
  run(image: Numbers, out: Floats, { from = 0, rowStep = this.cols, to = 0 }: { from?: number; rowStep?: number; to?: number } = {}): void {
    const { rows, cols } = this;
    if (rows === 0 || cols === 0) return;
    needLength('the image', image, from + Math.max(0, rows - 1) * rowStep + cols);
    needLength('the result', out, to + rows * cols);
    filterTurning(image, from, rowStep, rows, this.#along[0], this.#cval, this.#turned, 0);
    filterTurning(this.#turned, 0, rows, cols, this.#along[1], this.#cval, out, to);
  }
}

function pass(length: number, sigma: number, truncate: number, mode: BoundaryMode): Pass {
  const radius = gaussianRadius(sigma, truncate);
  const outside = new Int32Array(2 * radius);
  for (let k = 0; k < (length > 0 ? radius : 0); k++) {
    outside[k] = outsideIndex(k - radius, length, mode);
    outside[radius + k] = outsideIndex(length + k, length, mode);
  }
  const half = radius === 0 ? Float64Array.of(1) : gaussianHalf(sigma, radius);
  return { half, radius, length, outside, line: new Float64Array(length + 2 * radius + 2 * SPARE), lines: new Float64Array(length * LINES) };
}

/** Filters `count` lines and writes line y as column y: `out[x * count + y]`. */
function filterTurning(image: Numbers, from: number, step: number, count: number, pass: Pass, cval: number, out: Floats, to: number): void {
  const { half, radius, length, outside, line, lines } = pass;
  const start = SPARE + radius;
  for (let y0 = 0; y0 < count; y0 += LINES) {
    const n = Math.min(LINES, count - y0);
    for (let y = 0; y < n; y++) {
      const at = from + (y0 + y) * step;
      line.set((image as Float64Array).subarray(at, at + length), start);
      for (let k = 0; k < radius; k++) {
        const left = outside[k];
        const right = outside[radius + k];
        line[SPARE + k] = left < 0 ? cval : line[start + left];
        line[start + length + k] = right < 0 ? cval : line[start + right];
      }
      filterLine(line, start, half, radius, lines, y * length, length);
    }
    turn(lines, length, n, out, to + y0, count);
  }
}

/** `to[at + x] = sum over k of half[k] (line[start + x - k] + line[start + x + k])`. Four at a time, their window kept in registers. */
function filterLine(line: Float64Array, start: number, half: Float64Array, radius: number, to: Float64Array, at: number, n: number): void {
  const middle = half[0];
  let x = 0;
  for (; x + 4 <= n; x += 4) {
    const c = start + x;
    let l0 = line[c - 1];
    let l1 = line[c];
    let l2 = line[c + 1];
    let l3 = line[c + 2];
    let r0 = l2;
    let r1 = l3;
    let r2 = line[c + 3];
    let r3 = line[c + 4];
    let s0 = middle * l1;
    let s1 = middle * l2;
    let s2 = middle * l3;
    let s3 = middle * r2;
    for (let k = 1; k <= radius; k++) {
      const w = half[k];
      s0 += w * (l0 + r0);
      s1 += w * (l1 + r1);
      s2 += w * (l2 + r2);
      s3 += w * (l3 + r3);
      l3 = l2;
      l2 = l1;
      l1 = l0;
      l0 = line[c - k - 1]!;
      r0 = r1;
      r1 = r2;
      r2 = r3;
      r3 = line[c + k + 4]!;
    }
    to[at + x] = s0;
    to[at + x + 1] = s1;
    to[at + x + 2] = s2;
    to[at + x + 3] = s3;
  }
  for (; x < n; x++) {
    const c = start + x;
    let s = middle * line[c];
    for (let k = 1; k <= radius; k++) s += half[k] * (line[c - k] + line[c + k]);
    to[at + x] = s;
  }
}

function turn(lines: Float64Array, length: number, n: number, out: Floats, to: number, step: number): void {
  for (let x = 0; x < length; x++) {
    const o = to + x * step;
    for (let y = 0; y < n; y++) out[o + y] = lines[y * length + x]!;
  }
}
