import type { Outlines } from './geometry.ts';

/** How pixels are spread along the radial axis. */
export interface Spread {
  /** Radial ends of each pixel; the lower one may be below 0 for the pixel around the beam. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Fills in, from `at` on, the shares of pixel `i` in the `count` bins from `first` on; bin b is low + b delta to low + (b + 1) delta. */
  readonly share: (i: number, low: number, delta: number, first: number, count: number, shares: Float32Array, at: number) => void;
}

/** Even between its centre minus and plus the largest distance of one of its corners from it. */
export function bboxSpread({ sides, of, radial }: Outlines, centre: Float64Array): Spread {
  const pixels = centre.length;
  const [lower, upper] = [new Float64Array(pixels), new Float64Array(pixels)];
  for (let i = 0; i < pixels; i++) {
    const c = centre[i];
    let half = 0;
    for (let k = i * sides; k < (i + 1) * sides; k++) half = Math.max(half, Math.abs(radial[of[k]] - c));
    lower[i] = c - half;
    upper[i] = c + half;
  }
  return {
    lower,
    upper,
    share(i, low, delta, first, count, shares, at) {
      evenShares((lower[i] - low) / delta, (upper[i] - low) / delta, low === 0, first, count, shares, at);
    },
  };
}

/** Overlap of [left, right], as parts of it, with each of the `count` bins from `first` on, which are 1 wide. `floor`: what lies below the first of all bins counts there. */
export function evenShares(left: number, right: number, floor: boolean, first: number, count: number, shares: Float32Array, at: number): void {
  for (let k = 0; k < count; k++) {
    const bin = first + k;
    // There is nothing below 0: the pixel around the beam counts whole.
    const start = floor && k === 0 ? left : Math.max(left, bin);
    shares[at + k] = right > left ? (Math.min(right, bin + 1) - start) / (right - left) : 1;
  }
}

/** By the area of the pixel's outline, a polygon in radius and azimuth, that lies in each bin. */
export function fullSpread({ sides, of, radial, azimuth }: Outlines, pixels: number): Spread {
  const [lower, upper] = [new Float64Array(pixels), new Float64Array(pixels)];
  for (let i = 0; i < pixels; i++) {
    let [low, high] = [Infinity, -Infinity];
    for (let k = i * sides; k < (i + 1) * sides; k++) {
      const r = radial[of[k]];
      if (r < low) low = r;
      if (r > high) high = r;
    }
    lower[i] = low;
    upper[i] = high;
  }
  const [x, y] = [new Float64Array(sides), new Float64Array(sides)];
  let areas = new Float64Array(64);
  return {
    lower,
    upper,
    share(i, low, delta, first, count, shares, at) {
      const start = azimuth[of[i * sides]];
      let [least, most] = [Infinity, -Infinity];
      for (let k = 0; k < sides; k++) {
        const corner = of[i * sides + k];
        x[k] = (radial[corner] - low) / delta;
        y[k] = near(azimuth[corner], start);
        if (x[k] < least) least = x[k];
        if (x[k] > most) most = x[k];
      }
      const left = Math.floor(least);
      const n = Math.floor(most) - left + 1;
      if (n > areas.length) areas = new Float64Array(2 * n);
      areas.fill(0, 0, n);
      addOutline(x, y, sides, left, areas);
      let whole = 0;
      for (let k = 0; k < n; k++) whole += areas[k];
      // The outline around the beam itself is none in radius and azimuth: that one pixel is shared equally.
      let fold = n === 1 || whole === 0;
      for (let k = 0; k < n; k++) if (areas[k] * whole < 0) fold = true;
      for (let k = 0; k < count; k++) shares[at + k] = fold ? 1 / n : areas[first + k - left] / whole;
    },
  };
}

/** Whether an outline goes all around the beam. */
export function isAround(azimuth: Float64Array, of: Int32Array, at: number, sides: number): boolean {
  let turned = 0;
  for (let k = 0; k < sides; k++) turned += near(azimuth[of[at + (k + 1 === sides ? 0 : k + 1)]] - azimuth[of[at + k]], 0);
  return Math.abs(turned) > 1;
}

/** An azimuth as the one within half a turn of another. */
export function near(azimuth: number, other: number): number {
  if (azimuth - other > Math.PI) return azimuth - 2 * Math.PI;
  return azimuth - other < -Math.PI ? azimuth + 2 * Math.PI : azimuth;
}

/** Adds the signed area of a polygon to the bins (unit steps of x, `areas[0]` from `left` on) that it lies in. */
export function addOutline(x: ArrayLike<number>, y: ArrayLike<number>, corners: number, left: number, areas: Float64Array): void {
  for (let k = 0; k < corners; k++) {
    const next = k + 1 === corners ? 0 : k + 1;
    addUnder(x[k], y[k] - y[0], x[next], y[next] - y[0], left, areas);
  }
}

/** Adds the signed area under the line from (x0, y0) to (x1, y1) to the bins that it crosses. */
function addUnder(x0: number, y0: number, x1: number, y1: number, left: number, areas: Float64Array): void {
  if (x0 === x1) return;
  const slope = (y1 - y0) / (x1 - x0);
  const [from, to] = [Math.min(x0, x1), Math.max(x0, x1)];
  const sign = x1 > x0 ? 1 : -1;
  for (let bin = Math.floor(from); bin <= Math.floor(to); bin++) {
    const [a, b] = [Math.max(from, bin), Math.min(to, bin + 1)];
    if (b > a) areas[bin - left] += sign * (b - a) * (y0 + slope * ((a + b) / 2 - x0));
  }
}
