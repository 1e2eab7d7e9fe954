import type { Layout } from './pack.ts';

/** What a region of an image holds. */
export interface RegionMoments {
  /** Sum of the values, less the background; NaN where no pixel counts. */
  sum: number;
  /** Pixels that count: those that are finite. */
  count: number;
  /** Centre of mass; the middle of the first pixel of the image is 0, 0. NaN where nothing has weight. */
  x: number;
  y: number;
}

/** Pixels from the first on, ends excluded. */
export interface PixelSpan {
  readonly y0: number;
  readonly y1: number;
  readonly x0: number;
  readonly x1: number;
}

/**
 * Sum and centre of mass of a rectangle of an image (a two-dimensional layout), in float64, row by row; the span lies in the image. NaN and infinite
 * pixels count nowhere. Before the centre is taken, values below 0 are set to 0: it never lies outside. With `border` the mean of the pixels around
 * the rectangle's edge is taken off everywhere, and the sum and centre are of those inside. Projections, where given, are sums per column and per row
 * (of the whole rectangle, less the background; NaN where no pixel counts), written from `profileAt` on.
 */
export function regionMoments(image: Layout, span: PixelSpan, border: boolean, out: RegionMoments, profiles?: { readonly x: Float64Array; readonly y: Float64Array }): RegionMoments {
  const [width, height] = [span.x1 - span.x0, span.y1 - span.y0];
  const pixels = copied(image, span, width, height);
  const background = border ? borderMean(pixels, width, height) : 0;
  if (profiles) project(pixels, width, height, background, profiles);
  const rim = border ? 1 : 0;
  let sum = 0;
  let count = 0;
  let weight = 0;
  let momentX = 0;
  let momentY = 0;
  for (let y = rim; y < height - rim; y++) {
    let inRow = 0;
    let rowWeight = 0;
    let rowMoment = 0;
    for (let x = rim, i = y * width + rim; x < width - rim; x++, i++) {
      const v = pixels[i] - background;
      if (v - v !== 0) continue;
      const w = v > 0 ? v : 0;
      inRow += v;
      rowWeight += w;
      rowMoment += w * x;
      count += 1;
    }
    sum += inRow;
    weight += rowWeight;
    momentX += rowMoment;
    momentY += rowWeight * y;
  }
  out.sum = count === 0 ? Number.NaN : sum;
  out.count = count;
  out.x = weight > 0 ? span.x0 + momentX / weight : Number.NaN;
  out.y = weight > 0 ? span.y0 + momentY / weight : Number.NaN;
  return out;
}

let kept = new Float64Array(0);

/** The pixels, row by row, in memory that is used again. */
function copied({ data, stride, offset }: Layout, { y0, x0 }: PixelSpan, width: number, height: number): Float64Array {
  if (kept.length < width * height) kept = new Float64Array(width * height);
  const [rowStep, step] = stride as [number, number];
  const first = offset + y0 * rowStep + x0 * step;
  // Loops that see one type each.
  if (data instanceof Float32Array) copy32(data, first, rowStep, step, width, height, kept);
  else copyAny(data, first, rowStep, step, width, height, kept);
  return kept;
}

function copy32(data: Float32Array, first: number, rowStep: number, step: number, width: number, height: number, to: Float64Array): void {
  for (let y = 0, t = 0; y < height; y++) for (let x = 0, at = first + y * rowStep; x < width; x++, t++, at += step) to[t] = data[at];
}

function copyAny(data: Layout['data'], first: number, rowStep: number, step: number, width: number, height: number, to: Float64Array): void {
  for (let y = 0, t = 0; y < height; y++) for (let x = 0, at = first + y * rowStep; x < width; x++, t++, at += step) to[t] = Number(data[at]);
}

function project(pixels: Float64Array, width: number, height: number, background: number, out: { readonly x: Float64Array; readonly y: Float64Array }): void {
  out.x.fill(Number.NaN, 0, width);
  out.y.fill(Number.NaN, 0, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const v = pixels[y * width + x] - background;
      if (v - v !== 0) continue;
      out.x[x] = Number.isNaN(out.x[x]) ? v : out.x[x] + v;
      out.y[y] = Number.isNaN(out.y[y]) ? v : out.y[y] + v;
    }
  }
}

/** Mean of the finite pixels along the edge; NaN of none. */
function borderMean(pixels: Float64Array, width: number, height: number): number {
  let [sum, count] = [0, 0];
  for (let y = 0; y < height; y++) {
    const whole = y === 0 || y === height - 1;
    for (let x = 0; x < width; x += whole || x === width - 1 ? 1 : width - 1) {
      const v = pixels[y * width + x];
      if (v - v !== 0) continue;
      sum += v;
      count += 1;
    }
  }
  return sum / count;
}
