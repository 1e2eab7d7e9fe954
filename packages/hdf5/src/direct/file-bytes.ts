import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The file is not as the format says, or uses what is not read here: the library then reads it, or says what is wrong with it. */
export class NotDirect extends Error {}

const UNDEFINED = 0xffff_ffff_ffff_ffffn;

/** Structures of a file lie close together: they are read by pages, of which the newest are kept. */
const PAGE_BYTES = 16 * 1024;
const MOST_PAGES = 32;

/** Bytes of one file, read at positions; how wide its addresses and lengths are. */
export class FileBytes {
  readonly descriptor: number;
  readonly size: number;
  /** Bytes of an address and of a length. */
  offsetBytes = 8;
  lengthBytes = 8;
  /** Where address 0 lies: behind a user block. */
  base = 0;
  readonly #pages = new Map<number, Buffer>();

  constructor(path: string) {
    this.descriptor = openSync(path, 'r');
    this.size = fstatSync(this.descriptor).size;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** So many bytes at an address of the file's own counting; they may be shared: only to be read. */
  at(address: number, length: number): Cursor {
    const start = this.base + address;
    if (!(Number.isSafeInteger(address) && length >= 0 && address >= 0 && start + length <= this.size)) throw new NotDirect(`${length} bytes at ${address} are not in the file`);
    const page = Math.floor(start / PAGE_BYTES);
    const inPage = start - page * PAGE_BYTES;
    if (inPage + length <= PAGE_BYTES) return new Cursor(this.#page(page).subarray(inPage, inPage + length), this);
    const bytes = Buffer.allocUnsafe(length);
    this.into(bytes, address);
    return new Cursor(bytes, this);
  }

  #page(number: number): Buffer {
    const known = this.#pages.get(number);
    if (known) return known;
    const start = number * PAGE_BYTES;
    const bytes = Buffer.allocUnsafeSlow(Math.min(PAGE_BYTES, this.size - start));
    this.into(bytes, start - this.base);
    // The one that came first goes: structures are read once, from the front to the back.
    if (this.#pages.size >= MOST_PAGES) this.#pages.delete(this.#pages.keys().next().value!);
    this.#pages.set(number, bytes);
    return bytes;
  }

  /** Fills bytes from an address. */
  into(bytes: Uint8Array, address: number): void {
    for (let done = 0; done < bytes.byteLength; ) {
      const count = readSync(this.descriptor, bytes, done, bytes.byteLength - done, this.base + address + done);
      if (count === 0) throw new NotDirect(`the file ends before ${address + bytes.byteLength}`);
      done += count;
    }
  }
}

/** Reads fields one after the other, little endian. */
export class Cursor {
  readonly bytes: Buffer;
  position = 0;
  readonly #file: FileBytes;

  constructor(bytes: Buffer, file: FileBytes) {
    this.bytes = bytes;
    this.#file = file;
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  #take(count: number): number {
    const at = this.position;
    if (at + count > this.bytes.length) throw new NotDirect('a structure of the file ends too early');
    this.position += count;
    return at;
  }

  u8(): number { return this.bytes[this.#take(1)]!; }
  u16(): number { return this.bytes.readUInt16LE(this.#take(2)); }
  u32(): number { return this.bytes.readUInt32LE(this.#take(4)); }

  /** An unsigned number of 1 to 8 bytes that a double holds. */
  uint(count: number): number {
    const at = this.#take(count);
    if (count <= 6) return this.bytes.readUIntLE(at, count);
    const value = count === 8 ? this.bytes.readBigUInt64LE(at) : BigInt(this.bytes.readUIntLE(at, 6)) + (BigInt(this.bytes[at + 6]!) << 48n);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new NotDirect('a number of the file is too large');
    return Number(value);
  }

  /** An address; undefined where the file says that there is none. */
  address(): number | undefined {
    const count = this.#file.offsetBytes;
    if (count === 8) {
      const at = this.#take(8);
      const value = this.bytes.readBigUInt64LE(at);
      if (value === UNDEFINED) return undefined;
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new NotDirect('an address of the file is too large');
      return Number(value);
    }
    const value = this.uint(count);
    return value === 2 ** (8 * count) - 1 ? undefined : value;
  }

  length(): number {
    return this.uint(this.#file.lengthBytes);
  }

  /** A length; undefined where there is no bound: all bits are set. */
  lengthOrNone(): number | undefined {
    const count = this.#file.lengthBytes;
    if (this.bytes.subarray(this.position, this.position + count).every((byte) => byte === 255)) {
      this.skip(count);
      return undefined;
    }
    return this.length();
  }

  skip(count: number): void {
    this.#take(count);
  }

  /** The next bytes as a cursor of their own. */
  part(count: number): Cursor {
    return new Cursor(this.slice(count), this.#file);
  }

  slice(count: number): Buffer {
    const at = this.#take(count);
    return this.bytes.subarray(at, at + count);
  }

  /** Throws when the next four letters are others. */
  expect(signature: string): void {
    const found = this.slice(4).toString('latin1');
    if (found !== signature) throw new NotDirect(`"${signature}" was expected, "${found}" found`);
  }
}
