import { readFileSync } from 'node:fs';
import { Labelled, Skip, asNdArray, asViewParameter, ndarray, zeros, type NdArray, type NdLike, type ParamValue, type RegionKind } from '@trainyard/core';
import { errorCode as code, nearness } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combine, normaliseBy } from './normalise.ts';
import { plugins } from './plugins.ts';
import { pulseList } from './stack.ts';
import { roiStatistics } from './statistics.ts';

const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as {
  shape: [number, number]; image: (number | null)[]; regions: Record<RegionKind, { numbers: number[]; aucX: (number | null)[]; aucSum: number }>;
};
const image = ndarray(Float32Array.from(golden.image, (value) => value ?? NaN), golden.shape) as NdArray<2>;
const numbers = (of: unknown): number[] => (of instanceof Skip ? [-1] : Array.from(asNdArray(of instanceof Labelled ? of.array : (of as NdLike)).astype('float64').flatten().data as Float64Array));
const reason = (of: unknown): string => String((of as Skip).reason);

interface Called { readonly call: (values: unknown[]) => unknown }
/** A plugin's views as functions, with its parameters' defaults and those given; the parameters may be changed. */
async function made(name: string, given: Record<string, ParamValue> = {}): Promise<{ views: Record<string, Called>; params: Record<string, ParamValue> }> {
  const spec = plugins.find(({ id }) => id === `roi/${name}`)!;
  const params: Record<string, ParamValue> = { ...Object.fromEntries(Object.entries(spec.parameters).map(([key, parameter]) => [key, asViewParameter(parameter).default])), ...given };
  const { build } = await spec.load();
  return { views: build({ inputs: Object.fromEntries(Object.keys(spec.inputs).map((key) => [key, `stack#${key}`])), params }) as unknown as Record<string, Called>, params };
}

describe('roi/statistics', () => {
  it('gives every statistic of the shape it is told, and says when no pixel is inside', async () => {
    const { numbers: circle } = golden.regions.circle;
    const { views, params } = await made('statistics', { shape: 'circle', circle });
    const expected = roiStatistics(image, { circle: circle as unknown as [number, number, number] });
    const all = views.all.call([image]);
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, views[name].call([all])]))).toEqual(expected);
    params.shape = 'rectangle';
    expect(views.all.call([image])).toEqual(roiStatistics(image));
    for (const shape of ['circle', 'ring', 'polygon']) {
      Object.assign(params, { shape, circle: [0, 0, 0] });
      expect(reason(views.all.call([image]))).toMatch(new RegExp(`the ${shape} [0, ]+ holds no pixel of an image of 11 x 14`));
    }
  });
});

describe('roi/pulse-statistics', () => {
  it('gives a value for each pulse', async () => {
    const stack = ndarray(Float32Array.from({ length: 24 }, (_, i) => i), [2, 3, 4]);
    const { views, params } = await made('pulse-statistics', { rectangle: [1, 0, 3, 2] });
    expect(numbers(views.values.call([stack]))).toEqual([3.5, 15.5]);
    params.statistic = 'max';
    expect(numbers(views.values.call([stack]))).toEqual([6, 18]);
    params.rectangle = [9, 9, 10, 10];
    expect(reason(views.values.call([stack]))).toMatch('holds no pixel of an image of 3 x 4');
  });
});

describe('roi/projection', () => {
  it.each(Object.entries(golden.regions))('of a %s over its area, as numpy.trapz has it: 1e-12', async (shape, of) => {
    const { views } = await made('projection', { shape, [shape]: of.numbers, normalise: 'auc', aucRange: [4, 9], sumRange: [5, 8] });
    const both = views.both.call([image]);
    expect(nearness(numbers(views.x.call([both])), of.aucX.map((value) => value ?? NaN)).max).toBeLessThan(1e-12);
    expect(nearness([views.xSum.call([both]) as number], [of.aucSum]).max).toBeLessThan(1e-12);
  });
  it('says when there is no area, and refuses ranges that are none', async () => {
    const { views, params } = await made('projection', { normalise: 'auc' });
    expect(reason(views.x.call([views.both.call([zeros([4, 5])])]))).toBe('the area under the projection on x is 0');
    expect(reason(views.ySum.call([views.both.call([zeros([4, 5]).fill(NaN)])]))).toBe('there are no two numbers of the projection on y');
    params.normalise = 'none';
    expect(views.xSum.call([views.both.call([zeros([4, 5]).fill(NaN)])])).toBeNaN();
    expect(views.ySum.call([views.both.call([zeros([4, 5])])])).toBe(0);
    params.sumRange = [3];
    const both = views.both.call([image]);
    expect(code(() => views.xSum.call([both]))).toBe('ROI_RANGE');
  });
});

describe('roi/histogram', () => {
  it('counts an image, or all pulses together', async () => {
    const { views, params } = await made('histogram', { bins: 2, range: [0, 4], rectangle: [0, 0, 2, 2] });
    const stack = ndarray(Float64Array.of(0, 1, 9, 2, 3, 9, 4, 5, 9, 1, NaN, 9), [2, 2, 3]);
    const counted = views.counted.call([stack]);
    expect(numbers(views.histogram.call([counted]))).toEqual([3, 3]);
    expect(nearness(['mean', 'median', 'std'].map((name) => views[name].call([counted]) as number), [11 / 6, 1.5, Math.sqrt(65 / 36)]).max).toBeLessThan(1e-12);
    params.range = [];
    expect(numbers(views.histogram.call([views.counted.call([stack])]))).toEqual([4, 3]);
  });
});

describe('roi/combine', () => {
  it('adds, subtracts and divides numbers, vectors and images', async () => {
    const { views, params } = await made('combine');
    const [a, b] = [ndarray(Uint16Array.of(1, 2, 3), [3]), ndarray(Float32Array.of(4, NaN, 2), [3])];
    expect([views.value.call([3, 4]), numbers(views.each.call([3, 4])), (views.each.call([3, 4]) as NdArray).shape]).toEqual([-1, [-1], []]);
    expect([numbers(views.each.call([a, b])), views.value.call([a, b])]).toEqual([[-3, NaN, 1], -1]);
    for (const [how, expected] of [['first', [1, 2, 3]], ['second', [4, NaN, 2]], ['sum', [5, NaN, 5]], ['ratio', [0.25, NaN, 1.5]]] as const) {
      params.combination = how;
      expect(numbers(views.each.call([a, b]))).toEqual(expected);
    }
    expect([numbers(combine(6, a, 'ratio') as NdArray), numbers(combine(a, 6, 'difference') as NdArray)]).toEqual([[6, 3, 2], [-5, -4, -3]]);
    expect(code(() => combine(a, zeros([4]), 'sum'))).toBe('ROI_COMBINE');
    expect(code(() => combine(1, 2, 'product' as 'sum'))).toBe('ROI_COMBINE');
  });
  it('property: what is subtracted or divided comes back', () => {
    const value = fc.integer({ min: 1, max: 1000 });
    fc.assert(fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 20 }), (pairs) => {
      const [a, b] = [0, 1].map((k) => ndarray(Float64Array.from(pairs, (pair) => pair[k]), [pairs.length]));
      expect(numbers(combine(combine(a, b, 'difference'), b, 'sum') as NdArray)).toEqual(numbers(a));
      expect(nearness(numbers((combine(a, b, 'ratio') as NdArray).mul(b)), numbers(a)).max).toBeLessThan(1e-12);
      expect(nearness(numbers(normaliseBy(a, b, 'pulse') as NdArray), numbers(combine(a, b, 'ratio') as NdArray)).max).toBe(0);
    }));
  });
});

describe('roi/normalise', () => {
  it('divides by the mean of a train, or pulse by pulse, of the pulses that are chosen', async () => {
    const { views, params } = await made('normalise');
    const xgm = ndarray(Float32Array.of(2, 4, NaN, 1, 1, 1), [6]);
    params.pulses = ':3';
    expect(views.value.call([12, xgm])).toBe(4);
    expect(numbers(views.each.call([ndarray(Float64Array.of(3, 6), [2]), xgm]))).toEqual([1, 2]);
    Object.assign(params, { per: 'pulse', pulses: '0, 1' });
    expect(numbers(views.each.call([ndarray(Float64Array.of(3, 6, 4, 8), [2, 2]), xgm]))).toEqual([1.5, 3, 1, 2]);
    expect(views.value.call([ndarray(Float64Array.of(3, 6), [2]), xgm])).toBe(1.5);
    expect(code(() => views.value.call([ndarray(Float64Array.of(3), [1]), xgm]))).toBe('ROI_NORMALISER');
    expect(views.value.call([3, 6])).toBe(0.5);
  });
  it('gives nothing where the normaliser is 0 or nothing, NaN where one pulse of it is', async () => {
    const { views, params } = await made('normalise');
    expect(reason(views.value.call([3, 0]))).toBe('the normaliser is 0');
    expect(reason(views.each.call([3, ndarray(Float32Array.of(NaN), [1])]))).toBe('the normaliser is NaN or nothing');
    expect([normaliseBy(3, 0), normaliseBy(3, zeros([2]))]).toEqual([NaN, NaN]);
    params.per = 'pulse';
    expect(numbers(views.each.call([ndarray(Float64Array.of(3, 6), [2]), ndarray(Float64Array.of(0, 2), [2])]))).toEqual([NaN, 3]);
  });
});

describe('roi/pulse-image', () => {
  it('takes some pulses together', async () => {
    const stack = ndarray(Uint16Array.of(1, 2, 3, 4, 50, 60), [3, 2]);
    const { views, params } = await made('pulse-image');
    expect(numbers(views.image.call([stack]))).toEqual([18, 22]);
    Object.assign(params, { pulses: '::2', statistic: 'max' });
    expect(numbers(views.image.call([stack]))).toEqual([50, 60]);
  });
  it('pulses are a slice or a list', () => {
    expect([pulseList(':', 5), pulseList('1::2', 5), pulseList('-2:', 5), pulseList('0, 3', 5), pulseList('7:', 5)]).toEqual([undefined, [1, 3], [3, 4], [0, 3], []]);
    expect([code(() => pulseList('a', 5)), code(() => pulseList('', 5)), code(() => pulseList('1:b', 5)), code(() => pulseList('1.5', 5))]).toEqual(['ROI_PULSE', 'ROI_PULSE', 'ND_SLICE', 'ROI_PULSE']);
  });
});
