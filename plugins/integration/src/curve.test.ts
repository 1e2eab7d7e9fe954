import { readFileSync } from 'node:fs';
import { Skip, asViewParameter, labelled, ndarray, type Labelled, type NdArray, type ParamValue, type Table } from '@trainyard/core';
import { errorCode as code } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build } from './curve.plugin.ts';
import { figureOfMerit, figuresOfMerit, merits, normalised, type Merit } from './figure-of-merit.ts';
import { findPeaks } from './find-peaks.ts';
import { plugins } from './plugins.ts';

// golden/curves.json: scipy's and numpy's own results, made by golden/make_curves.py.
const golden = JSON.parse(readFileSync(new URL('../golden/curves.json', import.meta.url), 'utf8')) as {
  curves: Record<string, { x: number[]; y: number[]; peaks: Record<string, { index: number[]; prominence: number[] }>; all: Record<Merit, number>; '2 to 9': Record<Merit, number> }>;
};
const vector = (values: readonly number[]): NdArray<1> => ndarray(Float64Array.from(values), [values.length]) as NdArray<1>;
const onAxis = (x: readonly number[], y: readonly number[]): Labelled<NdArray<1>> => labelled(vector(y), { axes: [{ name: 'q', values: x }] });

describe('against scipy and numpy', () => {
  for (const [name, { x, y, peaks, ...merit }] of Object.entries(golden.curves)) {
    it(`${name}: peaks and prominences (exact), sums, areas, highest points and centres (1e-12)`, () => {
      for (const [prominence, expected] of Object.entries(peaks)) {
        const got = findPeaks(onAxis(x, y), { prominence: Number(prominence) });
        expect([...got.index]).toEqual(expected.index);
        expect([...got.prominence]).toEqual(expected.prominence);
        expect([...got.position]).toEqual(expected.index.map((i) => x[i]));
        expect([...got.height]).toEqual(expected.index.map((i) => y[i]));
      }
      for (const what of merits) {
        const scale = Math.max(...y.map(Math.abs)) * x.length;
        expect(Math.abs(figureOfMerit(onAxis(x, y), what) - merit.all[what])).toBeLessThan(1e-12 * scale);
        expect(Math.abs(figureOfMerit(onAxis(x, y), what, { from: 2, to: 9 }) - merit['2 to 9'][what])).toBeLessThan(1e-12 * scale);
      }
    });
  }
});

const curves = fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -20, max: 20 }) }, { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity) }), { maxLength: 60 });

describe('peaks', () => {
  it('property: each is higher than what surrounds it, stands out by its prominence, and points that are not finite change nothing', () => {
    fc.assert(fc.property(curves, fc.integer({ min: 0, max: 10 }), (y, prominence) => {
      const got = findPeaks(vector(y), { prominence });
      const at = Array.from(y.keys()).filter((i) => Number.isFinite(y[i]));
      const alone = findPeaks(vector(at.map((i) => y[i])), { prominence });
      expect([...got.index]).toEqual(Array.from(alone.index, (k) => at[k]));
      for (const [k, i] of got.index.entries()) {
        expect(got.height[k]).toBe(y[i]);
        expect(got.prominence[k]).toBeGreaterThanOrEqual(Math.max(1, prominence));
        // On one side at least it goes down by its prominence before anything is higher.
        const down = (step: number): number => { let low = y[i]; for (let j = i; j >= 0 && j < y.length && !(y[j] > y[i] && Number.isFinite(y[j])); j += step) if (Number.isFinite(y[j])) low = Math.min(low, y[j]); return y[i] - low; };
        expect(Math.min(down(-1), down(1))).toBe(got.prominence[k]);
      }
    }));
  });
  it('has none in a curve of few points, and refuses stacks and odd prominences', () => {
    for (const y of [[], [1], [1, 2], [2, 2, 2], [Number.NaN, Number.NaN, Number.NaN]]) expect(findPeaks(vector(y)).index.length).toBe(0);
    expect([...findPeaks(vector([0, 5, 0, 9, 0]), { from: 2 }).index]).toEqual([3]);
    expect(code(() => findPeaks(ndarray(new Float64Array(6), [2, 3])))).toBe('CURVE_RANK');
    expect(code(() => findPeaks(vector([1, 2]), { prominence: -1 }))).toBe('CURVE_PROMINENCE');
  });
});

describe('numbers of a curve', () => {
  it('property: normalised by its area it has the area 1, and the same shape; a stack is done curve by curve', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 4, maxLength: 40 }).filter((y) => y.length % 2 === 0), (y) => {
      const points = y.length / 2;
      const stack = ndarray(Float64Array.from(y), [2, points]);
      const got = normalised(stack).array;
      for (const k of [0, 1]) {
        const one = got.slice(`${k}`);
        expect(figureOfMerit(one, 'area')).toBeCloseTo(1, 10);
        expect(one.slice('0').flatten().data).toEqual(normalised(stack.slice(`${k}`)).array.slice('0').flatten().data);
        for (const what of merits) expect(figuresOfMerit(stack, what).flatten().data[k]).toBe(figureOfMerit(stack.slice(`${k}`), what));
      }
    }));
  });
  it('leaves points out that are not finite; of none there is no peak, of sum 0 no centre, of no area nothing to divide by', () => {
    const holes = onAxis([0, 1, 2, 3], [1, Number.NaN, 3, Infinity]);
    expect(merits.map((what) => figureOfMerit(holes, what))).toEqual([4, 4, 3, 2, 1.5]);
    expect(merits.map((what) => figureOfMerit(vector([Number.NaN]), what))).toEqual([0, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(figureOfMerit(vector([-1, 1]), 'centre')).toBe(Number.NaN);
    expect(Array.from(normalised(vector([0, 0, 0])).array.data).every(Number.isNaN)).toBe(true);
    const errors = normalised(labelled(vector([2, 2, 2]), { unit: 'ADU', errors: vector([1, 1, 1]), axes: [{ name: 'q', values: [0, 1, 2] }] }));
    expect([[...errors.array.data], [...errors.labels.errors!.data], errors.labels.unit, errors.labels.axes![0].name]).toEqual([[0.5, 0.5, 0.5], [0.25, 0.25, 0.25], undefined, 'q']);
  });
  it('refuses a number, an axis of another length and a range that descends', () => {
    expect(code(() => figureOfMerit(vector([1]), 'sum', { axis: [1, 2] }))).toBe('CURVE_RANK');
    expect(code(() => figureOfMerit(vector([1]), 'sum', { from: 2, to: 1 }))).toBe('CURVE_RANGE');
    expect(code(() => figureOfMerit(ndarray(Float64Array.of(1), []), 'sum'))).toBe('CURVE_RANK');
  });
});

describe('the plugin', () => {
  it('gives the numbers and peaks of the functions, and says why there is none', () => {
    const { x, y } = golden.curves.rings;
    const spec = plugins.find(({ id }) => id === 'integration/curve')!;
    const params: Record<string, ParamValue> = Object.fromEntries(Object.entries(spec.parameters).map(([key, p]) => [key, asViewParameter(p).default]));
    Object.assign(params, { range: [2, 9], normalise: 'area', prominence: 0.1 });
    const views = build({ inputs: { curve: 'view#iq', axis: 'view#iq/radial' }, params }) as unknown as Record<string, { call: (values: unknown[]) => unknown }>;
    const taken = views.taken.call([vector(y), vector(x)]);
    const expected = normalised(onAxis(x, y), { from: 2, to: 9 });
    for (const what of merits) expect(views[what].call([taken])).toBe(figureOfMerit(expected, what, { from: 2, to: 9 }));
    expect(views.area.call([taken])).toBeCloseTo(1, 12);
    const table = views.peaks.call([taken]) as Table;
    const peaks = findPeaks(expected, { from: 2, to: 9, prominence: 0.1 });
    expect([...(table.position as NdArray).data]).toEqual([...peaks.position]);
    expect((views.curve.call([taken]) as Labelled).labels.overlay!.map(({ at }) => at[0])).toEqual([...peaks.position]);
    expect(views.peak.call([views.taken.call([vector([Number.NaN]), vector([3])])])).toBeInstanceOf(Skip);
  });
});
