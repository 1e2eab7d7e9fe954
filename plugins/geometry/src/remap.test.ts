import { array, linspace, ndarray, zeros, type NdArray } from '@trainyard/core';
import { Remap } from '@trainyard/kernels';
import { errorCode as code, nearness } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { remap, resize, straighten } from './remap.ts';

// The numbers are held against numpy and scipy in packages/kernels/src/remap.test.ts.
const [rows, columns] = [40, 60];
const image = ndarray(Uint16Array.from({ length: rows * columns }, (_, i) => 1000 + 500 * Math.sin((i % columns) / 5) * Math.cos(i / columns / 7)), [rows, columns]) as NdArray<2>;

describe('remap', () => {
  test('takes each pixel from where the map says, whatever the image lies in', () => {
    const map = { row: zeros([3, 4]).add(2.5) as NdArray<2>, column: linspace(-4, 61, 12).reshape(3, 4) };
    const expected = new Float64Array(12);
    new Remap(rows, columns, new Float64Array(12).fill(2.5), map.column.data as Float64Array, { fill: -1 }).run(image.data as Uint16Array, expected);
    const out = remap(image, map, { fill: -1 });
    expect([out.dtype, out.shape]).toEqual(['float32', [3, 4]]);
    expect(nearness(out.data, expected).max).toBeLessThan(1e-6);
    expect(remap(image.T.copy().T, map, { fill: -1 }).equals(out)).toBe(true);
    expect(remap(image.astype('float64'), map, { fill: -1 }).data).toEqual(expected);
  });

  test('refuses by name', () => {
    const map = { row: zeros([3, 4]), column: zeros([4, 3]) };
    expect(code(() => remap(image, map))).toBe('REMAP_SHAPE');
    expect(code(() => remap(zeros([0, 4]), { row: map.row, column: map.row }))).toBe('REMAP_SHAPE');
    expect(code(() => remap(zeros([4]) as never, { row: map.row, column: map.row }))).toBe('REMAP_SHAPE');
  });
});

describe('straighten', () => {
  const corners = [[0, 0], [0, columns - 1], [rows - 1, 0], [rows - 1, columns - 1]] as const;

  test('points that stay leave the image as it is; points moved by whole pixels move it', () => {
    const still = corners.map(([r, c]) => [r, c, r, c]);
    expect(nearness(straighten(image, still).data, image.data as Uint16Array).max).toBeLessThan(1e-6);
    const moved = straighten(image, corners.map(([r, c]) => [r, c, r + 3, c - 2]));
    expect(nearness((moved.slice('3:, :-2') as NdArray).flatten().data as Float32Array, (image.slice(':-3, 2:') as NdArray).flatten().data as Uint16Array).max).toBeLessThan(1e-6);
    expect([moved.slice(':3').max(), moved.slice(':, -2:').max()]).toEqual([0, 0]);
  });

  test('a bent line becomes straight', () => {
    const bend = (r: number): number => 20 + ((r - 20) / 10) ** 2;
    const line = ndarray(Float32Array.from({ length: rows * columns }, (_, i) => Math.exp(-(((i % columns) - bend(Math.floor(i / columns))) ** 2) / 8)), [rows, columns]) as NdArray<2>;
    const points = Array.from({ length: rows }, (_, r) => [10, 30, 50].map((c) => [r, c + bend(r) - 20, r, c])).flat();
    const straight = straighten(line, points);
    for (let r = 1; r < rows - 1; r++) expect(straight.slice(String(r)).argmax(), `row ${r}`).toBe(20);
    expect(line.slice('2').argmax()).toBe(23);
  });

  test('refuses by name', () => {
    expect(code(() => straighten(image, [[1, 2, 3]]))).toBe('REMAP_POINTS');
    expect(code(() => straighten(image, array([1, 2, 3, 4]) as never))).toBe('REMAP_POINTS');
    expect(code(() => straighten(image, [[1, 2, 3, Number.NaN]]))).toBe('REMAP_POINTS');
    expect(code(() => straighten(image, [[0, 0, 0, 0], [1, 1, 1, 1], [2, 2, 2, 2]]))).toBe('TRIANGULATE_LINE');
  });
});

describe('resize', () => {
  test('its own shape gives the same pixels, twice the shape pixels a quarter from them', () => {
    expect(resize(image, [rows, columns]).equals(image.astype('float32'))).toBe(true);
    // Keys' kernel at distances 1.25, 0.25, 0.75, 1.75 with a = -0.75.
    const weights = [-0.10546875, 0.87890625, 0.26171875, -0.03515625];
    const twice = resize(array([[0, 0, 0, 64, 0, 0, 0, 0]]), [2, 16]);
    expect((twice.slice('0') as NdArray).equals(twice.slice('1') as NdArray)).toBe(true);
    expect(Array.from({ length: 8 }, (_, k) => twice.get(0, 3 + k) as number)).toEqual([weights[3], weights[0], weights[2], weights[1], weights[1], weights[2], weights[0], weights[3]].map((w) => 64 * w!));
  });

  test('an even image stays even at any shape', () => {
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(fc.property(size, size, size, size, (h, w, down, across) => {
      const out = resize(zeros([h, w], 'float32').add(3) as NdArray<2>, [down, across]);
      expect(out.shape).toEqual([down, across]);
      expect(nearness(out.data, new Float32Array(down * across).fill(3)).max).toBeLessThan(1e-6);
    }));
  });

  test('refuses by name', () => {
    expect(code(() => resize(image, [0, 4]))).toBe('REMAP_SHAPE');
    expect(code(() => resize(image, [2.5, 4]))).toBe('REMAP_SHAPE');
  });
});
