import { NdError } from './errors.ts';
import type { AnyTypedArray, DataOf, DType, Strided } from './types.ts';

const constructors = {
  bool: Uint8Array, int8: Int8Array, int16: Int16Array, int32: Int32Array, int64: BigInt64Array,
  uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, uint64: BigUint64Array,
  float16: Float16Array, float32: Float32Array, float64: Float64Array,
} as const;

/** All dtypes, by numpy's names. */
export const dtypes = Object.keys(constructors) as readonly DType[];

/** Zero-filled memory for `length` elements. */
export function allocate<D extends DType>(dtype: D, length: number): DataOf[D] {
  const Ctor = constructors[dtype];
  if (Ctor === undefined) throw new NdError('ND_DTYPE', `unknown dtype '${dtype as string}'; one of ${dtypes.join(', ')}`);
  return new Ctor(length) as DataOf[D];
}

/** The dtype of a typed array (`uint8` for a `Uint8Array`: only its owner knows that it holds booleans). */
export function dtypeOf(data: AnyTypedArray | Uint8ClampedArray): DType {
  const name = data[Symbol.toStringTag];
  if (name === 'Uint8ClampedArray') return 'uint8';
  const dtype = name.replace('Big', '').replace('Array', '').toLowerCase() as DType;
  if (!(dtype in constructors)) throw new NdError('ND_DTYPE', `no dtype for ${name}; give a typed array`);
  return dtype;
}

export const isBig = (dtype: DType): boolean => dtype === 'int64' || dtype === 'uint64';
export const isFloat = (dtype: DType): boolean => dtype.startsWith('float');
export const bits = (dtype: DType): number => (dtype === 'bool' ? 1 : Number(/\d+$/.exec(dtype)![0]));

/** Dtype of arithmetic: `float64` as soon as a 32- or 64-bit integer or a float64 takes part, else `float32`. */
export const arithmetic = (...of: DType[]): 'float32' | 'float64' =>
  of.some((d) => d === 'float64' || (!isFloat(d) && bits(d) > 16)) ? 'float64' : 'float32';

/** Dtype of sums, means, quantiles: `float32` for float16 and float32, `float64` for everything else. */
export const reduced = (dtype: DType): 'float32' | 'float64' => (dtype === 'float32' || dtype === 'float16' ? 'float32' : 'float64');

/** numpy's `result_type`: the smallest dtype that holds both without loss (float64 for 64-bit integers of unlike sign). */
export function promote(a: DType, b: DType): DType {
  if (a === b || b === 'bool') return a;
  if (a === 'bool') return b;
  if (isFloat(a) || isFloat(b)) {
    const need = (d: DType) => (isFloat(d) ? bits(d) : bits(d) * 2);
    return `float${Math.min(64, Math.max(need(a), need(b)))}` as DType;
  }
  const signed = (d: DType) => d.startsWith('int');
  if (signed(a) === signed(b)) return bits(a) > bits(b) ? a : b;
  const [i, u] = signed(a) ? [a, b] : [b, a];
  const need = Math.max(bits(i), bits(u) * 2);
  return need > 64 ? 'float64' : (`int${need}` as DType);
}

/** A fresh C-ordered array of zeros. */
export function blank(dtype: DType, shape: readonly number[]): Strided {
  const size = shape.reduce((a, b) => a * b, 1);
  return { data: allocate(dtype, size), shape: [...shape], stride: cStride(shape), offset: 0, dtype };
}

/** Strides of the C order, slow axis first. */
export function cStride(shape: readonly number[]): number[] {
  const stride = Array.from<number>({ length: shape.length });
  for (let k = shape.length - 1, s = 1; k >= 0; s *= shape[k], k--) stride[k] = s;
  return stride;
}
