import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Remap } from './remap.ts';
import { scatteredGrid } from './scattered.ts';
import { errorCode, nearness } from './testing.ts';
import { triangulate } from './triangulate.ts';

// golden/remap.json: scipy.interpolate.griddata, and cubic convolution in numpy, made by golden/make_remap.py. null: NaN.
type Numbers = readonly (number | null)[];
const golden = JSON.parse(readFileSync(new URL('../golden/remap.json', import.meta.url), 'utf8')) as {
  shape: [number, number]; points: number[]; values: number[][]; triangles: number[][]; filled: Numbers[]; image: number[]; row: number[]; column: number[]; remapped: Record<'constant' | 'nearest', number[]>;
};
const [rows, columns] = golden.shape;
const orNaN = (list: Numbers): number[] => list.map((v) => v ?? Number.NaN);
const points = Float64Array.from(golden.points);

/** Sorted corners, sorted. */
const named = (triangles: readonly (readonly number[])[]): string[] => triangles.map((t) => t.toSorted((a, b) => a - b).join(' ')).sort();
const inThrees = (corners: Int32Array): number[][] => Array.from({ length: corners.length / 3 }, (_, t) => [...corners.subarray(3 * t, 3 * t + 3)]);
const areaOf = (p: Float64Array, [a, b, c]: readonly number[]): number => (p[2 * b] - p[2 * a]) * (p[2 * c + 1] - p[2 * a + 1]) - (p[2 * b + 1] - p[2 * a + 1]) * (p[2 * c] - p[2 * a]);

describe('triangulate', () => {
  test('gives the triangles that scipy gives', () => {
    expect(named(inThrees(triangulate(points)))).toEqual(named(golden.triangles));
  });

  test('covers any points once, turning one way, with no point within a circle', () => {
    const grid = fc.integer({ min: 0, max: 6 });
    fc.assert(fc.property(fc.array(fc.tuple(grid, grid), { minLength: 3, maxLength: 30 }), (pairs) => {
      const p = Float64Array.from(pairs.flat());
      const onLine = pairs.every((_, k) => areaOf(p, [0, pairs.findIndex(([x, y]) => x !== p[0] || y !== p[1]), k].map((i) => Math.max(0, i))) === 0);
      if (onLine) {
        expect(errorCode(() => triangulate(p))).toBe('TRIANGULATE_LINE');
        return;
      }
      const triangles = inThrees(triangulate(p));
      const areas = triangles.map((t) => areaOf(p, t));
      expect(Math.min(...areas)).toBeGreaterThan(0);
      expect(areas.reduce((sum, a) => sum + a, 0)).toBe(hullArea(pairs));
      for (const [a, b, c] of triangles) {
        for (const [x, y] of pairs) {
          const m = [a!, b!, c!].map((i) => [p[2 * i] - x, p[2 * i + 1] - y] as const).map(([u, v]) => [u, v, u * u + v * v] as const);
          const inside = m[0]![2] * (m[1]![0] * m[2]![1] - m[1]![1] * m[2]![0]) + m[1]![2] * (m[2]![0] * m[0]![1] - m[2]![1] * m[0]![0]) + m[2]![2] * (m[0]![0] * m[1]![1] - m[0]![1] * m[1]![0]);
          expect(inside).toBeLessThanOrEqual(0);
        }
      }
    }), { numRuns: 300 });
  });

  test('refuses what has no area', () => {
    expect(errorCode(() => triangulate(Float64Array.of(1, 2, 3, 4)))).toBe('TRIANGULATE_LINE');
    expect(errorCode(() => triangulate(Float64Array.of(1, 1, 1, 1, 1, 1)))).toBe('TRIANGULATE_LINE');
    expect(errorCode(() => triangulate(new Float64Array(0)))).toBe('TRIANGULATE_LINE');
  });
});

/** Twice the area of what lies between the points, by Andrew's outline. */
function hullArea(pairs: readonly (readonly [number, number])[]): number {
  const sorted = pairs.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by);
  const chain = (list: readonly (readonly [number, number])[]): (readonly [number, number])[] => list.reduce<(readonly [number, number])[]>((hull, q) => {
    while (hull.length > 1) {
      const [[ax, ay], [bx, by]] = hull.slice(-2) as [readonly [number, number], readonly [number, number]];
      if ((bx - ax) * (q[1] - ay) - (by - ay) * (q[0] - ax) > 0) break;
      hull.pop();
    }
    return [...hull, q];
  }, []).slice(0, -1);
  const hull = [...chain(sorted), ...chain(sorted.toReversed())];
  return hull.reduce((sum, [x, y], i) => sum + x * hull[(i + 1) % hull.length]![1] - y * hull[(i + 1) % hull.length]![0], 0);
}

describe('scatteredGrid', () => {
  test('is what griddata gives, NaN outside', () => {
    const got = scatteredGrid(points, golden.values.map((list) => Float64Array.from(list)), rows, columns);
    for (const [k, list] of golden.filled.entries()) expect(nearness(got[k], orNaN(list), 1).max).toBeLessThan(1e-8);
    expect(got[0].some(Number.isNaN)).toBe(true);
  });

  test('is exact for planes, of points on a grid too, up to the outline', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true }), (dy, dx, a, b) => {
      const grid = [0, 1, 2, 3].flatMap((i) => [0, 1, 2].map((j) => [i * dy, j * dx] as const));
      const plane = ([y, x]: readonly [number, number]): number => a * y + b * x + 1;
      const [got] = scatteredGrid(Float64Array.from(grid.flat()), [Float64Array.from(grid, plane)], 3 * dy + 2, 2 * dx + 1);
      for (let y = 0; y < 3 * dy + 2; y++) for (let x = 0; x < 2 * dx + 1; x++) {
        const value = got[y * (2 * dx + 1) + x];
        if (y > 3 * dy) expect(value).toBeNaN();
        else expect(Math.abs(value - plane([y, x]))).toBeLessThan(1e-9 * (1 + Math.abs(plane([y, x]))) + 1e-9);
      }
    }));
  });

  test('refuses by name', () => {
    expect(errorCode(() => scatteredGrid(Float64Array.of(0, 0, 0, 1, 1, Number.NaN), [], 2, 2))).toBe('SCATTERED_POINTS');
    expect(errorCode(() => scatteredGrid(Float64Array.of(0, 0, 0, 1, 1, 1), [Float64Array.of(1)], 2, 2))).toBe('KERNEL_LENGTH');
  });
});

describe('Remap', () => {
  const image = Uint16Array.from(golden.image);

  test('is cubic convolution as numpy does it, within the image and at its edges', () => {
    for (const outside of ['constant', 'nearest'] as const) {
      const out = new Float64Array(rows * columns + 1);
      new Remap(rows, columns, golden.row, golden.column, { outside, fill: 50 }).run(image, out, { to: 1 });
      expect(nearness(out.subarray(1), golden.remapped[outside], 1).max).toBeLessThan(1e-7);
    }
  });

  test('whole numbers move pixels to the bit, wherever the image lies', () => {
    fc.assert(fc.property(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.nat(3), (dy, dx, from) => {
      const place = (by: number, of: (i: number) => number) => Float64Array.from(image, (_, i) => of(i) + by);
      const out = new Float32Array(image.length);
      const moved = new Uint16Array(image.length + from);
      moved.set(image, from);
      new Remap(rows, columns, place(dy, (i) => Math.floor(i / columns)), place(dx, (i) => i % columns), { fill: -1 }).run(moved, out, { from });
      expect(out).toEqual(Float32Array.from(image, (_, i) => {
        const [y, x] = [Math.floor(i / columns) + dy, (i % columns) + dx];
        return y >= 0 && y < rows && x >= 0 && x < columns ? image[y * columns + x] : -1;
      }));
    }), { numRuns: 20 });
  });

  test('an even image stays even; NaN in the map is the fill, in the image it spreads to what takes it', () => {
    const even = new Float32Array(rows * columns).fill(7);
    const out = new Float32Array(rows * columns);
    new Remap(rows, columns, golden.row, golden.column, { outside: 'nearest' }).run(even, out);
    expect(nearness(out, even).max).toBeLessThan(1e-6);
    const [row, column] = [Float64Array.of(Number.NaN, 3.5, 10), Float64Array.of(3, 4, Number.NaN)];
    const few = new Float32Array(3);
    new Remap(rows, columns, row, column, { fill: -2 }).run(even, few);
    expect([...few]).toEqual([-2, 7, -2]);
    even[3 * columns + 4] = Number.NaN;
    new Remap(rows, columns, row, column).run(even, few);
    expect([...few]).toEqual([0, Number.NaN, 0]);
  });

  test('refuses by name', () => {
    expect(errorCode(() => new Remap(2, 2, [1], [1, 2]))).toBe('REMAP_MAP');
    expect(errorCode(() => new Remap(0, 2, [], []))).toBe('REMAP_MAP');
    expect(errorCode(() => new Remap(2, 2, [1], [1]).run(new Float32Array(3), new Float32Array(1)))).toBe('KERNEL_LENGTH');
    expect(errorCode(() => new Remap(2, 2, [1], [1]).run(new Float32Array(4), new Float32Array(0)))).toBe('KERNEL_LENGTH');
  });
});
