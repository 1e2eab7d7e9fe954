import { ndarray, type NdArray } from '@trainyard/core';
import { hits } from './hit-rate.ts';

/** Hits of a count for each frame, or of one number. */
export function hitsOf(count: NdArray | number, least: number): NdArray<1> {
  return hits((typeof count === 'number' ? ndarray(Float64Array.of(count), [1]) : count) as NdArray<1>, least);
}
