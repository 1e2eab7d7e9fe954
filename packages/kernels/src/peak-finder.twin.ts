import type { PeakLayout, PeakLimits } from './peak-finder.ts';

/** A peak as `PeakFinder` writes it. */
export type Peak = readonly [x: number, y: number, total: number, pixels: number, max: number, sigma: number, snr: number, panel: number];
export interface RadialBin { mean: number; sigma: number; upper: number }

/**
 * The twin of `PeakFinder` for tests: the same peaks written down from the description alone, pixel by pixel and slowly. Sums of a bin go through
 * eight lanes as the vectors do, so that the bits are the same.
 */
export function peaksSlowly(image: ArrayLike<number>, rows: number, columns: number, { radius, masked, panel = [rows, columns] }: PeakLayout, limits: PeakLimits): { peaks: Peak[]; radial: Map<number, RadialBin> } {
  const values = Float32Array.from(image);
  const bin = Array.from({ length: rows * columns }, (_, i) => (Number.isNaN(radius[i]) || masked?.[i] ? -1 : halfEven(radius[i])));
  const radial = new Map([...new Set(bin)].filter((b) => b >= 0).map((b) => [b, binOf(bin.flatMap((other, i) => (other === b ? [values[i]] : [])), limits)] as const));
  const lit = bin.map((b, i) => b >= 0 && Number.isFinite(values[i]) && values[i] > radial.get(b)!.upper);
  const [height, width] = panel;
  const peaks: Peak[] = [];
  for (let p = 0; p < (rows / height) * (columns / width); p++) {
    const [top, left] = [Math.floor(p / (columns / width)) * height, (p % (columns / width)) * width];
    const at = (y: number, x: number): number => (y >= 0 && x >= 0 && y < height && x < width ? (top + y) * columns + left + x : -1);
    const taken = new Set<number>();
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        if (!lit[at(y, x)] || taken.has(at(y, x))) continue;
        const group = [[y, x]];
        taken.add(at(y, x));
        for (const [gy, gx] of group) {
          for (let d = 0; d < 9; d++) {
            const [ny, nx] = [gy - 1 + Math.floor(d / 3), gx - 1 + (d % 3)];
            const i = at(ny, nx);
            if (i < 0 || !lit[i] || taken.has(i)) continue;
            taken.add(i);
            group.push([ny, nx]);
          }
        }
        const sum = (of: (v: number, y: number, x: number, mean: number) => number): number => group.reduce((a, [gy, gx]) => a + of(values[at(gy, gx)], gy, gx, radial.get(bin[at(gy, gx)])!.mean), 0);
        const [raw, excess] = [sum((v) => v), sum((v, _y, _x, mean) => v - mean)];
        if (group.length < limits.minPixels || group.length > limits.maxPixels || !(raw > 0) || !(excess > 0)) continue;
        const [cy, cx] = [halfEven(sum((v, gy, _x, mean) => (v - mean) * gy) / excess), halfEven(sum((v, _y, gx, mean) => (v - mean) * gx) / excess)];
        const r = 2 * limits.backgroundRadius;
        const around: number[] = [];
        for (let dy = -r; dy < r; dy++) {
          for (let dx = -r; dx < r; dx++) {
            const i = at(cy + dy, cx + dx);
            if (dy * dy + dx * dx <= r * r && i >= 0 && bin[i] >= 0 && !lit[i] && Number.isFinite(values[i])) around.push(values[i]);
          }
        }
        if (around.length === 0) continue;
        const background = around.reduce((a, v) => a + v, 0) / around.length;
        const sigma = Math.sqrt(Math.max(around.reduce((a, v) => a + v * v, 0) / around.length - background * background, 0));
        const greatest = Math.max(...group.map(([gy, gx]) => values[at(gy, gx)]));
        const total = raw - group.length * background;
        if (!(total / sigma >= limits.minSnr) || greatest < Math.max(...around)) continue;
        peaks.push([sum((v, _y, gx) => v * gx) / raw + left, sum((v, gy) => v * gy) / raw + top, total, group.length, greatest - background, sigma, total / sigma, p]);
      }
    }
  }
  return { peaks, radial };
}

function halfEven(x: number): number {
  const whole = Math.round(x);
  return whole - x === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
}

function binOf(values: readonly number[], { minSnr, threshold }: PeakLimits): RadialBin {
  let [low, high, mean, sigma] = [-Infinity, Infinity, Number.NaN, Number.NaN];
  for (let pass = 0; pass < 5; pass++) {
    const inside = values.map((v) => v > low && v < high);
    const count = inside.filter(Boolean).length;
    mean = inLanes(values.map((v, i) => (inside[i] ? v : 0))) / count;
    sigma = Math.sqrt(Math.max(inLanes(values.map((v, i) => (inside[i] ? v * v : 0))) / count - mean * mean, 0));
    [low, high] = count === 0 ? [-Infinity, Infinity] : [mean - minSnr * sigma, Math.max(mean + minSnr * sigma, threshold)];
  }
  return { mean, sigma, upper: high };
}

function inLanes(values: readonly number[]): number {
  const lane = [0, 0, 0, 0, 0, 0, 0, 0];
  values.forEach((v, i) => (lane[i % 8] += v));
  const [a, b, c, d, e, f, g, h] = lane;
  return a + c + (e + g) + (b + d + (f + h));
}
