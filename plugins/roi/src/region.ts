import { YardError, asNdArray, type NdArray, type NdLike } from '@trainyard/core';

/** A rectangle of pixels: rows y0 to y1, columns x0 to x1, the ends excluded, as in `image.slice('y0:y1, x0:x1')`. */
export interface Region {
  readonly y0: number;
  readonly y1: number;
  readonly x0: number;
  readonly x1: number;
}

/** The rectangle as far as it lies in an image of this shape; nothing of it may be left. Whole numbers are taken by rounding down. */
export function clampRegion(region: Region, shape: readonly number[]): Region {
  const [rows, cols] = [shape.at(-2) ?? 0, shape.at(-1) ?? 0];
  const clamp = (value: number, n: number): number => Math.min(n, Math.max(0, Math.floor(value)));
  const [y0, x0] = [clamp(region.y0, rows), clamp(region.x0, cols)];
  return { y0, y1: Math.max(y0, clamp(region.y1, rows)), x0, x1: Math.max(x0, clamp(region.x1, cols)) };
}

/** The rectangle of the last two axes, as a view of the same memory (nothing is copied), clamped to the shape. Errors: ROI_RANK. */
export function crop(image: NdLike<2>, region: Region): NdArray<2>;
export function crop<R extends number>(image: NdLike<R>, region: Region): NdArray<R>;
export function crop(image: NdLike, region: Region): NdArray {
  // A scalar comes as a number.
  const array = asNdArray(image);
  if (array.dimension < 2) throw new YardError('ROI_RANK', `A region of interest is of an image, or a stack of them; this input has ${array.dimension} ${array.dimension === 1 ? 'axis' : 'axes'}.`);
  const { y0, y1, x0, x1 } = clampRegion(region, array.shape);
  return array.slice(`..., ${y0}:${y1}, ${x0}:${x1}`);
}
