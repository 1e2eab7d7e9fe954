import { needLength, type Numbers } from './numbers.ts';

/** The layout of an array in memory, as scijs and nd have it: `data[offset + sum(index * stride)]`. */
export interface Layout {
  readonly data: { readonly length: number; readonly [index: number]: number | bigint };
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1);
}

/** True when the elements lie in C order without gaps. */
export function isPacked({ shape, stride }: Layout): boolean {
  for (let k = shape.length - 1, step = 1; k >= 0; step *= shape[k], k--) {
    if (shape[k] !== 1 && stride[k] !== step) return false;
  }
  return true;
}

/** The elements of a packed layout as one typed array, the same memory. `T` is what the caller knows it to hold. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what it knows
export function flat<T extends Numbers>(from: Layout): T {
  const data = from.data as unknown as Float32Array;
  const size = sizeOf(from.shape);
  return (data.length === size ? data : data.subarray(from.offset, from.offset + size)) as unknown as T;
}

const TILE = 32;

/**
 * Copies a strided array in C order into `out`, as numbers of its type (64-bit integers are rounded to float64).
 * Where another axis than the last is the dense one (a transposed detector), it walks in tiles so that no cache line is read twice.
 */
export function pack(from: Layout, out: Numbers): void {
  const size = sizeOf(from.shape);
  needLength('the packed copy', out, size);
  if (size === 0) return;
  if (isPacked(from)) {
    copyRun(from.data, from.offset, size, out, 0);
    return;
  }
  const rank = from.shape.length;
  const step = cSteps(from.shape);
  const last = rank - 1;
  const dense = densest(from.stride, from.shape);
  const outer = [...from.shape.keys()].filter((k) => k !== last && k !== dense);
  const counts = outer.map((k) => from.shape[k]);
  const at = counts.map(() => 0);
  let source = from.offset;
  let target = 0;
  for (;;) {
    if (dense === last) packRow(from, source, out, target);
    else packTiles(from, source, out, target, dense, step[dense]);
    let d = outer.length - 1;
    for (; d >= 0; d--) {
      const k = outer[d];
      source += from.stride[k];
      target += step[k];
      if (++at[d] < counts[d]) break;
      source -= from.stride[k] * counts[d];
      target -= step[k] * counts[d];
      at[d] = 0;
    }
    if (d < 0) return;
  }
}

function cSteps(shape: readonly number[]): number[] {
  const steps: number[] = [];
  for (let k = shape.length - 1, step = 1; k >= 0; step *= shape[k], k--) steps[k] = step;
  return steps;
}

function densest(stride: readonly number[], shape: readonly number[]): number {
  let best = shape.length - 1;
  for (let k = 0; k < shape.length; k++) if (shape[k] > 1 && (shape[best] === 1 || Math.abs(stride[k]) < Math.abs(stride[best]))) best = k;
  return best;
}

function packRow(from: Layout, source: number, out: Numbers, target: number): void {
  const n = from.shape.at(-1)!;
  const step = from.stride.at(-1)!;
  if (step === 1) {
    copyRun(from.data, source, n, out, target);
    return;
  }
  const { data } = from;
  for (let i = 0; i < n; i++) out[target + i] = Number(data[source + i * step]);
}

function packTiles(from: Layout, source: number, out: Numbers, target: number, dense: number, outStep: number): void {
  const { data } = from;
  const [rows, cols] = [from.shape[dense], from.shape.at(-1)!];
  const [rowStep, colStep] = [from.stride[dense], from.stride.at(-1)!];
  const big = typeof data[source] === 'bigint';
  for (let r0 = 0; r0 < rows; r0 += TILE) {
    const r1 = Math.min(rows, r0 + TILE);
    for (let c0 = 0; c0 < cols; c0 += TILE) {
      const c1 = Math.min(cols, c0 + TILE);
      for (let r = r0; r < r1; r++) {
        let s = source + r * rowStep + c0 * colStep;
        const t = target + r * outStep;
        if (big) for (let c = c0; c < c1; c++, s += colStep) out[t + c] = Number(data[s]);
        else for (let c = c0; c < c1; c++, s += colStep) out[t + c] = data[s] as number;
      }
    }
  }
}

/** The engine's own conversion loop: faster than ours, and the same for every pair of types. */
function copyRun(data: Layout['data'], from: number, n: number, out: Numbers, to: number): void {
  if (typeof data[from] === 'bigint') for (let i = 0; i < n; i++) out[to + i] = Number(data[from + i]);
  else out.set((data as unknown as Float64Array).subarray(from, from + n), to);
}
