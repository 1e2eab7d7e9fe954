import { YardError, asNdArray, ndarray, type NdArray, type NdLike } from '@trainyard/core';

/** A number for a number, an array for an array of its rank; of what is not known, not known. */
export type Like<V> = 0 extends 1 & V ? any : V extends number ? number : V extends NdLike<infer R> ? NdArray<R> : never;

/**
 * A value (a number, or an array of any shape) over another one: over the mean of `by`, NaN left out; with `per: 'pulse'` entry by entry along the first
 * axis, of which `by` has one each. Where the divisor is 0, NaN or nothing the result is NaN. Errors: ROI_NORMALISER.
 */
export function normaliseBy<V extends NdLike | number>(value: V, by: NdLike | number, per?: 'train' | 'pulse'): Like<V>;
export function normaliseBy(value: NdLike | number, by: NdLike | number, per: 'train' | 'pulse' = 'train'): number | NdArray {
  if (typeof by === 'number' || per === 'train') {
    const over = typeof by === 'number' ? by : asNdArray(by).nanmean();
    const divisor = over === 0 ? NaN : over;
    return typeof value === 'number' ? value / divisor : asNdArray(value).div(divisor);
  }
  const shape = typeof value === 'number' ? [] : value.shape;
  if (by.shape.length !== 1 || shape[0] !== by.shape[0]) throw new YardError('ROI_NORMALISER', `Pulse by pulse, the normaliser has one entry for each along the first axis: it has the shape (${by.shape.join(', ')}), the values (${shape.join(', ')}). Take some of its entries with pulses, or its mean (per train).`);
  const each = asNdArray(by).astype('float64');
  const divisor = each.ne(0).where(each, NaN);
  return asNdArray(value as NdLike).div(divisor.reshape(by.shape[0], ...shape.slice(1).map(() => 1)));
}

export const combinations = ['first', 'second', 'sum', 'difference', 'ratio'] as const;
export type Combination = (typeof combinations)[number];

/** Two values (numbers, or arrays of one shape) as one: 1, 2, 1 + 2, 1 - 2 or 1 / 2, element by element. Errors: ROI_COMBINE. */
export function combine<A extends NdLike | number, B extends NdLike | number>(first: A, second: B, how: Combination): Like<A extends number ? B : A>;
export function combine(first: NdLike | number, second: NdLike | number, how: Combination): number | NdArray {
  if (!combinations.includes(how)) throw new YardError('ROI_COMBINE', `There is no combination "${String(how)}"; one of ${combinations.join(', ')}.`);
  const [a, b] = [first, second].map((value) => (typeof value === 'number' ? value : asNdArray(value))) as [number | NdArray, number | NdArray];
  if (typeof a !== 'number' && typeof b !== 'number' && (a.shape.length !== b.shape.length || a.shape.some((n, k) => n !== b.shape[k]))) {
    throw new YardError('ROI_COMBINE', `Two values are combined element by element and must have one shape; these have (${a.shape.join(', ')}) and (${b.shape.join(', ')}). Regions of one size give that.`);
  }
  if (how === 'first') return a;
  if (how === 'second') return b;
  if (typeof a === 'number' && typeof b === 'number') return how === 'sum' ? a + b : how === 'difference' ? a - b : a / b;
  const left: NdArray = typeof a === 'number' ? ndarray(Float64Array.of(a), []) : a;
  return how === 'sum' ? left.add(b) : how === 'difference' ? left.sub(b) : left.div(b);
}
