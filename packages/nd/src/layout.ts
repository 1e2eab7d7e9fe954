import { blank, cStride, isBig, isFloat } from './dtype.ts';
import { NdError, shapeText } from './errors.ts';
import type { AnyTypedArray, DType, Strided } from './types.ts';

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** True when the elements lie in C order without gaps (axes of length 1 do not matter). */
export function isContiguous(a: Strided): boolean {
  for (let k = a.shape.length - 1, s = 1; k >= 0; s *= a.shape[k], k--) {
    if (a.shape[k] !== 1 && a.stride[k] !== s && sizeOf(a.shape) > 0) return false;
  }
  return true;
}

/** An axis counted from the front; throws ND_AXIS. */
export function axisOf(axis: number, rank: number): number {
  const k = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || k < 0 || k >= rank) throw new NdError('ND_AXIS', `axis ${axis} is out of bounds for an array of ${rank} axes`);
  return k;
}

/** The shape of operands broadcast together, as numpy; throws ND_SHAPE naming them all. */
export function broadcastShape(...shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, k) => {
    let n = 1;
    for (const s of shapes) {
      const m = s[k - rank + s.length] ?? 1;
      if (m === 1 || m === n) continue;
      if (n !== 1) throw new NdError('ND_SHAPE', `shapes ${shapes.map(shapeText).join(' and ')} cannot be broadcast together: axis ${k} has lengths ${n} and ${m}`);
      n = m;
    }
    return n;
  });
}

/** Strides that read `a` as if it had `shape` (0 where an axis is repeated). */
export const broadcastStride = (a: Strided, shape: readonly number[]): number[] =>
  shape.map((_, k) => {
    const j = k - shape.length + a.shape.length;
    return j < 0 || a.shape[j] === 1 ? 0 : a.stride[j];
  });

/**
 * Calls `row(i, j, k, n)` with the start of every row (last axis, n elements) in C order, for up to three operands that share `shape`.
 * A scalar counts as one row of one element.
 */
export function eachRow(shape: readonly number[], strides: readonly (readonly number[])[], offsets: readonly number[], row: (i: number, j: number, k: number, n: number) => void): void {
  const outer = shape.length - 1;
  if (sizeOf(shape) === 0) return;
  let [i = 0, j = 0, k = 0] = offsets;
  const [a = [], b = [], c = []] = strides;
  const n = outer < 0 ? 1 : shape[outer];
  const at = Array.from({ length: Math.max(outer, 0) }, () => 0);
  for (;;) {
    row(i, j, k, n);
    let d = outer - 1;
    for (; d >= 0; d--) {
      i += a[d] ?? 0;
      j += b[d] ?? 0;
      k += c[d] ?? 0;
      if (++at[d] < shape[d]) break;
      i -= (a[d] ?? 0) * shape[d];
      j -= (b[d] ?? 0) * shape[d];
      k -= (c[d] ?? 0) * shape[d];
      at[d] = 0;
    }
    if (d < 0) return;
  }
}

/** Merges neighbouring axes that every operand walks in one go, so that whole images become one long row. */
export function coalesce(shape: readonly number[], strides: readonly (readonly number[])[]): { shape: number[]; strides: number[][] } {
  const out: number[] = [];
  const merged: number[][] = strides.map(() => []);
  for (let k = 0; k < shape.length; k++) {
    if (shape[k] === 1) continue;
    const last = out.length - 1;
    if (last >= 0 && strides.every((s, m) => merged[m][last] === s[k] * shape[k])) {
      out[last] *= shape[k];
      strides.forEach((s, m) => (merged[m][last] = s[k]!));
    } else {
      out.push(shape[k]);
      strides.forEach((s, m) => merged[m].push(s[k]));
    }
  }
  if (out.length === 0) {
    out.push(1);
    for (const m of merged) m.push(0);
  }
  return { shape: out, strides: merged };
}

type Plain = number[];

/** Writes the elements of `from` into `to` (same shape), converting: floats to integers truncate and wrap as C does, NaN gives 0; `bool` is x != 0. */
export function assign(to: Strided, from: Strided): void {
  const target = to.data as unknown as Plain;
  const source = from.data as unknown as Plain;
  const { shape, strides } = coalesce(from.shape, [to.stride, from.stride]);
  const [ts, fs] = strides.map((s) => s.at(-1)!) as [number, number];
  const convert = converter(to.dtype, from.dtype);
  eachRow(shape, strides, [to.offset, from.offset], (t, f, _, n) => {
    if (convert === undefined && ts === 1 && fs === 1 && n > 8) {
      // The engine's own conversion loop: faster than ours, and never megamorphic.
      (to.data as Float64Array).set((from.data as Float64Array).subarray(f, f + n), t);
    } else if (convert === undefined) {
      for (let i = 0; i < n; i++, t += ts, f += fs) target[t] = source[f]!;
    } else {
      for (let i = 0; i < n; i++, t += ts, f += fs) target[t] = convert(source[f]) as number;
    }
  });
}

/** What one element needs on its way between dtypes; undefined where the typed array does it itself. */
function converter(to: DType, from: DType): ((x: number) => unknown) | undefined {
  if (to === from) return undefined;
  if (to === 'bool') return isBig(from) ? (x) => ((x as unknown as bigint) === 0n ? 0 : 1) : (x) => (x === 0 ? 0 : 1);
  if (isBig(to)) return isBig(from) ? undefined : (x) => (Number.isFinite(x) ? BigInt(Math.trunc(x)) : 0n);
  if (isBig(from)) return (x) => Number(isFloat(to) ? x : BigInt.asIntN(32, x as unknown as bigint));
  return undefined;
}

/** The same elements, contiguous and of `dtype`: itself where it already is so, unless `fresh`. */
export function contiguous(a: Strided, dtype: DType = a.dtype, fresh = false): Strided {
  if (!fresh && a.dtype === dtype && isContiguous(a)) return a;
  const out = blank(dtype, a.shape);
  assign(out, a);
  return out;
}

/** The elements in C order as a flat typed array of `dtype`; memory of `a` itself where possible, so only for reading. */
export function flatData(a: Strided, dtype: DType = a.dtype): AnyTypedArray {
  const c = contiguous(a, dtype);
  const size = sizeOf(a.shape);
  return c.data.length === size ? c.data : c.data.subarray(c.offset, c.offset + size);
}

/** Moves axis `from` to the end. */
export function axisLast(a: Strided, from: number): Strided {
  const order = [...a.shape.keys()].filter((k) => k !== from).concat(from);
  return { ...pickLayout(a), shape: order.map((k) => a.shape[k]), stride: order.map((k) => a.stride[k]) };
}

/** Undoes `axisLast`. */
export function axisBack(a: Strided, to: number): Strided {
  const move = (list: readonly number[]) => {
    const rest = list.slice(0, -1);
    rest.splice(to, 0, list.at(-1)!);
    return rest;
  };
  return { ...pickLayout(a), shape: move(a.shape), stride: move(a.stride) };
}

export const pickLayout = ({ data, shape, stride, offset, dtype }: Strided): Strided => ({ data, shape, stride, offset, dtype });

/** Resolves a shape with at most one -1 for `size` elements; throws ND_SHAPE. */
export function resolveShape(wanted: readonly number[], size: number, was: readonly number[]): number[] {
  const known = wanted.reduce((a, n) => (n === -1 ? a : a * n), 1);
  const shape = wanted.map((n) => (n === -1 ? size / known : n));
  const fail = wanted.filter((n) => n === -1).length > 1 || shape.some((n) => !Number.isInteger(n) || n < 0) || sizeOf(shape) !== size;
  if (fail) throw new NdError('ND_SHAPE', `cannot reshape an array of shape ${shapeText(was)} (${size} elements) into ${shapeText(wanted)}`);
  return shape;
}

/** A view of `shape` on the same memory where the strides allow it, else a contiguous copy. */
export function reshape(a: Strided, wanted: readonly number[]): Strided {
  const shape = resolveShape(wanted, sizeOf(a.shape), a.shape);
  const c = contiguous(a);
  return { ...pickLayout(c), shape, stride: cStride(shape) };
}
