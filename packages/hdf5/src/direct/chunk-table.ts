import { NotDirect, type FileBytes } from './file-bytes.ts';
import { readExtensibleArray } from './extensible-array.ts';
import { readRecords } from './b-tree-2.ts';
import { readFixedArray } from './fixed-array.ts';
import { readTree } from './chunk-tree.ts';
import type { Storage } from './storage.ts';

/** All chunks of a dataset by their number in C order over the grid of chunks; an address of -1: never written. */
export class ChunkTable {
  readonly addresses: Float64Array;
  /** Bytes as stored. */
  readonly bytes: Float64Array;
  /** Bit i: the chunk skipped filter i. */
  readonly masks: Uint32Array;
  /** Chunks along each axis. */
  readonly grid: readonly number[];

  constructor(grid: readonly number[]) {
    const count = grid.reduce((product, n) => product * n, 1);
    if (count > 50_000_000) throw new NotDirect(`${count} chunks`);
    this.grid = grid;
    this.addresses = new Float64Array(count).fill(-1);
    this.bytes = new Float64Array(count);
    this.masks = new Uint32Array(count);
  }

  set(number: number, address: number, bytes: number, mask: number): void {
    if (number < 0 || number >= this.addresses.length) return;
    this.addresses[number] = address;
    this.bytes[number] = bytes;
    this.masks[number] = mask;
  }
}

/** One chunk as an index tells of it; `bytes` where it is not the full size. */
export interface IndexEntry {
  readonly address: number | undefined;
  readonly bytes: number | undefined;
  readonly mask: number;
}

/** Reads the whole chunk index of a dataset. `maxShape`: Infinity for an axis without bound. */
export function readChunkTable(file: FileBytes, storage: Extract<Storage, { kind: 'chunked' }>, shape: readonly number[], maxShape: readonly number[], itemSize: number): ChunkTable {
  const { chunk, index, address, filters, single } = storage;
  if (chunk.length !== shape.length || chunk.some((n) => n < 1)) throw new NotDirect('chunks of another rank');
  const gridOf = (lengths: readonly number[]): number[] => lengths.map((n, axis) => Math.ceil(n / chunk[axis]!));
  const table = new ChunkTable(gridOf(shape));
  if (address === undefined || table.addresses.length === 0) return table;
  const whole = chunk.reduce((product, n) => product * n, itemSize);
  switch (index) {
    case 'single':
      table.set(0, address, single?.bytes ?? whole, single?.mask ?? 0);
      break;
    case 'implicit': {
      const number = linear(gridOf(maxShape), table.grid);
      for (let i = 0; i < table.addresses.length; i++) table.set(i, address + number(i) * whole, whole, 0);
      break;
    }
    case 'tree':
      readTree(file, address, chunk, table.grid, (number, at, bytes, mask) => table.set(number, at, bytes, mask));
      break;
    case 'tree2':
      readTree2(file, address, filters.length > 0, whole, table);
      break;
    case 'fixed':
    case 'extensible': {
      // The axis that grows without bound is the slowest in the index.
      const open = maxShape.findIndex((n) => n === Infinity);
      const number = index === 'fixed' ? linear(gridOf(maxShape), table.grid) : linearOpen(gridOf(maxShape.map((n, axis) => (n === Infinity ? shape[axis]! : n))), table.grid, Math.max(0, open));
      const entries = index === 'fixed' ? readFixedArray(file, address, filters.length > 0) : readExtensibleArray(file, address, filters.length > 0);
      for (let i = 0; i < table.addresses.length; i++) {
        const entry = entries(number(i));
        if (entry?.address !== undefined) table.set(i, entry.address, entry.bytes ?? whole, entry.mask);
      }
      break;
    }
  }
  return table;
}

/** A later B-tree of chunks (format specification III.A.2, record types 10 and 11): each says its place in the grid. */
function readTree2(file: FileBytes, address: number, filtered: boolean, whole: number, table: ChunkTable): void {
  const { grid } = table;
  const sizeBytes = filtered ? Math.min(8, 1 + Math.floor((Math.floor(Math.log2(whole)) + 8) / 8)) : 0;
  const recordBytes = file.offsetBytes + sizeBytes + (filtered ? 4 : 0) + 8 * grid.length;
  for (const record of readRecords(file, address, filtered ? 11 : 10, recordBytes)) {
    const at = record.address();
    const bytes = filtered ? record.uint(sizeBytes) : whole;
    const mask = filtered ? record.u32() : 0;
    const place = grid.map(() => record.uint(8));
    // Of a dataset that was made smaller, chunks beyond its end remain.
    if (at !== undefined && place.every((n, axis) => n < grid[axis]!)) table.set(place.reduce((number, n, axis) => number * grid[axis]! + n, 0), at, bytes, mask);
  }
}

/** Our number of a chunk -> its number over the grid of the largest shape. */
function linear(most: readonly number[], grid: readonly number[]): (number: number) => number {
  return (number) => {
    let [rest, result, factor] = [number, 0, 1];
    for (let axis = grid.length - 1; axis >= 0; axis--) {
      result += (rest % grid[axis]!) * factor;
      rest = Math.floor(rest / grid[axis]!);
      factor *= most[axis]!;
    }
    return result;
  };
}

/** As `linear`, with one axis moved before all others. */
function linearOpen(most: readonly number[], grid: readonly number[], open: number): (number: number) => number {
  return (number) => {
    let [rest, result, factor, slow] = [number, 0, 1, 0];
    for (let axis = grid.length - 1; axis >= 0; axis--) {
      const at = rest % grid[axis]!;
      rest = Math.floor(rest / grid[axis]!);
      if (axis === open) {
        slow = at;
        continue;
      }
      result += at * factor;
      factor *= most[axis]!;
    }
    return result + slow * factor;
  };
}
