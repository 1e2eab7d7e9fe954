import type { NdArray } from '@trainyard/core';

/**
 * Keeps an array that every train brings but that seldom changes (a mask): gives the same one as long as its values are the same, so that plans that
 * depend on it stay. A copy is kept, since the train's memory is used again.
 */
export function constantArray(): (array: NdArray | undefined) => NdArray | undefined {
  let kept: NdArray | undefined;
  return (array) => {
    if (array === undefined) kept = undefined;
    else if (!kept || !kept.equals(array, { equalNan: true })) kept = array.copy();
    return kept;
  };
}
