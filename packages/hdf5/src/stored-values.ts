import { ARRAYS, type NumericArray } from './types.ts';

/** Bytes ready to be written, with the library's description of their type. */
export interface StoredValues {
  bytes: Uint8Array;
  count: number;
  metadata: TypeMetadata;
}

/** The library's description of a type to be written. */
export interface TypeMetadata {
  type: number;
  size: number;
  signed: boolean;
  littleEndian: boolean;
  vlen: boolean;
  cset?: number;
  strpad?: number;
}

/** numpy's name of a typed array's elements. */
export function dtypeOf(values: NumericArray): string {
  return values.constructor.name.replace(/^Big/, '').replace(/(Clamped)?Array$/, '').toLowerCase();
}

/**
 * The library's description of a numeric dtype. Booleans are stored as uint8: the library cannot create enumerations.
 */
export function numericMetadata(dtype: string): TypeMetadata | undefined {
  const Kind = ARRAYS[dtype as keyof typeof ARRAYS];
  if (!Kind || dtype === 'float16') return undefined;
  const float = dtype.startsWith('float');
  return { type: float ? 1 : 0, size: Kind.BYTES_PER_ELEMENT, signed: float || dtype.startsWith('int'), littleEndian: true, vlen: false };
}

/** Fixed-length text: UTF-8, zero-padded, `length` bytes an entry. */
export function textMetadata(length: number): TypeMetadata {
  return { type: 3, size: length, signed: false, littleEndian: true, vlen: false, cset: 1, strpad: 1 };
}

/** Turns numbers or one number into stored bytes; `dtype` converts a plain number. */
export function toStored(value: number | bigint | boolean | NumericArray, dtype?: string): StoredValues {
  const values = typeof value === 'object' ? value : single(value, dtype);
  const metadata = numericMetadata(dtypeOf(values));
  if (!metadata) throw new Error(`the library cannot write ${dtypeOf(values)}`);
  return { bytes: new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength), count: values.length, metadata };
}

function single(value: number | bigint | boolean, dtype?: string): NumericArray {
  const name = dtype ?? (typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' || Number.isSafeInteger(value) ? 'int64' : 'float64');
  const Kind = ARRAYS[name as keyof typeof ARRAYS];
  if (!Kind) throw new Error(`unknown dtype ${name}`);
  if (Kind === BigInt64Array || Kind === BigUint64Array) return Kind.of(BigInt(value));
  return (Kind as Float64ArrayConstructor).of(Number(value));
}
