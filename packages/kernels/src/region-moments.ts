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
 * (of the whole rectangle, less the background; 0 where no pixel counts), written from `profileAt` on.
 */
export function regionMoments(image: Layout, span: PixelSpan, border: boolean, out: RegionMoments, profiles?: { readonly x: Float64Array; readonly y: Float64Array }): RegionMoments {
  const { y0, y1, x0, x1 } = span;
  const background = border ? borderMean(image, span) : 0;
  const rim = border ? 1 : 0;
  let [sum, count, weight, momentX, momentY] = [0, 0, 0, 0, 0];
  profiles?.x.fill(0, 0, x1 - x0);
  profiles?.y.fill(0, 0, y1 - y0);
  for (let y = y0; y < y1; y++) {
    const inside = y >= y0 + rim && y < y1 - rim;
    for (let x = x0; x < x1; x++) {
      const v = valueAt(image, y, x) - background;
      if (v - v !== 0) continue;
      if (profiles) {
        profiles.x[x - x0] += v;
        profiles.y[y - y0] += v;
      }
      if (!inside || x < x0 + rim || x >= x1 - rim) continue;
      sum += v;
      count += 1;
      if (!(v > 0)) continue;
      weight += v;
      momentX += v * x;
      momentY += v * y;
    }
  }
  out.sum = count === 0 ? Number.NaN : sum;
  out.count = count;
  out.x = weight > 0 ? momentX / weight : Number.NaN;
  out.y = weight > 0 ? momentY / weight : Number.NaN;
  return out;
}

function valueAt({ data, stride, offset }: Layout, y: number, x: number): number {
  return Number(data[offset + y * stride[0] + x * stride[1]]);
}

/** Mean of the finite pixels along the edge; NaN of none. */
function borderMean(image: Layout, { y0, y1, x0, x1 }: PixelSpan): number {
  let [sum, count] = [0, 0];
  for (let y = y0; y < y1; y++) {
    const whole = y === y0 || y === y1 - 1;
    for (let x = x0; x < x1; x += whole || x === x1 - 1 ? 1 : x1 - 1 - x0) {
      const v = valueAt(image, y, x);
      if (v - v !== 0) continue;
      sum += v;
      count += 1;
    }
  }
  return sum / count;
}
