import { YardError, labelled, ndarray, type Labelled, type NdArray, type NdLike } from '@trainyard/core';
import { regionSums, sumRegion } from '@trainyard/kernels';
import { boxOf, placeOf, type Roi } from './roi.ts';
import { oneImage } from './statistics.ts';

/** What a projection adds up to per row or column: the sum of the pixels that are not NaN, or their mean. */
export type Projection = 'mean' | 'sum';

/**
 * An image, or a region of it, over y: one value per column of the region's box, float64, with its axis in pixels of the image. NaN pixels do not count;
 * a column without any is NaN. Errors: ROI_RANK, ROI_STATISTIC, PARAM_TYPE, PARAM_RANGE.
 */
export function projectX(image: NdLike<2>, how: Projection = 'mean', roi?: Roi): Labelled<NdArray<1>> {
  return projections(image, how, roi).x;
}

/** The same over x: one value per row. */
export function projectY(image: NdLike<2>, how: Projection = 'mean', roi?: Roi): Labelled<NdArray<1>> {
  return projections(image, how, roi).y;
}

/** Both in one walk. */
export function projections(image: NdLike<2>, how: Projection = 'mean', roi?: Roi): { readonly x: Labelled<NdArray<1>>; readonly y: Labelled<NdArray<1>> } {
  oneImage(image);
  if (how !== 'mean' && how !== 'sum') throw new YardError('ROI_STATISTIC', `A projection is a mean or a sum, not "${String(how)}".`);
  const place = placeOf(roi, image.shape);
  const { box, statistics: { region } } = place;
  const { x, xCount, y, yCount } = sumRegion(boxOf(image, place), regionSums(region.rows, region.cols), region);
  return { x: profile(x, xCount, how, 'x', box.x0), y: profile(y, yCount, how, 'y', box.y0) };
}

function profile(sum: Float64Array, count: Float64Array, how: Projection, name: string, first: number): Labelled<NdArray<1>> {
  for (let i = 0; i < sum.length; i++) sum[i] = count[i] === 0 ? NaN : how === 'mean' ? sum[i] / count[i] : sum[i];
  return labelled(ndarray(sum, [sum.length]) as NdArray<1>, { axes: [{ name, unit: 'px', values: Float64Array.from(sum, (_, i) => first + i) }] });
}
