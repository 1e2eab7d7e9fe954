import { BridgeError, type BridgeWhere } from './bridge-error.ts';
import { BridgeFloat, isBridgeArray, type BridgeArray, type Sendable } from './bridge-train.ts';
import { checkArray } from './wire-array.ts';

const MAX_DEPTH = 32;
const utf8 = new TextEncoder();

/**
 * Writes msgpack as Python's `packb(use_bin_type=True)` does: the shortest form of every integer, all floats as 64 bits.
 * A whole number is an int unless wrapped in `BridgeFloat`; -0 and whole numbers beyond 2^53 are floats.
 */
export class MsgpackWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** What was written, a view. The writer is not used after. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  mapHeader(count: number): void {
    if (count < 16) this.#u8(0x80 | count);
    else if (count < 0x10000) this.#head16(0xde, count);
    else this.#head32(0xdf, count);
  }

  listHeader(count: number): void {
    if (count < 16) this.#u8(0x90 | count);
    else if (count < 0x10000) this.#head16(0xdc, count);
    else this.#head32(0xdd, count);
  }

  text(text: string): void {
    this.#reserve(text.length * 3 + 5);
    // The header's size depends on the encoded length: write behind the longest header that can be needed, then move.
    const most = text.length * 3;
    const room = most < 32 ? 1 : most < 0x100 ? 2 : most < 0x10000 ? 3 : 5;
    const start = this.#length;
    const { written } = utf8.encodeInto(text, this.#bytes.subarray(start + room));
    const used = written < 32 ? 1 : written < 0x100 ? 2 : written < 0x10000 ? 3 : 5;
    if (used !== room) this.#bytes.copyWithin(start + used, start + room, start + room + written);
    if (used === 1) this.#u8(0xa0 | written);
    else if (used === 2) this.#head8(0xd9, written);
    else if (used === 3) this.#head16(0xda, written);
    else this.#head32(0xdb, written);
    this.#length += written;
  }

  binary(bytes: Uint8Array): void {
    if (bytes.length < 0x100) this.#head8(0xc4, bytes.length);
    else if (bytes.length < 0x10000) this.#head16(0xc5, bytes.length);
    else if (bytes.length <= 0xffffffff) this.#head32(0xc6, bytes.length);
    else throw new BridgeError('BRIDGE_UNSENDABLE', `${bytes.length} bytes do not fit into one msgpack value; send format 2.2`);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  float(value: number): void {
    this.#reserve(9);
    this.#view.setUint8(this.#length, 0xcb);
    this.#view.setFloat64(this.#length + 1, value);
    this.#length += 9;
  }

  /** Writes any value; arrays only where `arrays` is set (format 1.0). `where` is for the message of a refusal. */
  value(value: Sendable, where: BridgeWhere, arrays: boolean, depth = 0): void {
    if (value === null) this.#u8(0xc0);
    else if (typeof value === 'boolean') this.#u8(value ? 0xc3 : 0xc2);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'bigint') this.#bigint(value, where);
    else if (typeof value === 'string') this.text(value);
    else if (value instanceof BridgeFloat) this.float(value.value);
    else if (value instanceof Uint8Array) this.binary(value);
    else if (typeof value !== 'object') throw new BridgeError('BRIDGE_UNSENDABLE', `A value of type ${typeof value} cannot be sent`, where);
    else if (isBridgeArray(value)) {
      if (!arrays) throw new BridgeError('BRIDGE_UNSENDABLE', 'Format 2.2 has no arrays inside lists and maps; give the array a key of its own', where);
      this.#array(value, where);
    } else if (depth >= MAX_DEPTH) {
      throw new BridgeError('BRIDGE_UNSENDABLE', `Lists and maps are nested more than ${MAX_DEPTH} deep, or contain themselves`, where);
    } else if (Array.isArray(value)) {
      const list = value as readonly Sendable[];
      this.listHeader(list.length);
      list.forEach((item, i) => this.value(item, { ...where, path: `${where.path ?? ''}[${i}]` }, arrays, depth + 1));
    } else {
      const entries = Object.entries(value as { readonly [key: string]: Sendable });
      this.mapHeader(entries.length);
      for (const [key, item] of entries) {
        this.text(key);
        this.value(item, { ...where, path: where.path === undefined ? key : `${where.path}.${key}` }, arrays, depth + 1);
      }
    }
  }

  #array(array: BridgeArray, where: BridgeWhere): void {
    const dtype = checkArray(array, where);
    this.mapHeader(5);
    this.#mark('nd');
    this.#u8(0xc3);
    this.#mark('type');
    this.text(dtype.code);
    this.#mark('kind');
    this.binary(new Uint8Array(0));
    this.#mark('shape');
    this.listHeader(array.shape.length);
    for (const length of array.shape) this.#number(length);
    this.#mark('data');
    this.binary(array.bytes);
  }

  #mark(key: string): void {
    this.binary(utf8.encode(key));
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) this.float(value);
    else if (value >= 0) {
      if (value < 0x80) this.#u8(value);
      else if (value < 0x100) this.#head8(0xcc, value);
      else if (value < 0x10000) this.#head16(0xcd, value);
      else if (value < 0x100000000) this.#head32(0xce, value);
      else this.#big(0xcf, BigInt(value));
    } else if (value >= -0x20) this.#u8(value & 0xff);
    else if (value >= -0x80) this.#head8(0xd0, value & 0xff);
    else if (value >= -0x8000) this.#head16(0xd1, value & 0xffff);
    else if (value >= -0x80000000) this.#head32(0xd2, value >>> 0);
    else this.#big(0xd3, BigInt(value));
  }

  #bigint(value: bigint, where: BridgeWhere): void {
    if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) this.#number(Number(value));
    else if (value >= 0n && value < 1n << 64n) this.#big(0xcf, value);
    else if (value < 0n && value >= -(1n << 63n)) this.#big(0xd3, value);
    else throw new BridgeError('BRIDGE_UNSENDABLE', 'An integer beyond 64 bits cannot be sent', where);
  }

  #big(head: number, value: bigint): void {
    this.#reserve(9);
    this.#view.setUint8(this.#length, head);
    this.#view.setBigUint64(this.#length + 1, BigInt.asUintN(64, value));
    this.#length += 9;
  }

  #u8(value: number): void {
    this.#reserve(1);
    this.#view.setUint8(this.#length++, value);
  }
  #head8(head: number, value: number): void {
    this.#u8(head);
    this.#u8(value);
  }
  #head16(head: number, value: number): void {
    this.#reserve(3);
    this.#view.setUint8(this.#length, head);
    this.#view.setUint16(this.#length + 1, value);
    this.#length += 3;
  }
  #head32(head: number, value: number): void {
    this.#reserve(5);
    this.#view.setUint8(this.#length, head);
    this.#view.setUint32(this.#length + 1, value);
    this.#length += 5;
  }

  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(wanted, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
