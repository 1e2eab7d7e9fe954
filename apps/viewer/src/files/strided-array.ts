/**
 * What the HDF5 browser takes of `ndarray` and `ndarray-ops`, in their place (`vite.config.ts`): those write their code as text and compile it, which the page's
 * Content-Security-Policy forbids.
 */
export interface StridedData<T> {
  readonly length: number;
  [index: number]: T;
}

export class StridedArray<T = unknown> {
  readonly data: StridedData<T>;
  readonly shape: number[];
  readonly stride: number[];
  readonly offset: number;

  constructor(data: StridedData<T>, shape: number[], stride: number[], offset: number) {
    this.data = data;
    this.shape = shape;
    this.stride = stride;
    this.offset = offset;
  }

  get size(): number {
    return this.shape.reduce((product, n) => product * n, 1);
  }
  get dimension(): number {
    return this.shape.length;
  }
  /** `float32`, `uint8_clamped`, `bigint64`; `array` for a list. */
  get dtype(): string {
    return Array.isArray(this.data) ? 'array' : this.data.constructor.name.replace(/Array$/, '').replace(/Clamped$/, '_clamped').toLowerCase();
  }

  /** More indices than axes are left over, as a table gives row and column of a vector, too. */
  index(...at: readonly number[]): number {
    return this.stride.reduce((sum, step, axis) => sum + at[axis] * step, this.offset);
  }
  get(...at: readonly number[]): T {
    return this.data[this.index(...at)];
  }
  set(...at: readonly unknown[]): T {
    return (this.data[this.index(...(at.slice(0, -1) as number[]))] = at.at(-1) as T);
  }

  /** The axes with a number are taken at it, and are gone. */
  pick(...at: readonly (number | null | undefined)[]): StridedArray<T> {
    const kept = this.shape.flatMap((_, axis) => (at[axis] === null || at[axis] === undefined || at[axis] < 0 ? [axis] : []));
    const offset = this.shape.reduce((sum, _, axis) => (kept.includes(axis) ? sum : sum + at[axis]! * this.stride[axis]), this.offset);
    return new StridedArray(this.data, kept.map((axis) => this.shape[axis]), kept.map((axis) => this.stride[axis]), offset);
  }

  transpose(...order: readonly number[]): StridedArray<T> {
    return new StridedArray(this.data, order.map((axis) => this.shape[axis]), order.map((axis) => this.stride[axis]), this.offset);
  }
}

/** In C order; one axis without a shape. */
export default function stridedArray<T>(data: StridedData<T>, shape: readonly number[] = [data.length]): StridedArray<T> {
  const stride: number[] = [];
  let step = 1;
  for (const n of shape.toReversed()) {
    stride.unshift(step);
    step *= n;
  }
  return new StridedArray(data, [...shape], stride, 0);
}

/** Copies element by element, for equal shapes. */
export function assign<T>(into: StridedArray<T>, from: StridedArray<T>): StridedArray<T> {
  const walk = (axis: number, a: number, b: number): void => {
    if (axis === into.shape.length) {
      into.data[a] = from.data[b];
      return;
    }
    for (let i = 0; i < into.shape[axis]; i++) walk(axis + 1, a + i * into.stride[axis], b + i * from.stride[axis]);
  };
  walk(0, into.offset, from.offset);
  return into;
}
