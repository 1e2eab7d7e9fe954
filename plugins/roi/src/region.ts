import { YardError, asNdArray, labelled, ndarray, type Labelled, type NdArray, type NdLike } from '@trainyard/core';
import { regionSums, sumRegion, type RegionSums } from '@trainyard/kernels';

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
  if (image.shape.length < 2) throw new YardError('ROI_RANK', `A region of interest is of an image, or a stack of them; this input has ${image.shape.length} axes.`);
  const { y0, y1, x0, x1 } = clampRegion(region, image.shape);
  return asNdArray(image).slice(`..., ${y0}:${y1}, ${x0}:${x1}`);
}

/** What a projection adds up to per row or column: the sum of the pixels that are not NaN, or their mean. */
export type Projection = 'mean' | 'sum';

/** The image, or a rectangle of it, over y: one value per column, float64. NaN pixels do not count; `mean` of none is NaN, `sum` 0. */
export function projectX(image: NdLike<2>, how: Projection = 'mean', region?: Region): Labelled<NdArray<1>> {
  const { sums, at } = measure(image, region);
  return profile(sums.x, sums.xCount, how, 'x', at.x0);
}

/** The same over x: one value per row. */
export function projectY(image: NdLike<2>, how: Projection = 'mean', region?: Region): Labelled<NdArray<1>> {
  const { sums, at } = measure(image, region);
  return profile(sums.y, sums.yCount, how, 'y', at.y0);
}

/** Sum of the pixels that are not NaN, in float64; 0 of none. */
export function roiSum(image: NdLike<2>, region?: Region): number {
  return measure(image, region).sums.sum;
}

/** Mean of the pixels that are not NaN, in float64; NaN of none. */
export function roiMean(image: NdLike<2>, region?: Region): number {
  const { sum, count } = measure(image, region).sums;
  return sum / count;
}

function measure(image: NdLike<2>, region: Region = { y0: 0, y1: Infinity, x0: 0, x1: Infinity }): { sums: RegionSums; at: Region } {
  if (image.shape.length !== 2) throw new YardError('ROI_RANK', `Sums and projections are of one image, with 2 axes; this input has ${image.shape.length}.`);
  const at = clampRegion(region, image.shape);
  const part = crop(image, at);
  const [rows, cols] = part.shape as [number, number];
  return { sums: sumRegion(part, regionSums(rows, cols)), at };
}

function profile(sum: Float64Array, count: Float64Array, how: Projection, name: string, first: number): Labelled<NdArray<1>> {
  if (how === 'mean') for (let i = 0; i < sum.length; i++) sum[i] /= count[i];
  return labelled(ndarray(sum, [sum.length]) as NdArray<1>, { axes: [{ name, unit: 'px', values: Float64Array.from(sum, (_, i) => first + i) }] });
}
