import { readFileSync } from 'node:fs';
import { Labelled, asNdArray, asViewParameter, ndarray, type NdArray, type NdLike, type ParamValue, type Reducer } from '@trainyard/core';
import { errorCode as code } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hitRate, hitRateBySample, hits } from './hit-rate.ts';
import { build as buildBySample } from './hit-rate-by-sample.plugin.ts';
import { build as buildRate } from './hit-rate.plugin.ts';
import { build as buildLit } from './lit-pixels.plugin.ts';
import { litPixels, type LitPixels } from './lit-pixels.ts';
import { plugins } from './plugins.ts';

const { peaks: golden, lit: expected } = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as {
  peaks: { shape: [number, number]; image: number[]; mask: number[] };
  lit: { threshold: number; all: number; panels: number[]; unmasked: number };
};
const image = ndarray(Uint16Array.from(golden.image), golden.shape);
const mask = ndarray(Uint8Array.from(golden.image, (_, i) => Number(golden.mask.includes(i))), golden.shape);
const numbers = (of: NdLike): number[] => Array.from(asNdArray(of).flatten().data as Float64Array);
const vector = (values: readonly number[]): NdArray<1> => ndarray(Float64Array.from(values), [values.length]) as NdArray<1>;
type Built = Record<string, { call: (values: readonly unknown[]) => unknown; reducer: Reducer }>;
const defaults = (id: string): Record<string, ParamValue> => Object.fromEntries(Object.entries(plugins.find((spec) => spec.id === id)!.parameters).map(([key, parameter]) => [key, asViewParameter(parameter).default]));

describe('litPixels', () => {
  it('are numpy\'s counts, of all, of each panel and without masked pixels', () => {
    const { threshold } = expected;
    const panel = [golden.shape[0], golden.shape[1] / 2] as const;
    expect(numbers(litPixels({ threshold })(image).count)).toEqual([expected.all]);
    expect(numbers(litPixels({ threshold, panel })(image).panels)).toEqual(expected.panels);
    expect(numbers(litPixels({ threshold, mask })(image).count)).toEqual([expected.unmasked]);
    const modules = image.reshape(golden.shape[0], 2, panel[1]).transpose(1, 0, 2);
    const stack = litPixels({ threshold, modules: true })(modules.reshape(1, 2, ...panel));
    expect([stack.panels.shape, numbers(stack.panels), numbers(stack.count)]).toEqual([[1, 2], expected.panels, [expected.all]]);
    expect(numbers(litPixels({ threshold, modules: true })(modules).panels)).toEqual(expected.panels);
    expect(numbers(litPixels({ threshold })(modules).count)).toEqual(expected.panels);
  });
  it('refuses with a name; NaN is never lit', () => {
    expect(code(() => litPixels({ threshold: Number.NaN })(image))).toBe('PEAKS_LIMIT');
    expect(code(() => litPixels({} as { threshold: number })(image))).toBe('PEAKS_LIMIT');
    expect(code(() => litPixels({ threshold: 1, panel: [7, 7] })(image))).toBe('LIT_PANEL');
    expect(code(() => litPixels({ threshold: 1, mask: vector([1]) })(image))).toBe('PEAKS_SHAPE');
    expect(code(() => litPixels({ threshold: 1 })(vector([1])))).toBe('PEAKS_RANK');
    expect(numbers(litPixels({ threshold: -1 })(ndarray(Float32Array.of(Number.NaN, 0), [1, 2])).count)).toEqual([1]);
    expect(numbers(litPixels({ threshold: 1 })(ndarray(new Float32Array(0), [0, 2, 2])).count)).toEqual([]);
  });
  it('the plugin gives counts, panels and hits', () => {
    const params = { ...defaults('peaks/lit-pixels'), threshold: expected.threshold, least: expected.unmasked };
    const views = buildLit({ inputs: { image: 'stack#frame', mask: 'stack#mask' }, params }) as unknown as Built;
    const lit = views.lit!.call([image, mask]) as LitPixels;
    expect(numbers((views.count!.call([lit]) as Labelled).array)).toEqual([expected.unmasked]);
    expect((views.panels!.call([lit]) as Labelled).array.shape).toEqual([1, 1]);
    expect(numbers(views.hit!.call([lit]) as NdArray)).toEqual([1]);
    params.least += 1;
    expect(numbers(views.hit!.call([lit]) as NdArray)).toEqual([0]);
  });
});

describe('hits', () => {
  it('are frames with enough; NaN is not known', () => {
    expect(numbers(hits(vector([0, 4, 5, Number.NaN, 6]), 5))).toEqual([0, 0, 1, Number.NaN, 1]);
    expect(numbers(hits(vector([]), 5))).toEqual([]);
    expect(code(() => hits(image as never, 5))).toBe('PEAKS_RANK');
    expect(code(() => hits(vector([1]), Number.NaN))).toBe('PEAKS_LIMIT');
  });
});

/** Folded in two parts that are merged, as blocks are. */
function folded(reducer: Reducer, values: readonly unknown[], cut: number): unknown {
  const part = (some: readonly unknown[], first: number): unknown => some.reduce((state, value, k) => reducer.add(state, value, first + k) as unknown, reducer.initial() as unknown);
  return reducer.result(reducer.merge(part(values.slice(0, cut), 1), part(values.slice(cut), 1 + cut)));
}

const hit = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0, 1, true, false) }, { weight: 1, arbitrary: fc.constant(Number.NaN) }, { weight: 3, arbitrary: fc.array(fc.constantFrom(0, 1, Number.NaN), { maxLength: 5 }).map(vector) });
const listOf = (value: number | boolean | NdArray): number[] => (typeof value === 'object' ? numbers(value) : [Number(value)]).filter((one) => !Number.isNaN(one));

describe('hitRate', () => {
  it('property: the part of all frames, whatever the trains\' numbers of them and wherever it is cut', () => {
    fc.assert(fc.property(fc.array(hit, { maxLength: 30 }), fc.nat(30), (values, cut) => {
      const all = values.flatMap(listOf);
      expect(folded(hitRate(), values, cut)).toEqual(all.length === 0 ? undefined : all.reduce((a, b) => a + b, 0) / all.length);
    }));
    expect(hitRate({ trains: 5 })).toMatchObject({ window: 5, name: 'hitRate(trains=5)', kind: 'scalar' });
    expect(code(() => hitRate({ trains: 0 }))).toBe('REDUCER_WINDOW');
  });
});

describe('hitRateBySample', () => {
  it('property: a row for each sample, in order, wherever it is cut', () => {
    const sample = fc.constantFrom(1, 2, 10, -0, 3n, 'lysozyme', 'water', '1', undefined, Number.NaN);
    fc.assert(fc.property(fc.array(fc.record({ hit: fc.option(hit, { nil: undefined, freq: 6 }), sample }), { maxLength: 30 }), fc.nat(30), (values, cut) => {
      const rows = new Map<string | number, number[]>();
      for (const { hit: value, sample: name } of values) {
        const key = typeof name === 'string' ? name : Number.isNaN(Number(name ?? Number.NaN)) ? '?' : Number(name) + 0;
        if (value !== undefined && listOf(value).length > 0) rows.set(key, [...(rows.get(key) ?? []), ...listOf(value)]);
      }
      const keys = [...rows.keys()].sort((a, b) => (typeof a === typeof b ? (a < b ? -1 : 1) : typeof a === 'number' ? -1 : 1));
      const table = folded(hitRateBySample(), values, cut) as Record<string, NdArray | string[]> | undefined;
      if (keys.length === 0) expect(table).toBeUndefined();
      if (keys.length === 0) return;
      const numeric = keys.some((key) => typeof key === 'number') && keys.every((key) => typeof key === 'number' || key === '?');
      if (numeric) expect(numbers(table!.sample as NdArray)).toEqual(keys.map((key) => (key === '?' ? Number.NaN : key)));
      else expect(table!.sample).toEqual(keys.map(String));
      expect(numbers(table!.frames as NdArray)).toEqual(keys.map((key) => rows.get(key)!.length));
      expect(numbers(table!.rate as NdArray)).toEqual(keys.map((key) => rows.get(key)!.reduce((a, b) => a + b, 0) / rows.get(key)!.length));
    }));
  });
  it('refuses positions in place of samples', () => {
    const reducer = hitRateBySample();
    expect(code(() => Array.from({ length: 1100 }, (_, k) => k).reduce((state, k) => reducer.add(state, { hit: 1, sample: k / 7 }, k), reducer.initial()))).toBe('PEAKS_SAMPLES');
  });
  it('the plugins fold hits of counts', () => {
    const rate = buildRate({ inputs: { count: 'view#count' }, params: { ...defaults('peaks/hit-rate'), least: 3 } }) as unknown as Built;
    const ones = [vector([2, 3, 4, 0]), 3].map((count) => rate.hit!.call([count]));
    expect(folded(rate.all!.reducer, ones, 1)).toBe(3 / 5);
    expect(rate.rate!.reducer.window).toBe(100);
    const bySample = buildBySample({ inputs: { count: 'view#count', sample: 'karabo#S.name' }, params: { least: 3 } }) as unknown as Built;
    const given = [bySample.hit!.call([vector([2, 3, 4, 0])]), bySample.hit!.call([1])];
    const table = folded(bySample.rates!.reducer, given.map((one, k) => ({ hit: one, sample: ['water', 'ice'][k] })), 1) as Record<string, unknown>;
    expect(table.sample).toEqual(['ice', 'water']);
    expect(numbers(table.rate as NdArray)).toEqual([0, 0.5]);
  });
});
