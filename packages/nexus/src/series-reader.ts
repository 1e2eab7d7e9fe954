import type { Hdf5Dataset, Hdf5Group } from '@trainyard/hdf5';
import type { Entries } from './file/column.ts';
import type { NumberData, NumberType } from './file/dtype.ts';
import { NexusError } from './nexus-error.ts';
import type { ArrayValue } from './result-view.ts';

/** Bytes read ahead: rows are mostly asked for in order. */
const AHEAD = 4 * 1024 * 1024;

/** Reads the rows that `Series` wrote, in any of its forms; a stretch of rows at a time. */
export class SeriesReader {
  readonly rows: number;
  readonly dtype: NumberType | 'str';
  readonly #dataset: Hdf5Dataset;
  readonly #shape: readonly number[];
  readonly #itemSize: number;
  /** Entries of the first axis of each row, for rows that are not all alike. */
  readonly #first: Float64Array | undefined;
  readonly #count: Float64Array | undefined;
  readonly #shapes: Float64Array | undefined;
  #from = 0;
  #to = 0;
  #ahead: Entries = [];

  constructor(group: Hdf5Group, name: string, prefix: string) {
    this.#dataset = group.dataset(name);
    this.#shape = this.#dataset.shape;
    this.dtype = this.#dataset.dtype as NumberType | 'str';
    this.#itemSize = this.#dataset.itemSize;
    if (group.has(`${prefix}first`)) {
      this.#first = integers(group.dataset(`${prefix}first`));
      this.#count = integers(group.dataset(`${prefix}count`));
      if (group.has(`${prefix}shape`)) this.#shapes = integers(group.dataset(`${prefix}shape`));
      if (this.#first.length !== this.#count.length) throw new NexusError('NEXUS_NOT_RESULTS', this.#dataset.where, 'first and count have different lengths');
    }
    this.rows = this.#first?.length ?? this.#shape[0] ?? 0;
  }

  /** Whether rows are single float64 numbers. */
  get isNumber(): boolean {
    return this.dtype === 'float64' && this.#shape.length === 1 && !this.#first;
  }

  /** One number, without an array round it. */
  number(row: number): number {
    if (row < this.#from || row >= this.#to) this.#read(row, 1);
    return (this.#ahead as Float64Array)[row - this.#from];
  }

  /** One row; its data may be a view that stays valid. A row without entries has the shape `[-1]`: what shape it had is not stored. */
  at(row: number): ArrayValue {
    if (!this.#first) return this.#array(this.#shape.slice(1), row, 1);
    const count = this.#count![row];
    if (count === 0) return this.#array([-1], 0, 0);
    const first = this.#first[row];
    if (!this.#shapes) return this.#array([count, ...this.#shape.slice(1)], first, count);
    const width = this.#shapes.length / this.rows;
    const shape = Array.from(this.#shapes.subarray(row * width, (row + 1) * width)).filter((length) => length >= 0);
    return this.#array(shape, first, count);
  }

  #array(shape: readonly number[], first: number, count: number): ArrayValue {
    const data = this.#entries(first, count);
    return { dtype: this.dtype, shape, data, ...(this.dtype === 'str' && { width: this.#itemSize }) };
  }

  #entries(first: number, count: number): Entries {
    // None of its dtype.
    if (count === 0) return this.#dataset.read([[0, 0]]);
    if (first < this.#from || first + count > this.#to) this.#read(first, count);
    const size = this.#rowSize();
    const [from, to] = [(first - this.#from) * size, (first - this.#from + count) * size];
    return Array.isArray(this.#ahead) ? this.#ahead.slice(from, to) : (this.#ahead as NumberData).subarray(from, to);
  }

  #rowSize(): number {
    return this.#shape.slice(1).reduce((product, length) => product * length, 1);
  }

  #read(first: number, count: number): void {
    const length = this.#shape[0] ?? 0;
    const many = Math.max(count, Math.floor(AHEAD / Math.max(1, this.#rowSize() * this.#itemSize)), 1);
    const end = Math.min(length, first + many);
    if (first + count > length) throw new NexusError('NEXUS_NOT_RESULTS', this.#dataset.where, `Rows ${first} to ${first + count} are not in the ${length} there`);
    this.#ahead = this.#dataset.read([[first, end]]);
    this.#from = first;
    this.#to = end;
  }
}

/** A dataset of whole numbers as float64: exact up to 2^53. */
export function integers(dataset: Hdf5Dataset): Float64Array {
  return Float64Array.from(dataset.read() as unknown as ArrayLike<number>, Number);
}
