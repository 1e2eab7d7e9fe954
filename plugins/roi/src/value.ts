import { asNdArray, ndarray, type NdArray, type NdLike } from '@trainyard/core';

/** A number as it is; of an array the mean of its elements, NaN left out. */
export function asNumber(value: NdLike | number): number {
  return typeof value === 'number' ? value : asNdArray(value).nanmean();
}

/** An array as it is; a number as an array without axes. */
export function asArray(value: NdLike | number): NdArray {
  return typeof value === 'number' ? ndarray(Float64Array.of(value), []) : asNdArray(value);
}
