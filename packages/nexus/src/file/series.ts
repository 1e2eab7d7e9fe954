import { Column, castEntries, product, type Entries, type Space } from './column.ts';
import { joinTypes, sameType, textSize, type NumberType, type StoredType } from './dtype.ts';
import type { GroupNode } from './node.ts';

/** One row: an array of any shape. */
export interface Row {
  readonly dtype: NumberType | 'str';
  readonly shape: readonly number[];
  readonly data: Entries;
  /** Least bytes of one entry of text. */
  readonly width?: number;
}

/**
 * Rows of arrays whose shape and type may change, as datasets of a group.
 *
 * - `fixed`: all shapes alike, `NAME` has one row each.
 * - `joined`: only the first axis differs; rows follow each other in `NAME`, `first` and `count` say where.
 * - `flat`: anything differs; values follow each other in one axis, and `shape` has one row each (-1 where a row has fewer axes).
 *
 * The form and the type depend only on which shapes and types occurred, not on their order.
 */
export class Series {
  name: string;
  form: 'fixed' | 'joined' | 'flat' = 'fixed';
  rows = 0;
  data: Column | undefined;
  readonly #space: Space;
  #group: GroupNode;
  #prefix: string;
  #shape: readonly number[] | undefined;
  #first: Column | undefined;
  #count: Column | undefined;
  #shapes: Column | undefined;
  /** Called when the dataset of the values was replaced. */
  onReplaced: ((data: Column) => void) | undefined;

  /** `prefix` stands before the names `first`, `count` and `shape`. */
  constructor(space: Space, group: GroupNode, name: string, prefix = '') {
    this.#space = space;
    this.#group = group;
    this.name = name;
    this.#prefix = prefix;
  }

  /** Appends a number as float64; does not allocate while rows are single numbers. */
  pushNumber(value: number): void {
    if (this.data && this.form === 'fixed' && this.data.type === 'float64' && this.data.inner.length === 0) {
      this.data.pushFloat64(value);
      this.rows += 1;
    } else this.push({ dtype: 'float64', shape: [], data: Float64Array.of(value) });
  }

  /** Appends one row. A row without entries (any 0 in its shape, or `[-1]` where the shape is not known) says nothing of the others' shape. */
  push(row: Row): void {
    const type = typeOf(row);
    const size = Math.max(0, product(row.shape));
    if (row.data.length !== size) throw new RangeError(`${row.data.length} values for the shape [${row.shape.join(', ')}]`);
    const empty = size === 0;
    if (!this.data) this.#start(type, row.shape);
    const joined = joinTypes(this.data!.type, type);
    if (!sameType(joined, this.data!.type)) this.#replace(this.data!.converted(joined));
    if (empty) {
      if (this.form !== 'fixed' || !sameShape(row.shape, this.#shape!)) this.#leaveFixed();
    } else {
      if (product(this.#shape!) <= 0) this.#restart(row.shape);
      this.#fit(row.shape);
    }
    const data = castEntries(row.data, type, joined);
    if (this.form === 'fixed') this.data!.push(data);
    else {
      const count = empty ? 0 : this.form === 'joined' ? row.shape[0] : product(row.shape);
      this.#place(count, empty ? [] : row.shape);
      this.data!.push(data, count);
    }
    this.rows += 1;
  }

  /** Appends a row without a value: an empty one. */
  pushAbsent(): void {
    if (this.data) {
      this.#leaveFixed();
      this.#place(0, []);
    }
    this.rows += 1;
  }

  #start(type: StoredType, shape: readonly number[]): void {
    const known = shape[0] !== -1;
    this.#shape = shape;
    this.#replace(new Column(this.#space, type, known ? shape : []));
    if (known && this.rows === 0) return;
    // Rows before it had no value: none of them is as this one.
    this.form = shape.length === 0 ? 'flat' : 'joined';
    this.data!.regroup(product(shape) <= 0 ? [] : shape.slice(1), 1);
    this.#placeAll(this.rows, 0, []);
  }

  /** The first row with entries after empty ones. */
  #restart(shape: readonly number[]): void {
    this.form = shape.length === 0 ? 'flat' : 'joined';
    this.#shape = shape;
    this.data!.rows = 0;
    this.data!.regroup(shape.slice(1), 1);
    this.#placeAll(this.rows, 0, []);
    this.onReplaced?.(this.data!);
  }

  /** Puts the same datasets under another name into another group. */
  moveTo(group: GroupNode, name: string, prefix: string): void {
    this.#group = group;
    this.#prefix = prefix;
    this.name = name;
    this.onReplaced = undefined;
    if (this.data) group.members.set(name, this.data);
    if (this.#first) group.members.set(`${prefix}first`, this.#first);
    if (this.#count) group.members.set(`${prefix}count`, this.#count);
    if (this.#shapes) group.members.set(`${prefix}shape`, this.#shapes);
  }

  #replace(column: Column): void {
    this.data = column;
    this.#group.members.set(this.name, column);
    this.onReplaced?.(column);
  }

  /** Makes the form wide enough for a shape with entries. */
  #fit(shape: readonly number[]): void {
    const of = this.#shape!;
    if (this.form === 'fixed' && sameShape(shape, of)) return;
    const alike = shape.length > 0 && shape.length === of.length && sameShape(shape.slice(1), of.slice(1));
    if (this.form === 'fixed') this.#leaveFixed();
    if (this.form === 'joined' && !alike) this.#flatten();
    if (this.form === 'flat' && shape.length > this.#shapes!.inner[0]) this.#widenShapes(shape.length);
  }

  #leaveFixed(): void {
    if (this.form !== 'fixed') return;
    const shape = this.#shape!;
    const empty = product(shape) <= 0;
    this.form = shape.length > 0 ? 'joined' : 'flat';
    const perRow = empty ? 0 : this.form === 'joined' ? shape[0] : 1;
    this.data!.regroup(empty ? [] : shape.slice(1), perRow);
    this.#placeAll(this.rows, perRow, empty ? [] : shape);
    this.onReplaced?.(this.data!);
  }

  #flatten(): void {
    const trailing = this.data!.inner;
    const perRow = product(trailing);
    const counts = this.#count!.readUint64();
    this.data!.regroup([], perRow);
    this.form = 'flat';
    this.#makePlaces(trailing.length + 1);
    let first = 0;
    for (const count of counts) {
      this.#place(count * perRow, count === 0 ? [] : [count, ...trailing], first);
      first += count * perRow;
    }
    this.onReplaced?.(this.data!);
  }

  /** New datasets of places, for rows that are all alike. */
  #placeAll(rows: number, perRow: number, shape: readonly number[]): void {
    this.#makePlaces(shape.length);
    for (let i = 0; i < rows; i += 1) this.#place(perRow, shape, i * perRow);
  }

  #makePlaces(axes: number): void {
    const { members } = this.#group;
    members.set(`${this.#prefix}first`, (this.#first = new Column(this.#space, 'uint64')));
    members.set(`${this.#prefix}count`, (this.#count = new Column(this.#space, 'uint64')));
    if (this.form === 'flat') this.#makeShapes(axes);
  }

  #makeShapes(axes: number): void {
    this.#group.members.set(`${this.#prefix}shape`, (this.#shapes = new Column(this.#space, 'int64', [Math.max(1, axes)])));
  }

  #widenShapes(axes: number): void {
    const old = this.#shapes!;
    const width = old.inner[0];
    const values = old.readInt64();
    const { rows } = old;
    this.#makeShapes(axes);
    for (let i = 0; i < rows; i += 1) {
      this.#shapes!.push(BigInt64Array.from({ length: axes }, (_, axis) => (axis < width ? values[i * width + axis] : -1n)));
    }
  }

  #place(count: number, shape: readonly number[], first = this.data!.rows): void {
    this.#first!.pushUint64(first);
    this.#count!.pushUint64(count);
    const width = this.#shapes?.inner[0];
    if (width !== undefined) this.#shapes!.push(BigInt64Array.from({ length: width }, (_, axis) => BigInt(shape[axis] ?? -1)));
  }
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

function typeOf({ dtype, data, width }: Row): StoredType {
  if (dtype !== 'str') return dtype;
  let longest = width ?? 0;
  for (const text of data as readonly string[]) longest = Math.max(longest, Buffer.byteLength(text));
  return { text: textSize(longest) };
}
