import { readFileSync } from 'node:fs';
import { Labelled, asNdArray, cut, ndarray, type NdArray, type NdLike, type Rectangle } from '@trainyard/core';
import { errorCode as code, nearness } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build } from './bragg.plugin.ts';
import { braggPeaks, lineouts } from './bragg.ts';
import { litPixels } from './lit-pixels.ts';
import { speckleContrasts } from './speckle.ts';

// golden/golden.json: numpy's sums with NaN left out, made by golden/make_golden.py.
const { bragg: golden } = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as {
  bragg: { shape: [number, number, number]; region: [number, number, number, number]; stack: (number | null)[]; intensity: number[]; border: number[]; x: number[]; y: number[]; lineoutX: number[]; lineoutY: number[] };
};
const stack = ndarray(Float32Array.from(golden.stack, (v) => v ?? Number.NaN), golden.shape);
const numbers = (of: NdLike | Labelled): number[] => Array.from(asNdArray(of instanceof Labelled ? of.array : of).flatten().data as Float64Array);

describe('braggPeaks', () => {
  it('are numpy\'s sums and centres, pulse by pulse, 1e-12', () => {
    const got = braggPeaks(stack, [golden.region]);
    for (const name of ['intensity', 'x', 'y'] as const) expect(nearness(numbers(got[name]), golden[name]).max, name).toBeLessThan(1e-12);
    expect(numbers(got.count)).toEqual([144, 143, 144, 144, 144]);
    expect(nearness(numbers(braggPeaks(stack, [golden.region], { border: true }).intensity), golden.border).max).toBeLessThan(1e-9);
    // The peak walks: 0.3 px a pulse down, 0.2 to the left; without what is around it.
    const { x, y } = braggPeaks(stack, [golden.region], { border: true });
    const walk = (of: Labelled): number => (numbers(of)[4]! - numbers(of)[0]!) / 4;
    expect([Math.abs(walk(y) - 0.3) < 0.05, Math.abs(walk(x) + 0.2) < 0.05]).toEqual([true, true]);
  });

  it('property: sums are those of the cut-out region, for any rectangle, several, any type and layout', () => {
    const edge = fc.integer({ min: -60, max: 420 }).map((n) => n / 10);
    const rectangle = fc.tuple(edge, edge, edge, edge).map(([a, b, c, d]) => [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)] as Rectangle);
    fc.assert(fc.property(fc.array(rectangle, { maxLength: 4 }), fc.boolean(), (regions, turned) => {
      const given = turned ? stack.transpose(2, 1, 0).copy().transpose(2, 1, 0) : stack;
      const { intensity, count, x, y } = braggPeaks(given, regions);
      expect(intensity.array.shape).toEqual([regions.length, golden.shape[0]]);
      for (const [r, region] of regions.entries()) {
        for (let p = 0; p < golden.shape[0]; p++) {
          const pixels = numbers(cut(stack.slice(`${p}`) as NdArray<2>, region)).filter((v) => !Number.isNaN(v));
          expect(count.array.get(r, p)).toBe(pixels.length);
          if (pixels.length === 0) expect([intensity.array.get(r, p), x.array.get(r, p)]).toEqual([Number.NaN, Number.NaN]);
          else expect(Math.abs(intensity.array.get(r, p) - pixels.reduce((a, b) => a + b, 0))).toBeLessThan(1e-6);
          const at = x.array.get(r, p);
          if (!Number.isNaN(at)) expect(at + 0.5 >= region[0] && at + 0.5 <= region[2] && y.array.get(r, p) + 0.5 >= region[1] && y.array.get(r, p) + 0.5 <= region[3]).toBe(true);
        }
      }
    }), { numRuns: 60 });
  });

  it('of one image there is one pulse; all NaN and beside the image are NaN; refuses with a name', () => {
    expect(numbers(braggPeaks(stack.slice('0'), [golden.region]).intensity)).toEqual([numbers(braggPeaks(stack, [golden.region]).intensity)[0]]);
    const nothing = braggPeaks(ndarray(new Float32Array(12).fill(Number.NaN), [3, 4]), [[0, 0, 4, 3], [9, 9, 12, 12]]);
    expect([numbers(nothing.intensity), numbers(nothing.count), numbers(nothing.y)]).toEqual([[Number.NaN, Number.NaN], [0, 0], [Number.NaN, Number.NaN]]);
    const negative = braggPeaks(ndarray(Float32Array.of(-1, -2, -3, -4), [2, 2]), [[0, 0, 2, 2]]);
    expect([numbers(negative.intensity), numbers(negative.x)]).toEqual([[-10], [Number.NaN]]);
    expect(braggPeaks(ndarray(new Float32Array(0), [0, 2, 2]), [[0, 0, 2, 2]]).intensity.array.shape).toEqual([1, 0]);
    expect(code(() => braggPeaks(ndarray(new Float32Array(2), [2]), []))).toBe('PEAKS_RANK');
    for (const of of [() => braggPeaks(5 as unknown as NdArray, []), () => speckleContrasts(5 as unknown as NdArray), () => litPixels({ threshold: 1 })(5 as unknown as NdArray)]) expect(code(of)).toBe('PEAKS_RANK');
    expect(code(() => braggPeaks(stack, [[0, 0, 2, Number.NaN]]))).toBe('PEAKS_REGION');
    expect(code(() => braggPeaks(stack, [[0, 0, 2] as unknown as Rectangle]))).toBe('PEAKS_REGION');
  });

  it('lineouts are numpy\'s, labelled with the pixels\' numbers', () => {
    const { x, y } = lineouts(stack, golden.region);
    expect(nearness(numbers(x), golden.lineoutX).max).toBeLessThan(1e-12);
    expect(nearness(numbers(y), golden.lineoutY).max).toBeLessThan(1e-12);
    expect([x.labels.axes![0]!.values![0], y.labels.axes![0]!.values![0]]).toEqual([10, 8]);
    expect(lineouts(stack, [99, 99, 120, 120]).x.array.shape).toEqual([0]);
    // A column of NaN in one frame, and one of NaN in both.
    const gaps = lineouts(ndarray(Float32Array.of(1, Number.NaN, Number.NaN, 3, Number.NaN, 4), [2, 1, 3]), [0, 0, 3, 1]);
    expect([numbers(gaps.x), numbers(gaps.y)]).toEqual([[2, Number.NaN, 4], [4]]);
    expect(numbers(lineouts(ndarray(new Float32Array(0), [0, 1, 2]), [0, 0, 2, 1]).x)).toEqual([Number.NaN, Number.NaN]);
  });

  it('the plugin takes several rectangles as a list of numbers', () => {
    const params = { regions: [...golden.region, 0, 0, 4, 4], border: false, lineout: 0 };
    const views = build({ inputs: { image: 'stack#frame' }, params }) as unknown as Record<string, { call: (values: readonly unknown[]) => unknown }>;
    const peaks = views.peaks!.call([stack]);
    const two = braggPeaks(stack, [golden.region, [0, 0, 4, 4]]);
    for (const name of ['intensity', 'x', 'y'] as const) expect(numbers(views[name]!.call([peaks]) as Labelled)).toEqual(numbers(two[name]));
    const lines = views.lines!.call([stack]);
    expect(nearness(numbers(views.lineoutX!.call([lines]) as Labelled), golden.lineoutX).max).toBeLessThan(1e-12);
    expect(nearness(numbers(views.lineoutY!.call([lines]) as Labelled), golden.lineoutY).max).toBeLessThan(1e-12);
    params.lineout = 2;
    expect(code(() => views.lines!.call([stack]))).toBe('PEAKS_REGION');
    params.regions = [1, 2, 3];
    expect(code(() => views.peaks!.call([stack]))).toBe('PEAKS_REGION');
  });
});
