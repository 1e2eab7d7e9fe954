import { YardError, scratch, type MutableNdArray, type NdLike } from '@trainyard/core';
import { noMoments, sizeOf, type Layout, type Moments } from '@trainyard/kernels';
import { boxOf, placeOf, type Roi } from './roi.ts';

/** Of the pixels that are not NaN; `stdNorm` is std / mean, `varNorm` var / mean^2, with ddof 0. */
export const statisticNames = ['mean', 'sum', 'median', 'min', 'max', 'std', 'var', 'stdNorm', 'varNorm', 'count'] as const;
export type Statistic = (typeof statisticNames)[number];
export type RoiStatistics = Readonly<Record<Statistic, number>>;

/**
 * One statistic of a region of an image, a number; of a stack, one for each image, float64 in `scratch` memory in the shape of the leading axes (a vector
 * over the pulses). NaN pixels count nowhere; of none all are NaN but `count`, which is 0. In float64. Errors: ROI_RANK, PARAM_TYPE, PARAM_RANGE.
 */
export function roiStatistic(image: NdLike<2>, statistic: Statistic, roi?: Roi): number;
export function roiStatistic(stack: NdLike<3>, statistic: Statistic, roi?: Roi): MutableNdArray<1, Float64Array>;
export function roiStatistic(stack: NdLike, statistic: Statistic, roi?: Roi): number | MutableNdArray<number, Float64Array>;
export function roiStatistic(image: NdLike, statistic: Statistic, roi?: Roi): number | MutableNdArray<number, Float64Array> {
  if (!statisticNames.includes(statistic)) throw new YardError('ROI_STATISTIC', `There is no statistic "${String(statistic)}"; one of ${statisticNames.join(', ')}.`);
  const place = placeOf(roi, image.shape);
  const box = boxOf(image, place);
  const one = (of: Layout): number => (statistic === 'median' ? place.statistics.median(of) : fromMoments(needsOnlySums(statistic) ? place.statistics.sums(of, moments) : place.statistics.moments(of, moments), statistic));
  const lead = image.shape.slice(0, -2);
  if (lead.length === 0) return one(box);
  const out = scratch(lead, 'float64') as MutableNdArray<number, Float64Array>;
  const n = sizeOf(lead);
  for (let i = 0; i < n; i++) {
    const value = one(frameOf(box, i));
    // NaN of one bit pattern.
    out.data[out.offset + i] = Number.isNaN(value) ? NaN : value;
  }
  return out;
}

/** All statistics of a region of one image, in one walk, and the median in another. Errors: ROI_RANK, PARAM_TYPE, PARAM_RANGE. */
export function roiStatistics(image: NdLike<2>, roi?: Roi): RoiStatistics {
  oneImage(image);
  const place = placeOf(roi, image.shape);
  const box = boxOf(image, place);
  const found = place.statistics.moments(box, moments);
  return Object.fromEntries(statisticNames.map((name) => [name, name === 'median' ? place.statistics.median(box) : fromMoments(found, name)])) as Record<Statistic, number>;
}

/** Sum of the pixels that are not NaN; NaN of none. */
export function roiSum(image: NdLike<2>, roi?: Roi): number {
  oneImage(image);
  return roiStatistic(image, 'sum', roi);
}

/** Mean of the pixels that are not NaN; NaN of none. */
export function roiMean(image: NdLike<2>, roi?: Roi): number {
  oneImage(image);
  return roiStatistic(image, 'mean', roi);
}

export function oneImage(image: NdLike): void {
  if (image.shape.length !== 2) throw new YardError('ROI_RANK', `This is of one image, with 2 axes; this input has ${image.shape.length}. Of a stack, roiStatistic gives a value for each image, and stackMean one image.`);
}

const needsOnlySums = (statistic: Statistic): boolean => statistic === 'sum' || statistic === 'mean' || statistic === 'count';

/** Used again: nobody keeps it. */
const moments = noMoments();

function fromMoments(of: Moments, statistic: Exclude<Statistic, 'median'>): number {
  const variance = of.squares / of.count;
  switch (statistic) {
    case 'var': return variance;
    case 'std': return Math.sqrt(variance);
    case 'stdNorm': return Math.sqrt(variance) / of.mean;
    case 'varNorm': return variance / (of.mean * of.mean);
    default: return of[statistic];
  }
}

/** Image `i` of a stack, counted over the leading axes in C order. */
export function frameOf({ data, shape, stride, offset }: Layout, i: number): Layout {
  for (let k = shape.length - 3; k >= 0; k--) {
    offset += (i % shape[k]) * stride[k];
    i = Math.floor(i / shape[k]);
  }
  return { data, shape: shape.slice(-2), stride: stride.slice(-2), offset };
}
