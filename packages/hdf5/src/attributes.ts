import { attempt, borrow, cause, type H5Module } from './library.ts';
import { Hdf5Error } from './hdf5-error.ts';
import { ARRAYS, decodeAt, decodeFixed, isBinary, storedType, viewOf, type NumericArray } from './types.ts';
import { toStored } from './stored-values.ts';

/** A value of an attribute: one value when it is scalar, an array otherwise; undefined when it holds none. */
export type AttributeValue = string | number | bigint | boolean | NumericArray | string[];

/** Reads one attribute; undefined when it is absent, empty, or of a type without an equivalent. */
export function readAttribute(fileId: bigint, path: string, name: string): AttributeValue | undefined {
  const metadata = attempt((module) => module.get_attribute_metadata(fileId, path, name)).value;
  if (!metadata?.shape) return undefined;
  const type = storedType(metadata);
  const count = metadata.shape.reduce((product, length) => product * length, 1);
  const bytes = metadata.size * count;
  // HDF5 keeps attributes small; a size beyond this is a damaged header, not a value.
  if (bytes > 64 * 1024 * 1024 || type.dtype === 'object') return undefined;
  const { value } = attempt((module) =>
    borrow(module, bytes, (pointer) => {
      if (module.get_attribute_data(fileId, path, name, BigInt(pointer)) < 0) return undefined;
      if (type.text !== 'variable') return module.HEAPU8.slice(pointer, pointer + bytes);
      const strings = textAt(module, pointer, count);
      module.reclaim_vlen_memory(fileId, path, name, BigInt(pointer));
      return strings;
    }),
  );
  if (!value) return undefined;
  const scalar = metadata.shape.length === 0 && type.inner.length === 0;
  if (Array.isArray(value)) return scalar ? value[0] : value;
  if (type.text === 'fixed') {
    const strings = Array.from({ length: count }, (_, i) => decodeFixed(value.subarray(i * metadata.size, (i + 1) * metadata.size)));
    return scalar ? strings[0] : strings;
  }
  if (!isBinary(type)) return undefined;
  const numbers = viewOf(type.dtype, value);
  // Records and opaque bytes, also of a single one.
  if (!scalar || !(type.dtype in ARRAYS)) return numbers;
  return type.dtype === 'bool' ? numbers[0] === 1 : numbers[0];
}

/** Names of the attributes of an object, in HDF5's order. */
export function attributeNames(fileId: bigint, path: string): string[] {
  return attempt((module) => module.get_attribute_names(fileId, path)).value ?? [];
}

/**
 * Writes (or replaces) one attribute. A string becomes variable-length UTF-8, which h5py hands out as `str`; an integer
 * int64, any other number float64, a boolean uint8, unless `dtype` names another type.
 */
export function writeAttribute(fileId: bigint, path: string, where: string, name: string, value: AttributeValue, dtype?: string): void {
  const strings = typeof value === 'string' ? [value] : Array.isArray(value) ? value : undefined;
  const length = strings && strings.length !== 1 ? strings.length : typeof value === 'object' && !strings ? value.length : undefined;
  const scalar = typeof value !== 'object';
  const shape = scalar ? [] : [BigInt(length ?? 1)];
  const { report, threw } = attempt((module) => {
    if (module.get_attribute_names(fileId, path).includes(name)) module.delete_attribute(fileId, path, name);
    if (strings) {
      const metadata = { type: 3, size: 4, vlen: true, cset: 1, strpad: 0, signed: false, littleEndian: true, total_size: strings.length, shape, maxshape: shape };
      module.create_vlen_str_attribute(fileId, path, name, strings, metadata);
      return;
    }
    const stored = toStored(value as Exclude<AttributeValue, string | string[]>, dtype);
    borrow(module, stored.bytes.byteLength, (pointer) => {
      module.HEAPU8.set(stored.bytes, pointer);
      module.create_attribute(fileId, path, name, BigInt(pointer), { ...stored.metadata, shape, maxshape: shape, total_size: stored.count });
    });
  });
  if (threw || report) throw new Hdf5Error('HDF5_WRITE', where, `Attribute ${name} cannot be written: ${cause(report)}`);
}

/** Reads `count` C strings whose pointers lie at `pointer`. */
export function textAt(module: H5Module, pointer: number, count: number): string[] {
  const pointers = new Uint32Array(module.HEAPU8.buffer, pointer, count).slice();
  return Array.from(pointers, (address) => decodeAt(module.HEAPU8, address));
}
