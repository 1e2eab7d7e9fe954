import { corners, type Detector } from './geometry.ts';
import type { RadialUnit } from './units.ts';

/** How pixels are spread along the radial axis. */
export interface Spread {
  /** Radial ends of each pixel; the lower one may be below 0 for the pixel around the beam. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Fills in the shares of pixel `i` in the `shares.length` bins from `first` on; bin b is low + b delta to low + (b + 1) delta. */
  readonly share: (i: number, low: number, delta: number, first: number, shares: Float32Array) => void;
}

type MakeSpread = (detector: Detector, unit: RadialUnit, centre: Float64Array) => Spread;

/** Even between its centre minus and plus the largest distance of one of its four corners from it. */
const bbox: MakeSpread = (detector, unit, centre) => {
  const { rows, cols } = detector;
  const { radial } = corners(detector, unit);
  const [lower, upper] = [new Float64Array(rows * cols), new Float64Array(rows * cols)];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const k = i * cols + j;
      const at = i * (cols + 1) + j;
      const c = centre[k];
      const half = Math.max(Math.abs(radial[at] - c), Math.abs(radial[at + 1] - c), Math.abs(radial[at + cols + 1] - c), Math.abs(radial[at + cols + 2] - c));
      lower[k] = c - half;
      upper[k] = c + half;
    }
  }
  return {
    lower,
    upper,
    share(i, low, delta, first, shares) {
      const [left, right] = [(lower[i] - low) / delta, (upper[i] - low) / delta];
      for (let k = 0; k < shares.length; k++) {
        const bin = first + k;
        // There is nothing below 0: the pixel around the beam counts whole, in the first bin what would lie below.
        const start = k === 0 && low === 0 ? left : Math.max(left, bin);
        shares[k] = right > left ? (Math.min(right, bin + 1) - start) / (right - left) : 1;
      }
    },
  };
};

/** By the area of the pixel's outline, a quadrangle in radius and azimuth, that lies in each bin. */
const full: MakeSpread = (detector, unit) => {
  const { rows, cols } = detector;
  const { radial, azimuth } = corners(detector, unit);
  const [lower, upper] = [new Float64Array(rows * cols), new Float64Array(rows * cols)];
  const around = [0, 1, cols + 2, cols + 1];
  const corner = (i: number): number => Math.floor(i / cols) * (cols + 1) + (i % cols);
  for (let i = 0; i < lower.length; i++) {
    const at = corner(i);
    const r = around.map((step) => radial[at + step]);
    lower[i] = Math.min(...r);
    upper[i] = Math.max(...r);
  }
  return {
    lower,
    upper,
    share(i, low, delta, first, shares) {
      const at = corner(i);
      const x = around.map((step) => (radial[at + step] - low) / delta);
      const y = around.map((step) => near(azimuth[at + step], azimuth[at]));
      const left = Math.floor(Math.min(...x));
      const areas = new Float64Array(Math.floor(Math.max(...x)) - left + 1);
      for (let k = 0; k < 4; k++) addUnder(x[k], y[k], x[(k + 1) % 4], y[(k + 1) % 4], left, areas);
      const whole = areas.reduce((sum, area) => sum + area, 0);
      // The outline around the beam itself is none in radius and azimuth: that one pixel is shared equally.
      const fold = areas.length === 1 || whole === 0 || areas.some((area) => area * whole < 0);
      for (let k = 0; k < shares.length; k++) shares[k] = fold ? 1 / areas.length : areas[first + k - left] / whole;
    },
  };
};

/** An azimuth as the one within half a turn of another. */
function near(azimuth: number, other: number): number {
  if (azimuth - other > Math.PI) return azimuth - 2 * Math.PI;
  return azimuth - other < -Math.PI ? azimuth + 2 * Math.PI : azimuth;
}

/** Adds the signed area under the line from (x0, y0) to (x1, y1) to the bins (unit steps of x, from `left` on) that it crosses. */
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

export const spreads = { bbox, full } as const;
