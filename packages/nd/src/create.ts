import { blank, cStride, dtypeOf, promote } from './dtype.ts';
import { NdError, shapeText } from './errors.ts';
import { linspace as spaced } from './histogram.ts';
import { assign, axisOf, pickLayout, sizeOf } from './layout.ts';
import { type MutableNdArray, NdArray, wrap } from './ndarray.ts';
import type { AnyTypedArray, DataOf, DType, NdLike, Nested, NestedRank, Strided, Tuple } from './types.ts';

export interface LayoutOptions { readonly stride?: readonly number[] | undefined; readonly offset?: number | undefined; readonly dtype?: DType | undefined }

/**
 * An array over existing memory, not copied: shape defaults to one axis, stride to the C order, dtype to that of the data
 * (say `dtype: 'bool'` for booleans in a `Uint8Array`). Errors: ND_BOUNDS when the layout leaves the data, ND_DTYPE when the dtype is not the data's.
 */
export function ndarray<D extends AnyTypedArray, const S extends readonly number[] = readonly [number]>(
  data: D, shape?: S, options: LayoutOptions = {},
): NdArray<S['length'], D> {
  const sizes: readonly number[] = shape ?? [data.length];
  const { stride = cStride(sizes), offset = 0, dtype = dtypeOf(data) } = options;
  if (dtype !== dtypeOf(data) && !(dtype === 'bool' && dtypeOf(data) === 'uint8')) throw new NdError('ND_DTYPE', `a ${data[Symbol.toStringTag]} holds ${dtypeOf(data)}, not ${dtype}`);
  if (sizes.some((n) => !Number.isSafeInteger(n) || n < 0)) throw new NdError('ND_SHAPE', `${shapeText(sizes)} is not a shape`);
  const ends = sizes.map((n, k) => (n - 1) * stride[k]);
  const low = ends.reduce((s, e) => s + Math.min(e, 0), offset);
  const high = ends.reduce((s, e) => s + Math.max(e, 0), offset);
  const fits = stride.length === sizes.length && [...stride, offset].every(Number.isSafeInteger) && low >= 0 && high < data.length;
  if (!fits && !(sizeOf(sizes) === 0 && stride.length === sizes.length)) {
    throw new NdError('ND_BOUNDS', `shape ${shapeText(sizes)} with stride ${shapeText(stride)} and offset ${offset} does not fit ${data.length} elements`);
  }
  return new NdArray(data, [...sizes], [...stride], offset, dtype);
}

/** The dtype taken when none is named. */
type Natural<X> = X extends { readonly [Symbol.toStringTag]: `${infer Name}Array` }
  ? (Name extends `Big${infer Big}` ? Lowercase<Big> : Lowercase<Name>) & DType
  : X extends bigint | readonly bigint[] | readonly (readonly bigint[])[] ? 'int64'
    : X extends boolean | readonly boolean[] | readonly (readonly boolean[])[] ? 'bool' : 'float64';
type TypedRank<X> = X extends AnyTypedArray ? 1 : NestedRank<X>;

/** A copy of nested numbers, or of a typed array; without a dtype float64, int64 for bigints, bool for booleans. Errors: ND_SHAPE for ragged nesting. */
export function array<const X extends Nested | AnyTypedArray, D extends DType = Natural<X>>(from: X, dtype?: D): MutableNdArray<TypedRank<X>, DataOf[D]> {
  if (ArrayBuffer.isView(from)) {
    const whole: Strided = { data: from, shape: [from.length], stride: [1], offset: 0, dtype: dtypeOf(from) };
    const out = blank(dtype ?? whole.dtype, whole.shape);
    assign(out, whole);
    return wrap(out);
  }
  const nested: Nested = from;
  const shape: number[] = [];
  for (let x = nested; Array.isArray(x); x = x[0]) shape.push(x.length);
  const flat: (number | bigint | boolean)[] = [];
  const collect = (x: Nested, axis: number): void => {
    if (!Array.isArray(x)) {
      if (axis !== shape.length) throw new NdError('ND_SHAPE', `ragged nesting: a number at depth ${axis} of an array of shape ${shapeText(shape)}`);
      if (typeof x !== 'number' && typeof x !== 'bigint' && typeof x !== 'boolean') throw new NdError('ND_DTYPE', `element ${flat.length} is ${typeof x === 'string' ? JSON.stringify(x) : String(x)}, which is no number`);
      flat.push(x as number);
      return;
    }
    if (x.length !== shape[axis]) throw new NdError('ND_SHAPE', `ragged nesting: length ${x.length} on axis ${axis} of an array of shape ${shapeText(shape)}`);
    for (const y of x) collect(y, axis + 1);
  };
  collect(nested, 0);
  const natural: DType = typeof flat[0] === 'bigint' ? 'int64' : typeof flat[0] === 'boolean' ? 'bool' : 'float64';
  const source = blank(natural, shape);
  flat.forEach((x, i) => ((source.data as unknown as unknown[])[i] = typeof x === 'boolean' ? Number(x) : x));
  const out = blank(dtype ?? natural, shape);
  assign(out, source);
  return wrap(out);
}

/** A length is one axis, a list of lengths a shape. */
export type Shape = number | readonly number[];
type ShapeRank<S extends Shape> = S extends readonly number[] ? S['length'] : 1;
const list = (shape: Shape): readonly number[] => (typeof shape === 'number' ? [shape] : shape);

export function full<const S extends Shape, D extends DType = 'float64'>(shape: S, value: number, dtype?: D): MutableNdArray<ShapeRank<S>, DataOf[D]> {
  const sizes = list(shape);
  if (sizes.some((n) => !Number.isSafeInteger(n) || n < 0)) throw new NdError('ND_SHAPE', `${shapeText(sizes)} is not a shape`);
  const out: MutableNdArray<ShapeRank<S>, DataOf[D]> = wrap(blank(dtype ?? 'float64', sizes));
  return value === 0 ? out : out.fill(value);
}
export const zeros = <const S extends Shape, D extends DType = 'float64'>(shape: S, dtype?: D): MutableNdArray<ShapeRank<S>, DataOf[D]> => full(shape, 0, dtype);
export const ones = <const S extends Shape, D extends DType = 'float64'>(shape: S, dtype?: D): MutableNdArray<ShapeRank<S>, DataOf[D]> => full(shape, 1, dtype);
/** numpy's name; JavaScript's memory is always zeroed. */
export const empty = zeros;

/** `arange(stop)`, `arange(start, stop, step)`: float64, stop excluded. */
export function arange(start: number, stop?: number, step = 1): MutableNdArray<1, Float64Array> {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0) throw new NdError('ND_ARGUMENT', 'arange: a step cannot be 0');
  const n = Math.max(0, Math.ceil((to - from) / step));
  return fromFloat(Float64Array.from({ length: n }, (_, k) => from + k * step));
}
/** `count` equally spaced numbers, both ends included. */
export const linspace = (start: number, stop: number, count = 50): MutableNdArray<1, Float64Array> => fromFloat(spaced(start, stop, count));
const fromFloat = (data: Float64Array): MutableNdArray<1, Float64Array> => wrap({ data, shape: [data.length], stride: [1], offset: 0, dtype: 'float64' });

/** Joined along an axis that exists, in the common dtype. Errors: ND_SHAPE, ND_EMPTY for none. */
export function concatenate<R extends number>(parts: readonly NdLike<R>[], { axis = 0 } = {}): MutableNdArray<R> {
  const [first] = parts;
  if (first === undefined) throw new NdError('ND_EMPTY', 'concatenate: no arrays; give at least one');
  const k = axisOf(axis, first.shape.length);
  for (const p of parts) {
    if (p.shape.length !== first.shape.length || p.shape.some((n, d) => d !== k && n !== first.shape[d])) {
      throw new NdError('ND_SHAPE', `concatenate along axis ${k}: shapes ${shapeText(first.shape)} and ${shapeText(p.shape)} differ on another axis`);
    }
  }
  const out = blank(parts.map((p) => p.dtype).reduce(promote), first.shape.map((n, d) => (d === k ? parts.reduce((s, p) => s + p.shape[k], 0) : n)));
  let offset = 0;
  for (const p of parts) {
    assign({ ...out, shape: p.shape, offset }, p as unknown as Strided);
    offset += p.shape[k] * out.stride[k];
  }
  return wrap(out);
}

/** Joined along a new axis, in the common dtype. Errors: ND_SHAPE, ND_EMPTY for none. */
export function stack<R extends number>(parts: readonly NdLike<R>[], { axis = 0 } = {}): MutableNdArray<number extends R ? number : [...Tuple<R>, unknown]['length'] & number> {
  const rank = (parts[0]?.shape.length ?? 0) + 1;
  const k = axisOf(axis, rank);
  return concatenate(parts.map((p) => {
    const { data, shape, stride, offset, dtype } = pickLayout(p as unknown as Strided);
    return new NdArray(data, [...shape.slice(0, k), 1, ...shape.slice(k)], [...stride.slice(0, k), 0, ...stride.slice(k)], offset, dtype);
  }), { axis: k }) as never;
}

/** Anything as an array, without a copy where it can be: one of ours as it is, another strided array or a typed array as a view, numbers and nested lists as float64. */
export function asNdArray(x: NdArray | NdLike | AnyTypedArray | Nested): NdArray {
  if (x instanceof NdArray) return x;
  if (ArrayBuffer.isView(x)) return ndarray(x);
  if (typeof x === 'object' && 'data' in x && 'stride' in x) {
    const { data, shape, stride, offset } = x as unknown as Strided;
    return ndarray(data, shape, { stride, offset, dtype: (x).dtype === 'bool' ? 'bool' : dtypeOf(data) });
  }
  return array(x);
}
