import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { regionMoments, type RegionMoments } from './region-moments.ts';

const room = (): RegionMoments => ({ sum: 0, count: 0, x: 0, y: 0 });

test('property: as the plain sums over a list of pixels, with NaN, negative values, a border and any strides', () => {
  const value = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: -40, max: 200 }).map((n) => n / 4) }, { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) });
  fc.assert(fc.property(fc.array(value, { minLength: 63, maxLength: 63 }), fc.nat(6), fc.nat(8), fc.nat(7), fc.nat(9), fc.boolean(), fc.boolean(), (values, y0, x0, height, width, border, turned) => {
    const [y1, x1] = [Math.min(7, y0 + height), Math.min(9, x0 + width)];
    const at = (y: number, x: number): number => values[y * 9 + x];
    const data = turned ? Float64Array.from({ length: 63 }, (_, i) => at(i % 7, Math.floor(i / 7))) : Float64Array.from(values);
    const image = { data, shape: [7, 9], stride: turned ? [1, 7] : [9, 1], offset: 0 };
    const pixels: { y: number; x: number; v: number; edge: boolean }[] = [];
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) if (Number.isFinite(at(y, x))) pixels.push({ y, x, v: at(y, x), edge: y === y0 || y === y1 - 1 || x === x0 || x === x1 - 1 });
    const sum = (list: typeof pixels, of: (pixel: (typeof pixels)[0]) => number): number => list.reduce((a, pixel) => a + of(pixel), 0);
    const edge = pixels.filter((pixel) => pixel.edge);
    const background = border ? sum(edge, ({ v }) => v) / edge.length : 0;
    const inside = (border ? (edge.length === 0 ? [] : pixels.filter((pixel) => !pixel.edge)) : pixels).map((pixel) => ({ ...pixel, v: pixel.v - background }));
    const weight = sum(inside, ({ v }) => Math.max(0, v));
    const profiles = { x: new Float64Array(9).fill(7), y: new Float64Array(7).fill(7) };
    const got = regionMoments(image, { y0, y1, x0, x1 }, border, room(), profiles);
    const near = (a: number, b: number): void => { if (Number.isNaN(b)) expect(a).toBeNaN(); else expect(Math.abs(a - b)).toBeLessThan(1e-9); };
    near(got.sum, inside.length === 0 ? Number.NaN : sum(inside, ({ v }) => v));
    expect(got.count).toBe(inside.length);
    near(got.x, weight > 0 ? sum(inside, ({ v, x }) => Math.max(0, v) * x) / weight : Number.NaN);
    near(got.y, weight > 0 ? sum(inside, ({ v, y }) => Math.max(0, v) * y) / weight : Number.NaN);
    // It never lies outside.
    if (weight > 0) expect(got.x >= x0 && got.x <= x1 - 1 && got.y >= y0 && got.y <= y1 - 1).toBe(true);
    if (border && edge.length === 0) return;
    const profile = (list: typeof pixels): number => (list.length === 0 ? Number.NaN : sum(list, ({ v }) => v - background));
    for (let x = x0; x < x1; x++) near(profiles.x[x - x0], profile(pixels.filter((pixel) => pixel.x === x)));
    for (let y = y0; y < y1; y++) near(profiles.y[y - y0], profile(pixels.filter((pixel) => pixel.y === y)));
  }), { numRuns: 300 });
});
