import type { FloatArray, MutableNdArray, NdLike } from '@trainyard/core';
import { Gaussian, type GaussianOptions } from '@trainyard/kernels';
import { filterFrames, frameOf, keptFilter } from './frames.ts';
import { normalised } from './without-nan.ts';

export type { GaussianOptions };

/** Standard deviation in pixels: one for both directions, or [along y, along x]. */
export type Sigma = number | readonly [number, number];

/**
 * Gaussian filter of the last two axes, as `scipy.ndimage.gaussian_filter` has it for an image; leading axes (pulses) are kept,
 * and a vector is filtered along itself. The kernel ends at `int(truncate * sigma + 0.5)` pixels.
 *
 * 8- and 16-bit integers and float32 give float32, summed in float32; 32- and 64-bit integers and float64 give float64.
 * A NaN spreads as far as the kernel reaches; an empty image stays empty. The result lies in `scratch` memory.
 * Errors: SMOOTHING_RANK for a number, GAUSSIAN_SIGMA, GAUSSIAN_TRUNCATE, BOUNDARY_MODE.
 */
export function gaussianFilter(image: NdLike<2>, sigma: Sigma, options?: GaussianOptions): MutableNdArray<2, FloatArray>;
export function gaussianFilter<R extends number>(image: NdLike<R>, sigma: Sigma, options?: GaussianOptions): MutableNdArray<R, FloatArray>;
export function gaussianFilter(image: NdLike, sigma: Sigma, options: GaussianOptions = {}): MutableNdArray<number, FloatArray> {
  const { rows, cols } = frameOf('gaussianFilter', image);
  const [sy, sx] = typeof sigma === 'number' ? [image.shape.length === 1 ? 0 : sigma, sigma] : sigma;
  const filter = keptFilter('gaussian', rows, cols, [sy, sx, options.mode, options.cval, options.truncate], () => new Gaussian(rows, cols, [sy, sx], options));
  return filterFrames(image, rows, cols, filter);
}

/**
 * The same with NaN left out (normalised convolution): the weighted mean of the pixels that the kernel reaches and that are not NaN. A NaN pixel becomes
 * that mean, too; the result is NaN only where the kernel reaches none. Outside the image mode `constant` has pixels of value `cval`, none for a `cval` of NaN.
 */
export function nanGaussianFilter(image: NdLike<2>, sigma: Sigma, options?: GaussianOptions): MutableNdArray<2, FloatArray>;
export function nanGaussianFilter<R extends number>(image: NdLike<R>, sigma: Sigma, options?: GaussianOptions): MutableNdArray<R, FloatArray>;
export function nanGaussianFilter(image: NdLike, sigma: Sigma, options: GaussianOptions = {}): MutableNdArray<number, FloatArray> {
  return normalised(image, options, (values, cval) => gaussianFilter(values, sigma, { ...options, cval }));
}
