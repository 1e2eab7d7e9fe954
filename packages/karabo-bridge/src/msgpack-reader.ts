import { BridgeError, quote, type BridgeErrorCode, type BridgeWhere } from './bridge-error.ts';
import type { BridgeValue } from './bridge-train.ts';

/** How much a message may hold. Strings, lists and maps are further bounded by the bytes that are there. */
export interface ReadBudget {
  /** Nested lists and maps. */
  readonly depth: number;
  /** Values left over all frames of the message: a one-byte value costs up to a hundred bytes of memory. */
  values: number;
}

/** A map whose keys are byte strings, which is how msgpack_numpy marks what is not plain msgpack. */
export type MarkedMap = ReadonlyMap<string, BridgeValue>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const SHORT = 64;

/**
 * Reads one frame of msgpack from untrusted bytes.
 *
 * Written here because a library's decoder cannot be bounded: each five bytes of nested array headers make it reserve what
 * they claim, malformed UTF-8 passes, and maps with byte-string keys cannot be told from others. Nothing is reserved
 * here before the bytes for it were seen, byte strings are views, and every refusal knows its place.
 */
export class MsgpackReader {
  readonly frame: number;
  source: string | undefined;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #budget: ReadBudget;
  readonly #marked: (map: MarkedMap, reader: MsgpackReader) => BridgeValue;
  /** The way to the value being read: keys and list positions. */
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(bytes: Uint8Array, frame: number, budget: ReadBudget, marked: (map: MarkedMap, reader: MsgpackReader) => BridgeValue) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.frame = frame;
    this.#budget = budget;
    this.#marked = marked;
  }

  /** Refuses bytes after the last value. */
  end(): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw this.error('BRIDGE_MSGPACK', `${left} bytes left over after the end of the msgpack data`);
  }

  /**
   * Reads a map entry by entry, keys in the sender's order; `read` must read exactly one value. `inPath`: whether the keys
   * belong to the path in errors (the names of sources do not).
   */
  entries(what: string, read: (key: string) => void, inPath = true): void {
    const head = this.#u8();
    const count = this.#mapCount(head);
    if (count === undefined) throw this.error('BRIDGE_HEADER', `${what} must be a msgpack map, byte 0x${hex(head)} is none`);
    this.#need(count * 2);
    for (let i = 0; i < count; i++) {
      const key = this.#key(false);
      if (inPath) this.#path.push(key);
      read(key);
      if (inPath) this.#path.pop();
    }
  }

  /** Reads any value. */
  value(depth = 0): BridgeValue {
    if (--this.#budget.values < 0) throw this.error('BRIDGE_LIMIT', 'The message holds more values than the limit allows');
    const head = this.#u8();
    if (head < 0x80) return head;
    if (head >= 0xe0) return head - 0x100;
    const maps = this.#mapCount(head);
    if (maps !== undefined) return this.#map(maps, depth);
    if (head < 0xa0) return this.#list(head & 0x0f, depth);
    if (head < 0xc0) return this.#text(head & 0x1f);
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.#take(this.#u8());
      case 0xc5:
        return this.#take(this.#u16());
      case 0xc6:
        return this.#take(this.#u32());
      case 0xca:
        return this.#view.getFloat32(this.#skip(4));
      case 0xcb:
        return this.#view.getFloat64(this.#skip(8));
      case 0xcc:
        return this.#u8();
      case 0xcd:
        return this.#u16();
      case 0xce:
        return this.#u32();
      case 0xcf:
        return plain(this.#view.getBigUint64(this.#skip(8)));
      case 0xd0:
        return this.#view.getInt8(this.#skip(1));
      case 0xd1:
        return this.#view.getInt16(this.#skip(2));
      case 0xd2:
        return this.#view.getInt32(this.#skip(4));
      case 0xd3:
        return plain(this.#view.getBigInt64(this.#skip(8)));
      case 0xd9:
        return this.#text(this.#u8());
      case 0xda:
        return this.#text(this.#u16());
      case 0xdb:
        return this.#text(this.#u32());
      case 0xdc:
        return this.#list(this.#u16(), depth);
      case 0xdd:
        return this.#list(this.#u32(), depth);
      case 0xc1:
        throw this.error('BRIDGE_MSGPACK', 'Byte 0xc1 is never used in msgpack');
      default:
        throw this.error('BRIDGE_MSGPACK', `A msgpack extension type (0x${hex(head)}) has no meaning on a bridge`);
    }
  }

  /** An error at the value being read. */
  error(code: BridgeErrorCode, what: string): BridgeError {
    return new BridgeError(code, what, this.where());
  }

  /** The place of the value being read. */
  where(): BridgeWhere {
    let path = '';
    for (const part of this.#path) path += typeof part === 'number' ? `[${part}]` : path === '' ? part : `.${part}`;
    return {
      frame: this.frame,
      byte: this.#at,
      ...(this.source === undefined ? {} : { source: this.source }),
      ...(path === '' ? {} : { path }),
    };
  }

  #list(count: number, depth: number): BridgeValue[] {
    this.#enter(depth);
    this.#need(count);
    const list: BridgeValue[] = [];
    for (let i = 0; i < count; i++) {
      this.#path.push(i);
      list.push(this.value(depth + 1));
      this.#path.pop();
    }
    return list;
  }

  #map(count: number, depth: number): BridgeValue {
    this.#enter(depth);
    this.#need(count * 2);
    if (count > 0 && isBinary(this.#bytes[this.#at])) {
      const marked = new Map<string, BridgeValue>();
      for (let i = 0; i < count; i++) {
        const key = this.#key(true);
        if (marked.has(key)) throw this.error('BRIDGE_KEY', `Key ${quote(key)} comes twice in one map`);
        marked.set(key, this.value(depth + 1));
      }
      return this.#marked(marked, this);
    }
    const map: { [key: string]: BridgeValue } = {};
    for (let i = 0; i < count; i++) {
      const key = this.#key(false);
      if (Object.hasOwn(map, key)) throw this.error('BRIDGE_KEY', `Key ${quote(key)} comes twice in one map`);
      this.#path.push(key);
      map[key] = this.value(depth + 1);
      this.#path.pop();
    }
    return map;
  }

  #key(binary: boolean): string {
    const head = this.#u8();
    if (binary) {
      if (!isBinary(head)) throw this.error('BRIDGE_KEY', 'A map mixes byte-string keys with others');
      return this.#text(head === 0xc4 ? this.#u8() : head === 0xc5 ? this.#u16() : this.#u32());
    }
    let length: number;
    if (head >= 0xa0 && head < 0xc0) length = head & 0x1f;
    else if (head === 0xd9) length = this.#u8();
    else if (head === 0xda) length = this.#u16();
    else if (head === 0xdb) length = this.#u32();
    else throw this.error('BRIDGE_KEY', `A key must be a string, byte 0x${hex(head)} begins none`);
    const key = this.#text(length);
    if (key === '__proto__') throw this.error('BRIDGE_KEY', 'The key "__proto__" is refused');
    return key;
  }

  #mapCount(head: number): number | undefined {
    if (head >= 0x80 && head < 0x90) return head & 0x0f;
    if (head === 0xde) return this.#u16();
    if (head === 0xdf) return this.#u32();
    return undefined;
  }

  #text(length: number): string {
    const bytes = this.#take(length);
    if (length <= SHORT) {
      let text = '';
      let i = 0;
      for (; i < length; i++) {
        const byte = bytes[i];
        if (byte >= 0x80) break;
        text += String.fromCharCode(byte);
      }
      if (i === length) return text;
    }
    try {
      return utf8.decode(bytes);
    } catch {
      throw this.error('BRIDGE_MSGPACK', 'A string is not UTF-8');
    }
  }

  #enter(depth: number): void {
    if (depth >= this.#budget.depth) throw this.error('BRIDGE_LIMIT', `Lists and maps are nested more than ${this.#budget.depth} deep`);
  }

  /** Every value has a byte at least: a count beyond what is left is a lie or a cut message. */
  #need(length: number): void {
    const left = this.#bytes.length - this.#at;
    if (length > left) throw this.error('BRIDGE_MSGPACK', `The msgpack data is cut short: ${length} bytes wanted, ${left} left`);
  }

  #skip(length: number): number {
    this.#need(length);
    const at = this.#at;
    this.#at = at + length;
    return at;
  }

  #take(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  #u8(): number {
    return this.#view.getUint8(this.#skip(1));
  }
  #u16(): number {
    return this.#view.getUint16(this.#skip(2));
  }
  #u32(): number {
    return this.#view.getUint32(this.#skip(4));
  }
}

function isBinary(head: number | undefined): boolean {
  return head === 0xc4 || head === 0xc5 || head === 0xc6;
}

function plain(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
