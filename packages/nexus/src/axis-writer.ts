import { Fixed, type Space } from './file/column.ts';
import type { DatasetNode, GroupNode } from './file/node.ts';
import { Series } from './file/series.ts';

/** Writes the coordinates along one axis: one dataset while all rows have the same, one row each as soon as they differ. */
export class AxisWriter {
  readonly #space: Space;
  readonly #group: GroupNode;
  readonly #name: string;
  readonly #about: { readonly unit: string | undefined; readonly dimension: number };
  #rows: number;
  #last: ArrayLike<number> | undefined;
  #series: Series | undefined;

  constructor(space: Space, group: GroupNode, name: string, about: { readonly unit: string | undefined; readonly dimension: number }, rowsBefore: number) {
    this.#space = space;
    this.#group = group;
    this.#name = name;
    this.#about = about;
    this.#rows = rowsBefore;
    if (rowsBefore > 0) this.#vary(rowsBefore);
  }

  get constant(): boolean {
    return this.#series === undefined;
  }

  /** Whether these are the coordinates of all rows. */
  holds(values: ArrayLike<number>): boolean {
    return this.constant && this.#last !== undefined && same(values, this.#last);
  }

  push(values: ArrayLike<number>): void {
    if (this.#series) this.#add(values);
    else if (this.#last === undefined) {
      const dataset = new Fixed(this.#space, 'float64', [values.length], Float64Array.from(values));
      this.#describe(dataset);
      this.#group.members.set(this.#name, dataset);
      this.#last = Float64Array.from(values);
    } else if (!same(values, this.#last)) {
      this.#vary(0);
      for (let i = 0; i < this.#rows; i += 1) this.#add(this.#last);
      this.#add(values);
    }
    this.#rows += 1;
  }

  /** Rows up to `rows` came without this axis. */
  fill(rows: number): void {
    while (this.#rows < rows) {
      if (!this.#series) {
        this.#vary(0);
        for (let i = 0; i < this.#rows; i += 1) this.#add(this.#last!);
      }
      this.#series!.pushAbsent();
      this.#rows += 1;
    }
  }

  #vary(absent: number): void {
    this.#group.members.delete(this.#name);
    this.#series = new Series(this.#space, this.#group, this.#name, `${this.#name}_`);
    this.#series.onReplaced = (data) => this.#describe(data);
    this.#group.attributes.delete(`${this.#name}_indices`);
    for (let i = 0; i < absent; i += 1) this.#series.pushAbsent();
  }

  /** `axis` says which axis of a row this is, counted from 1. */
  #describe({ attributes }: DatasetNode): void {
    attributes.set('axis', this.#about.dimension);
    if (this.#about.unit !== undefined) attributes.set('units', this.#about.unit);
  }

  #add(values: ArrayLike<number>): void {
    this.#series!.push({ dtype: 'float64', shape: [values.length], data: Float64Array.from(values) });
  }
}

function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (!Object.is(a[i], b[i])) return false;
  return true;
}
