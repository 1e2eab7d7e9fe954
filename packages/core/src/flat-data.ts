import type { AnyTypedArray, NdArray } from '@trainyard/nd';

/** The elements in C order as one typed array: a view of the array's memory where it is contiguous, else a copy. Not to be written. */
export function flatData(array: NdArray): AnyTypedArray {
  const flat = array.isContiguous ? array : array.copy();
  const data = flat.data as unknown as AnyTypedArray;
  return flat.offset === 0 && data.length === flat.size ? data : data.subarray(flat.offset, flat.offset + flat.size);
}
