import { Encoder, decode, encode } from '@msgpack/msgpack';
import type { DetectorPlaces } from '@trainyard/core';
import { dtypeOf, ndarray, type AnyTypedArray, type DType, type NdArray } from '@trainyard/nd';
import type { PictureData, Reduced } from './want.ts';

/** One value of a view or a raw key for one train, as a panel gets it. */
export interface PanelValue {
  /** The want that it answers; absent where one value was asked for (`/api/value`). */
  readonly key?: string;
  /** The view's id, or the data path of a raw key. */
  readonly id: string;
  readonly trainId: number;
  /** When the train happened, where that is known; milliseconds since 1970. */
  readonly at?: number;
  readonly value: PanelData;
  readonly labels?: PanelLabels;
  /** Of a curve that has more elements than pixels. */
  readonly reduced?: Reduced;
}

/** A number, a text, one array, two axes of one as pixels, or several series or columns by name. */
export type PanelData = number | string | boolean | NdArray | PictureData | { readonly [name: string]: NdArray | readonly (number | string)[] };

export interface PanelLabels {
  readonly unit?: string;
  readonly axes?: readonly { readonly name: string; readonly unit?: string; readonly values?: ArrayLike<number> }[];
  readonly errors?: NdArray;
  readonly overlay?: readonly { readonly kind: string; readonly at: readonly number[]; readonly text?: string }[];
  /** Of the result as a whole: how many pairs went in, how many values were outside. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Of an assembled image: which pixel of the detector lies where. */
  readonly geometry?: DetectorPlaces;
}

interface WireArray {
  readonly '~nd': DType;
  /** Absent for a plain typed array, such as an axis's values. */
  readonly shape?: readonly number[];
  readonly bytes: Uint8Array;
}

/** A binary frame; arrays are written as little-endian C-order bytes with dtype and shape. */
export function encodeValue(value: PanelValue): Uint8Array {
  return encode(toWire(value), { ignoreUndefined: true });
}

const encoder = new Encoder({ ignoreUndefined: true });

/** The same in memory that the next call writes over: for who copies it elsewhere at once. */
export function encodeValueBriefly(value: PanelValue): Uint8Array {
  return encoder.encodeSharedRef(toWire(value));
}

/**
 * A frame under the name that one client has for it: sent one after the other, the two are one message. So all who look at the same share the bytes
 * behind, which `encodeValue` made without a key.
 */
export function framePieces(frame: Uint8Array, key: string): readonly [head: Uint8Array, rest: Uint8Array] {
  // A map of up to 15 entries says so in its first byte; the key becomes one more.
  const entry = encode({ key });
  entry[0] = frame[0]! + 1;
  return [entry, frame.subarray(1)];
}

/** Reads a binary frame; throws `RangeError` when it is cut short, is no frame, or an array's bytes do not fit its shape. */
export function decodeValue(bytes: Uint8Array): PanelValue {
  let value: unknown;
  try {
    value = fromWire(decode(bytes));
  } catch (error) {
    throw new RangeError(`VALUE_FRAME: ${(error as Error).message}`, { cause: error });
  }
  const { id, trainId } = (value ?? {}) as Partial<PanelValue>;
  if (typeof id !== 'string' || typeof trainId !== 'number') throw new RangeError('VALUE_FRAME: a frame names its view and train.');
  return value as PanelValue;
}

function isNd(value: object): value is NdArray {
  return 'stride' in value && 'dtype' in value && 'data' in value;
}

/** Plain values with arrays in them as msgpack takes them. */
export function toWire(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isNd(value)) {
    const flat = value.isContiguous ? value : value.copy();
    const data = flat.data as unknown as { buffer: ArrayBufferLike; byteOffset: number; BYTES_PER_ELEMENT: number };
    const size = data.BYTES_PER_ELEMENT;
    return { '~nd': flat.dtype, shape: [...flat.shape], bytes: new Uint8Array(data.buffer, data.byteOffset + flat.offset * size, flat.size * size) };
  }
  if (ArrayBuffer.isView(value)) return { '~nd': dtypeOf(value as AnyTypedArray), bytes: new Uint8Array(value.buffer, value.byteOffset, value.byteLength) };
  if (Array.isArray(value)) return value.map(toWire);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toWire(item)]));
}

/** Back again; throws `RangeError` where an array's bytes do not fit its shape. */
export function fromWire(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(fromWire);
  if ('~nd' in value) {
    const { '~nd': dtype, shape, bytes } = value as WireArray;
    if (!Object.hasOwn(arrayTypes, dtype) || !(bytes instanceof Uint8Array)) throw new RangeError('an array has a dtype and bytes');
    const Type = arrayTypes[dtype];
    const length = bytes.byteLength / Type.BYTES_PER_ELEMENT;
    const good = shape === undefined ? Number.isInteger(length) : Array.isArray(shape) && shape.every((n) => Number.isSafeInteger(n) && n >= 0) && shape.reduce((product, n) => product * n, 1) === length;
    if (!good) throw new RangeError(`${bytes.byteLength} bytes do not hold an array of ${dtype} (${String(shape)})`);
    // Copied: a typed array needs an aligned start.
    const data = new Type(new Uint8Array(bytes).buffer);
    return shape === undefined ? data : ndarray(data, shape, { dtype });
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromWire(item)]));
}

const arrayTypes = {
  bool: Uint8Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array,
  int64: BigInt64Array, uint64: BigUint64Array, float16: Float16Array, float32: Float32Array, float64: Float64Array,
} as const satisfies Record<DType, unknown>;
