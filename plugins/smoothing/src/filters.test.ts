import { readFileSync } from 'node:fs';
import { Skip, array, asNdArray, ndarray, zeros, type NdArray, type NdLike } from '@trainyard/core';
import { errorCode as code, nearness, readNpy, shared } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as pack from './index.ts';
import { plugins } from './plugins.ts';

const numbers = (of: NdLike): number[] => Array.from(asNdArray(of).flatten().data as Float64Array);
/** Every filter in one form; what it takes besides the image is a size, a sigma, a direction or limits. */
type Filter = (image: NdLike, of: unknown, options: object) => NdArray;
const filters: Record<string, Filter> = {
  ...(pack as unknown as Record<string, Filter>),
  edges: (image, of, options) => pack.edges(image, { ...(of as pack.EdgeOptions), ...options }) as NdArray,
};

// golden/filters.json: scipy's and numpy's own results, made by golden/make_filters.py.
const golden = JSON.parse(readFileSync(new URL('../golden/filters.json', import.meta.url), 'utf8')) as {
  shape: [number, number]; images: Record<string, (number | null)[]>;
  cases: { filter: string; on: string; of: unknown; options: { mode: string; cval?: number | null }; expected: (number | null)[] }[];
};
const images = Object.fromEntries(Object.entries(golden.images).map(([name, values]) => [name, ndarray(Float64Array.from(values, (v) => v ?? Number.NaN), golden.shape) as NdArray<2>]));
const exact = /median|minimum|maximum/i;
/** What a float32 result may be off, over the largest values there are; all others are rounded once. */
const narrowTolerance: Record<string, number> = { sobel: 1e-6, nanGaussianFilter: 2e-6, edges: 2e-6, nanUniformFilter: 2e-7 };

describe('filters against scipy.ndimage and numpy (committed results)', () => {
  for (const name of new Set(golden.cases.map((one) => one.filter))) {
    it(`${name}: ${exact.test(name) ? 'exactly' : 'float64 1e-10'}, float32 ${narrowTolerance[name] ?? 'rounded'}`, () => {
      for (const { filter, on, of, options: { mode, cval }, expected } of golden.cases) {
        if (filter !== name) continue;
        const options = { mode, ...(cval === undefined ? {} : { cval: cval ?? Number.NaN }) };
        const want = expected.map((v) => v ?? Number.NaN);
        const got = filters[filter](images[on], of, options);
        expect(got.dtype).toBe('float64');
        if (exact.test(name)) expect(numbers(got)).toEqual(want);
        else expect(nearness(numbers(got), want, 1).max, JSON.stringify([of, options])).toBeLessThan(1e-10);
        const narrow = filters[filter](images[on].astype('float32'), of, options);
        expect(narrow.dtype).toBe('float32');
        if (narrowTolerance[name]) expect(nearness(numbers(narrow), want, 4096).max, JSON.stringify([of, options])).toBeLessThan(narrowTolerance[name]);
        else expect(nearness(numbers(narrow), want, 1e-3).max).toBeLessThan(exact.test(name) ? 1e-30 : 6.1e-8);
      }
    });
  }
});

describe.skipIf(!shared)('filters on the larger images beside the repository (skipped where ../shared is not there)', () => {
  const load = (name: string): NdArray<2> => {
    const { data, shape } = readNpy(`${shared}/oracles/imaging/${name}.npy`);
    return ndarray(data, shape) as unknown as NdArray<2>;
  };
  it('median3, median5, median_3x7_nearest, min5, max5: exactly', () => {
    const input = load('input');
    const results: Record<string, NdLike> = {
      median3: pack.medianFilter(input, 3), median5: pack.medianFilter(input, 5), median_3x7_nearest: pack.medianFilter(input, [3, 7], { mode: 'nearest' }),
      min5: pack.minimumFilter(input, 5), max5: pack.maximumFilter(input, 5),
    };
    for (const [name, got] of Object.entries(results)) expect(numbers(got)).toEqual(numbers(load(name)));
  });
  it('uniform5_f64, sobel0_f64: 1e-12; float32 rounded', () => {
    const input = load('input');
    for (const [name, run] of [['uniform5_f64', (of: NdLike<2>) => pack.uniformFilter(of, 5)], ['sobel0_f64', (of: NdLike<2>) => pack.sobel(of, 'y')]] as const) {
      expect(nearness(numbers(run(input.astype('float64'))), numbers(load(name)), 1).max).toBeLessThan(1e-12);
      expect(nearness(numbers(run(input)), numbers(load(name)), 1).max).toBeLessThan(1e-6);
    }
  });
  it('nan_input: what is left out is left out', () => {
    const gaps = load('nan_input');
    const whole = load('input');
    for (const filter of [pack.nanMedianFilter, pack.nanMinimumFilter, pack.nanMaximumFilter, pack.nanUniformFilter]) {
      const got = numbers(filter(gaps, 5));
      expect(got.every(Number.isFinite)).toBe(true);
      expect(nearness(numbers(filter(whole, 5)), numbers(filters[filter === pack.nanMedianFilter ? 'medianFilter' : filter === pack.nanMinimumFilter ? 'minimumFilter' : filter === pack.nanMaximumFilter ? 'maximumFilter' : 'uniformFilter'](whole, 5, {}))).max).toBe(0);
    }
  });
});

describe('filters with a window', () => {
  const image = images.image;
  const sized = ['uniformFilter', 'medianFilter', 'minimumFilter', 'maximumFilter', 'nanUniformFilter', 'nanMedianFilter', 'nanMinimumFilter', 'nanMaximumFilter'];

  it('take whatever numbers there are, and keep few kernels', () => {
    const small = ndarray(Uint8Array.from([0, 1, 1, 0, 1, 1]), [2, 3]);
    for (const dtype of ['bool', 'uint8', 'int8', 'float16', 'uint32', 'uint64'] as const) {
      expect(numbers(pack.medianFilter(small.astype(dtype), 3))).toEqual(numbers(pack.medianFilter(small.astype('float64'), 3)));
    }
    for (let size = 1; size < 40; size++) expect(pack.maximumFilter(small, size).max()).toBe(1);
  });

  it('give the same for a slice, a transposed image, any type and a stack, as for a plain copy', () => {
    const part = image.slice('2:13, 3:18');
    for (const [name, of] of [...sized.map((one) => [one, 3]), ['sobel', 'x'], ['edges', { low: 10, high: 500 }]] as [string, unknown][]) {
      const run = (on: NdLike): number[] => numbers(filters[name](on, of, {}));
      const plain = run(part.copy());
      expect(run(part)).toEqual(plain);
      expect(run(part.T.copy().T)).toEqual(plain);
      expect(run(part.slice('::-1, ::-1').copy().slice('::-1, ::-1'))).toEqual(plain);
      expect(run(part.astype('int64'))).toEqual(plain);
      expect(filters[name](part.astype('int32'), of, {}).dtype).toBe('float64');
      const narrow = run(part.astype('float32'));
      expect(run(part.astype('uint16'))).toEqual(narrow);
      const stack = ndarray(Uint16Array.from({ length: 2 * 3 * 6 * 7 }, (_, i) => (i * 37) % 101), [2, 3, 6, 7]);
      const all = filters[name](stack.transpose(1, 0, 2, 3), of, {});
      expect(all.shape).toEqual([3, 2, 6, 7]);
      expect(numbers(all.slice('2, 1') as NdArray)).toEqual(run(stack.slice('1, 2') as NdArray<2>));
    }
  });

  it('filter a vector along itself, keep empty shapes, and refuse a number', () => {
    const vector = array([1, 2, 3, 10, 3]);
    for (const name of sized) {
      expect(numbers(filters[name](vector, 3, {}))).toEqual(numbers(filters[name](vector.reshape(1, 5), [1, 3], {})));
      expect(filters[name](zeros([0, 4]), 3, {}).shape).toEqual([0, 4]);
      expect(filters[name](zeros([3, 0, 4]), 3, {}).shape).toEqual([3, 0, 4]);
      expect(code(() => filters[name](zeros([]), 3, {}))).toBe('SMOOTHING_RANK');
      expect(code(() => filters[name](image, 0, {}))).toBe('FILTER_SIZE');
      expect(code(() => filters[name](image, 3, { mode: 'edge' }))).toBe('BOUNDARY_MODE');
    }
    expect(numbers(pack.sobel(vector, 'x'))).toEqual([1, 2, 8, 0, -7]);
    expect(numbers(pack.sobel(vector, 'magnitude', { mode: 'constant', cval: 4 }))).toEqual([2, 2, 8, 0, 6]);
    expect(pack.sobel(zeros([0]), 'x').shape).toEqual([0]);
    expect(code(() => pack.sobel(vector, 'y'))).toBe('SMOOTHING_RANK');
    for (const image of [vector, zeros([2, 3])]) expect(code(() => pack.sobel(image, 'rows' as 'x'))).toBe('SOBEL_DIRECTION');
    expect(code(() => pack.edges(vector, { low: 1, high: 2 }))).toBe('SMOOTHING_RANK');
    expect(code(() => pack.edges(image, { low: 3, high: 2 }))).toBe('EDGE_LIMITS');
    expect(pack.edges(zeros([0, 4]), { low: 1, high: 2 }).shape).toEqual([0, 4]);
  });

  it('of nothing but NaN are NaN; with NaN they say so', () => {
    const none = zeros([8, 9]).fill(Number.NaN);
    for (const name of sized) expect(numbers(filters[name](none, 3, {})).every(Number.isNaN)).toBe(true);
    expect(numbers(pack.nanGaussianFilter(none, 2)).every(Number.isNaN)).toBe(true);
    const one = zeros([8, 9]).set(2, 3, Number.NaN);
    for (const name of sized) expect(numbers(filters[name](one, 3, {})).filter(Number.isNaN).length, name).toBe(name.startsWith('nan') ? 0 : 9);
    expect(numbers(pack.sobel(one, 'x')).filter(Number.isNaN).length).toBe(9);
    expect(numbers(pack.edges(one, { sigma: 0, low: 1, high: 2 })).filter(Number.isNaN).length).toBe(9);
  });

  it('property: shifting and scaling the values goes through; the least is not above the median, that not above the greatest; both ends change places with the sign', () => {
    const side = fc.integer({ min: 1, max: 24 });
    const window = fc.integer({ min: 1, max: 9 });
    fc.assert(fc.property(side, side, window, window, fc.constantFrom('reflect', 'nearest', 'mirror', 'wrap' as const), fc.integer({ min: 1, max: 1000 }), (rows, cols, ky, kx, mode, seed) => {
      const values = ndarray(Float64Array.from({ length: rows * cols }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 12) % 301), [rows, cols]) as NdArray<2>;
      const options = { mode: mode as 'wrap' };
      const run = (filter: pack.SizeFilter, on: NdArray<2> = values): number[] => numbers(filter(on, [ky, kx], options));
      const [low, middle, high, mean] = [pack.minimumFilter, pack.medianFilter, pack.maximumFilter, pack.uniformFilter].map((filter) => run(filter));
      for (const i of low.keys()) {
        expect(low[i]).toBeLessThanOrEqual(middle[i]);
        expect(middle[i]).toBeLessThanOrEqual(high[i]);
        expect(mean[i]).toBeGreaterThanOrEqual(low[i] - 1e-9);
        expect(mean[i]).toBeLessThanOrEqual(high[i] + 1e-9);
      }
      expect(run(pack.minimumFilter, values.mul(-1) as NdArray<2>).map((v) => 0 - v)).toEqual(high);
      expect(run(pack.medianFilter, values.mul(2).add(8) as NdArray<2>)).toEqual(middle.map((v) => 2 * v + 8));
      expect(nearness(run(pack.uniformFilter, values.mul(2).add(8) as NdArray<2>), mean.map((v) => 2 * v + 8)).max).toBeLessThan(1e-12);
    }), { numRuns: 60 });
  });

  it('property: with NaN left out a constant image stays, and one without NaN is filtered as by the plain one', () => {
    const side = fc.integer({ min: 1, max: 24 });
    fc.assert(fc.property(side, side, fc.integer({ min: 1, max: 6 }), fc.constantFrom('reflect', 'nearest', 'mirror', 'wrap' as const), fc.integer({ min: 1, max: 1000 }), (rows, cols, size, mode, seed) => {
      const noise = (i: number): number => (Math.imul(i + seed, 2654435761) >>> 12) % 301;
      const whole = ndarray(Float64Array.from({ length: rows * cols }, (_, i) => noise(i)), [rows, cols]) as NdArray<2>;
      const holes = ndarray(Float64Array.from({ length: rows * cols }, (_, i) => (noise(i) < 90 ? Number.NaN : 7)), [rows, cols]) as NdArray<2>;
      const options = { mode: mode as 'wrap' };
      for (const name of ['Uniform', 'Median', 'Minimum', 'Maximum', 'Gaussian']) {
        const left = filters[`nan${name}Filter`];
        for (const value of numbers(left(holes, size, options))) if (!Number.isNaN(value)) expect(value).toBeCloseTo(7, 10);
        if (name !== 'Median' || size % 2 === 1) expect(numbers(left(whole, size, options))).toEqual(numbers(filters[`${name.toLowerCase()}Filter`](whole, size, options)));
      }
    }), { numRuns: 40 });
  });

  it('property: edges are where it is steep, and fewer for higher limits', () => {
    const side = fc.integer({ min: 1, max: 30 });
    fc.assert(fc.property(side, side, fc.double({ min: 0, max: 2, noNaN: true }), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 1000 }), (rows, cols, sigma, low, more, seed) => {
      const values = ndarray(Float64Array.from({ length: rows * cols }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 12) % 301), [rows, cols]) as NdArray<2>;
      const found = numbers(pack.edges(values, { sigma, low, high: low + more }));
      const slope = numbers(pack.sobel(pack.gaussianFilter(values, sigma), 'magnitude'));
      const fewer = numbers(pack.edges(values, { sigma, low, high: low + more + 50 }));
      for (const [i, value] of found.entries()) {
        if (value !== 0) expect(value).toBeGreaterThanOrEqual(low);
        if (value !== 0) expect(Math.abs(value - slope[i])).toBeLessThan(1e-9);
        if (value === 0) expect(fewer[i]).toBe(0);
      }
    }), { numRuns: 40 });
  });
});

describe('the plugins', () => {
  const built = async (name: string, params: Record<string, number | string>): Promise<(image: NdLike) => NdArray> => {
    const { build } = await plugins.find((one) => one.id === `smoothing/${name}`)!.load();
    const [of] = Object.values(build({ inputs: { image: 'stack#frame' }, params })) as unknown as { call: (values: unknown[]) => NdArray }[];
    return (image) => of.call([image]);
  };
  const outside = { mode: 'constant', cval: 9 };

  it('with a window follow their parameters from train to train', async () => {
    for (const [name, spread, skip] of [['uniform', pack.uniformFilter, pack.nanUniformFilter], ['median', pack.medianFilter, pack.nanMedianFilter], ['minimum', pack.minimumFilter, pack.nanMinimumFilter], ['maximum', pack.maximumFilter, pack.nanMaximumFilter]] as const) {
      const params: Record<string, number | string> = { size: 3, sizeX: 0, nan: 'spread', ...outside };
      const run = await built(name, params);
      expect(numbers(run(images.gaps))).toEqual(numbers(spread(images.gaps, 3, { mode: 'constant', cval: 9 })));
      Object.assign(params, { sizeX: 5, nan: 'skip' });
      expect(numbers(run(images.gaps))).toEqual(numbers(skip(images.gaps, [3, 5], { mode: 'constant', cval: 9 })));
    }
  });

  it('of several images give each, and say where it is', async () => {
    for (const spec of plugins) {
      const { build } = await spec.load();
      const params = { size: 3, sizeX: 0, sigma: 1, sigmaX: 0, truncate: 4, low: 1, high: 2, direction: 'x', nan: 'spread', ...outside };
      const [of, each] = Object.values(build({ inputs: { image: 'stack#frame' }, params })) as unknown as { call: (values: unknown[]) => NdArray | Skip }[];
      const frames = [images.image, images.gaps].map((image) => numbers(of.call([image]) as NdArray));
      const stack = ndarray(Float64Array.from([...numbers(images.image), ...numbers(images.gaps)]), [2, ...golden.shape]);
      const all = each.call([stack]) as NdArray;
      expect(all.shape, spec.id).toEqual(stack.shape);
      expect(numbers(all), spec.id).toEqual(frames.flat());
      expect(String((of.call([stack]) as Skip).reason), spec.id).toMatch('take "each"');
      expect(each.call([images.image]), spec.id).toBeInstanceOf(Skip);
      // A scalar comes as a number.
      for (const nan of ['spread', 'skip']) {
        params.nan = nan;
        expect(code(() => of.call([5])), spec.id).toBe('SMOOTHING_RANK');
      }
    }
  });

  it('gaussian leaves NaN out, sobel and edges give what their functions give', async () => {
    const gaussian = await built('gaussian', { sigma: 2, sigmaX: 0, truncate: 4, nan: 'skip', ...outside });
    expect(numbers(gaussian(images.gaps))).toEqual(numbers(pack.nanGaussianFilter(images.gaps, 2, { mode: 'constant', cval: 9 })));
    expect(numbers((await built('sobel', { direction: 'x', ...outside }))(images.image))).toEqual(numbers(pack.sobel(images.image, 'x', { mode: 'constant', cval: 9 })));
    expect(numbers((await built('edges', { sigma: 1, low: 300, high: 900, ...outside }))(images.disk))).toEqual(numbers(pack.edges(images.disk, { low: 300, high: 900, mode: 'constant', cval: 9 })));
  });
});
