import { cStride, isBig } from './dtype.ts';
import { eachRow, sizeOf } from './layout.ts';
import type { Strided } from './types.ts';

/**
 * The order of every sum, which depends on the shape and the axes only, never on strides, dtype or threads.
 * If the last axis is summed: each row in blocks of 4096 elements, each block in 4 lanes (element i to lane i mod 4), joined as (0+1)+(2+3),
 * then blocks, then rows in C order. Otherwise: element by element in C order of the summed axes. All in float64.
 */
const BLOCK = 4096;

/** How one reduction folds: a block of a row into a number, and a row into a row of accumulators. */
interface Fold {
  readonly start: number;
  /** Block `x[from, to)`; `centre` is the mean where one is needed. */
  block(x: Float64Array, from: number, to: number, centre: number): number;
  join(a: number, b: number): number;
  row(acc: Float64Array, at: number, x: Float64Array, from: number, n: number, centre: Float64Array): void;
}

const sum: Fold = {
  start: 0,
  block(x, i, to) {
    let a = 0, b = 0, c = 0, d = 0;
    for (const end = to - 3; i < end; i += 4) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
    }
    if (i < to) a += x[i];
    if (i + 1 < to) b += x[i + 1];
    if (i + 2 < to) c += x[i + 2];
    return a + b + (c + d);
  },
  join: (a, b) => a + b,
  row(acc, at, x, from, n) { for (let i = 0; i < n; i++) acc[at + i] += x[from + i]; },
};

const squares: Fold = {
  start: 0,
  block(x, i, to, m) {
    let a = 0, b = 0, c = 0, d = 0;
    for (const end = to - 3; i < end; i += 4) {
      const p = x[i] - m, q = x[i + 1] - m, r = x[i + 2] - m, s = x[i + 3] - m;
      a += p * p;
      b += q * q;
      c += r * r;
      d += s * s;
    }
    if (i < to) a += (x[i] - m) * (x[i] - m);
    if (i + 1 < to) b += (x[i + 1] - m) * (x[i + 1] - m);
    if (i + 2 < to) c += (x[i + 2] - m) * (x[i + 2] - m);
    return a + b + (c + d);
  },
  join: (a, b) => a + b,
  row(acc, at, x, from, n, centre) {
    for (let i = 0; i < n; i++) {
      const d = x[from + i] - centre[at + i];
      acc[at + i] += d * d;
    }
  },
};

const max: Fold = {
  start: -Infinity,
  block(x, i, to) {
    let m = -Infinity;
    for (; i < to; i++) {
      const v = x[i];
      if (v > m) m = v;
      else if (v !== v) return NaN;
    }
    return m;
  },
  join: (a, b) => (a >= b || a !== a ? a : b),
  row(acc, at, x, from, n) {
    for (let i = 0; i < n; i++) {
      const v = x[from + i];
      if (v > acc[at + i] || v !== v) acc[at + i] = v;
    }
  },
};

const min: Fold = {
  start: Infinity,
  block(x, i, to) {
    let m = Infinity;
    for (; i < to; i++) {
      const v = x[i];
      if (v < m) m = v;
      else if (v !== v) return NaN;
    }
    return m;
  },
  join: (a, b) => (a <= b || a !== a ? a : b),
  row(acc, at, x, from, n) {
    for (let i = 0; i < n; i++) {
      const v = x[from + i];
      if (v < acc[at + i] || v !== v) acc[at + i] = v;
    }
  },
};

const count: Fold = {
  start: 0,
  block(x, i, to) {
    let c = 0;
    for (; i < to; i++) if (x[i] === x[i]) c++;
    return c;
  },
  join: (a, b) => a + b,
  row(acc, at, x, from, n) { for (let i = 0; i < n; i++) if (x[from + i] === x[from + i]) acc[at + i]++; },
};

const nonzero: Fold = {
  start: 0,
  block(x, i, to) {
    let c = 0;
    for (; i < to; i++) if (x[i] !== 0) c++;
    return c;
  },
  join: (a, b) => a + b,
  row(acc, at, x, from, n) { for (let i = 0; i < n; i++) if (x[from + i] !== 0) acc[at + i]++; },
};

const folds = { sum, squares, max, min, count, nonzero };
export type FoldName = keyof typeof folds;

/** Reads rows of any dtype and stride as float64: in place where they already are, else a block at a time. */
class Rows {
  readonly x: Float64Array;
  readonly #a: Strided;
  readonly #stride: number;
  readonly #replace: number | undefined;
  readonly #direct: boolean;
  constructor(a: Strided, n: number, replace: number | undefined) {
    this.#a = a;
    this.#stride = a.stride.at(-1)!;
    this.#replace = replace;
    this.#direct = a.dtype === 'float64' && this.#stride === 1 && replace === undefined;
    this.x = this.#direct ? (a.data as Float64Array) : new Float64Array(Math.min(n, BLOCK));
  }

  /** Where in `x` the `n` elements that start at `at` are now. */
  read(at: number, n: number): number {
    if (this.#direct) return at;
    const { x } = this;
    const s = this.#stride;
    const data = this.#a.data as Float64Array;
    if (isBig(this.#a.dtype)) for (let i = 0, j = at; i < n; i++, j += s) x[i] = Number(this.#a.data[j]);
    else if (s === 1 && n > 16) x.set(data.subarray(at, at + n));
    else for (let i = 0, j = at; i < n; i++, j += s) x[i] = data[j]!;
    const r = this.#replace;
    if (r !== undefined) for (let i = 0; i < n; i++) if (x[i] !== x[i]) x[i] = r;
    return 0;
  }
}

/**
 * Folds `a` over `axes`; the result has those axes with length 1, in C order.
 * `replace` stands for NaN where NaN is to be left out; `centre` holds what `squares` are taken about, one per result element.
 */
export function fold(name: FoldName, a: Strided, axes: readonly number[], replace?: number, centre?: Float64Array): Float64Array {
  if (a.shape.length === 0) return fold(name, { data: a.data, dtype: a.dtype, offset: a.offset, shape: [1], stride: [1] }, [0], replace, centre);
  const f = folds[name];
  const kept = a.shape.map((n, k) => (axes.includes(k) ? 1 : n));
  const stride = cStride(kept);
  const acc = new Float64Array(sizeOf(kept)).fill(f.start);
  const last = a.shape.length - 1;
  const folded = axes.includes(last);
  const step = a.stride[last];
  const rows = new Rows(a, a.shape[last], replace);
  const centres = centre ?? acc;
  const to = a.shape.map((_, k) => (axes.includes(k) ? 0 : stride[k]));
  eachRow(a.shape, [a.stride, to], [a.offset, 0], (i, o, _, n) => {
    let row = f.start;
    for (let b = 0; b < n; b += BLOCK, i += BLOCK * step) {
      const m = Math.min(BLOCK, n - b);
      const from = rows.read(i, m);
      if (folded) row = f.join(row, f.block(rows.x, from, from + m, centres[o]));
      else f.row(acc, o + b, rows.x, from, m, centres);
    }
    if (folded) acc[o] = f.join(acc[o], row);
  });
  return acc;
}
