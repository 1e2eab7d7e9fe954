import { YardError, type FloatArray, type MutableNdArray, type NdLike } from '@trainyard/core';
import { Edges, type BorderOptions, type EdgeLimits } from '@trainyard/kernels';
import { filterFrames, frameOf, keptFilter } from './frames.ts';

/** `low` and `high` are slopes in the units of `sobel`: eight times that per pixel. */
export interface EdgeOptions extends EdgeLimits, BorderOptions {
  /** Standard deviation of the Gaussian before it, in pixels; default 1, 0 for none. */
  readonly sigma?: number | undefined;
}

/**
 * Edges as thin lines (J. Canny, IEEE Trans. PAMI 8 (1986) 679): smoothed by a Gaussian, `sobel` in both directions, kept where the slope is steepest in its own direction
 * and at least `high`, or at least `low` and in touch with such an edge, also across corners. Leading axes (pulses) are kept.
 *
 * Gives the slope on an edge, 0 beside it, NaN where a NaN is within reach. Types and memory as `gaussianFilter`; an empty image stays empty.
 * Errors: SMOOTHING_RANK for what is no image, EDGE_LIMITS, GAUSSIAN_SIGMA, BOUNDARY_MODE.
 */
export function edges(image: NdLike<2>, options: EdgeOptions): MutableNdArray<2, FloatArray>;
export function edges<R extends number>(image: NdLike<R>, options: EdgeOptions): MutableNdArray<R, FloatArray>;
export function edges(image: NdLike, { low, high, sigma = 1, mode, cval }: EdgeOptions): MutableNdArray<number, FloatArray> {
  const { rows, cols } = frameOf('edges', image);
  if (image.shape.length < 2) throw new YardError('SMOOTHING_RANK', 'edges takes an image or a stack of them, not a vector.');
  return filterFrames(image, rows, cols, keptFilter('edges', rows, cols, [sigma, low, high, mode, cval], () => new Edges(rows, cols, sigma, { low, high }, { mode, cval })));
}
