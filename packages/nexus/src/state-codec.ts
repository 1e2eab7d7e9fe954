import { encode, ExtensionCodec, ExtData } from '@msgpack/msgpack';
import { numberTypes, type NumberData, type NumberType } from './file/dtype.ts';
import { NexusError } from './nexus-error.ts';

/** MessagePack extension types: 0 is `undefined`, the others a typed array each, as little-endian bytes. */
const KINDS = Object.keys(numberTypes).filter((name) => name !== 'bool') as NumberType[];
const DEPTH = 64;

const codec = new ExtensionCodec();

/**
 * A reducer's state as bytes: MessagePack, every number as float64 (so -0 and NaN stay), bigints as 64-bit integers,
 * typed arrays of every type, `undefined` kept. Errors: NEXUS_STATE for anything that is not plain data.
 */
export function encodeState(state: unknown): Uint8Array {
  return encode(prepared(state, 'state', 0), { extensionCodec: codec, forceIntegerToFloat: true, useBigInt64: true, maxDepth: DEPTH + 4 });
}

function prepared(value: unknown, path: string, depth: number): unknown {
  if (depth > DEPTH) throw new NexusError('NEXUS_STATE', path, `A state may be nested ${DEPTH} levels deep, this one is deeper or contains itself`);
  if (value === undefined) return new ExtData(0, new Uint8Array(0));
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') {
    if (value < -(2n ** 63n) || value >= 2n ** 64n) throw new NexusError('NEXUS_STATE', path, 'A bigint beyond 64 bits cannot be stored');
    return value;
  }
  if (typeof value !== 'object') throw new NexusError('NEXUS_STATE', path, `A ${typeof value} is not plain data: a state holds numbers, strings, typed arrays, lists and records`);
  if (Array.isArray(value)) return value.map((entry, i) => prepared(entry, `${path}[${i}]`, depth + 1));
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return typedArray(value as NumberData, path);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new NexusError('NEXUS_STATE', path, `A ${value.constructor.name} is not plain data: keep its numbers in the state, not the object`);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, prepared(entry, `${path}.${key}`, depth + 1)]));
}

function typedArray(data: NumberData, path: string): ExtData {
  const type = KINDS.findIndex((name) => numberTypes[name] === (data.constructor as unknown));
  if (type < 0) throw new NexusError('NEXUS_STATE', path, `A ${data.constructor.name} cannot be stored: use another typed array`);
  return new ExtData(type + 1, new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength).slice());
}

/** The state again, its typed arrays as copies. Memory is bounded by the bytes given. Errors: NEXUS_STATE. */
export function decodeState(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const state = reader.value(0);
  if (reader.at !== bytes.length) throw damaged(`${bytes.length - reader.at} bytes are left over`);
  return state;
}

function damaged(what: string): NexusError {
  return new NexusError('NEXUS_STATE', 'state', `These bytes are no reducer's state: ${what}`);
}

class Reader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #take(count: number): number {
    const at = this.at;
    if (count > this.#bytes.length - at) throw damaged('they end too early');
    this.at = at + count;
    return at;
  }

  value(depth: number): unknown {
    if (depth > DEPTH) throw damaged('they are nested too deep');
    const tag = this.#view.getUint8(this.#take(1));
    if ((tag & 0xf0) === 0x80) return this.#record(tag & 0x0f, depth);
    if ((tag & 0xf0) === 0x90) return this.#list(tag & 0x0f, depth);
    if ((tag & 0xe0) === 0xa0) return this.#text(tag & 0x1f);
    switch (tag) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xcb: return this.#view.getFloat64(this.#take(8));
      case 0xcf: return this.#view.getBigUint64(this.#take(8));
      case 0xd3: return this.#view.getBigInt64(this.#take(8));
      case 0xd9: case 0xda: case 0xdb: return this.#text(this.#count(tag - 0xd9));
      case 0xdc: case 0xdd: return this.#list(this.#count(tag - 0xdb), depth);
      case 0xde: case 0xdf: return this.#record(this.#count(tag - 0xdd), depth);
      case 0xd4: case 0xd5: case 0xd6: case 0xd7: case 0xd8: return this.#extension(2 ** (tag - 0xd4));
      case 0xc7: case 0xc8: case 0xc9: return this.#extension(this.#count(tag - 0xc7));
      default: throw damaged(`tag 0x${tag.toString(16)} is not used in states`);
    }
  }

  /** A length of 1, 2 or 4 bytes. */
  #count(width: number): number {
    if (width === 0) return this.#view.getUint8(this.#take(1));
    return width === 1 ? this.#view.getUint16(this.#take(2)) : this.#view.getUint32(this.#take(4));
  }

  #text(length: number): string {
    const at = this.#take(length);
    return new TextDecoder().decode(this.#bytes.subarray(at, at + length));
  }

  #list(count: number, depth: number): unknown[] {
    const list: unknown[] = [];
    for (let i = 0; i < count; i += 1) list.push(this.value(depth + 1));
    return list;
  }

  #record(count: number, depth: number): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    for (let i = 0; i < count; i += 1) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string') throw damaged('a key is not text');
      Object.defineProperty(record, key, { value: this.value(depth + 1), enumerable: true, writable: true, configurable: true });
    }
    return record;
  }

  #extension(length: number): NumberData | undefined {
    const type = this.#view.getInt8(this.#take(1));
    const at = this.#take(length);
    if (type === 0 && length === 0) return undefined;
    const Kind = numberTypes[KINDS[type - 1]];
    if (!Kind || length % Kind.BYTES_PER_ELEMENT !== 0) throw damaged(`extension ${type} of ${length} bytes is not known`);
    return new Kind(this.#bytes.slice(at, at + length).buffer);
  }
}
