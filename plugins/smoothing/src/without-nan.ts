import { scratch, type FloatArray, type MutableNdArray, type NdLike } from '@trainyard/core';
import { flat, pack, resultType, sizeOf, type BorderOptions } from '@trainyard/kernels';

/** An image whose NaN are filled, and which pixels were none: 1, and 0 where there was one. */
export interface Filled {
  readonly values: MutableNdArray<number, FloatArray>;
  readonly weights: MutableNdArray<number, FloatArray>;
}

/** Fills the NaN of an image; nothing where there are none. */
export function fillNaN(image: NdLike, fill: number): Filled | undefined {
  if (!image.dtype.startsWith('float')) return undefined;
  const dtype = resultType(image.dtype);
  const values = scratch(image.shape, dtype) as MutableNdArray<number, FloatArray>;
  const data = flat<FloatArray>(values);
  const size = sizeOf(image.shape);
  pack(image, data);
  let first = 0;
  while (first < size && data[first] === data[first]) first += 1;
  if (first === size) return undefined;
  const weights = scratch(image.shape, dtype) as MutableNdArray<number, FloatArray>;
  const there = flat<FloatArray>(weights);
  there.fill(1, 0, first);
  for (let i = first; i < size; i++) {
    const absent = data[i] !== data[i];
    if (absent) data[i] = fill;
    there[i] = absent ? 0 : 1;
  }
  return { values, weights };
}

type Smooth = (image: NdLike, cval: number) => MutableNdArray<number, FloatArray>;

/** A weighted mean of the pixels that are not NaN, from a filter that gives that of all: of the image filled with 0, over that of the weights. */
export function normalised(image: NdLike, { mode, cval = 0 }: BorderOptions, smooth: Smooth): MutableNdArray<number, FloatArray> {
  const open = mode === 'constant' && cval !== cval;
  const filled = fillNaN(image, 0) ?? (open ? allThere(image) : undefined);
  if (!filled) return smooth(image, cval);
  const sums = smooth(filled.values, open ? 0 : cval);
  const shares = flat<FloatArray>(smooth(filled.weights, open ? 0 : 1));
  const data = flat<FloatArray>(sums);
  const size = sizeOf(image.shape);
  for (let i = 0; i < size; i++) data[i] = shares[i] > 0 ? data[i] / shares[i] : Number.NaN;
  return sums;
}

function allThere(image: NdLike): Filled {
  const dtype = resultType(image.dtype);
  const values = scratch(image.shape, dtype) as MutableNdArray<number, FloatArray>;
  pack(image, flat<FloatArray>(values));
  const weights = scratch(image.shape, dtype) as MutableNdArray<number, FloatArray>;
  flat<FloatArray>(weights).fill(1);
  return { values, weights };
}
