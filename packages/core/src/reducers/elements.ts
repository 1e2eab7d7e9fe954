import { NdArray, asNdArray, ndarray } from '@trainyard/nd';
import { flatData } from '../flat-data.ts';
import { YardError } from '../problem.ts';

/** What reducers of numbers fold: a number, or an array of any rank. */
export type Value = number | NdArray;

/** The elements of one value in C order; a number is one element without axes. Lent, not to be written. */
export interface Elements {
  readonly data: ArrayLike<number | bigint>;
  readonly shape: readonly number[];
}

/** The elements of what arrived for a reducer; booleans count as 0 and 1. Throws `REDUCER_VALUE` for what holds no numbers. */
export function elementsOf(value: unknown, reducer: string): Elements {
  switch (typeof value) {
    case 'number': case 'bigint': case 'boolean':
      return { data: [Number(value)], shape: [] };
    case 'object':
      if (value === null) break;
      if (Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof NdArray || 'stride' in value) {
        const array = asNdArray(value as NdArray);
        return { data: flatData(array), shape: array.shape };
      }
  }
  const what = value === null ? 'null' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  throw new YardError('REDUCER_VALUE', `${reducer} folds numbers and arrays, not ${what}: take the number or the array that is meant.`);
}

/** Throws `REDUCER_SHAPE` when a train's shape is not that of the trains before. */
export function requireShape(reducer: string, before: readonly number[], now: readonly number[]): void {
  if (!sameShape(before, now)) throw new YardError('REDUCER_SHAPE', `${reducer} over trains needs one shape; so far it was (${before.join(', ')}), this train has (${now.join(', ')}).`);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/** Elements as they came: a number for one without axes, else an array. */
export function shaped(data: Float64Array, shape: readonly number[]): Value {
  return shape.length === 0 ? data[0]! : ndarray(data, shape);
}
