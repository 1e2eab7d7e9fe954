import { Labelled, NdArray, YardError, dtypeOf, flatData, ndarray, type AnyTypedArray, type DType, type Labels } from '@trainyard/core';
import { inWords } from './in-words.ts';

/**
 * A value between threads: plain data, with every array as a place in a shared buffer.
 * Numbers, texts, booleans, bigints, null and undefined stand for themselves.
 */
export type Wire = number | string | boolean | bigint | null | undefined | WireArray | { readonly '~typed': WireArray } | { readonly '~labelled': Wire; readonly labels: Wire } | { readonly '~list': readonly Wire[] } | { readonly '~map': { readonly [name: string]: Wire } };

export interface WireArray {
  /** Byte offset into the buffer. */
  readonly '~at': number;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

const ARRAYS = {
  bool: Uint8Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array,
  int64: BigInt64Array, uint64: BigUint64Array, float16: Float16Array, float32: Float32Array, float64: Float64Array,
} as const satisfies Record<DType, unknown>;

/** A typed array of `length` elements at a byte offset of a buffer. */
export function typedArrayAt(buffer: ArrayBufferLike, dtype: DType, offset: number, length: number): AnyTypedArray {
  return new ARRAYS[dtype](buffer as ArrayBuffer, offset, length);
}

/** Bytes of one element. */
export function itemSize(dtype: DType): number {
  return ARRAYS[dtype].BYTES_PER_ELEMENT;
}

/** What the arrays of one train's results may take; a worker sets it by the memory there is. */
export const resultLimit = { bytes: 2 ** 32 };
/** Texts and lists are copied by every thread that they pass: they may take so much of it. */
const MOST_PLAIN_BYTES = 2 ** 26;

/** Collects the arrays of one train's results, then copies them into one buffer. */
export class WireWriter {
  readonly #arrays: { readonly data: AnyTypedArray; readonly at: number }[] = [];
  #bytes = 0;
  #plainBytes = 0;

  /** How large the buffer must be. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The wire form of a value. Throws for what cannot leave a worker (functions, classes of the user's own), and `RESULT_BYTES` before anything
   * is copied where it is too large; what was put before stays.
   */
  put(value: unknown): Wire {
    const [arrays, bytes, plain] = [this.#arrays.length, this.#bytes, this.#plainBytes];
    try {
      return this.#put(value);
    } catch (error) {
      this.#arrays.length = arrays;
      [this.#bytes, this.#plainBytes] = [bytes, plain];
      throw error;
    }
  }

  #put(value: unknown): Wire {
    switch (typeof value) {
      case 'string':
        this.#plain(2 * value.length);
        return value;
      case 'number': case 'boolean': case 'bigint': case 'undefined':
        this.#plain(8);
        return value;
      case 'object':
        break;
      default:
        throw new TypeError(`a ${typeof value} cannot be handed to another view's worker`);
    }
    if (value === null) return null;
    if (value instanceof NdArray) return this.#nd(value);
    if (value instanceof Labelled) return { '~labelled': this.#put(value.array), labels: this.#put(value.labels) };
    if (ArrayBuffer.isView(value)) return this.#typed(value as AnyTypedArray);
    if (Array.isArray(value)) return this.#list(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`an object of class ${(value as object).constructor.name} cannot be handed to another view's worker: give a plain object, arrays, numbers or texts`);
    return { '~map': Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#put(item)])) };
  }

  #nd(value: NdArray): WireArray {
    const { size, dtype } = value;
    // Before it is made flat: an array of a few numbers may have any shape.
    this.#check(size * itemSize(dtype));
    const flat = flatData(value);
    if (flat.length !== size) throw new TypeError(`an array of shape (${value.shape.join(', ')}) does not have ${flat.length} elements`);
    return this.#array(flat, [...value.shape], dtype);
  }

  #list(value: readonly unknown[]): Wire {
    this.#plain(8 * value.length);
    return { '~list': value.map((item) => this.#put(item)) };
  }

  #plain(bytes: number): void {
    this.#plainBytes += bytes;
    if (this.#plainBytes > MOST_PLAIN_BYTES) throw new YardError('RESULT_BYTES', `This view returned more than ${MOST_PLAIN_BYTES / 1e6} MB of texts or lists; give numbers as an array, fewer texts, or make it a compute view.`);
  }

  #check(bytes: number): void {
    if (!(this.#bytes + bytes <= resultLimit.bytes)) throw new YardError('RESULT_BYTES', `This view returned ${inWords(bytes)}, and the results of one train may take ${inWords(resultLimit.bytes)}${this.#bytes > 0 ? ` (those of other views take ${inWords(this.#bytes)})` : ''}; give less, or make it a compute view, which other views take and nobody copies.`);
  }

  /** A typed array stays one: the coordinates of an axis are no array of ours. */
  #typed(data: AnyTypedArray): Wire {
    return { '~typed': this.#array(data, [data.length], dtypeOf(data)) };
  }

  #array(data: AnyTypedArray, shape: readonly number[], dtype: DType): WireArray {
    this.#check(data.byteLength);
    const at = this.#bytes;
    this.#arrays.push({ data, at });
    // Not with bits: results of one train may pass 2 GiB.
    this.#bytes = Math.ceil((at + data.byteLength) / 8) * 8;
    return { '~at': at, shape, dtype };
  }

  /** Copies all arrays; the buffer has at least `bytes`. */
  copyTo(buffer: ArrayBufferLike): void {
    for (const { data, at } of this.#arrays) new Uint8Array(buffer, at, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
}

/** The value again; arrays are views of the buffer, not copies. */
export function readWire(wire: Wire, buffer: ArrayBufferLike | undefined): unknown {
  if (typeof wire !== 'object' || wire === null) return wire;
  if ('~at' in wire) {
    const length = wire.shape.reduce((product, n) => product * n, 1);
    return ndarray(typedArrayAt(buffer!, wire.dtype, wire['~at'], length), wire.shape, { dtype: wire.dtype });
  }
  if ('~typed' in wire) return typedArrayAt(buffer ?? new ArrayBuffer(0), wire['~typed'].dtype, wire['~typed']['~at'], wire['~typed'].shape[0]!);
  if ('~labelled' in wire) return new Labelled(readWire(wire['~labelled'], buffer) as NdArray, readWire(wire.labels, buffer) as Labels);
  if ('~list' in wire) return wire['~list'].map((item) => readWire(item, buffer));
  return Object.fromEntries(Object.entries(wire['~map']).map(([name, item]) => [name, readWire(item, buffer)]));
}
