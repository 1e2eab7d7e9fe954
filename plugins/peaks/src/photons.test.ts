import { readFileSync } from 'node:fs';
import { Labelled, asNdArray, asViewParameter, ndarray, type NdArray, type NdLike, type ParamValue, type Reducer } from '@trainyard/core';
import { histogram } from '@trainyard/core/reducers';
import { errorCode as code, nearness } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build } from './droplets.plugin.ts';
import { droplets, type FoundPhotons } from './droplets.ts';
import { plugins } from './plugins.ts';
import { photonProbability, photonStatistics, speckleContrast, speckleContrasts } from './speckle.ts';
import { build as buildSpeckle } from './speckle-contrast.plugin.ts';

// golden/golden.json: scipy.ndimage.label and scipy.stats, made by golden/make_golden.py.
const { droplets: golden, speckle, bragg } = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as {
  droplets: { shape: [number, number]; threshold: number; photon: number; image: number[]; x: number[]; y: number[]; total: number[]; npix: number[]; photons: number[]; true: number };
  speckle: { contrast: number; mean: number; modes: number; p: number[]; poisson: number[] };
  bragg: { shape: number[]; region: [number, number, number, number]; stack: (number | null)[] };
};
const image = ndarray(Float32Array.from(golden.image), golden.shape);
const options = { threshold: golden.threshold, photon: golden.photon };
const numbers = (of: NdLike): number[] => Array.from(asNdArray(of).flatten().data as Float64Array);
const column = (found: FoundPhotons, name: string): number[] => numbers(found.table[name] as NdArray);
const columns = ['x', 'y', 'total', 'npix', 'photons'] as const;

describe('droplets', () => {
  it('are those of scipy.ndimage.label, 1e-6, and no photon is lost', () => {
    const found = droplets(options)(image);
    for (const name of columns) expect(nearness(column(found, name), golden[name], 1).max, name).toBeLessThan(1e-6);
    const sum = golden.photons.reduce((a, b) => a + b);
    expect(numbers(found.count)).toEqual([sum]);
    expect(numbers(found.photons).reduce((a, b) => a + b)).toBe(sum);
    // Nearly all of those that were there.
    expect(Math.abs(sum / golden.true - 1)).toBeLessThan(0.03);
    expect(found.photons.shape).toEqual(golden.shape);
  });

  it('property: of a stack each frame is as it is alone, whatever lies between rows and however it is turned', () => {
    const [rows, cols] = golden.shape;
    fc.assert(fc.property(fc.integer({ min: 1, max: 17 }), fc.nat(1e6), fc.boolean(), (frames, seed, turned) => {
      const value = (f: number, i: number): number => golden.image[(i * 7 + f * 31 + seed) % golden.image.length]!;
      const stack = turned
        ? ndarray(Float32Array.from({ length: frames * rows * cols }, (_, k) => value(k % frames, Math.floor(k / frames))), [rows, cols, frames]).transpose(2, 0, 1)
        : ndarray(Float64Array.from({ length: frames * rows * (cols + 3) }, (_, k) => value(Math.floor(k / (rows * (cols + 3))), (Math.floor(k / (cols + 3)) % rows) * cols + (k % (cols + 3)))), [frames, rows, cols + 3]).slice(`:, :, 0:${cols}`);
      const all = droplets(options)(stack);
      const f = seed % frames;
      const one = droplets(options)(ndarray(Float32Array.from({ length: rows * cols }, (_, i) => value(f, i)), [rows, cols]));
      expect(numbers(all.photons.slice(`${f}`))).toEqual(numbers(one.photons));
      expect(numbers(all.count)[f]).toBe(numbers(one.count)[0]);
      const rowsOf = column(all, 'pulse').flatMap((p, k) => (p === f ? [k] : []));
      for (const name of columns) {
        const values = column(all, name);
        expect(rowsOf.map((k) => values[k])).toEqual(column(one, name));
      }
    }), { numRuns: 8 });
  });

  it('leaves masked and NaN pixels out, follows its options, and refuses with a name', () => {
    let now: Parameters<typeof droplets>[0] & object = { threshold: 5, photon: 10 };
    const find = droplets(() => now as typeof options);
    const small = ndarray(Float32Array.of(10, 10, Number.NaN, 10, 0, 20), [2, 3]);
    expect(numbers(find(small).photons)).toEqual([1, 1, Number.NaN, 1, 0, 2]);
    now = { ...now, mask: ndarray(Uint8Array.of(1, 0, 0, 0, 0, 0), [2, 3]), photon: 20 };
    expect(numbers(find(small).photons)).toEqual([Number.NaN, 1, Number.NaN, 1, 0, 1]);
    expect(numbers(find(ndarray(new Float32Array(6).fill(Number.NaN), [2, 3])).count)).toEqual([0]);
    expect(numbers(find(ndarray(new Float32Array(0), [0, 2, 3])).photons)).toEqual([]);
    expect(code(() => find(image))).toBe('PEAKS_SHAPE');
    expect(code(() => droplets(options)(ndarray(new Float32Array(3), [3])))).toBe('PEAKS_RANK');
    expect(code(() => droplets(options)(ndarray(new Float32Array(16), [2, 2, 2, 2])))).toBe('PEAKS_RANK');
    expect(code(() => droplets({ ...options, photon: 0 })(image))).toBe('DROPLET_LIMITS');
    expect(code(() => droplets({ ...options, threshold: -1 })(image))).toBe('DROPLET_LIMITS');
  });
});

describe('speckle contrast', () => {
  const counts = (p: ArrayLike<number>): NdArray<1> => ndarray(Float64Array.from(p), [p.length]) as NdArray<1>;

  it('p(k) is scipy\'s negative binomial and Poisson distribution, 1e-12', () => {
    expect(nearness(photonProbability(speckle.mean, 1 / speckle.modes, 7), speckle.p).max).toBeLessThan(1e-12);
    expect(nearness(photonProbability(speckle.mean, 0, 7), speckle.poisson).max).toBeLessThan(1e-12);
    expect(nearness(photonProbability(speckle.mean, 1e-14, 7), speckle.poisson).max).toBeLessThan(1e-12);
    expect(Array.from(photonProbability(0, 0.5, 2))).toEqual([1, 0, 0]);
    for (const [mean, contrast, most] of [[-1, 0, 1], [1, -1, 1], [1, 1, -1], [1, 1, 0.5], [Number.NaN, 1, 1]] as const) expect(code(() => photonProbability(mean, contrast, most))).toBe('PEAKS_LIMIT');
  });

  it('property: mean and contrast of p(k) come back from it', () => {
    fc.assert(fc.property(fc.double({ min: 0.01, max: 2, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (mean, contrast) => {
      const got = photonStatistics(counts(photonProbability(mean, contrast, 300)));
      expect(Math.abs(got.mean / mean - 1)).toBeLessThan(1e-9);
      expect(Math.abs(got.contrast - contrast)).toBeLessThan(1e-9);
      expect(Math.abs(got.contrastOfOnes - contrast)).toBeLessThan(1e-9);
      expect(Math.abs(got.pixels - 1)).toBeLessThan(1e-9);
    }));
    expect(photonStatistics(counts([5])).contrast).toBeNaN();
    expect(photonStatistics(counts([])).mean).toBeNaN();
    expect(code(() => photonStatistics(image as unknown as NdArray<1>))).toBe('PEAKS_RANK');
  });

  it('of an image is numpy\'s variance over mean², NaN left out, per frame of a stack', () => {
    const stack = ndarray(Float32Array.from(bragg.stack, (v) => v ?? Number.NaN), bragg.shape);
    const [x0, y0, x1, y1] = bragg.region;
    const cutout = stack.slice(`:, ${y0}:${y1}, ${x0}:${x1}`);
    expect(Math.abs(speckleContrast(cutout.slice('1')) / speckle.contrast - 1)).toBeLessThan(1e-12);
    expect(numbers(speckleContrasts(cutout))).toEqual(Array.from({ length: bragg.shape[0]! }, (_, f) => speckleContrast(cutout.slice(`${f}`))));
    expect(speckleContrast(ndarray(new Float32Array(0), [0, 3]))).toBeNaN();
    expect(numbers(speckleContrasts(ndarray(new Float32Array(4).fill(Number.NaN), [2, 2])))).toEqual([Number.NaN]);
    expect(code(() => speckleContrasts(ndarray(new Float32Array(2), [2])))).toBe('PEAKS_RANK');
    const views = buildSpeckle({ inputs: { image: 'stack#frame' }, params: {} }) as unknown as Record<string, { call: (values: readonly unknown[]) => NdArray }>;
    expect(numbers(views.contrast!.call([cutout]))).toEqual(numbers(speckleContrasts(cutout)));
  });
});

describe('peaks/droplets', () => {
  it('gives photons, droplets and, over trains, p(k) and the contrast', () => {
    const params: Record<string, ParamValue> = { ...Object.fromEntries(Object.entries(plugins.find(({ id }) => id === 'peaks/droplets')!.parameters).map(([key, parameter]) => [key, asViewParameter(parameter).default])), ...options, most: 5 };
    const views = build({ inputs: { image: 'stack#frame', mask: 'stack#mask' }, params }) as unknown as Record<string, { call: (values: readonly unknown[]) => unknown; reducer: Reducer }>;
    const mask = ndarray(new Uint8Array(golden.image.length), golden.shape);
    const found = views.found!.call([image, mask]) as FoundPhotons;
    const photons = (views.photons!.call([found]) as Labelled).array;
    expect(numbers((views.count!.call([found]) as Labelled).array)).toEqual(numbers(found.count));
    expect(views.table!.call([found])).toBe(found.table);
    const { reducer } = views.histogram!;
    expect(reducer.name).toBe(histogram({ bins: 6, range: [-0.5, 5.5] }).name);
    const pk = (reducer.result(reducer.add(reducer.initial(), photons, 1)) as Labelled).array;
    const all = numbers(photons);
    expect(numbers(pk)).toEqual([0, 1, 2, 3, 4, 5].map((k) => all.filter((n) => n === k).length));
    const mean = all.reduce((a, b) => a + b) / all.length;
    const variance = all.reduce((a, b) => a + (b - mean) ** 2, 0) / all.length;
    expect(views.contrast!.call([pk])).toBeCloseTo((variance - mean) / mean ** 2, 9);
  });
});
