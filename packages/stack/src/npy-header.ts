import { ARRAYS } from '@trainyard/hdf5';
import { StackError } from './stack-error.ts';

/** What the header of a `.npy` file says. Format: numpy.lib.format, versions 1 to 3. */
export interface NpyHeader {
  /** numpy's name, or `str` for `S` and `U` text. */
  dtype: string;
  shape: number[];
  fortran: boolean;
  bigEndian: boolean;
  itemSize: number;
  /** Encoding of text entries. */
  text?: 'bytes' | 'utf-32';
  /** Where the values begin. */
  offset: number;
}

/** A header longer than this is damage: numpy writes a few hundred bytes. */
const MOST_HEADER = 1024 * 1024;

/** Fixed part: magic, version, and the header's length of two or four bytes. */
export const PREFIX_BYTES = 12;

const KINDS: Record<string, string> = { b: 'bool', i: 'int', u: 'uint', f: 'float' };

/** Length of the header text and where it begins, from the first bytes of a file. */
export function headerExtent(prefix: Uint8Array, where: string): { start: number; length: number } {
  if (prefix.length < 10 || prefix[0] !== 0x93 || Buffer.from(prefix.subarray(1, 6)).toString('latin1') !== 'NUMPY') {
    throw new StackError('NPY_HEADER', where, 'The file does not begin as a .npy file');
  }
  const version = prefix[6];
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  if (version === 1) return { start: 10, length: view.getUint16(8, true) };
  if ((version !== 2 && version !== 3) || prefix.length < 12) throw new StackError('NPY_HEADER', where, `.npy version ${version} is unknown: save it again with a current numpy`);
  const length = view.getUint32(8, true);
  if (length > MOST_HEADER) throw new StackError('NPY_HEADER', where, `The header claims ${length} bytes: the file is damaged`);
  return { start: 12, length };
}

/** The header of a whole `.npy` file in memory. Errors: NPY_HEADER, NPY_PICKLED, NPY_TYPE, NPY_TRUNCATED. */
export function readNpyHeader(bytes: Uint8Array, where: string): NpyHeader {
  const { start, length } = headerExtent(bytes.subarray(0, PREFIX_BYTES), where);
  if (start + length > bytes.length) throw new StackError('NPY_TRUNCATED', where, `The header takes ${start + length} bytes, there are ${bytes.length}`);
  return parseHeader(Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1'), start + length, where);
}

/** Reads the header's Python dictionary of `descr`, `fortran_order` and `shape`. */
export function parseHeader(text: string, offset: number, where: string): NpyHeader {
  const fields = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1];
  const fortran = /['"]fortran_order['"]\s*:\s*(True|False)\b/.exec(fields ?? '')?.[1];
  const shape = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(fields ?? '')?.[1];
  const descr = /['"]descr['"]\s*:\s*(?:['"]([^'"]*)['"]|(\[))/.exec(fields ?? '');
  if (fields === undefined || fortran === undefined || shape === undefined || !descr) throw new StackError('NPY_HEADER', where, 'The header is damaged: descr, fortran_order and shape were expected');
  if (descr[2]) throw new StackError('NPY_TYPE', where, 'Records of several fields cannot be read: save one field');
  const lengths = shape.split(',').map((part) => part.replace('L', '').trim()).filter((part) => part !== '').map(Number);
  const type = elementType(descr[1] ?? '', where);
  const bytes = lengths.reduce((product, length) => product * length, type.itemSize);
  if (lengths.length > 32 || !lengths.every(Number.isSafeInteger) || !Number.isSafeInteger(bytes)) throw new StackError('NPY_HEADER', where, `The shape (${shape}) is impossible`);
  return { ...type, shape: lengths, fortran: fortran === 'True', offset };
}

function elementType(descr: string, where: string): Pick<NpyHeader, 'dtype' | 'bigEndian' | 'itemSize' | 'text'> {
  const [, order, kind = '', size = ''] = /^([<>|=]?)([a-zA-Z?])(\d*)$/.exec(descr) ?? [];
  if (kind === 'O') throw new StackError('NPY_PICKLED', where, 'The file holds pickled Python objects, which can run code: save it as numbers');
  const bigEndian = order === '>';
  if (kind === '?') return { dtype: 'bool', bigEndian: false, itemSize: 1 };
  if (kind === 'S' || kind === 'a') return { dtype: 'str', bigEndian: false, itemSize: Number(size), text: 'bytes' };
  if (kind === 'U') return { dtype: 'str', bigEndian, itemSize: 4 * Number(size), text: 'utf-32' };
  const dtype = kind === 'b' ? 'bool' : `${KINDS[kind] ?? ''}${Number(size) * 8}`;
  if (!(dtype in ARRAYS) || (kind === 'b' && size !== '1')) throw new StackError('NPY_TYPE', where, `Elements of type "${descr}" cannot be read: save them as one of ${Object.keys(ARRAYS).join(', ')}`);
  return { dtype, bigEndian, itemSize: Number(size) };
}

/** The bytes before the values: version 1, padded so that the values begin at a multiple of 64. */
export function formatHeader(descr: string, shape: readonly number[]): Uint8Array {
  const list = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const quoted = descr.startsWith('[') ? descr : `'${descr}'`;
  const fields = `{'descr': ${quoted}, 'fortran_order': False, 'shape': (${list}), }`;
  const text = Buffer.from(fields, 'utf8');
  // Version 1 has two bytes for the length and ASCII text, version 3 four bytes and UTF-8.
  const version = text.length < 65_000 && text.length === fields.length ? 1 : 3;
  const start = version === 1 ? 10 : 12;
  const total = Math.ceil((start + text.length + 1) / 64) * 64;
  const bytes = Buffer.alloc(total, 0x20);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  if (version === 1) bytes.writeUInt16LE(total - start, 8);
  else bytes.writeUInt32LE(total - start, 8);
  bytes.set(text, start);
  bytes[total - 1] = 0x0a;
  return bytes;
}

/** numpy's short type of a dtype name: `uint16` gives `<u2`; a list of fields stays as it is. Undefined for an unknown one. */
export function descrOf(dtype: string): string | undefined {
  if (dtype.startsWith('[')) return dtype;
  if (dtype === 'bool') return '|b1';
  const [, kind, bits] = /^(u?int|float)(\d+)$/.exec(dtype) ?? [];
  if (!(dtype in ARRAYS) || kind === undefined) return undefined;
  return `${bits === '8' ? '|' : '<'}${kind === 'uint' ? 'u' : kind[0]}${Number(bits) / 8}`;
}
