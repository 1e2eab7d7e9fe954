import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Outlines } from './geometry.ts';
import { mapShares } from './map-split.ts';
import { fullSpread } from './split.ts';

/** One pixel: a polygon in radius and azimuth. */
function outline(radial: number[], azimuth: number[]): Outlines {
  return { sides: radial.length, count: radial.length, of: Int32Array.from(radial.keys()), radial: Float64Array.from(radial), azimuth: Float64Array.from(azimuth) };
}

/** The part of a convex polygon in [x0, x1] x [y0, y1], by adding up thin slices: nothing of what is tested is used. */
function areaIn(x: number[], y: number[], x0: number, x1: number, y0: number, y1: number, slices = 4000): number {
  let area = 0;
  const [bottom, top] = [Math.max(y0, Math.min(...y)), Math.min(y1, Math.max(...y))];
  for (let s = 0; s < slices && top > bottom; s++) {
    const at = bottom + ((s + 0.5) * (top - bottom)) / slices;
    const crossings: number[] = [];
    for (let k = 0; k < x.length; k++) {
      const n = (k + 1) % x.length;
      if (y[k]! <= at !== y[n]! <= at) crossings.push(x[k]! + ((at - y[k]!) / (y[n]! - y[k]!)) * (x[n]! - x[k]!));
    }
    if (crossings.length === 2) area += Math.max(0, Math.min(x1, Math.max(...crossings)) - Math.max(x0, Math.min(...crossings))) * ((top - bottom) / slices);
  }
  return area;
}

const side = fc.double({ min: 0.1, max: 1, noNaN: true });
/** Corners on the axes of a cross, so that the polygon is convex. */
const kites = fc.tuple(side, side, side, side, fc.double({ min: 1.5, max: 6, noNaN: true }), fc.double({ min: -3.1, max: 3.1, noNaN: true }), fc.double({ min: 0, max: 1.5, noNaN: true })).map(([a, b, c, d, cx, cy, turn]) => {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const points = [[a, 0], [0, b], [-c, 0], [0, -d]].map(([u, v]) => [cx + u! * cos - v! * sin, cy + (u! * sin + v! * cos) / 3] as const);
  return { x: points.map(([px]) => px), y: points.map(([, py]) => py) };
});
const wrapped = (azimuth: number): number => azimuth - 2 * Math.PI * Math.round(azimuth / (2 * Math.PI));

it('property: full shares in radius and azimuth are areas, also across 180 degrees (2e-3 of the pixel, the slices)', () => {
  fc.assert(fc.property(kites, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 }), ({ x, y }, bins, rows) => {
    const shape = outline(x, y.map(wrapped));
    const middle = y.reduce((a, b) => a + b) / 4;
    const grid = { low: 0, delta: 8 / bins, bins, from: -Math.PI, step: (2 * Math.PI) / rows, rows };
    const { starts, index, weights } = mapShares('full', fullSpread(shape, 1), shape, Float64Array.of(wrapped(middle)), Uint8Array.of(1), grid);
    const whole = areaIn(x, y, -Infinity, Infinity, -Infinity, Infinity);
    const found = new Float64Array(bins * rows);
    for (let k = starts[0]!; k < starts[1]!; k++) found[index[k]!] += weights[k]!;
    for (let cell = 0; cell < found.length; cell++) {
      const [x0, y0] = [(cell % bins) * grid.delta, grid.from + Math.floor(cell / bins) * grid.step];
      let expected = 0;
      for (const turn of [-2 * Math.PI, 0, 2 * Math.PI]) expected += areaIn(x, y.map((v) => v + turn), x0, x0 + grid.delta, y0, y0 + grid.step, 400);
      expect(Math.abs(found[cell]! - expected / whole)).toBeLessThan(2e-3);
    }
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  }), { numRuns: 40 });
});

it('property: full shares along the radius are areas, too (1e-4)', () => {
  fc.assert(fc.property(kites, fc.integer({ min: 1, max: 30 }), ({ x, y }, bins) => {
    const shape = outline(x, y.map(wrapped));
    const spread = fullSpread(shape, 1);
    const delta = 8 / bins;
    const first = Math.floor(spread.lower[0]! / delta);
    const shares = new Float32Array(Math.floor(spread.upper[0]! / delta) - first + 1);
    spread.share(0, 0, delta, first, shares.length, shares, 0);
    const whole = areaIn(x, y, -Infinity, Infinity, -Infinity, Infinity);
    for (const [k, share] of shares.entries()) expect(Math.abs(share - areaIn(x, y, (first + k) * delta, (first + k + 1) * delta, -Infinity, Infinity) / whole)).toBeLessThan(1e-4);
  }), { numRuns: 60 });
});
