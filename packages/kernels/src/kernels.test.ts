import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankOutside, correctFrames } from './correct.ts';
import { outsideIndex } from './extend.ts';
import { Gaussian, gaussianHalf, gaussianRadius } from './gaussian.ts';
import { resultType } from './numbers.ts';
import { flat, isPacked, pack, type Layout } from './pack.ts';
import { regionSums, sumRegion } from './region.ts';
import { errorCode as code, nearness } from './testing.ts';

describe('pack', () => {
  it('property: copies any strided layout in C order, as reading it element by element does', () => {
    const dims = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 4 }).filter((shape) => shape.reduce((a, b) => a * b, 1) < 60_000);
    fc.assert(fc.property(dims, fc.nat(), fc.boolean(), fc.constantFrom(Float32Array, Uint16Array, BigInt64Array, Float64Array), (shape, seed, reversed, Type) => {
      // A permuted, perhaps reversed, layout with a margin.
      const order = shape.map((_, k) => k).sort((a, b) => ((a * 7919 + seed) % 13) - ((b * 7919 + seed) % 13));
      const stride = shape.map(() => 0);
      let size = 1;
      for (const k of order) {
        stride[k] = size;
        size *= shape[k];
      }
      let offset = 3;
      if (reversed && shape[0] > 0) {
        offset += stride[0] * (shape[0] - 1);
        stride[0] = -stride[0];
      }
      const data = new Type(size + 6);
      for (let i = 0; i < data.length; i++) data[i] = (Type === BigInt64Array ? BigInt(i) : i % 65_000) as never;
      const layout: Layout = { data, shape, stride, offset };
      const out = new Float64Array(size);
      pack(layout, out);
      let n = 0;
      const walk = (axis: number, at: number): void => {
        if (axis === shape.length) expect(out[n++]).toBe(Number(data[at]));
        else for (let i = 0; i < shape[axis]; i++) walk(axis + 1, at + i * stride[axis]);
      };
      if (size < 3000) walk(0, offset);
    }), { numRuns: 60 });
  });
  it('says what is packed, and gives it in place', () => {
    const data = Float32Array.from({ length: 24 }, (_, i) => i);
    const part = { data, shape: [2, 3], stride: [3, 1], offset: 6 };
    expect(isPacked(part)).toBe(true);
    expect(isPacked({ ...part, stride: [4, 1] })).toBe(false);
    expect([...flat<Float32Array>(part)]).toEqual([6, 7, 8, 9, 10, 11]);
    expect(flat<Float32Array>(part).buffer).toBe(data.buffer);
  });
  it('refuses a result that is too small', () => {
    expect(code(() => pack({ data: new Float32Array(4), shape: [4], stride: [1], offset: 0 }, new Float32Array(3)))).toBe('KERNEL_LENGTH');
  });
});

describe('Gaussian', () => {
  it('has scipy\'s radius, and a kernel that sums to 1', () => {
    expect([5, 1, 0.1, 0].map((sigma) => gaussianRadius(sigma))).toEqual([20, 4, 0, 0]);
    const half = gaussianHalf(5, 20);
    expect(half[0] + 2 * half.slice(1).reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  });
  it('extends lines as scipy does', () => {
    const around = (mode: 'reflect' | 'nearest' | 'mirror' | 'constant' | 'wrap'): number[] => Array.from({ length: 12 }, (_, i) => outsideIndex(i - 4, 4, mode));
    expect(around('reflect')).toEqual([3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0]);
    expect(around('mirror')).toEqual([2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1]);
    expect(around('nearest')).toEqual([0, 0, 0, 0, 0, 1, 2, 3, 3, 3, 3, 3]);
    expect(around('wrap')).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
    expect(around('constant')).toEqual([-1, -1, -1, -1, 0, 1, 2, 3, -1, -1, -1, -1]);
    expect(outsideIndex(-3, 1, 'mirror')).toBe(0);
  });
  it('property: equals the plain double sum, in every mode, for any shape, larger and smaller than the kernel', () => {
    const side = fc.integer({ min: 1, max: 23 });
    const sigma = fc.double({ min: 0, max: 4, noNaN: true });
    fc.assert(fc.property(side, side, sigma, sigma, fc.constantFrom('reflect', 'nearest', 'mirror', 'constant', 'wrap' as const), fc.integer({ min: 1, max: 99 }), (rows, cols, sy, sx, mode, seed) => {
      const image = Uint16Array.from({ length: rows * cols }, (_, i) => (i * seed * 31) % 1009);
      const out = new Float64Array(rows * cols);
      new Gaussian(rows, cols, [sy, sx], { mode: mode as 'wrap', cval: 5 }).run(image, out);
      const pixel = (y: number, x: number): number => {
        const [i, j] = [outsideIndex(y, rows, mode), outsideIndex(x, cols, mode)];
        return i < 0 || j < 0 ? 5 : image[i * cols + j];
      };
      const kernel = (s: number): Float64Array => (gaussianRadius(s) === 0 ? Float64Array.of(1) : gaussianHalf(s, gaussianRadius(s)));
      const [ky, kx] = [kernel(sy), kernel(sx)];
      for (const at of [0, out.length >> 1, out.length - 1]) {
        const [y, x] = [Math.floor(at / cols), at % cols];
        let sum = 0;
        for (let a = -ky.length + 1; a < ky.length; a++) for (let b = -kx.length + 1; b < kx.length; b++) sum += ky[Math.abs(a)] * kx[Math.abs(b)] * pixel(y + a, x + b);
        expect(Math.abs(out[at] - sum)).toBeLessThan(1e-9);
      }
    }), { numRuns: 80 });
  });
  it('gives the same bits to a pixel wherever it stands in a line, and reads rows in place', () => {
    const rows = 5;
    const wide = Float32Array.from({ length: rows * 40 }, (_, i) => Math.sin(i));
    const run = (from: number, cols: number): Float64Array => {
      const out = new Float64Array(rows * cols);
      new Gaussian(rows, cols, [1, 2], { mode: 'constant' }).run(wide, out, { from, rowStep: 40 });
      return out;
    };
    const [a, b] = [run(0, 31), run(1, 30)];
    for (let y = 0; y < rows; y++) for (let x = 10; x < 20; x++) expect(a[y * 31 + x]).toBe(b[y * 30 + x - 1]);
  });
  it('spreads NaN as far as the kernel reaches and no further', () => {
    const image = new Float32Array(21 * 21);
    image[10 * 21 + 10] = Number.NaN;
    const out = new Float32Array(21 * 21);
    new Gaussian(21, 21, [1, 1]).run(image, out);
    for (let i = 0; i < out.length; i++) {
      const near = Math.abs(Math.floor(i / 21) - 10) <= 4 && Math.abs((i % 21) - 10) <= 4;
      expect(Number.isNaN(out[i])).toBe(near);
    }
  });
  it('refuses with a name', () => {
    expect(code(() => new Gaussian(2, 2, [-1, 1]))).toBe('GAUSSIAN_SIGMA');
    expect(code(() => new Gaussian(2, 2, [1, Number.NaN]))).toBe('GAUSSIAN_SIGMA');
    expect(code(() => new Gaussian(2, 2, [1, 1], { truncate: 0 }))).toBe('GAUSSIAN_TRUNCATE');
    expect(code(() => new Gaussian(2, 2, [1, 1], { mode: 'edge' as 'wrap' }))).toBe('BOUNDARY_MODE');
    expect(code(() => new Gaussian(2, 2, [1, 1]).run(new Float32Array(3), new Float32Array(4)))).toBe('KERNEL_LENGTH');
    expect(code(() => new Gaussian(0, 4, [1, 1]).run(new Float32Array(0), new Float32Array(0)))).toBe('none');
  });
});

describe('correctFrames', () => {
  it('rounds each step to float32, frame after frame', () => {
    const offset = Float32Array.of(0.1, 100.3, 7);
    const gain = Float32Array.of(1.1, 0.37, Number.NaN);
    const out = new Float32Array(6);
    correctFrames(Uint16Array.of(10, 20, 30, 0, 65_535, 1), { offset, gain }, out);
    const one = (raw: number, k: number): number => Math.fround(Math.fround(raw - offset[k]) * gain[k]);
    expect([...out]).toEqual([one(10, 0), one(20, 1), Number.NaN, one(0, 0), one(65_535, 1), Number.NaN]);
  });
  it('refuses what is no whole number of frames', () => {
    const correction = { offset: new Float32Array(4), gain: new Float32Array(4) };
    expect(code(() => correctFrames(new Float32Array(6), correction, new Float32Array(6)))).toBe('CORRECT_FRAME');
    expect(code(() => correctFrames(new Float32Array(8), correction, new Float32Array(4)))).toBe('KERNEL_LENGTH');
  });
  it('blankOutside counts what it sets', () => {
    const values = Float32Array.of(-1, 0, 5, 6, Number.NaN);
    expect(blankOutside(values, 0, 5)).toBe(2);
    expect([...values]).toEqual([Number.NaN, 0, 5, Number.NaN, Number.NaN]);
  });
});

describe('sumRegion', () => {
  it('sums rows, columns and all, without NaN, on any strides', () => {
    const data = Float32Array.of(1, 2, Number.NaN, 4, 5, 6);
    const sums = sumRegion({ data, shape: [2, 3], stride: [3, 1], offset: 0 }, regionSums(2, 3));
    expect([sums.sum, sums.count, [...sums.x], [...sums.xCount], [...sums.y], [...sums.yCount]]).toEqual([18, 5, [5, 7, 6], [2, 2, 1], [3, 15], [2, 3]]);
    const turned = sumRegion({ data, shape: [3, 2], stride: [1, 3], offset: 0 }, regionSums(3, 2));
    expect([[...turned.x], [...turned.y]]).toEqual([[...sums.y], [...sums.x]]);
    const none = sumRegion({ data, shape: [0, 3], stride: [3, 1], offset: 0 }, regionSums(0, 3));
    expect([none.sum, none.count]).toEqual([0, 0]);
  });
});

describe('resultType and nearness', () => {
  it('is float32 but for wide data', () => {
    expect(['bool', 'uint8', 'int16', 'uint16', 'float16', 'float32'].map(resultType)).toEqual(Array.from({ length: 6 }, () => 'float32'));
    expect(['int32', 'uint32', 'int64', 'uint64', 'float64'].map(resultType)).toEqual(Array.from({ length: 5 }, () => 'float64'));
  });
  it('sees NaN against a number as infinitely far', () => {
    expect(nearness([1, Number.NaN], [1, Number.NaN]).max).toBe(0);
    expect(nearness([1, 2], [1, Number.NaN]).max).toBe(Infinity);
    expect(nearness([1, 2.2], [1, 2]).max).toBeCloseTo(0.1);
  });
});
