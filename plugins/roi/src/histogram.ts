import { YardError, labelled, ndarray, scratch, type Labelled, type NdArray, type NdLike } from '@trainyard/core';
import { flat, sizeOf } from '@trainyard/kernels';
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
  for (let i = 0; i < frames; i++) {
    const { data, stride: [rowStep, colStep], offset } = frameOf(box, i);
    for (let k = 0; k < region.runs.length; k += 3) {
      const at = offset + region.runs[k] * rowStep + region.runs[k + 1] * colStep;
      for (let c = 0; c < region.runs[k + 2]; c++) {
        const v = Number(data[at + c * colStep]);
        values[n] = v;
        if (v >= low && v <= high) n++;
      }
    }
  }
  const counted = ndarray(values.subarray(0, n), [n]) as NdArray<1>;
  const { counts, edges } = n === 0 && !range ? { counts: ndarray(new Float64Array(bins), [bins]) as NdArray<1>, edges: ndarray(new Float64Array(bins + 1).fill(NaN), [bins + 1]) as NdArray<1> } : counted.histogram({ bins, ...(range && { range }) });
  const histogram = labelled(counts, { axes: [{ name: 'value', values: edges.data as Float64Array }], unit: 'counts', counts: { outside: frames * region.pixels - n } });
  return { histogram, mean: n === 0 ? NaN : counted.mean(), median: n === 0 ? NaN : counted.median(), std: n === 0 ? NaN : counted.std() };
}
