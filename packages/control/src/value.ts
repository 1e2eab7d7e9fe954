import { decode, encode } from '@msgpack/msgpack';
import { ndarray, type DType, type NdArray } from '@trainyard/nd';

/** One value of a view or a raw key for one train, as a panel gets it. */
export interface PanelValue {
  /** The view's id, or the data path of a raw key. */
  readonly id: string;
  readonly trainId: number;
  readonly value: PanelData;
  readonly labels?: PanelLabels;
}

/** A number, a text, one array, or several series or columns by name. */
export type PanelData = number | string | boolean | NdArray | { readonly [name: string]: NdArray | readonly (number | string)[] };

export interface PanelLabels {
  readonly unit?: string;
  readonly axes?: readonly { readonly name: string; readonly unit?: string; readonly values?: ArrayLike<number> }[];
  readonly errors?: NdArray;
  readonly overlay?: readonly { readonly kind: string; readonly at: readonly number[]; readonly text?: string }[];
}

interface WireArray {
  readonly '~nd': DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A binary frame; arrays are written as little-endian C-order bytes with dtype and shape. */
export function encodeValue(value: PanelValue): Uint8Array {
  return encode(toWire(value), { ignoreUndefined: true });
}

/** Reads a binary frame; throws `RangeError` when it is cut short or an array's bytes do not fit its shape. */
export function decodeValue(bytes: Uint8Array): PanelValue {
  return fromWire(decode(bytes)) as PanelValue;
}

function isNd(value: object): value is NdArray {
  return 'stride' in value && 'dtype' in value && 'data' in value;
}

function toWire(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isNd(value)) {
    const flat = value.isContiguous ? value : value.copy();
    const data = flat.data as unknown as { buffer: ArrayBufferLike; byteOffset: number; BYTES_PER_ELEMENT: number };
    const size = data.BYTES_PER_ELEMENT;
    return { '~nd': flat.dtype, shape: [...flat.shape], bytes: new Uint8Array(data.buffer, data.byteOffset + flat.offset * size, flat.size * size) };
  }
  if (ArrayBuffer.isView(value)) return toWire(ndarray(value as Float64Array));
  if (Array.isArray(value)) return value.map(toWire);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toWire(item)]));
}

function fromWire(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(fromWire);
  if ('~nd' in value) {
    const { '~nd': dtype, shape, bytes } = value as WireArray;
    const Type = arrayTypes[dtype];
    const size = shape.reduce((product, n) => product * n, 1);
    if (!Type || bytes.byteLength !== size * Type.BYTES_PER_ELEMENT) throw new RangeError(`VALUE_FRAME: ${bytes.byteLength} bytes do not hold an array of ${dtype} (${shape.join(', ')}).`);
    // Copied: a typed array needs an aligned start.
    return ndarray(new Type(bytes.slice().buffer as ArrayBuffer), shape, { dtype });
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromWire(item)]));
}

const arrayTypes = {
  bool: Uint8Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array,
  int64: BigInt64Array, uint64: BigUint64Array, float16: Float16Array, float32: Float32Array, float64: Float64Array,
} as const satisfies Record<DType, unknown>;
