import { YardError, asNdArray, type NdArray, type NdLike } from '@trainyard/core';

/**
 * The entries of `value` along its first axis (pulses) whose entry in `by` lies in the range, both ends included; NaN never does. A copy in the dtype of `value`; none of them gives an array of
 * length 0. Errors: SELECT_LENGTH where there is not one entry in `by` for each pulse, SELECT_RANGE.
 */
export function selectPulses(value: NdLike, by: NdLike<1>, [low, high]: readonly [low: number, high: number]): NdArray {
  if (!(low <= high)) throw new YardError('SELECT_RANGE', `A range is two ascending numbers, not [${low}, ${high}].`);
  const from = asNdArray(value);
  const given = asNdArray(by);
  if (given.shape.length !== 1 || from.shape.length === 0 || from.shape[0] !== given.shape[0]) throw new YardError('SELECT_LENGTH', `To choose pulses takes a value for each: there is an array of shape (${from.shape.join(', ')}), and one of shape (${given.shape.join(', ')}) to choose by.`);
  const kept: number[] = [];
  for (let i = 0; i < given.size; i++) {
    const place = Number(given.get(i));
    if (place >= low && place <= high) kept.push(i);
  }
  return from.take(kept, { axis: 0 });
}
