import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { array, arange, dtypes, full, ndarray, type DType, type NdArray } from '@trainyard/core';
import { PICTURE_PERCENTS, codeValues, lastCode, type PictureData, type PictureRendition } from '@trainyard/control';
import { pictureOf } from './picture.ts';

const as = (more: Partial<PictureRendition> = {}): PictureRendition => ({ as: 'picture', block: 1, scale: 'linear', bits: 16, ...more });
const nd = (value: unknown): NdArray => value as NdArray;
const numbers = (picture: PictureData): number[] => Array.from(nd(picture.pixels.copy()).data as unknown as ArrayLike<number>, Number);

/** The values that the codes stand for. */
function decoded(picture: PictureData, bits: 8 | 16): number[] {
  const table = codeValues(picture, bits);
  return numbers(picture).map((code) => table[code]!);
}

/** The means of blocks, written once more without any haste. */
function blockMeans(rows: readonly (readonly number[])[], block: number, [r0, c0, r1, c1]: PictureData['window']): number[] {
  const means: number[] = [];
  for (let r = r0; r < r1; r += block) {
    for (let c = c0; c < c1; c += block) {
      const values = rows.slice(r, Math.min(r1, r + block)).flatMap((row) => row.slice(c, Math.min(c1, c + block))).filter((value) => !Number.isNaN(value));
      means.push(values.reduce((sum, value) => sum + value, 0) / values.length);
    }
  }
  return means;
}

const float = fc.oneof(fc.float({ noDefaultInfinity: true }).map((n) => n + 0), fc.constantFrom(NaN, 0, 1, -1, Infinity, -Infinity));
const images = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 })).chain(([rows, columns]) => fc.array(fc.array(float, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }));

test('every code decodes to within half a step of the mean of its block, on each scale', () => {
  fc.assert(fc.property(images, fc.integer({ min: 1, max: 4 }), fc.constantFrom('linear', 'log', 'sqrt'), fc.constantFrom(8, 16), fc.array(fc.nat(10), { minLength: 4, maxLength: 4 }), (rows, block, scale, bits, window) => {
    const picture = pictureOf(nd(array(rows, 'float64')), as({ block, scale, bits, window: window as unknown as PictureData['window'] }));
    const means = blockMeans(rows, block, picture.window);
    expect(picture.pixels.size).toBe(means.length);
    const [all, last, codes] = [decoded(picture, bits), lastCode(bits), numbers(picture)];
    const { low, high } = picture;
    const spaced = (value: number): number => (scale === 'log' ? Math.log(value) : scale === 'sqrt' ? Math.sqrt(Math.max(0, (value / 2 - low / 2) / (high / 2 - low / 2))) : value / 2);
    const half = (spaced(high) - spaced(low)) / (last - 1) / 2;
    for (const [i, mean] of means.entries()) {
      if (Number.isNaN(mean)) expect(codes[i]).toBe(0);
      else if (mean <= low) expect(all[i]).toBe(low);
      else if (mean >= high) expect(all[i]).toBe(high);
      else expect(Math.abs(spaced(all[i]!) - spaced(mean))).toBeLessThanOrEqual(half * (1 + 1e-6) + Math.abs(spaced(mean)) * 1e-12);
    }
    const finite = means.filter((mean) => Number.isFinite(mean) && (scale !== 'log' || mean > 0)).sort((a, b) => a - b);
    expect([low, high]).toEqual(finite.length ? [finite[0], finite.at(-1)] : [0, 0]);
  }), { numRuns: 300 });
});

test('percentiles are those of the sorted finite values, and of those above 0', () => {
  fc.assert(fc.property(fc.array(float, { minLength: 1, maxLength: 300 }), (values) => {
    const picture = pictureOf(nd(array(values, 'float64')), as());
    for (const [found, kept] of [[picture.percentiles, values.filter(Number.isFinite)], [picture.positivePercentiles, values.filter((value) => Number.isFinite(value) && value > 0)]] as const) {
      const sorted = kept.sort((a, b) => a - b);
      expect(found).toEqual(sorted.length ? PICTURE_PERCENTS.map((percent) => sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]) : []);
    }
  }), { numRuns: 300 });
});

test('a large picture: percentiles of a sample that meets every column alike, the ends of all', () => {
  // One value on each column: what skipped columns would be far off.
  const [rows, columns] = [1024, 1200];
  const data = Float32Array.from({ length: rows * columns }, (_, i) => i % columns);
  data[12_345] = 1e9;
  data[777_777] = -1e9;
  const { percentiles, low, high } = pictureOf(nd(ndarray(data, [rows, columns])), as());
  expect([low, high, percentiles[0], percentiles.at(-1)]).toEqual([-1e9, 1e9, -1e9, 1e9]);
  for (const [i, percent] of PICTURE_PERCENTS.entries()) if (percent > 0 && percent < 100) expect(Math.abs(percentiles[i]! - (columns * percent) / 100)).toBeLessThan(6);
});

describe('each dtype', () => {
  test.each(dtypes as readonly DType[])('%s: the means of blocks of two', (dtype) => {
    const values = dtype === 'bool' ? [1, 0, 1, 1, 0, 0, 1, 0, 1] : [1, 2, 3, 4, 5, 6, 7, 8, 100];
    const picture = pictureOf(nd(array(values, dtype).reshape(3, 3)), as({ block: 2 }));
    const means = blockMeans([values.slice(0, 3), values.slice(3, 6), values.slice(6)], 2, [0, 0, 3, 3]);
    expect(picture).toMatchObject({ dtype, shape: [3, 3], block: 2 });
    for (const [i, value] of decoded(picture, 16).entries()) expect(value).toBeCloseTo(means[i]!, 2);
  });

  test.each(dtypes as readonly DType[])('%s: its own numbers, of a window of a plane of a strided stack', (dtype) => {
    const stack = arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5).astype(dtype).transpose(1, 0, 3, 2);
    const picture = pictureOf(nd(stack), as({ bits: 'exact', plane: [2, 99], window: [1, 2, 99, 99] }));
    expect(picture).toMatchObject({ shape: [3, 2, 5, 4], window: [1, 2, 5, 4] });
    expect(picture.pixels.dtype).toBe(dtype);
    expect(picture.pixels.toNested()).toEqual(nd(stack.slice('2, 1, 1:, 2:')).toNested());
  });

  test('64 bits beyond the exact numbers, with their sign', () => {
    const big = BigInt64Array.of(-(2n ** 62n), -5n, 2n ** 53n + 1n, 2n ** 62n);
    expect(pictureOf(nd(ndarray(big, [2, 2])), as()).percentiles[0]).toBe(-(2 ** 62));
    expect(pictureOf(nd(ndarray(big, [2, 2])), as({ window: [0, 1, 1, 2] })).low).toBe(-5);
    expect(pictureOf(nd(ndarray(BigUint64Array.of(2n ** 63n, 2n ** 64n - 1n), [1, 2])), as())).toMatchObject({ low: 2 ** 63, high: 2 ** 64 });
  });
});

describe('what there is little of', () => {
  test.each([[[0]], [[0, 5]], [[4, 0]], [[0, 4, 4]], [[2, 0, 3]]])('an empty array of shape (%s)', (shape) => {
    for (const bits of [8, 16, 'exact'] as const) expect(pictureOf(nd(ndarray(new Float32Array(0), shape)), as({ bits, plane: [3] }))).toMatchObject({ low: 0, high: 0, percentiles: [], positivePercentiles: [], pixels: { size: 0 } });
  });

  test('one pixel, one row, nothing but NaN, nothing but infinities, a constant', () => {
    expect(pictureOf(nd(array([[7]])), as({ block: 64 }))).toMatchObject({ low: 7, high: 7, percentiles: PICTURE_PERCENTS.map(() => 7), pixels: { shape: [1, 1] } });
    expect(pictureOf(nd(array([1, 2, 3])), as({ block: 2 }))).toMatchObject({ shape: [1, 3], low: 1.5, high: 3, pixels: { shape: [1, 2] } });
    const none = pictureOf(nd(full([3, 3], NaN)), as());
    expect([none.low, none.high, ...numbers(none)]).toEqual(Array.from({ length: 11 }, () => 0));
    expect(numbers(pictureOf(nd(array([[Infinity, -Infinity, NaN]])), as()))).toEqual([65535, 1, 0]);
    expect(decoded(pictureOf(nd(full([2, 2], -3)), as({ scale: 'log' })), 16)).toEqual([0, 0, 0, 0]);
  });

  test('8 bits between percentiles: what is beyond takes the end', () => {
    const picture = pictureOf(nd(arange(1000).reshape(20, 50)), as({ bits: 8, percent: 10 }));
    expect(picture).toMatchObject({ low: 99, high: 899 });
    const codes = numbers(picture);
    expect([codes[0], codes[99], codes[899], codes[999]]).toEqual([1, 1, 255, 255]);
  });

  test('windows beyond the edges, and inside out', () => {
    const image = nd(arange(12).reshape(3, 4));
    expect(pictureOf(image, as({ window: [1, 1, 99, 99], block: 2 }))).toMatchObject({ window: [1, 1, 3, 4], pixels: { shape: [1, 2] } });
    expect(pictureOf(image, as({ window: [2, 3, 1, 1] }))).toMatchObject({ window: [2, 3, 2, 3], pixels: { shape: [0, 0] } });
    expect(pictureOf(image, as({ window: [9, 9, 10, 10] }))).toMatchObject({ window: [3, 4, 3, 4], pixels: { shape: [0, 0] } });
  });
});
