import { YardError, asNdArray, scratch, type MutableNdArray, type NdLike } from '@trainyard/core';
import { noMoments, sizeOf, type Layout, type Moments } from '@trainyard/kernels';
import { boxOf, placeOf, type Place, type Roi } from './roi.ts';

/** Of the pixels that are not NaN; `stdNorm` is std / mean, `varNorm` var / mean^2, with ddof 0. */
export const statisticNames = ['mean', 'sum', 'median', 'min', 'max', 'std', 'var', 'stdNorm', 'varNorm', 'count'] as const;
export type Statistic = (typeof statisticNames)[number];
export type RoiStatistics = Readonly<Record<Statistic, number>>;

/**
 * One statistic of a region of an image. NaN pixels count nowhere; of none it is NaN, but the count is 0. In float64. Errors: ROI_RANK, ROI_STATISTIC,
 * PARAM_TYPE, PARAM_RANGE.
 */
export function roiStatistic(image: NdLike<2>, statistic: Statistic, roi?: Roi): number {
  oneImage(image);
  known(statistic);
  const place = placeOf(roi, image.shape);
  return one(boxOf(image, place), place, statistic);
}

/**
 * The same for each image of a stack, such as the pulses of a train: float64 in `scratch` memory in the shape of the leading axes, a vector for (pulse, y, x).
 * Errors as `roiStatistic`.
 */
export function pulseStatistic(stack: NdLike<3>, statistic: Statistic, roi?: Roi): MutableNdArray<1, Float64Array>;
export function pulseStatistic(stack: NdLike, statistic: Statistic, roi?: Roi): MutableNdArray<number, Float64Array>;
export function pulseStatistic(stack: NdLike, statistic: Statistic, roi?: Roi): MutableNdArray<number, Float64Array> {
  known(statistic);
  if (stack.shape.length < 3) throw new YardError('ROI_RANK', `A value per pulse is of a stack of images, with 3 axes or more; this input has ${stack.shape.length}. Of one image, roiStatistic (roi/statistics) gives it.`);
  const place = placeOf(roi, stack.shape);
  const box = boxOf(stack, place);
  const lead = stack.shape.slice(0, -2);
  const out = scratch(lead, 'float64') as MutableNdArray<number, Float64Array>;
  const n = sizeOf(lead);
  for (let i = 0; i < n; i++) {
    const value = one(frameOf(box, i), place, statistic);
    // NaN of one bit pattern.
    out.data[out.offset + i] = Number.isNaN(value) ? NaN : value;
  }
  return out;
}

function known(statistic: Statistic): void {
  if (!statisticNames.includes(statistic)) throw new YardError('ROI_STATISTIC', `There is no statistic "${String(statistic)}"; one of ${statisticNames.join(', ')}.`);
}

function one(box: Layout, { statistics }: Place, statistic: Statistic): number {
  if (statistic === 'median') return statistics.median(box);
  const onlySums = statistic === 'sum' || statistic === 'mean' || statistic === 'count';
  return fromMoments(onlySums ? statistics.sums(box, moments) : statistics.moments(box, moments), statistic);
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
  return roiStatistic(image, 'sum', roi);
}

/** Mean of the pixels that are not NaN; NaN of none. */
export function roiMean(image: NdLike<2>, roi?: Roi): number {
  return roiStatistic(image, 'mean', roi);
}

export function oneImage(image: NdLike): void {
  const { dimension } = asNdArray(image);
  if (dimension !== 2) throw new YardError('ROI_RANK', `This is of one image, with 2 axes; this input has ${dimension}. Of a stack, pulseStatistic (roi/pulse-statistics) gives a value for each image, and stackMean (roi/pulse-image) one image.`);
}

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
