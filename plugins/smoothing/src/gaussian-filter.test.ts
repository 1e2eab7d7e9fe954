import { readFileSync } from 'node:fs';
import { array, asNdArray, ndarray, workspace, zeros, type NdArray, type NdLike } from '@trainyard/core';
import { errorCode as code, nearness, readNpy, shared } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { gaussianFilter, type GaussianOptions, type Sigma } from './gaussian-filter.ts';
import { build } from './gaussian.plugin.ts';

// golden/golden.json: scipy's own results, made by golden/make_golden.py.
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as {
  shape: [number, number]; image: number[]; cases: ({ sigma: [number, number]; expected: number[] } & GaussianOptions)[];
};
const image = ndarray(Uint16Array.from(golden.image), golden.shape) as NdArray<2>;
const numbers = (of: NdLike): number[] => Array.from(asNdArray(of).flatten().data as Float64Array);

describe('gaussianFilter against scipy.ndimage (committed results)', () => {
  for (const { sigma, expected, ...options } of golden.cases) {
    it(`sigma ${sigma.join(' ')} ${JSON.stringify(options)}: float64 1e-10, uint16 as float32 1e-6`, () => {
      expect(nearness(numbers(gaussianFilter(image.astype('float64'), sigma, options)), expected).max).toBeLessThan(1e-10);
      const narrow = gaussianFilter(image, sigma, options);
      expect(narrow.dtype).toBe('float32');
      expect(nearness(numbers(narrow), expected).max).toBeLessThan(1e-6);
    });
  }
});

describe.skipIf(!shared)('gaussianFilter on the larger images beside the repository (skipped where ../shared is not there)', () => {
  const cases: [string, Sigma, GaussianOptions][] = [
    ['gauss_s5_reflect_f64', 5, {}], ['gauss_s1p5_nearest_f64', 1.5, { mode: 'nearest' }], ['gauss_s2_constant0_f64', 2, { mode: 'constant' }],
    ['gauss_s2_wrap_f64', 2, { mode: 'wrap' }], ['gauss_aniso_s3_1_f64', [3, 1], {}], ['gauss_s3_truncate3_f64', 3, { truncate: 3 }],
  ];
  const load = (name: string): NdArray<2> => {
    const { data, shape } = readNpy(`${shared}/oracles/imaging/${name}.npy`);
    return ndarray(data, shape) as unknown as NdArray<2>;
  };
  for (const [name, sigma, options] of cases) {
    it(`${name}: 1e-10`, () => {
      expect(nearness(numbers(gaussianFilter(load('input').astype('float64'), sigma, options)), numbers(load(name)), 1e-3).max).toBeLessThan(1e-10);
    });
  }
  it('gauss_s5_reflect in float32: 1e-5', () => {
    const got = gaussianFilter(load('input'), 5);
    expect(got.dtype).toBe('float32');
    expect(nearness(numbers(got), numbers(load('gauss_s5_reflect'))).max).toBeLessThan(1e-5);
  });
});

describe('gaussianFilter', () => {
  const before = { ...workspace };
  afterEach(() => { Object.assign(workspace, before); });

  it('gives the same for a slice, a transposed image, any integer type and a stack, as for a plain copy', () => {
    const part = image.slice('2:15, 3:21');
    const plain = numbers(gaussianFilter(part.copy(), 2));
    expect(numbers(gaussianFilter(part, 2))).toEqual(plain);
    expect(numbers(gaussianFilter(part.T.copy().T, 2))).toEqual(plain);
    expect(numbers(gaussianFilter(part.slice('::-1, ::-1').copy().slice('::-1, ::-1'), 2))).toEqual(plain);
    expect(numbers(gaussianFilter(part.astype('float32'), 2))).toEqual(plain);
    const wide = numbers(gaussianFilter(part.astype('int64'), 2));
    expect(nearness(wide, plain).max).toBeLessThan(1e-6);
    expect(gaussianFilter(part.astype('int32'), 2).dtype).toBe('float64');
    const stack = ndarray(Uint16Array.from({ length: 2 * 3 * 6 * 7 }, (_, i) => (i * 37) % 101), [2, 3, 6, 7]);
    const all = gaussianFilter(stack.transpose(1, 0, 2, 3), 1);
    expect(all.shape).toEqual([3, 2, 6, 7]);
    expect(numbers(all.slice('2, 1') as NdArray)).toEqual(numbers(gaussianFilter(stack.slice('1, 2') as NdArray<2>, 1)));
  });

  it('filters a vector along itself, keeps empty shapes, and refuses a number', () => {
    const vector = array([1, 2, 3, 10, 3]);
    expect(numbers(gaussianFilter(vector, 1))).toEqual(numbers(gaussianFilter(vector.reshape(1, 5), [0, 1]).reshape(5) as unknown as NdArray));
    expect(gaussianFilter(zeros([0, 4]), 2).shape).toEqual([0, 4]);
    expect(code(() => gaussianFilter(zeros([]), 2))).toBe('SMOOTHING_RANK');
    expect(code(() => gaussianFilter(image, -1))).toBe('GAUSSIAN_SIGMA');
    expect(code(() => gaussianFilter(image, 1, { mode: 'edge' as 'wrap' }))).toBe('BOUNDARY_MODE');
  });

  it('writes into scratch memory, wherever it lies', () => {
    const ring = new Float32Array(2000).fill(-1);
    workspace.scratch = (shape, dtype) => {
      expect(dtype).toBe('float32');
      return ndarray(ring, shape, { offset: 100 });
    };
    const got = gaussianFilter(image, 2);
    expect(got.data.buffer).toBe(ring.buffer);
    expect(got.offset).toBe(100);
    expect([ring[99], ring[100 + got.size]]).toEqual([-1, -1]);
    Object.assign(workspace, before);
    expect(numbers(got)).toEqual(numbers(gaussianFilter(image, 2)));
  });

  it('property: a constant image stays, the sum stays (reflect, wrap), and filtering is linear', () => {
    const side = fc.integer({ min: 1, max: 20 });
    fc.assert(fc.property(side, side, fc.double({ min: 0.1, max: 6, noNaN: true }), fc.constantFrom('reflect', 'wrap' as const), fc.integer({ min: 1, max: 50 }), (rows, cols, sigma, mode, seed) => {
      const values = ndarray(Float64Array.from({ length: rows * cols }, (_, i) => (i * seed) % 17), [rows, cols]) as NdArray<2>;
      const options = { mode: mode as 'wrap' };
      const filtered = gaussianFilter(values, sigma, options);
      expect(filtered.sum()).toBeCloseTo(values.sum(), 6);
      expect(gaussianFilter(zeros([rows, cols]).fill(3), sigma, options).max()).toBeCloseTo(3, 12);
      expect(nearness(numbers(gaussianFilter(values.mul(2), sigma, options)), numbers(filtered.mul(2)), 1e-3).max).toBeLessThan(1e-12);
    }), { numRuns: 60 });
  });

  it('the plugin follows its parameters from train to train', () => {
    const params = { sigma: 2, sigmaX: 0, mode: 'reflect', cval: 0, truncate: 4 };
    const { smoothed } = build({ inputs: { image: 'stack#frame' }, params }) as unknown as { smoothed: { call: (values: unknown[]) => NdArray } };
    expect(numbers(smoothed.call([image]))).toEqual(numbers(gaussianFilter(image, 2)));
    params.sigmaX = 1;
    expect(numbers(smoothed.call([image]))).toEqual(numbers(gaussianFilter(image, [2, 1])));
  });
});
