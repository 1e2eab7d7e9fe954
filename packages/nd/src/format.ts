import { isFloat } from './dtype.ts';
import { sizeOf } from './layout.ts';
import type { Strided } from './types.ts';

/** `float32 (2, 3) [[1 2 3] [4 5 6]]`; axes longer than 6 show three elements at both ends. */
export function format(a: Strided): string {
  return `${a.dtype} (${a.shape.join(', ')}${a.shape.length === 1 ? ',' : ''}) ${sizeOf(a.shape) === 0 ? '[]' : level(a, 0, a.offset)}`;
}

function level(a: Strided, axis: number, at: number): string {
  const n = a.shape[axis];
  if (n === undefined) return element(a, at);
  const item = (i: number) => level(a, axis + 1, at + i * a.stride[axis]);
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => item(from + i));
  const parts = n <= 6 ? range(0, n) : [...range(0, 3), '...', ...range(n - 3, n)];
  return `[${parts.join(' ')}]`;
}

function element(a: Strided, at: number): string {
  const x = a.data[at];
  if (a.dtype === 'bool') return x === 0 ? 'False' : 'True';
  if (!isFloat(a.dtype) || typeof x === 'bigint' || Number.isNaN(x) || !Number.isFinite(x)) return String(x).replace('NaN', 'nan').replace('Infinity', 'inf');
  return String(Number(x.toPrecision(a.dtype === 'float64' ? 8 : 7)));
}
