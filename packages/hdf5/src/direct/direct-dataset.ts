import type { Block } from '../read-plan.ts';
import { readChunkTable, type ChunkTable } from './chunk-table.ts';
import { NotDirect, type FileBytes } from './file-bytes.ts';
import { unfilter } from './filters.ts';
import type { Filter, Storage } from './storage.ts';

/** What is known of a dataset before its bytes are looked for. */
export interface Described {
  readonly shape: readonly number[];
  readonly maxShape: readonly number[];
  /** Bytes of one element as stored: little endian, as they are handed over. */
  readonly itemSize: number;
}

const NONE: readonly Filter[] = [];

/** Buffers of one thread, used again by every chunk; aligned for any element. */
let storedBuffer = new Uint8Array(0);
let orderedBuffer = new Uint8Array(0);

function grown(buffer: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> {
  return buffer.byteLength >= bytes ? buffer : new Uint8Array(Math.ceil((bytes * 1.25) / 8) * 8);
}

/**
 * A dataset whose bytes are read from the file itself: contiguous, or in chunks with deflate, LZF, shuffle and Fletcher checksums, or none. Several times as fast
 * as the library, and nothing of it is shared between threads.
 */
export class DirectDataset {
  readonly #file: FileBytes;
  readonly #described: Described;
  readonly #storage: Storage;
  #table: ChunkTable | undefined;

  constructor(file: FileBytes, storage: Storage, described: Described) {
    this.#file = file;
    this.#described = described;
    this.#storage = storage;
  }

  /** Fills `target` with a block in C order. Throws `NotDirect` for damage of any kind; `target` may then hold anything. */
  readInto(target: Uint8Array, { offset, count }: Block): void {
    if (count.includes(0)) return;
    if (this.#storage.kind === 'contiguous') this.#contiguous(target, offset, count, this.#storage);
    else this.#chunked(target, offset, count, this.#storage);
  }

  #contiguous(target: Uint8Array, offset: readonly number[], count: readonly number[], { address, fill }: Extract<Storage, { kind: 'contiguous' }>): void {
    const { shape, itemSize } = this.#described;
    if (address === undefined) return fillWith(target, fill);
    // Axes from the end that are taken whole lie in one run with the one before them.
    let axis = shape.length;
    let run = itemSize;
    while (axis > 0 && count[axis - 1] === shape[axis - 1]) run *= shape[--axis]!;
    if (axis > 0) run *= count[--axis]!;
    const strides = stridesOf(shape, itemSize);
    const start = offset.reduce((sum, at, i) => sum + at * strides[i]!, address);
    let position = 0;
    each(count.slice(0, axis), (at) => {
      const from = at.reduce((sum, n, i) => sum + n * strides[i]!, start);
      this.#file.into(target.subarray(position, position + run), from);
      position += run;
    });
  }

  #chunked(target: Uint8Array, offset: readonly number[], count: readonly number[], storage: Extract<Storage, { kind: 'chunked' }>): void {
    const { shape, maxShape, itemSize } = this.#described;
    const { chunk } = storage;
    const table = (this.#table ??= readChunkTable(this.#file, storage, shape, maxShape, itemSize));
    const chunkBytes = chunk.reduce((product, n) => product * n, itemSize);
    const first = offset.map((at, axis) => Math.floor(at / chunk[axis]!));
    const chunks = offset.map((at, axis) => Math.floor((at + count[axis]! - 1) / chunk[axis]!) - first[axis]! + 1);
    const targetStrides = stridesOf(count, itemSize);
    const chunkStrides = stridesOf(chunk, itemSize);
    each(chunks, (place) => {
      const at = place.map((n, axis) => n + first[axis]!);
      const number = at.reduce((sum, n, axis) => sum * table.grid[axis]! + n, 0);
      // The part of this chunk that is wanted, counted in the chunk, and where it goes.
      const from = at.map((n, axis) => Math.max(0, offset[axis]! - n * chunk[axis]!));
      const size = at.map((n, axis) => Math.min(chunk[axis]!, offset[axis]! + count[axis]! - n * chunk[axis]!) - from[axis]!);
      const to = at.reduce((sum, n, axis) => sum + (n * chunk[axis]! + from[axis]! - offset[axis]!) * targetStrides[axis]!, 0);
      const whole = from.every((n) => n === 0) && size.every((n, axis) => n === chunk[axis]) && isOneRun(size, count);
      const own = whole ? target.subarray(to, to + chunkBytes) : undefined;
      const plain = storage.plainEdges && at.some((n, axis) => (n + 1) * chunk[axis]! > shape[axis]!);
      const bytes = this.#chunk(table, number, storage, plain ? NONE : storage.filters, chunkBytes, own);
      if (own && bytes === own) return;
      if (own && bytes) {
        own.set(bytes);
        return;
      }
      copyBlock(bytes, storage.fill, itemSize, from, size, chunkStrides, target, to, targetStrides);
    });
  }

  /** The bytes of a chunk, in `direct` where that could be done; undefined for one that was never written. */
  #chunk(table: ChunkTable, number: number, { fill }: Extract<Storage, { kind: 'chunked' }>, filters: readonly Filter[], chunkBytes: number, direct: Uint8Array | undefined): Uint8Array | undefined {
    const address = table.addresses[number]!;
    if (address < 0) {
      if (direct) fillWith(direct, fill);
      return direct;
    }
    const [bytes, mask] = [table.bytes[number]!, table.masks[number]!];
    if (bytes > this.#file.size) throw new NotDirect('a chunk larger than its file');
    if (filters.length === 0 && direct && bytes === direct.byteLength) {
      this.#file.into(direct, address);
      return direct;
    }
    storedBuffer = grown(storedBuffer as Uint8Array<ArrayBuffer>, bytes);
    const stored = storedBuffer.subarray(0, bytes);
    this.#file.into(stored, address);
    const aligned = direct && direct.byteOffset % 8 === 0;
    return unfilter(stored, filters, mask, chunkBytes, this.#described.itemSize, () => (aligned ? direct : (orderedBuffer = grown(orderedBuffer as Uint8Array<ArrayBuffer>, chunkBytes + 4))));
  }
}

function stridesOf(shape: readonly number[], itemSize: number): number[] {
  const strides: number[] = [];
  let step = itemSize;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** Whether a part of this size lies without gaps in an array of this shape: the axes behind its first long one are whole. */
function isOneRun(size: readonly number[], shape: readonly number[]): boolean {
  const long = size.findIndex((n) => n > 1);
  return long < 0 || size.every((n, axis) => axis <= long || n === shape[axis]);
}

/** Calls back for each place of a grid, in C order, with one and the same array. */
function each(counts: readonly number[], visit: (at: readonly number[]) => void): void {
  const at = counts.map(() => 0);
  for (;;) {
    visit(at);
    let axis = counts.length - 1;
    while (axis >= 0 && ++at[axis]! === counts[axis]) at[axis--] = 0;
    if (axis < 0) return;
  }
}

function fillWith(target: Uint8Array, value: Uint8Array | undefined): void {
  if (!value) target.fill(0);
  else for (let at = 0; at < target.byteLength; at += value.byteLength) target.set(value, at);
}

/** Copies part of a chunk to its place, row by row; without the chunk's bytes the fill value. */
function copyBlock(bytes: Uint8Array | undefined, fill: Uint8Array | undefined, itemSize: number, from: readonly number[], size: readonly number[], chunkStrides: readonly number[], target: Uint8Array, to: number, targetStrides: readonly number[]): void {
  const last = size.length - 1;
  const row = (size[last] ?? 1) * itemSize;
  each(size.slice(0, Math.max(0, last)), (at) => {
    let [source, place] = [(from[last] ?? 0) * itemSize, to];
    for (let axis = 0; axis < at.length; axis++) {
      source += (from[axis]! + at[axis]!) * chunkStrides[axis]!;
      place += at[axis]! * targetStrides[axis]!;
    }
    const into = target.subarray(place, place + row);
    if (bytes) into.set(bytes.subarray(source, source + row));
    else fillWith(into, fill);
  });
}
