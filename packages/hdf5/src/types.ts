import type { Metadata } from './library.ts';

/** Every typed array that HDF5 numbers come in; 64-bit integers stay BigInt arrays. */
export type NumericArray =
  | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array
  | BigInt64Array | BigUint64Array | Float16Array | Float32Array | Float64Array;

/** Values of a dataset: numbers flat in C order, booleans as 0/1 bytes, strings decoded, records as raw bytes. */
export type Values = NumericArray | string[];

/**
 * How a stored type is named and held.
 *
 * `dtype` is numpy's name (`uint16`, `float32`, `bool`), `str` for text, numpy's list notation for records
 * (`[('t', '<f8'), ('n', '<i4')]`), `V8` for opaque bytes, `object` for what has no equivalent here.
 */
export interface StoredType {
  dtype: string;
  /** Bytes of one entry as handed over by the library (little endian); 4 for variable-length text. */
  itemSize: number;
  text?: 'variable' | 'fixed';
  /** What stands behind fixed text that is shorter; absent: a zero byte ends it. */
  padding?: 'zeros' | 'spaces';
  /** Whether the library hands the bytes over in big-endian order: of enumerations alone. */
  swapped?: boolean;
  /** Axes that belong to the type itself (HDF5 array types); appended to the dataset's shape. */
  inner: number[];
}

const INTEGER = 0, FLOAT = 1, STRING = 3, OPAQUE = 5, COMPOUND = 6, ENUM = 8, ARRAY = 10;

/** numpy's name of each element type with its typed array. */
export const ARRAYS = {
  bool: Uint8Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array,
  int64: BigInt64Array, uint64: BigUint64Array, float16: Float16Array, float32: Float32Array, float64: Float64Array,
} as const;

/** Names the type that the library reports for a dataset or attribute. */
export function storedType(metadata: Metadata): StoredType {
  const { type, size } = metadata;
  if (type === STRING) return { dtype: 'str', itemSize: size, text: metadata.vlen ? 'variable' : 'fixed', ...paddingOf(metadata.strpad ?? 0), inner: [] };
  if (type === ARRAY && metadata.array_type) {
    const element = storedType(metadata.array_type);
    return { ...element, itemSize: size, inner: [...(metadata.array_type.shape ?? []), ...element.inner] };
  }
  const swapped = type === ENUM && size > 1 && !metadata.littleEndian;
  return { dtype: elementName(metadata), itemSize: size, ...(swapped && { swapped }), inner: [] };
}

/** By the number that the format has for it. */
export function paddingOf(strpad: number): Pick<StoredType, 'padding'> {
  return strpad === 1 ? { padding: 'zeros' } : strpad === 2 ? { padding: 'spaces' } : {};
}

/** Turns each number's bytes round, in place. */
export function swapBytes(dtype: string, bytes: Uint8Array): void {
  const size = viewOf(dtype, new Uint8Array()).BYTES_PER_ELEMENT;
  for (let at = 0; at + size <= bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

function elementName(metadata: Metadata): string {
  const bits = metadata.size * 8;
  const integer = `${metadata.signed ? '' : 'u'}int${bits}`;
  const known = (name: string): string => (name in ARRAYS ? name : `V${metadata.size}`);
  switch (metadata.type) {
    case INTEGER: return known(integer);
    case FLOAT: return known(`float${bits}`);
    case ENUM: return isBoolean(metadata) ? 'bool' : known(integer);
    case OPAQUE: return `V${metadata.size}`;
    case COMPOUND: return recordName(metadata);
    default: return 'object';
  }
}

/** The fields in the order of their bytes; gaps between them have no name, as numpy writes them into its files. */
function recordName(metadata: Metadata): string {
  const members = [...(metadata.compound_type?.members ?? [])].sort((a, b) => a.offset - b.offset);
  const order = isTurned(metadata) ? "'<" : "'>";
  const fields: string[] = [];
  let at = 0;
  const gap = (to: number): void => {
    if (to > at) fields.push(`('', '|V${to - at}')`);
  };
  for (const member of members) {
    const name = fieldName(member).replaceAll("'>", order);
    if (member.vlen || name.startsWith('object')) return 'object';
    gap(member.offset);
    fields.push(`('${member.name.replace(/['\\]/g, '\\$&')}', ${name})`);
    at = member.offset + member.size;
  }
  gap(metadata.size);
  return `[${fields.join(', ')}]`;
}

/** Whether the library turns the bytes of a record round: where all of its numbers are big-endian, and only there. */
export function isTurned(record: Metadata): boolean {
  const numbers = leaves(record).filter(({ type }) => type !== STRING && type !== OPAQUE);
  return numbers.length > 0 && numbers.every(({ littleEndian }) => !littleEndian);
}

function leaves(metadata: Metadata): Metadata[] {
  if (metadata.type === ARRAY && metadata.array_type) return leaves(metadata.array_type);
  return metadata.type === COMPOUND ? (metadata.compound_type?.members ?? []).flatMap(leaves) : [metadata];
}

/** h5py's convention: an enumeration of FALSE = 0 and TRUE = 1 is a boolean. */
function isBoolean(metadata: Metadata): boolean {
  const members = metadata.enum_type?.members ?? {};
  return metadata.size === 1 && Object.keys(members).length === 2 && members['FALSE'] === 0 && members['TRUE'] === 1;
}

function fieldName(member: Metadata): string {
  if (member.type === ARRAY && member.array_type) {
    const { shape } = member.array_type;
    return `${fieldName(member.array_type)}, (${(shape ?? []).join(', ')}${shape?.length === 1 ? ',' : ''})`;
  }
  if (member.type === COMPOUND) return elementName(member);
  return `'${shortName(member)}'`;
}

function shortName(member: Metadata): string {
  const { type, size, signed, littleEndian } = member;
  if (type === STRING) return `S${size}`;
  if (type === OPAQUE) return `V${size}`;
  if (type === ENUM && isBoolean(member)) return '?';
  const letter = type === FLOAT ? 'f' : signed ? 'i' : 'u';
  return `${size === 1 ? '|' : littleEndian ? '<' : '>'}${letter}${size}`;
}

/** Whether entries are fixed-size bytes that a caller's buffer can take. */
export function isBinary(type: StoredType): boolean {
  return type.dtype !== 'str' && type.dtype !== 'object';
}

/** A typed array over bytes; the bytes must start at a multiple of the element size. Records and opaque types stay bytes. */
export function viewOf(dtype: string, bytes: Uint8Array): NumericArray {
  const Kind = ARRAYS[dtype as keyof typeof ARRAYS] ?? Uint8Array;
  return new Kind(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / Kind.BYTES_PER_ELEMENT);
}

const utf8 = new TextDecoder('utf-8');

/** Decodes text of the C heap that ends at a zero byte; a null pointer (never written) is the empty string. */
export function decodeAt(heap: Uint8Array, pointer: number): string {
  if (pointer === 0) return '';
  const end = heap.indexOf(0, pointer);
  return utf8.decode(heap.subarray(pointer, end < 0 ? heap.length : end));
}

/** Decodes fixed-length text; without `padding` it is cut at the first zero byte. */
export function decodeFixed(bytes: Uint8Array, padding?: StoredType['padding']): string {
  if (padding === undefined) {
    const end = bytes.indexOf(0);
    return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
  }
  let end = bytes.length;
  if (padding === 'spaces') while (end > 0 && bytes[end - 1] === 32) end--;
  // Never written text is all zeros, whatever pads it.
  while (end > 0 && bytes[end - 1] === 0) end--;
  return utf8.decode(bytes.subarray(0, end));
}
