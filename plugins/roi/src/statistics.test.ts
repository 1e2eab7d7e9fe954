import { readFileSync } from 'node:fs';
import { asNdArray, ndarray, regionMask, zeros, type NdArray, type NdLike, type RegionKind, type Regions } from '@trainyard/core';
import { errorCode as code, nearness, readNpy, shared } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roiHistogram } from './histogram.ts';
import { projections } from './projection.ts';
import { crop } from './region.ts';
import { roiPixels, type Roi } from './roi.ts';
import { stackImage, stackMean } from './stack.ts';
import { pulseStatistic, roiStatistic, roiStatistics, statisticNames, type Statistic } from './statistics.ts';

// golden/golden.json: numpy's own results, made by golden/make_golden.py.
type Numbers = (number | null)[];
interface OfRegion {
  numbers: number[]; pixels: number; statistics: Record<Statistic, number>; first: [number, number]; meanX: Numbers; sumY: Numbers;
  histogram: number[]; ofRange: [number, number, number]; dynamic: number[]; edges: number[];
}
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as {
  shape: [number, number]; image: Numbers; regions: Record<RegionKind, OfRegion>; stackShape: [number, number, number]; stack: Numbers; pulses: number[];
  all: Record<'mean' | 'sum' | 'min' | 'max' | 'std' | 'var' | 'count', Numbers>; some: Record<'mean' | 'sum' | 'min' | 'max' | 'std' | 'var' | 'count', Numbers>;
};
/** JSON has no NaN. */
const real = (values: Numbers): number[] => values.map((value) => value ?? NaN);
const image = ndarray(Float32Array.from(real(golden.image)), golden.shape) as NdArray<2>;
const numbers = (of: NdLike): number[] => Array.from(asNdArray(of).astype('float64').flatten().data as Float64Array);
const roiFor = (kind: RegionKind, value: readonly number[]): Roi => ({ [kind]: value }) as unknown as Roi;

for (const [kind, of] of Object.entries(golden.regions) as [RegionKind, OfRegion][]) {
  describe(`a ${kind} against numpy (committed results), 1e-12`, () => {
    const roi = roiFor(kind, of.numbers);
    it('has the pixels, and every statistic, alone and together', () => {
      expect(roiPixels(image.shape, roi)).toBe(of.pixels);
      const all = roiStatistics(image, roi);
      for (const name of statisticNames) {
        expect(nearness([all[name]], [of.statistics[name]]).max, name).toBeLessThan(1e-12);
        expect(roiStatistic(image, name, roi), name).toBe(all[name]);
      }
    });
    it('is projected, its axes in pixels of the image', () => {
      const { x } = projections(image, 'mean', roi);
      const { y } = projections(image, 'sum', roi);
      expect(nearness(numbers(x.array), real(of.meanX)).max).toBeLessThan(1e-12);
      expect(nearness(numbers(y.array), real(of.sumY)).max).toBeLessThan(1e-12);
      expect([x.labels.axes![0].values![0], y.labels.axes![0].values![0]]).toEqual(of.first);
    });
    it('has a histogram: exact counts', () => {
      const inRange = roiHistogram(image, { bins: 8, range: [5, 15] }, roi);
      expect(numbers(inRange.histogram.array)).toEqual(of.histogram);
      expect(nearness([inRange.mean, inRange.median, inRange.std], of.ofRange).max).toBeLessThan(1e-12);
      expect(inRange.histogram.labels.counts!.outside).toBe(of.pixels - of.histogram.reduce((a, b) => a + b, 0));
      const dynamic = roiHistogram(image, { bins: 6 }, roi).histogram;
      expect(numbers(dynamic.array)).toEqual(of.dynamic);
      expect(nearness(dynamic.labels.axes![0].values!, of.edges).max).toBeLessThan(1e-12);
    });
  });
}

describe('images over the pulses of a train against numpy (committed results), float32 1e-7', () => {
  const stack = ndarray(Float32Array.from(real(golden.stack)), golden.stackShape) as NdArray<3>;
  it('of all and of chosen pulses, in any layout', () => {
    const turned = stack.transpose(1, 2, 0).copy().transpose(2, 0, 1) as NdArray<3>;
    for (const name of Object.keys(golden.all) as (keyof typeof golden.all)[]) {
      const got = stackImage(stack, name);
      expect(got.dtype).toBe('float32');
      expect(nearness(numbers(got), real(golden.all[name])).max, name).toBeLessThan(1e-6);
      expect(nearness(numbers(stackImage(stack.astype('float64'), name)), real(golden.all[name])).max, name).toBeLessThan(1e-12);
      expect(nearness(numbers(stackImage(stack, name, { pulses: golden.pulses })), real(golden.some[name])).max, name).toBeLessThan(1e-6);
      expect(numbers(stackImage(turned, name)), name).toEqual(numbers(got));
    }
  });
  it('keeps all other axes, and refuses what is no stack', () => {
    expect(stackMean(zeros([3, 2, 4, 5])).shape).toEqual([2, 4, 5]);
    expect(stackMean(zeros([0, 4])).equals(zeros([4]).fill(NaN), { equalNan: true })).toBe(true);
    expect(code(() => stackMean(zeros([4]) as unknown as NdArray<3>))).toBe('ROI_RANK');
    expect(code(() => stackMean(stack, { pulses: [5] }))).toBe('ROI_PULSE');
    expect(code(() => stackImage(stack, 'average' as 'mean'))).toBe('ROI_STATISTIC');
  });
  it.skipIf(!shared)('of the stack beside the repository (skipped where ../shared is not there): 1e-12', () => {
    const load = (name: string) => readNpy(`${shared}/oracles/imaging/${name}.npy`);
    const { data, shape } = load('stack');
    expect(nearness(numbers(stackMean(ndarray(data, shape))), load('stack_mean').data).max).toBeLessThan(1e-12);
  });
});

describe.skipIf(!shared)('the image beside the repository (skipped where ../shared is not there), against numpy', () => {
  it('statistics 1e-12, the median as numpy rounds it 1e-7, the histogram exact', () => {
    const { data, shape } = readNpy<Float32Array>(`${shared}/oracles/imaging/nan_input.npy`);
    const whole = ndarray(data, shape) as unknown as NdArray<2>;
    const { roi } = JSON.parse(readFileSync(`${shared}/oracles/imaging/manifest.json`, 'utf8')) as { roi: Record<'sum' | 'mean' | 'median' | 'std_ddof0' | 'var' | 'min' | 'max' | 'count', number> & { roi: number[]; hist: number[]; edges: number[] } };
    const [y0, y1, x0, x1] = roi.roi;
    const at: Roi = { rectangle: [x0, y0, x1, y1] };
    const all = roiStatistics(whole, at);
    expect(nearness([all.sum, all.mean, all.std, all.var, all.min, all.max, all.count], [roi.sum, roi.mean, roi.std_ddof0, roi.var, roi.min, roi.max, roi.count]).max).toBeLessThan(1e-12);
    expect(nearness([all.median], [roi.median]).max).toBeLessThan(1e-7);
    expect(numbers(roiHistogram(whole, { bins: roi.hist.length, range: [roi.edges[0], roi.edges.at(-1)!] }, at).histogram.array)).toEqual(roi.hist);
  });
});

describe('statistics of regions', () => {
  const anywhere = fc.double({ min: -4, max: 15, noNaN: true });
  const length = fc.double({ min: 0.01, max: 12, noNaN: true });
  const anyRoi = fc.oneof(
    fc.tuple(anywhere, anywhere, length, length).map(([x, y, w, h]) => ['rectangle', [x, y, x + w, y + h]] as const),
    fc.tuple(anywhere, anywhere, length).map((value) => ['circle', value] as const),
    fc.tuple(anywhere, anywhere, length, length).map(([x, y, a, b]) => ['ring', [x, y, a, a + b]] as const),
    fc.array(anywhere, { minLength: 6, maxLength: 12 }).filter((list) => list.length % 2 === 0).map((value) => ['polygon', value] as const),
  );
  it('property: are those of the mask that the viewer draws, also per pulse, for any layout and type', () => {
    fc.assert(fc.property(anyRoi, fc.constantFrom('uint16', 'float32', 'float64', 'int64' as const), fc.boolean(), ([kind, value], dtype, turned) => {
      const plain = ndarray(Float64Array.from({ length: 3 * 9 * 11 }, (_, i) => (i * 37) % 64), [3, 9, 11]).astype(dtype as 'uint16') as NdArray<3>;
      const stack = (turned ? plain.transpose(1, 2, 0).copy().transpose(2, 0, 1) : plain) as NdArray<3>;
      const inside = regionMask(kind, value as unknown as Regions[typeof kind], [9, 11]);
      const roi = roiFor(kind, value);
      const chosen = [0, 1, 2].map((i) => numbers(asNdArray(plain.slice(`${i}`)).astype('float64')).filter((_, k) => inside.data[k] === 1));
      expect(Array.from(pulseStatistic(stack, 'count', roi).data)).toEqual(chosen.map((list) => list.length));
      expect(numbers(pulseStatistic(stack, 'sum', roi))).toEqual(chosen.map((list) => (list.length === 0 ? NaN : list.reduce((a, b) => a + b, 0))));
      const medians = chosen.map((list) => {
        const sorted = list.sort((a, b) => a - b);
        return sorted.length === 0 ? NaN : (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
      });
      expect(numbers(pulseStatistic(stack, 'median', roi))).toEqual(medians);
      expect(roiStatistic(stack.slice('1') as NdArray<2>, 'median', roi)).toEqual(medians[1]);
    }));
  });
  it('of nothing are NaN, the count 0', () => {
    const nothing = { ...Object.fromEntries(statisticNames.map((name) => [name, NaN])), count: 0 };
    expect(roiStatistics(image, { circle: [99, 99, 5] })).toEqual(nothing);
    expect(roiStatistics(zeros([4, 5]).fill(NaN) as NdArray<2>)).toEqual(nothing);
    expect(roiStatistics(zeros([0, 5]) as NdArray<2>)).toEqual(nothing);
    expect(pulseStatistic(zeros([0, 4, 5]) as NdArray<3>, 'mean').shape).toEqual([0]);
    const { histogram, mean } = roiHistogram(zeros([4, 5]).fill(NaN), { bins: 2 });
    expect([numbers(histogram.array), mean, histogram.labels.counts!.outside, Array.from(histogram.labels.axes![0].values!)]).toEqual([[0, 0], NaN, 20, [NaN, NaN, NaN]]);
    expect(numbers(roiHistogram(zeros([4, 5]).fill(NaN), { bins: 2, range: [0, 1] }).histogram.array)).toEqual([0, 0]);
    expect(numbers(projections(image, 'sum', { ring: [5.5, 5.5, 2, 2] }).x.array)).toEqual([]);
  });
  it('the histogram of one value counts it, however large', () => {
    for (const value of [0, -3.5, 65535, 2 ** 53, 1e17, -1e30]) {
      for (const bins of [1, 4, 100]) {
        const { histogram, std } = roiHistogram(zeros([4, 5]).fill(value), { bins });
        const edges = Array.from(histogram.labels.axes![0].values!);
        expect([numbers(histogram.array).reduce((a, b) => a + b), std]).toEqual([20, 0]);
        expect(edges.every((edge, k) => k === 0 || edge > edges[k - 1])).toBe(true);
      }
    }
  });
  it('refuse what is no image, region, statistic or range', () => {
    expect(code(() => roiStatistics(zeros([2, 3, 4]) as unknown as NdArray<2>))).toBe('ROI_RANK');
    expect(code(() => pulseStatistic(zeros([3, 4]) as unknown as NdArray<3>, 'mean'))).toBe('ROI_RANK');
    expect(code(() => roiStatistic(zeros([3]) as unknown as NdArray<2>, 'sum'))).toBe('ROI_RANK');
    for (const of of [roiStatistics, projections, stackMean, (image: NdArray<2>) => crop(image, { y0: 0, y1: 1, x0: 0, x1: 1 })]) expect(code(() => of(5 as unknown as NdArray<2>))).toBe('ROI_RANK');
    expect(code(() => roiStatistic(image, 'mode' as 'mean'))).toBe('ROI_STATISTIC');
    expect(code(() => roiStatistic(image, 'sum', { circle: [1, 2] as unknown as [number, number, number] }))).toBe('PARAM_TYPE');
    expect(code(() => roiStatistic(image, 'sum', { rectangle: [5, 0, 2, 9] }))).toBe('PARAM_RANGE');
    for (const roi of [{}, { cirle: [1, 1, 2] }, { circle: undefined }, { y0: 0, y1: 3 }, { y0: 0, y1: NaN, x0: 0, x1: 3 }]) expect(code(() => roiStatistic(image, 'sum', roi as Roi))).toBe('PARAM_TYPE');
    expect(code(() => projections(image, 'average' as 'mean'))).toBe('ROI_STATISTIC');
    expect(code(() => roiHistogram(image, { bins: 0 }))).toBe('ROI_BINS');
    expect(code(() => roiHistogram(image, { range: [1, 1] }))).toBe('ROI_RANGE');
    expect(code(() => roiHistogram(ndarray(Float64Array.of(-1e308, 1e308), [1, 2])))).toBe('ROI_RANGE');
  });
});
