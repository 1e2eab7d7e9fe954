import type { BridgeValue } from './bridge-train.ts';
import type { MarkedMap, MsgpackReader } from './msgpack-reader.ts';
import { makeArray, readDtype, readShape } from './wire-array.ts';

/**
 * What format 1.0 wraps in a map with byte-string keys: arrays (`nd` true), numpy scalars (`nd` false) and Python's complex
 * numbers. A numpy scalar becomes a plain number; a complex one an array of shape [], since there is no plain value for it.
 */
export function readMarked(map: MarkedMap, reader: MsgpackReader): BridgeValue {
  const where = reader.where();
  const refused = 'A map with byte-string keys is neither an array nor a number';
  const nd = map.get('nd');
  if (nd === undefined && map.get('complex') === true) {
    const text = map.get('data');
    const parts = typeof text === 'string' ? parseComplex(text) : undefined;
    if (parts === undefined) throw reader.error('BRIDGE_MSGPACK', refused);
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setFloat64(0, parts[0], true);
    view.setFloat64(8, parts[1], true);
    return { dtype: 'complex128', shape: [], bytes };
  }
  if (typeof nd !== 'boolean') throw reader.error('BRIDGE_MSGPACK', refused);
  const kind = map.get('kind');
  if (kind instanceof Uint8Array && kind.length === 1 && kind[0] === 0x4f) {
    throw reader.error('BRIDGE_OBJECT_ARRAY', "An array of Python objects is refused: it travels as a pickle, and reading that would run the sender's code");
  }
  const dtype = readDtype(map.get('type'), where);
  const data = map.get('data');
  if (!(data instanceof Uint8Array)) throw reader.error('BRIDGE_SHAPE', 'The array has no bytes');
  if (nd) return makeArray(dtype, readShape(map.get('shape'), where), data, where);
  const scalar = makeArray(dtype, [], data, where);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const little = !dtype.bigEndian;
  switch (dtype.code.slice(1)) {
    case 'b1':
      return data[0] !== 0;
    case 'i1':
      return view.getInt8(0);
    case 'u1':
      return view.getUint8(0);
    case 'i2':
      return view.getInt16(0, little);
    case 'u2':
      return view.getUint16(0, little);
    case 'i4':
      return view.getInt32(0, little);
    case 'u4':
      return view.getUint32(0, little);
    case 'i8':
      return plain(view.getBigInt64(0, little));
    case 'u8':
      return plain(view.getBigUint64(0, little));
    case 'f2':
      return view.getFloat16(0, little);
    case 'f4':
      return view.getFloat32(0, little);
    case 'f8':
      return view.getFloat64(0, little);
    default:
      return scalar;
  }
}

function plain(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|inf|nan)`;
const COMPLEX = new RegExp(`^(?:(${NUMBER})(?=[+-]))?(${NUMBER})j$`);

/** Python's `repr` of a complex number: `(1+2j)`, `2j`, `(-0-infj)`. */
function parseComplex(text: string): [real: number, imaginary: number] | undefined {
  if (text.length > 80) return undefined;
  const parts = COMPLEX.exec(text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text);
  if (parts === null) return undefined;
  return [parts[1] === undefined ? 0 : toNumber(parts[1]), toNumber(parts[2])];
}

function toNumber(text: string): number {
  return Number(text.replace('inf', 'Infinity').replace('nan', 'NaN').replace(/^\+/, ''));
}
