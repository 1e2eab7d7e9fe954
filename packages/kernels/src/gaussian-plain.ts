import type { GaussianParts } from './gaussian.ts';
import type { Floats, Numbers } from './numbers.ts';

/** Rows that are filtered together, so that the turned result is written in whole pieces of a cache line. */
const LINES = 8;
/** Spare elements around a line: the inner loop reads a little ahead. */
const SPARE = 4;

/** One direction of the filter: lines of `length` elements. */
interface Pass {
  readonly half: Float64Array;
  readonly radius: number;
  readonly length: number;
  readonly outside: Int32Array;
  /** The line with what lies outside, in float64. */
  readonly line: Float64Array;
  readonly lines: Float64Array;
}

/** In float64, for float64 results: each row is filtered and written as a column, twice; so both directions read and write along memory. */
export class GaussianPlain {
  readonly rows: number;
  readonly cols: number;
  readonly #cval: number;
  readonly #along: readonly [Pass, Pass];
  readonly #turned: Float64Array;

  constructor(rows: number, cols: number, { half, outside, cval }: GaussianParts) {
    this.rows = rows;
    this.cols = cols;
    this.#cval = cval;
    this.#turned = new Float64Array(rows * cols);
    this.#along = [pass(cols, half[1], outside[1]), pass(rows, half[0], outside[0])];
  }

  run(image: Numbers, out: Floats, from: number, rowStep: number, to: number): void {
    const { rows, cols } = this;
    filterTurning(image, from, rowStep, rows, this.#along[0], this.#cval, this.#turned, 0);
    filterTurning(this.#turned, 0, rows, cols, this.#along[1], this.#cval, out, to);
  }
}

function pass(length: number, half: Float64Array, outside: Int32Array): Pass {
  const radius = half.length - 1;
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
