import type { FloatArray, MutableNdArray, NdLike } from '@trainyard/core';
import { Median, WindowFilter, flat, sizeOf, type BorderOptions, type WindowJoin, type WindowSize } from '@trainyard/kernels';
import { filterFrames, frameOf, keptFilter } from './frames.ts';
import { fillNaN, normalised } from './without-nan.ts';

/** Pixels of the window: one number for both directions, or [along y, along x]. */
export type Size = number | readonly [number, number];

/** What lies outside: `mode` (default reflect) and, for mode constant, `cval` (default 0). */
export type WindowOptions = BorderOptions;

type Result<R extends number> = MutableNdArray<R, FloatArray>;

/** A filter of the last two axes. */
export interface SizeFilter {
  (image: NdLike<2>, size: Size, options?: WindowOptions): Result<2>;
  <R extends number>(image: NdLike<R>, size: Size, options?: WindowOptions): Result<R>;
}

function sizeOfWindow(image: NdLike, size: Size): WindowSize {
  return typeof size === 'number' ? [image.shape.length === 1 ? 1 : size, size] : size;
}

function windowed(name: string, join: WindowJoin, image: NdLike, size: Size, { mode, cval }: WindowOptions): Result<number> {
  const { rows, cols } = frameOf(name, image);
  const [ky, kx] = sizeOfWindow(image, size);
  return filterFrames(image, rows, cols, keptFilter(join, rows, cols, [ky, kx, mode, cval], () => new WindowFilter(join, rows, cols, [ky, kx], { mode, cval })));
}

function median(name: string, image: NdLike, size: Size, { mode, cval }: WindowOptions, skipNaN: boolean): Result<number> {
  const { rows, cols } = frameOf(name, image);
  const [ky, kx] = sizeOfWindow(image, size);
  return filterFrames(image, rows, cols, keptFilter('median', rows, cols, [ky, kx, mode, cval, skipNaN], () => new Median(rows, cols, [ky, kx], { mode, cval, skipNaN })));
}

/** The extreme of what is not NaN: NaN are filled with the other end, and a window of nothing else is NaN. */
function nanExtreme(name: string, join: 'minimum' | 'maximum', image: NdLike, size: Size, { mode, cval = 0 }: WindowOptions): Result<number> {
  const worst = join === 'minimum' ? Infinity : -Infinity;
  const open = mode === 'constant' && cval !== cval;
  const filled = fillNaN(image, worst);
  const out = windowed(name, join, filled?.values ?? image, size, { mode, cval: open ? worst : cval });
  // A window always holds its own pixel.
  if (!filled) return out;
  const there = flat<FloatArray>(windowed(name, 'maximum', filled.weights, size, { mode, cval: open ? 0 : 1 }));
  const data = flat<FloatArray>(out);
  const count = sizeOf(image.shape);
  for (let i = 0; i < count; i++) if (there[i] === 0) data[i] = Number.NaN;
  return out;
}

/**
 * Mean of the pixels in a window around each, as `scipy.ndimage.uniform_filter` has it for an image; leading axes (pulses) are kept, and a vector is filtered along itself.
 * Of an even size the pixel is the first behind the middle. Summed in float64 in the same order for every pixel; a NaN or infinity counts only where the window holds it
 * (with scipy to the end of the line).
 *
 * 8- and 16-bit integers and float32 give float32, 32- and 64-bit integers and float64 give float64. An empty image stays empty. The result lies in `scratch` memory.
 * Errors: SMOOTHING_RANK for a number, FILTER_SIZE, BOUNDARY_MODE.
 */
export const uniformFilter: SizeFilter = ((image: NdLike, size: Size, options: WindowOptions = {}) => windowed('uniformFilter', 'mean', image, size, options)) as SizeFilter;

/**
 * Mean of the pixels in the window that are not NaN, also where the pixel itself is NaN; NaN where the window holds none: `numpy.nanmean` of each window.
 * Outside the image mode `constant` has pixels of value `cval`, none for a `cval` of NaN. Otherwise as `uniformFilter`.
 */
export const nanUniformFilter: SizeFilter = ((image: NdLike, size: Size, options: WindowOptions = {}) =>
  normalised(image, options, (values, cval) => windowed('nanUniformFilter', 'mean', values, size, { ...options, cval }))) as SizeFilter;

/**
 * Median of the pixels in a window around each: one of them, of an even number the upper of the two in the middle, as `scipy.ndimage.median_filter` has it.
 * A NaN in the window makes the result NaN. -0 becomes 0. Axes, types, memory and errors as `uniformFilter`.
 */
export const medianFilter: SizeFilter = ((image: NdLike, size: Size, options: WindowOptions = {}) => median('medianFilter', image, size, options, false)) as SizeFilter;

/**
 * Median of the pixels in the window that are not NaN, of an even number the mean of the two in the middle: `numpy.nanmedian` of each window. NaN where the window
 * holds none; a `cval` of NaN is none, too. Without NaN and with an odd number of pixels in the window it is what `medianFilter` gives.
 */
export const nanMedianFilter: SizeFilter = ((image: NdLike, size: Size, options: WindowOptions = {}) => median('nanMedianFilter', image, size, options, true)) as SizeFilter;

/** The least of the pixels in a window around each, as `scipy.ndimage.minimum_filter` has it; NaN where one of them is. Otherwise as `uniformFilter`. */
export const minimumFilter: SizeFilter = ((image: NdLike, size: Size, options: WindowOptions = {}) => windowed('minimumFilter', 'minimum', image, size, options)) as SizeFilter;

/** The greatest of the pixels in a window around each, as `scipy.ndimage.maximum_filter` has it; NaN where one of them is. Otherwise as `uniformFilter`. */
export const maximumFilter: SizeFilter = ((image: NdLike, size: Size, options: WindowOptions = {}) => windowed('maximumFilter', 'maximum', image, size, options)) as SizeFilter;

/** The least of the pixels in the window that are not NaN, NaN where it holds none (`numpy.nanmin` of each window); a `cval` of NaN is none, too. */
export const nanMinimumFilter: SizeFilter = ((image: NdLike, size: Size, options: WindowOptions = {}) => nanExtreme('nanMinimumFilter', 'minimum', image, size, options)) as SizeFilter;

/** The greatest of the pixels in the window that are not NaN, NaN where it holds none (`numpy.nanmax` of each window); a `cval` of NaN is none, too. */
export const nanMaximumFilter: SizeFilter = ((image: NdLike, size: Size, options: WindowOptions = {}) => nanExtreme('nanMaximumFilter', 'maximum', image, size, options)) as SizeFilter;
