import { paddingOf, type StoredType } from '../types.ts';
import { NotDirect, type Cursor, type FileBytes } from './file-bytes.ts';

/** The type of elements that are read without the library: numbers, enumerations of them, text. */
export interface ElementType {
  readonly type: StoredType;
  /** Bytes of one element as stored. */
  readonly storedBytes: number;
}

const INTEGER = 0, FLOAT = 1, STRING = 3, ENUM = 8, VARIABLE = 9;

/** Where exponent and mantissa of little-endian IEEE numbers lie: exponent's place and bits, mantissa's place and bits, bias. */
const IEEE: Readonly<Record<number, string>> = { 2: '10,5,0,10,15', 4: '23,8,0,23,127', 8: '52,11,0,52,1023' };

/** Reads a datatype message (format specification IV.A.2.d). Throws `NotDirect` for types that are left to the library. */
export function readDatatype(message: Cursor, file: FileBytes): ElementType {
  const first = message.u8();
  const [kind, version] = [first & 15, first >> 4];
  const bits = message.uint(3);
  const size = message.u32();
  switch (kind) {
    case INTEGER:
      return number(`${bits & 8 ? '' : 'u'}int${size * 8}`, integerBytes(message, bits, size));
    case FLOAT: {
      const [offset, precision] = [message.u16(), message.u16()];
      const layout = [message.u8(), message.u8(), message.u8(), message.u8(), message.u32()];
      if ((bits & 0x41) !== 0 || ((bits >> 4) & 3) !== 2 || ((bits >> 8) & 255) !== size * 8 - 1 || offset !== 0 || precision !== size * 8 || IEEE[size] !== String(layout)) throw new NotDirect('floating point of another form');
      return number(`float${size * 8}`, size);
    }
    case STRING:
      return { type: { dtype: 'str', itemSize: size, text: 'fixed', ...paddingOf(bits & 15), inner: [] }, storedBytes: size };
    case ENUM:
      return enumeration(message, file, version, bits & 0xffff, size);
    case VARIABLE:
      // A string, not a list of other things.
      if ((bits & 15) !== 1) break;
      if (size !== 8 + file.offsetBytes) throw new NotDirect('text of another width');
      return { type: { dtype: 'str', itemSize: 4, text: 'variable', inner: [] }, storedBytes: size };
  }
  throw new NotDirect(`a type of class ${kind}`);
}

function number(dtype: string, bytes: number): ElementType {
  return { type: { dtype, itemSize: bytes, inner: [] }, storedBytes: bytes };
}

function integerBytes(message: Cursor, bits: number, size: number): number {
  const [offset, precision] = [message.u16(), message.u16()];
  if (![1, 2, 4, 8].includes(size) || offset !== 0 || precision !== size * 8 || (bits & 1 && size > 1)) throw new NotDirect('integers of another form');
  return size;
}

/** FALSE = 0 and TRUE = 1 make a boolean, as h5py has them; others are the numbers behind the names. */
function enumeration(message: Cursor, file: FileBytes, version: number, members: number, size: number): ElementType {
  const base = readDatatype(message, file);
  if (!/^u?int/.test(base.type.dtype) || base.storedBytes !== size || members > 100_000) throw new NotDirect('an enumeration of something else');
  if (size !== 1 || members !== 2) return base;
  const names = Array.from({ length: members }, () => {
    const text: number[] = [];
    for (let byte = message.u8(); byte !== 0; byte = message.u8()) text.push(byte);
    // Before version 3, names take multiples of eight bytes.
    if (version < 3) message.skip((8 - ((text.length + 1) % 8)) % 8);
    return String.fromCharCode(...text);
  });
  const values = names.map(() => message.u8());
  const isBoolean = names.every((name, i) => (name === 'FALSE' && values[i] === 0) || (name === 'TRUE' && values[i] === 1)) && names[0] !== names[1];
  return isBoolean ? number('bool', 1) : base;
}
