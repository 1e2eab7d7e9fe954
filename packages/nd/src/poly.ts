import { arithmetic, blank } from './dtype.ts';
import { NdError, shapeText } from './errors.ts';
import { flatData } from './layout.ts';
import type { Strided } from './types.ts';

export interface InterpOptions { readonly left?: number; readonly right?: number }

const vector = (a: Strided, what: string): Float64Array => {
  if (a.shape.length !== 1) throw new NdError('ND_SHAPE', `${what} has shape ${shapeText(a.shape)}; it must have one axis`);
  return flatData(a, 'float64') as Float64Array;
};
const sameLength = (x: Float64Array, y: Float64Array, what: string): void => {
  if (x.length !== y.length) throw new NdError('ND_SHAPE', `${what}: shapes ${shapeText([x.length])} and ${shapeText([y.length])} differ`);
};

/** Piecewise linear values (float64) at `x` through the points (xp ascending, fp); outside: the first and last fp, or `left` and `right`. */
export function interp(x: Strided, xp: Strided, fp: Strided, { left, right }: InterpOptions): Strided {
  const [px, py] = [vector(xp, 'interp: xp'), vector(fp, 'interp: fp')];
  sameLength(px, py, 'interp: xp and fp');
  if (px.length === 0) throw new NdError('ND_EMPTY', 'interp: xp has no elements; give at least one point');
  const out = blank('float64', x.shape);
  const last = px.length - 1;
  (flatData(x, 'float64') as Float64Array).forEach((v, i) => {
    out.data[i] = v > px[last] ? (right ?? py[last]) : v < px[0] ? (left ?? py[0]) : v === v ? inside(v, px, py) : NaN;
  });
  return out;
}

function inside(v: number, px: Float64Array, py: Float64Array): number {
  let [low, high] = [0, px.length];
  while (high - low > 1) {
    const mid = (low + high) >> 1;
    if (px[mid] <= v) low = mid;
    else high = mid;
  }
  if (low === px.length - 1 || px[low] === v) return py[low];
  return ((py[low + 1] - py[low]) / (px[low + 1] - px[low])) * (v - px[low]) + py[low];
}

/** Values (float64) of the polynomial with coefficients `p`, highest power first, at `x` (Horner's scheme). */
export function polyval(p: Strided, x: Strided): Strided {
  const c = vector(p, 'polyval: p');
  const out = blank('float64', x.shape);
  (flatData(x, 'float64') as Float64Array).forEach((v, i) => (out.data[i] = c.reduce((s, k) => s * v + k, 0)));
  return out;
}

/**
 * Coefficients (float64, highest power first) of the least-squares polynomial of degree `degree` through (x, y).
 * Householder QR of the Vandermonde matrix with columns scaled to length 1. Errors: ND_SHAPE; ND_ARGUMENT for fewer different x than coefficients.
 */
export function polyfit(x: Strided, y: Strided, degree: number): Strided {
  const [px, py] = [vector(x, 'polyfit: x'), vector(y, 'polyfit: y')];
  sameLength(px, py, 'polyfit: x and y');
  const [m, n] = [px.length, degree + 1];
  if (!Number.isInteger(degree) || degree < 0) throw new NdError('ND_ARGUMENT', `polyfit: degree ${degree} is not a natural number`);
  if (m < n) throw new NdError('ND_ARGUMENT', `polyfit: ${m} points cannot fix the ${n} coefficients of degree ${degree}; give more points or a lower degree`);
  const columns = Array.from({ length: n }, (_, k) => px.map((v) => v ** (degree - k)));
  const scale = columns.map((c) => Math.sqrt(c.reduce((s, v) => s + v * v, 0)) || 1);
  columns.forEach((c, k) => c.forEach((v, i) => (c[i] = v / scale[k])));
  const rhs = Float64Array.from(py);
  const diagonal = columns.map((c, k) => reflect(c, k, [...columns.slice(k + 1), rhs]));
  const out = blank('float64', [n]);
  for (let k = n - 1; k >= 0; k--) {
    if (Math.abs(diagonal[k]) < m * Number.EPSILON) {
      throw new NdError('ND_ARGUMENT', `polyfit: the ${m} points have too few different x for degree ${degree}; lower it`);
    }
    let s = rhs[k];
    for (let j = k + 1; j < n; j++) s -= columns[j][k] * (out.data[j] as number);
    out.data[k] = s / diagonal[k];
  }
  out.data.forEach((v, k) => (out.data[k] = (v as number) / scale[k]));
  return out;
}

/** Turns `column` below k to 0 by a Householder reflection, applies it to `others`, and returns the diagonal element. */
function reflect(column: Float64Array, k: number, others: readonly Float64Array[]): number {
  let norm = 0;
  for (let i = k; i < column.length; i++) norm += column[i] ** 2;
  const diagonal = column[k] > 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
  column[k] -= diagonal;
  const half = -diagonal * column[k];
  for (const other of half === 0 ? [] : others) {
    let s = 0;
    for (let i = k; i < column.length; i++) s += column[i] * other[i];
    s /= half;
    for (let i = k; i < column.length; i++) other[i] -= s * column[i];
  }
  return diagonal;
}

/** Vector·vector (a number), matrix·vector, matrix·matrix, summed in float64. Errors: ND_SHAPE. */
export function dot(a: Strided, b: Strided): Strided | number {
  const [p, q] = [a.shape.length, b.shape.length];
  if (p < 1 || p > 2 || q < 1 || q > 2 || a.shape[p - 1] !== b.shape[0]) {
    throw new NdError('ND_SHAPE', `dot: shapes ${shapeText(a.shape)} and ${shapeText(b.shape)} do not fit; the last axis of the first must be as long as the first axis of the second, 1 or 2 axes each`);
  }
  const [x, y] = [flatData(a, 'float64'), flatData(b, 'float64')] as [Float64Array, Float64Array];
  const [n, width] = [b.shape[0], q === 2 ? b.shape[1] : 1];
  const height = p === 2 ? a.shape[0] : 1;
  const out = new Float64Array(height * width);
  for (let i = 0; i < height; i++) {
    for (let k = 0; k < n; k++) {
      const v = x[i * n + k];
      for (let j = 0, t = i * width; j < width; j++, t++) out[t] += v * y[k * width + j];
    }
  }
  if (p === 1 && q === 1) return out[0];
  const result = blank(arithmetic(a.dtype, b.dtype), [...a.shape.slice(0, -1), ...b.shape.slice(1)]);
  (result.data as Float64Array).set(out);
  return result;
}
