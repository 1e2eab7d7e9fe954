import type { ByteBuilder } from './byte-builder.ts';

/** Numbers as they are stored; booleans are an enumeration of FALSE and TRUE, as h5py has it. */
export const numberTypes = {
  bool: Uint8Array, int8: Int8Array, int16: Int16Array, int32: Int32Array, int64: BigInt64Array, uint8: Uint8Array, uint16: Uint16Array,
  uint32: Uint32Array, uint64: BigUint64Array, float16: Float16Array, float32: Float32Array, float64: Float64Array,
} as const;
export type NumberType = keyof typeof numberTypes;
export type NumberData = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array | Float16Array | Float32Array | Float64Array;

/** A number type, or UTF-8 text of `length` bytes an entry, padded with zeros. */
export type StoredType = NumberType | { readonly text: number };

export function isText(type: StoredType): type is { readonly text: number } {
  return typeof type === 'object';
}

export function sizeOf(type: StoredType): number {
  return isText(type) ? type.text : numberTypes[type].BYTES_PER_ELEMENT;
}

/** Bytes of a text entry that holds `length` bytes: a power of two, so that growing text is rewritten seldom and the size depends on the longest entry alone. */
export function textSize(length: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(8, length)));
}

const bitsOf = (type: NumberType): number => sizeOf(type) * 8;
const isFloat = (type: NumberType): boolean => type.startsWith('float');

/**
 * The smallest type that holds both: what a dataset becomes when trains differ.
 * Any order of joining gives the same (parts of a run must end as the whole does): therefore an integer with any float is
 * float64, 64-bit integers of unlike sign too, and text takes everything.
 */
export function joinTypes(a: StoredType, b: StoredType): StoredType {
  if (isText(a) || isText(b)) return { text: Math.max(isText(a) ? a.text : NUMBER_TEXT, isText(b) ? b.text : NUMBER_TEXT) };
  if (a === b || b === 'bool') return a;
  if (a === 'bool') return b;
  if (isFloat(a) && isFloat(b)) return bitsOf(a) > bitsOf(b) ? a : b;
  if (isFloat(a) || isFloat(b)) return 'float64';
  const signed = (type: NumberType): boolean => type.startsWith('int');
  if (signed(a) === signed(b)) return bitsOf(a) > bitsOf(b) ? a : b;
  const [int, uint] = signed(a) ? [a, b] : [b, a];
  const bits = Math.max(bitsOf(int), bitsOf(uint) * 2);
  return bits > 64 ? 'float64' : (`int${bits}` as NumberType);
}

/** Longest text of a number, as `String` writes it: 24 characters. */
const NUMBER_TEXT = 32;

export function sameType(a: StoredType, b: StoredType): boolean {
  return isText(a) ? isText(b) && a.text === b.text : a === b;
}

const FLOATS = { float16: [10, 5, 15], float32: [23, 8, 127], float64: [52, 11, 1023] } as const;

/** Writes HDF5's datatype message of a stored type. */
export function writeType(out: ByteBuilder, type: StoredType): void {
  if (isText(type)) {
    out.u8(0x13);
    out.u8(0x11); // padded with zeros, UTF-8
    out.u16(0);
    out.u32(type.text);
  } else if (type === 'bool') {
    out.u8(0x38);
    out.u16(2);
    out.u8(0);
    out.u32(1);
    writeType(out, 'int8');
    out.text('FALSE\0TRUE\0');
    out.u8(0);
    out.u8(1);
  } else if (isFloat(type)) {
    const [mantissa, exponent, bias] = FLOATS[type as keyof typeof FLOATS];
    const bits = bitsOf(type);
    out.u8(0x11);
    out.u8(0x20); // the mantissa's first bit is implied
    out.u8(bits - 1); // place of the sign
    out.u8(0);
    out.u32(bits / 8);
    out.u16(0);
    out.u16(bits);
    out.u8(mantissa);
    out.u8(exponent);
    out.u8(0);
    out.u8(mantissa);
    out.u32(bias);
  } else {
    out.u8(0x10);
    out.u8(type.startsWith('int') ? 0x08 : 0);
    out.u16(0);
    out.u32(sizeOf(type));
    out.u16(0);
    out.u16(bitsOf(type));
  }
}
