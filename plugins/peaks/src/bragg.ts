import { YardError, asNdArray, labelled, scratch, type Labelled, type NdArray, type NdLike, type Rectangle } from '@trainyard/core';
import { flat, regionMoments, type Layout, type PixelSpan, type RegionMoments } from '@trainyard/kernels';

export interface BraggOptions {
  /** Take off the mean of the pixels along the region's edge; sums and centres are then of those inside. Default false. */
  readonly border?: boolean | undefined;
}

/** Bragg peaks of a train: float64, shape (regions, pulses). */
export interface BraggPeaks {
  /** Sum of the pixels that are not NaN; NaN where there is none. */
  readonly intensity: Labelled<NdArray<2>>;
  /** Centre of mass, the middle of the image's first pixel being 0, 0; NaN where no pixel is above 0. Never outside the region. */
  readonly x: Labelled<NdArray<2>>;
  readonly y: Labelled<NdArray<2>>;
  /** Pixels that count. */
  readonly count: Labelled<NdArray<2>>;
}

/**
 * Intensity and centre of mass of Bragg peaks in rectangles of an image, or of each frame (pulse) of a stack: `braggPeaks(stack, [p.first, p.second])`.
 * A rectangle is [x0, y0, x1, y1] in pixel edges, as people drag it; a pixel is in it when its centre is, what lies outside the image is cut
 * off, down to nothing: that is NaN, with a count of 0. NaN and infinite pixels count nowhere, and values below 0 have no weight in the centre. Sums are in
 * float64, row by row. The results lie in `scratch` memory. Errors: PEAKS_RANK, PEAKS_REGION.
 */
export function braggPeaks(image: NdLike, regions: readonly Rectangle[], { border = false }: BraggOptions = {}): BraggPeaks {
  const frames = framesOf(image);
  const shape = [regions.length, frames.length];
  const room = (): NdArray<2> => scratch(shape, 'float64') as NdArray<2>;
  const arrays = { intensity: room(), x: room(), y: room(), count: room() };
  const [intensity, x, y, count] = [arrays.intensity, arrays.x, arrays.y, arrays.count].map((array) => flat<Float64Array>(array)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (const [r, region] of regions.entries()) {
    for (const [f, frame] of frames.entries()) {
      const at = r * frames.length + f;
      const one = regionMoments(frame, spanOf(region, image.shape), border, moments);
      intensity[at] = one.sum;
      x[at] = one.x;
      y[at] = one.y;
      count[at] = one.count;
    }
  }
  const axes = [{ name: 'region' }, { name: 'pulse' }];
  return { intensity: labelled(arrays.intensity, { axes }), x: labelled(arrays.x, { axes, unit: 'px' }), y: labelled(arrays.y, { axes, unit: 'px' }), count: labelled(arrays.count, { axes, unit: 'pixels' }) };
}

const moments: RegionMoments = { sum: 0, count: 0, x: 0, y: 0 };

/** Sums per column and per row of a region. */
export interface Lineouts {
  readonly x: Labelled<NdArray<1>>;
  readonly y: Labelled<NdArray<1>>;
}

/**
 * Lineouts of a peak: sums of a region's pixels per column (`x`) and per row (`y`), the mean over the frames of a stack; float64, labelled with
 * the pixels' numbers. NaN is left out: NaN where there is nothing else; empty where the region lies outside the image. Errors: PEAKS_RANK, PEAKS_REGION.
 */
export function lineouts(image: NdLike, region: Rectangle, { border = false }: BraggOptions = {}): Lineouts {
  const frames = framesOf(image);
  const span = spanOf(region, image.shape);
  const [width, height] = [span.x1 - span.x0, span.y1 - span.y0];
  const [x, y, oneX, oneY] = [width, height, width, height].map((n) => scratch([n], 'float64') as NdArray<1>) as [NdArray<1>, NdArray<1>, NdArray<1>, NdArray<1>];
  const means = [flat<Float64Array>(x).fill(NaN), flat<Float64Array>(y).fill(NaN)];
  const counts = [new Uint32Array(width), new Uint32Array(height)];
  const profiles = { x: flat<Float64Array>(oneX), y: flat<Float64Array>(oneY) };
  for (const frame of frames) {
    regionMoments(frame, span, border, moments, profiles);
    for (const [k, one] of [profiles.x, profiles.y].entries()) {
      const [mean, count] = [means[k]!, counts[k]!];
      for (let i = 0; i < mean.length; i++) {
        if (Number.isNaN(one[i])) continue;
        count[i]! += 1;
        mean[i] = count[i] === 1 ? one[i]! : mean[i]! + one[i]!;
      }
    }
  }
  for (const [k, mean] of means.entries()) for (let i = 0; i < mean.length; i++) mean[i]! /= counts[k]![i]!;
  const along = (array: NdArray<1>, name: string, first: number) => labelled(array, { axes: [{ name, unit: 'px', values: Float64Array.from({ length: array.size }, (_, i) => first + i) }] });
  return { x: along(x, 'x', span.x0), y: along(y, 'y', span.y0) };
}

/** Each frame of a stack, where it lies. */
function framesOf(image: NdLike): Layout[] {
  // A scalar comes as a number.
  const { data, shape, stride, offset } = asNdArray(image);
  if (shape.length !== 2 && shape.length !== 3) throw new YardError('PEAKS_RANK', `Bragg peaks are of an image, or a stack of images (one for each pulse); this input has the shape (${shape.join(', ')}). Slice one module out of several.`);
  const [frames, step] = shape.length === 3 ? [shape[0]!, stride[0]!] : [1, 0];
  return Array.from({ length: frames }, (_, f) => ({ data, shape: shape.slice(-2), stride: stride.slice(-2), offset: offset + f * step }));
}

/** What a region covers of an image, ends excluded. */
function spanOf(region: Rectangle, shape: readonly number[]): PixelSpan {
  if (region.length !== 4 || !region.every(Number.isFinite)) throw new YardError('PEAKS_REGION', `A region is four numbers, x0, y0, x1 and y1; not [${region.join(', ')}].`);
  const [rows, columns] = shape.slice(-2) as [number, number];
  const at = (edge: number, n: number): number => Math.min(n, Math.max(0, Math.ceil(edge - 0.5)));
  const [x0, y0, x1, y1] = region;
  const [left, top] = [at(x0, columns), at(y0, rows)];
  return { x0: left, y0: top, x1: Math.max(left, at(x1, columns)), y1: Math.max(top, at(y1, rows)) };
}
