import { YardError, scratch, type FloatArray, type MutableNdArray, type NdLike } from '@trainyard/core';
import { Sobel, flat, pack, resultType, type BorderOptions, type SobelDirection } from '@trainyard/kernels';
import { filterFrames, frameOf, keptFilter } from './frames.ts';

export type { SobelDirection };

/**
 * Sobel's derivative along `x` (columns) or `y` (rows), as `scipy.ndimage.sobel` has it for an image with axis -1 and -2: eight times the slope per pixel.
 * `magnitude` is the root of the sum of the squares of both. Leading axes (pulses) are kept;
 * of a vector it is the difference of the neighbours, and its magnitude.
 *
 * Types and memory as `gaussianFilter`; in float64 until the result. A NaN or infinity among the 3 x 3 pixels makes it NaN (infinity: or infinite), also where its weight is 0.
 * An empty image stays empty. Errors: SMOOTHING_RANK for a number and for `y` of a vector, SOBEL_DIRECTION, BOUNDARY_MODE.
 */
export function sobel(image: NdLike<2>, direction: SobelDirection, options?: BorderOptions): MutableNdArray<2, FloatArray>;
export function sobel<R extends number>(image: NdLike<R>, direction: SobelDirection, options?: BorderOptions): MutableNdArray<R, FloatArray>;
export function sobel(image: NdLike, direction: SobelDirection, options: BorderOptions = {}): MutableNdArray<number, FloatArray> {
  const { rows, cols } = frameOf('sobel', image);
  if (!['x', 'y', 'magnitude'].includes(direction)) throw new YardError('SOBEL_DIRECTION', `sobel goes along x or y, or gives the magnitude; not "${String(direction)}".`);
  if (image.shape.length === 1) return ofVector(image, direction, options);
  const { mode, cval } = options;
  return filterFrames(image, rows, cols, keptFilter('sobel', rows, cols, [direction, mode, cval], () => new Sobel(direction, rows, cols, { mode, cval })));
}

/** The middle one of three equal rows, whose weights are four together. */
function ofVector(vector: NdLike, direction: SobelDirection, options: BorderOptions): MutableNdArray<number, FloatArray> {
  if (direction === 'y') throw new YardError('SMOOTHING_RANK', 'sobel along y takes an image or a stack of them, not a vector: take x.');
  const [n] = vector.shape;
  const rows = scratch([3, n], resultType(vector.dtype)) as MutableNdArray<2, FloatArray>;
  const data = flat<FloatArray>(rows);
  const out = scratch([n], resultType(vector.dtype)) as MutableNdArray<1, FloatArray>;
  if (n === 0) return out;
  for (let k = 0; k < 3; k++) pack(vector, data.subarray(k * n, (k + 1) * n));
  const from = flat<FloatArray>(sobel(rows, 'x', options));
  const to = flat<FloatArray>(out);
  for (let i = 0; i < n; i++) to[i] = (direction === 'x' ? from[n + i] : Math.abs(from[n + i])) / 4;
  return out;
}
