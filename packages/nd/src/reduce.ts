import { arithmetic, blank, cStride, isBig, reduced } from './dtype.ts';
import { NdError, shapeText } from './errors.ts';
import { fold } from './fold.ts';
import { assign, axisBack, axisLast, axisOf, flatData, sizeOf } from './layout.ts';
import type { DType, Strided } from './types.ts';

/** Along which axis or axes; without one the result is a number. `keepdims` leaves the axes with length 1. */
export interface AxisOptions { readonly axis?: number | readonly number[] | undefined; readonly keepdims?: boolean }
/** `ddof` is subtracted from the number of elements in `std` and `var`. */
export interface DdofOptions extends AxisOptions { readonly ddof?: number }

interface Plan { readonly axes: number[]; readonly shape: number[]; readonly count: number }

/** Which axes go, the shape that is left, and how many elements meet in one result. */
export function planAxes(a: Strided, { axis, keepdims }: AxisOptions): Plan {
  const asked: readonly number[] = axis === undefined ? [...a.shape.keys()] : typeof axis === 'number' ? [axis] : axis;
  const axes = asked.map((k) => axisOf(k, a.shape.length));
  if (new Set(axes).size !== axes.length) throw new NdError('ND_AXIS', `axes ${asked.join(', ')}: one stands twice`);
  const shape = keepdims === true ? a.shape.map((n, k) => (axes.includes(k) ? 1 : n)) : a.shape.filter((_, k) => !axes.includes(k));
  return { axes, shape, count: axes.reduce((n, k) => n * a.shape[k], 1) };
}

/** Float64 results as an array of `dtype`, or as the number they are when no axis was named. */
export function finish(values: Float64Array, shape: readonly number[], dtype: DType, options: AxisOptions): Strided | number {
  if (options.axis === undefined) return values[0];
  const result: Strided = { data: values, shape, stride: cStride(shape), offset: 0, dtype: 'float64' };
  if (dtype === 'float64') return result;
  const out = blank(dtype, shape);
  assign(out, result);
  return out;
}

/** `skip` leaves NaN out. */
export type Nan = 'keep' | 'skip';
const forNan = (nan: Nan, value: number): number | undefined => (nan === 'skip' ? value : undefined);

export function sum(a: Strided, options: AxisOptions, nan: Nan): Strided | number {
  const { axes, shape } = planAxes(a, options);
  return finish(fold('sum', a, axes, forNan(nan, 0)), shape, reduced(a.dtype), options);
}

/** How many elements each result counts: all of them, or those that are not NaN. */
function counts(a: Strided, axes: number[], count: number, nan: Nan): (k: number) => number {
  if (nan === 'keep') return () => count;
  const found = fold('count', a, axes);
  return (k) => found[k];
}

function means(a: Strided, axes: number[], n: (k: number) => number, nan: Nan): Float64Array {
  return fold('sum', a, axes, forNan(nan, 0)).map((s, k) => s / n(k));
}

export function mean(a: Strided, options: AxisOptions, nan: Nan): Strided | number {
  const { axes, shape, count } = planAxes(a, options);
  return finish(means(a, axes, counts(a, axes, count, nan), nan), shape, reduced(a.dtype), options);
}

/** Two passes: the mean, then the mean square about it; fewer elements than `ddof` + 1 give NaN (numpy: also a division by 0). */
export function variance(a: Strided, options: DdofOptions, nan: Nan, root: boolean): Strided | number {
  const { axes, shape, count } = planAxes(a, options);
  const n = counts(a, axes, count, nan);
  const centre = means(a, axes, n, nan);
  // What is left out must add nothing, so NaN is read as the mean; that needs one mean, hence the masked copy.
  const source = nan === 'skip' ? filled(a, centre, axes) : a;
  const squares = fold('squares', source, axes, undefined, centre);
  const values = squares.map((s, k) => {
    const v = s / Math.max(n(k) - (options.ddof ?? 0), 0);
    return nan === 'skip' && n(k) <= (options.ddof ?? 0) ? NaN : root ? Math.sqrt(v) : v;
  });
  return finish(values, shape, reduced(a.dtype), options);
}

/** `a` as float64 with every NaN replaced by the mean of its place. */
function filled(a: Strided, centre: Float64Array, axes: readonly number[]): Strided {
  const out = blank('float64', a.shape);
  assign(out, a);
  const values = out.data as Float64Array;
  const kept = cStride(a.shape.map((n, k) => (axes.includes(k) ? 1 : n)));
  for (let i = 0; i < values.length; i++) {
    if (values[i] === values[i]) continue;
    let at = 0;
    for (let k = 0; k < a.shape.length; k++) if (!axes.includes(k)) at += (Math.floor(i / out.stride[k]) % a.shape[k]) * kept[k];
    values[i] = centre[at]!;
  }
  return out;
}

/** Smallest or largest; NaN if one is there, or left out (all NaN gives NaN). With an axis the dtype stays. Errors: ND_EMPTY. */
export function extreme(name: 'min' | 'max', a: Strided, options: AxisOptions, nan: Nan): Strided | number {
  const { axes, shape, count } = planAxes(a, options);
  if (count === 0) throw empty(name, a);
  const values = fold(name, a, axes, forNan(nan, name === 'min' ? Infinity : -Infinity));
  if (nan === 'skip') fold('count', a, axes).forEach((n, k) => { if (n === 0) values[k] = NaN; });
  return finish(values, shape, a.dtype, options);
}

const empty = (name: string, a: Strided): NdError =>
  new NdError('ND_EMPTY', `${name} of an array of shape ${shapeText(a.shape)}: no elements, and ${name} has no value for nothing; check size first`);

/** First index of the extreme along an axis (int32), or in the flattened array; the first NaN wins, as in numpy. Errors: ND_EMPTY. */
export function argExtreme(name: 'argmin' | 'argmax', a: Strided, axis: number | undefined): Strided | number {
  const v = axis === undefined ? a : axisLast(a, axisOf(axis, a.shape.length));
  const n = axis === undefined ? sizeOf(a.shape) : v.shape.at(-1)!;
  if (n === 0) throw empty(name, a);
  const data = flatData(v, isBig(v.dtype) ? v.dtype : arithmetic(v.dtype)) as Float64Array;
  const find = name === 'argmin' ? argmin : argmax;
  if (axis === undefined) return find(data, 0, n);
  const out = blank('int32', v.shape.slice(0, -1));
  for (let k = 0; k < out.data.length; k++) out.data[k] = find(data, k * n, n);
  return out;
}

function argmax(x: Float64Array, from: number, n: number): number {
  let best = from;
  for (let i = from, end = from + n; i < end; i++) {
    if (x[i] !== x[i]) return i - from;
    if (x[i] > x[best]) best = i;
  }
  return best - from;
}

function argmin(x: Float64Array, from: number, n: number): number {
  let best = from;
  for (let i = from, end = from + n; i < end; i++) {
    if (x[i] !== x[i]) return i - from;
    if (x[i] < x[best]) best = i;
  }
  return best - from;
}

/** Whether any, or all, elements are not 0 (NaN is not 0); of nothing: any is false, all is true. */
export function truth(name: 'any' | 'all', a: Strided, options: AxisOptions): Strided | boolean {
  const { axes, shape, count } = planAxes(a, options);
  const values = fold('nonzero', a, axes).map((n) => Number(name === 'any' ? n > 0 : n === count));
  return options.axis === undefined ? values[0] === 1 : (finish(values, shape, 'bool', options) as Strided);
}

/** Running sums in float64 along an axis, or of the flattened array; float32 stays so, integers give float64. */
export function cumsum(a: Strided, axis: number | undefined): Strided {
  const v = axis === undefined ? a : axisLast(a, axisOf(axis, a.shape.length));
  const size = sizeOf(a.shape);
  const n = axis === undefined ? size : v.shape.at(-1)!;
  const out = blank(reduced(a.dtype), axis === undefined ? [size] : v.shape);
  const data = flatData(v, 'float64') as Float64Array;
  for (let k = 0, s = 0; k < size; k++) out.data[k] = s = k % n === 0 ? data[k] : s + data[k];
  return axis === undefined ? out : axisBack(out, axisOf(axis, a.shape.length));
}
