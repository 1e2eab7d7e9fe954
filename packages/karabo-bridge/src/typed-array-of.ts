import { BridgeError } from './bridge-error.ts';
import type { BridgeArray } from './bridge-train.ts';
import { checkArray } from './wire-array.ts';

/** Constructors by canonical dtype; complex numbers are pairs (real, imaginary), bool is one byte of 0 or 1. */
const VIEWS = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float16: Float16Array,
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
} as const;

/** A dtype without byte order, as numpy names it. */
export type CanonicalDtype = keyof typeof VIEWS;

/** Any of the arrays that numbers come in. */
export type NumberArray = InstanceType<(typeof VIEWS)[CanonicalDtype]>;

/** Numbers ready to use: aligned, in this machine's byte order. */
export interface TypedBridgeArray {
  readonly dtype: CanonicalDtype;
  /** As in the message; complex types have twice as many numbers as elements. */
  readonly shape: readonly number[];
  readonly data: NumberArray;
}

/**
 * Copies an array's bytes out of the message into an aligned buffer, in this machine's byte order.
 *
 * @param into Where to: its start must be a multiple of the number's size (8 is enough for all), and it must be long enough;
 *   what is beyond the array stays as it was. May lie in shared memory. Without it a new buffer is made.
 * @throws {BridgeError} BRIDGE_DTYPE for strings, BRIDGE_SHAPE when the array or `into` does not fit.
 */
export function typedArrayOf(array: BridgeArray, into?: Uint8Array): TypedBridgeArray {
  const { kind, unitSize, bigEndian, code } = checkArray(array);
  if (kind === 'S' || kind === 'U') throw new BridgeError('BRIDGE_DTYPE', `An array of strings (${array.dtype}) has no numbers`);
  const size = array.bytes.length;
  const target = into ?? new Uint8Array(size);
  if (target.length < size) throw new BridgeError('BRIDGE_SHAPE', `The array needs ${size} bytes, the buffer given has ${target.length}`);
  if (target.byteOffset % unitSize !== 0) {
    throw new BridgeError('BRIDGE_SHAPE', `The buffer given begins at byte ${target.byteOffset}, numbers of ${unitSize} bytes need a multiple of that`);
  }
  target.set(array.bytes);
  const count = size / unitSize;
  if (bigEndian !== HOST_BIG_ENDIAN && unitSize > 1) swap(target, count, unitSize);
  const dtype = canonical(code);
  return { dtype, shape: array.shape, data: viewOf(dtype, target, count) };
}

function viewOf(dtype: CanonicalDtype, bytes: Uint8Array, count: number): NumberArray {
  const View = VIEWS[dtype] as new (buffer: ArrayBufferLike, byteOffset: number, length: number) => NumberArray;
  return new View(bytes.buffer, bytes.byteOffset, count);
}

const HOST_BIG_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

const KINDS: Readonly<Record<string, string>> = { i: 'int', u: 'uint', f: 'float', c: 'complex' };

function canonical(code: string): CanonicalDtype {
  const kind = code.charAt(1);
  return (kind === 'b' ? 'bool' : `${KINDS[kind]}${Number(code.slice(2)) * 8}`) as CanonicalDtype;
}

function swap(bytes: Uint8Array, count: number, unitSize: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, count * unitSize);
  const end = count * unitSize;
  if (unitSize === 2) for (let at = 0; at < end; at += 2) view.setUint16(at, view.getUint16(at), true);
  else if (unitSize === 4) for (let at = 0; at < end; at += 4) view.setUint32(at, view.getUint32(at), true);
  else for (let at = 0; at < end; at += 8) view.setBigUint64(at, view.getBigUint64(at), true);
}
