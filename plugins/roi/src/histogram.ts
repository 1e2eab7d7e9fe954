import { YardError, labelled, ndarray, scratch, type Labelled, type NdArray, type NdLike } from '@trainyard/core';
import { flat, medianOf, regionValues, sizeOf } from '@trainyard/kernels';
import { boxOf, placeOf, type Roi } from './roi.ts';
import { frameOf } from './statistics.ts';

export interface RoiHistogramOptions {
  /** How many equal bins; default 100. */
  readonly bins?: number;
  /** [low, high], both counted; default: from the smallest value to the greatest. */
  readonly range?: readonly [number, number] | undefined;
}

/** Counts per bin, and mean, median and standard deviation of the values that were counted; NaN of none. */
export interface RoiHistogram {
  readonly histogram: Labelled<NdArray<1>>;
  readonly mean: number;
  readonly median: number;
  readonly std: number;
}

/**
 * How often each value occurs in a region of an image, or of all images of a stack together. Bins are half-open, the last one closed, as `numpy.histogram`
 * has it; NaN, infinities and what is outside the range are counted as `outside`. Without a finite value all counts are 0 and the edges NaN, if no range is given.
 * Errors: ROI_RANK, ROI_BINS, ROI_RANGE, PARAM_TYPE, PARAM_RANGE.
 */
export function roiHistogram(image: NdLike, { bins = 100, range }: RoiHistogramOptions = {}, roi?: Roi): RoiHistogram {
  if (!(Number.isInteger(bins) && bins > 0 && bins <= 1_000_000)) throw new YardError('ROI_BINS', `A histogram has 1 to 1000000 bins, not ${bins}.`);
  if (range && !(Number.isFinite(range[0]) && range[0] < range[1] && Number.isFinite(range[1]))) throw new YardError('ROI_RANGE', `A range is [low, high] with low below high, not [${range.join(', ')}].`);
  const place = placeOf(roi, image.shape);
  const { region } = place.statistics;
  const box = boxOf(image, place);
  const frames = sizeOf(image.shape.slice(0, -2));
  const values = flat<Float64Array>(scratch([frames * region.pixels], 'float64'));
  const [low, high] = range ?? [-Number.MAX_VALUE, Number.MAX_VALUE];
  let n = 0;
  for (let i = 0; i < frames; i++) n = regionValues(frameOf(box, i), region, low, high, values, n);
  const counted = ndarray(values.subarray(0, n), [n]) as NdArray<1>;
  const edges = n === 0 && !range ? new Float64Array(bins + 1).fill(NaN) : edgesOf(bins, range ?? [counted.min(), counted.max()]);
  const histogram = labelled(ndarray(countInto(values, n, edges), [bins]) as NdArray<1>, { axes: [{ name: 'value', values: edges }], unit: 'counts', counts: { outside: frames * region.pixels - n } });
  const [mean, std] = n === 0 ? [NaN, NaN] : [counted.mean(), counted.std()];
  return { histogram, mean, median: medianOf(values, n), std };
}

/** As numpy has them: those of one value alone are half a unit around it; of one so large that it has no halves, as far as its neighbours are apart in every bin. */
function edgesOf(bins: number, [low, high]: readonly [number, number]): Float64Array {
  const around = Math.max(0.5, Math.abs(low) * Number.EPSILON * bins);
  const [from, to] = low === high ? [low - around, high + around] : [low, high];
  if (!Number.isFinite(to - from)) throw new YardError('ROI_RANGE', `Bins cannot be made from ${from} to ${to}, which is too far: give a range.`);
  const step = (to - from) / bins;
  return Float64Array.from({ length: bins + 1 }, (_, k) => (k === bins ? to : Math.min(to, from + k * step)));
}

function countInto(values: Float64Array, n: number, edges: Float64Array): Float64Array {
  const bins = edges.length - 1;
  const counts = new Float64Array(bins);
  const [first, width] = [edges[0], edges[bins] - edges[0]];
  for (let i = 0; i < n; i++) {
    const v = values[i];
    let k = Math.min(bins - 1, Math.floor(((v - first) / width) * bins));
    // The quotient may round over an edge; the edges decide.
    while (v < edges[k]) k--;
    while (k < bins - 1 && v >= edges[k + 1]) k++;
    counts[k]++;
  }
  return counts;
}
