import { isText, numberTypes, sameType, sizeOf, type NumberData, type StoredType } from './dtype.ts';
import type { AttributeValue, DatasetNode, Storage } from './node.ts';

/** What a dataset needs of its file. */
export interface Space {
  allocate(bytes: number): number;
  write(bytes: Uint8Array, address: number): void;
  read(into: Uint8Array, address: number): void;
}

export type Entries = NumberData | readonly string[];

/** Largest chunk of small rows; a longer row is a chunk of its own. */
const CHUNK = 64 * 1024;
const FIRST = 1024;
/** Chunks are counted in 32 bits. */
const MOST = 2 ** 32 - 1;

/**
 * A dataset that grows along its first axis. Small rows are gathered in memory and written when a chunk is full or at a commit;
 * long ones go straight to the file. As chunks lie along the first axis only, their bytes stay when rows are counted in other
 * units: `regroup` changes the shape of a row without touching them.
 */
export class Column implements DatasetNode {
  readonly attributes = new Map<string, AttributeValue>();
  readonly type: StoredType;
  /** Shape of one row. */
  inner: readonly number[];
  rows = 0;
  readonly #space: Space;
  readonly #chunk: number;
  #itemSize: number;
  #rowBytes: number;
  #chunkRows = 0;
  /** Addresses of full chunks. */
  #chunks: number[] = [];
  /** The chunk being filled; smaller than the others while it is the only one. */
  #tail = new Uint8Array(0);
  #view = new DataView(this.#tail.buffer);
  #used = 0;
  #stored = 0;
  #address = -1;
  #room = 0;

  /** `chunk`: bytes of a chunk of small rows; more for what grows by megabytes. */
  constructor(space: Space, type: StoredType, inner: readonly number[] = [], chunk = CHUNK) {
    this.#space = space;
    this.#chunk = chunk;
    this.type = type;
    this.inner = inner;
    this.#itemSize = sizeOf(type);
    this.#rowBytes = product(inner) * this.#itemSize;
    if (this.#rowBytes > MOST) throw new RangeError(`one row takes ${this.#rowBytes} bytes, HDF5 chunks end at 4 GiB`);
    this.#plan();
  }

  /** A power of two of rows, about a chunk, at least one. */
  #plan(): void {
    this.#chunkRows = this.#rowBytes === 0 ? 1 : 2 ** Math.max(0, Math.floor(Math.log2(this.#chunk / this.#rowBytes)));
  }

  get shape(): readonly number[] {
    return [this.rows, ...this.inner];
  }

  /** Appends one float64, without allocating. Only for rows of one value. */
  pushFloat64(value: number): void {
    const at = this.#reserve(8);
    // Every NaN is written as the same one: the bits of a NaN are no part of a result.
    if (value !== value) this.#view.setBigUint64(at, 0x7ff8000000000000n, true);
    else this.#view.setFloat64(at, value, true);
    this.#fill(8);
  }

  /** Appends one unsigned whole number to a uint64 column. */
  pushUint64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setUint32(at, value % 2 ** 32, true);
    this.#view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
    this.#fill(8);
  }

  pushUint8(value: number): void {
    const at = this.#reserve(1);
    this.#tail[at] = value;
    this.#fill(1);
  }

  /** Appends `rows` rows, flat in C order, given as the entries of this column's type. */
  push(entries: Entries, rows = 1): void {
    this.#append(bytesOf(entries, this.type));
    this.rows += rows;
  }

  #append(bytes: Uint8Array): void {
    const chunkBytes = this.#chunkRows * this.#rowBytes;
    let from = 0;
    while (from < bytes.length) {
      if (this.#used === 0 && bytes.length - from >= chunkBytes) {
        const address = this.#space.allocate(chunkBytes);
        this.#space.write(bytes.subarray(from, from + chunkBytes), address);
        this.#chunks.push(address);
        from += chunkBytes;
        continue;
      }
      const part = Math.min(bytes.length - from, chunkBytes - this.#used);
      this.#grow(this.#used + part);
      this.#tail.set(bytes.subarray(from, from + part), this.#used);
      this.#used += part;
      from += part;
      if (this.#used === chunkBytes) this.#flushChunk();
    }
  }

  /** Room for the next `bytes` of one row; gives its place in the tail. */
  #reserve(bytes: number): number {
    this.#grow(this.#used + bytes);
    return this.#used;
  }

  #fill(bytes: number): void {
    this.#used += bytes;
    this.rows += 1;
    if (this.#used === this.#chunkRows * this.#rowBytes) this.#flushChunk();
  }

  #grow(bytes: number): void {
    if (bytes <= this.#tail.length) return;
    const chunkBytes = this.#chunkRows * this.#rowBytes;
    let size = Math.max(this.#tail.length, Math.max(1, Math.floor(FIRST / this.#rowBytes)) * this.#rowBytes);
    while (size < bytes) size *= 4;
    const grown = new Uint8Array(this.#chunks.length > 0 ? chunkBytes : Math.min(size, chunkBytes));
    grown.set(this.#tail.subarray(0, this.#used));
    this.#tail = grown;
    this.#view = new DataView(grown.buffer);
  }

  #flushChunk(): void {
    this.#storeTail(this.#chunkRows * this.#rowBytes);
    this.#chunks.push(this.#address);
    this.#used = 0;
    this.#stored = 0;
    this.#address = -1;
  }

  /** Writes what the file lacks of the tail; `size` bytes are reserved for it. */
  #storeTail(size: number): void {
    if (this.#address < 0 || this.#room < size) {
      this.#address = this.#space.allocate(size);
      this.#room = size;
      this.#stored = 0;
    }
    if (this.#used > this.#stored) this.#space.write(this.#tail.subarray(this.#stored, this.#used), this.#address + this.#stored);
    this.#stored = this.#used;
  }

  store(closing: boolean): Storage {
    const chunkBytes = this.#chunkRows * this.#rowBytes;
    if (this.#rowBytes === 0) return { rows: Math.max(1, this.#chunkRows), chunks: [] };
    if (this.#used === 0) return { rows: this.#chunkRows, chunks: this.#chunks };
    if (this.#chunks.length > 0) {
      this.#storeTail(chunkBytes);
      return { rows: this.#chunkRows, chunks: [...this.#chunks, this.#address] };
    }
    // The only chunk: as long as it needs to be, and no longer than its rows when nothing comes after.
    if (this.#address < 0 || this.#room < this.#used) this.#storeTail(closing ? this.#used : this.#tail.length);
    else this.#storeTail(this.#room);
    return { rows: this.#room / this.#rowBytes, chunks: [this.#address] };
  }

  /** Counts the same values in other rows: their shape, and how many of them one row of before makes. */
  regroup(inner: readonly number[], perRow: number): void {
    this.inner = inner;
    this.rows *= perRow;
    this.#rowBytes = product(inner) * this.#itemSize;
    if (this.#chunks.length === 0 && this.#used === 0) {
      this.#plan();
      this.#address = -1;
      this.#tail = new Uint8Array(0);
    } else this.#chunkRows *= perRow;
  }

  /** All values, from the file and the chunk in memory. */
  #readAll(): Uint8Array {
    const chunkBytes = this.#chunkRows * this.#rowBytes;
    const bytes = new Uint8Array(this.#chunks.length * chunkBytes + this.#used);
    this.#chunks.forEach((address, i) => this.#space.read(bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes), address));
    bytes.set(this.#tail.subarray(0, this.#used), this.#chunks.length * chunkBytes);
    return bytes;
  }

  readInt64(): BigInt64Array {
    return new BigInt64Array(this.#readAll().buffer);
  }

  readUint64(): number[] {
    return Array.from(new BigUint64Array(this.#readAll().buffer), Number);
  }

  /** The same rows as another type; the place of the old ones in the file is lost. */
  converted(type: StoredType): Column {
    const column = new Column(this.#space, type, this.inner);
    column.attributes.clear();
    for (const [name, value] of this.attributes) column.attributes.set(name, value);
    const chunkBytes = this.#chunkRows * this.#rowBytes;
    for (const address of this.#chunks) {
      const bytes = new Uint8Array(chunkBytes);
      this.#space.read(bytes, address);
      column.#append(bytesOf(convert(bytes, this.type, type), type));
    }
    column.#append(bytesOf(convert(this.#tail.slice(0, this.#used), this.type, type), type));
    column.rows = this.rows;
    return column;
  }
}

/** A dataset written once, in one piece. */
export class Fixed implements DatasetNode {
  readonly attributes = new Map<string, AttributeValue>();
  readonly type: StoredType;
  readonly shape: readonly number[];
  readonly #address: number;

  constructor(space: Space, type: StoredType, shape: readonly number[], entries: Entries) {
    this.type = type;
    this.shape = shape;
    const bytes = bytesOf(entries, type);
    this.#address = space.allocate(bytes.length);
    space.write(bytes, this.#address);
  }

  store(): Storage {
    return { address: this.#address };
  }
}

export function product(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Stored bytes of entries that have the type already; NaNs are made alike, in a copy where one differs. */
export function bytesOf(entries: Entries, type: StoredType): Uint8Array {
  if (isText(type)) {
    const bytes = new Uint8Array(entries.length * type.text);
    const encoder = new TextEncoder();
    (entries as readonly string[]).forEach((text, i) => encoder.encodeInto(text, bytes.subarray(i * type.text, (i + 1) * type.text)));
    return bytes;
  }
  const data = oneNaN(entries as NumberData, type);
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}

/** The same values with every NaN as the one that is written; the given array itself when it has no other. */
function oneNaN(data: NumberData, type: StoredType): NumberData {
  if (type === 'float32') return oneNaN32(data as Float32Array);
  if (type === 'float64') return oneNaN64(data as Float64Array);
  return type === 'float16' ? oneNaN16(data as Float16Array) : data;
}

function oneNaN32(data: Float32Array): Float32Array {
  // Signed words: larger unsigned ones would be compared as float64.
  const words = new Int32Array(data.buffer, data.byteOffset, data.length);
  const isOdd = (word: number): boolean => (word & 0x7fffffff) > 0x7f800000 && word !== 0x7fc00000;
  // First four at a time for any NaN at all (its distance to infinity is negative): most images have none.
  let [a, b, c, d] = [0, 0, 0, 0];
  let first = 0;
  for (; first + 4 <= words.length; first += 4) {
    a |= 0x7f800000 - (words[first] & 0x7fffffff);
    b |= 0x7f800000 - (words[first + 1] & 0x7fffffff);
    c |= 0x7f800000 - (words[first + 2] & 0x7fffffff);
    d |= 0x7f800000 - (words[first + 3] & 0x7fffffff);
  }
  if ((a | b | c | d) < 0) first = 0;
  while (first < words.length && !isOdd(words[first])) first += 1;
  if (first === words.length) return data;
  const copy = words.slice();
  for (let i = first; i < copy.length; i += 1) if (isOdd(copy[i])) copy[i] = 0x7fc00000;
  return new Float32Array(copy.buffer);
}

function oneNaN64(data: Float64Array): Float64Array {
  let first = 0;
  while (first < data.length && data[first] === data[first]) first += 1;
  if (first === data.length) return data;
  const copy = data.slice();
  const words = new BigUint64Array(copy.buffer);
  for (let i = first; i < words.length; i += 1) if (Number.isNaN(data[i])) words[i] = 0x7ff8000000000000n;
  return copy;
}

function oneNaN16(data: Float16Array): Float16Array {
  const words = new Uint16Array(data.buffer, data.byteOffset, data.length).slice();
  for (let i = 0; i < words.length; i += 1) if ((words[i] & 0x7fff) > 0x7c00) words[i] = 0x7e00;
  return new Float16Array(words.buffer);
}

/** Stored bytes as entries of another type. */
function convert(bytes: Uint8Array, from: StoredType, to: StoredType): Entries {
  return castEntries(entriesOf(bytes, from), from, to);
}

/** Stored bytes as entries. */
export function entriesOf(bytes: Uint8Array, type: StoredType): Entries {
  if (!isText(type)) return new numberTypes[type](bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / sizeOf(type));
  const decoder = new TextDecoder();
  return Array.from({ length: bytes.length / type.text }, (_, i) => {
    const entry = bytes.subarray(i * type.text, (i + 1) * type.text);
    const end = entry.indexOf(0);
    return decoder.decode(end < 0 ? entry : entry.subarray(0, end));
  });
}

/** Entries as another type that holds them (see `joinTypes`); numbers become text as `String` writes them. */
export function castEntries(entries: Entries, from: StoredType, to: StoredType): Entries {
  if (sameType(from, to) || (isText(from) && isText(to))) return entries;
  if (isText(to)) return Array.from(entries as ArrayLike<unknown>, (value) => String(Number(value)));
  const Kind = numberTypes[to];
  const data = entries as Exclude<NumberData, BigInt64Array | BigUint64Array>;
  if (to === 'int64' || to === 'uint64') return (Kind as BigInt64ArrayConstructor).from(data as unknown as ArrayLike<bigint>, (value: unknown) => BigInt(value as number));
  return (Kind as Float64ArrayConstructor).from(data, Number);
}
