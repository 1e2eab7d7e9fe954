import { readFileSync } from 'node:fs';
import { Labelled, asNdArray, asViewParameter, ndarray, type NdArray, type NdLike, type ParamValue } from '@trainyard/core';
import { errorCode as code, nearness, readNpy, shared } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peakFinder, peakMarks, type FoundPeaks, type PeakFinderOptions } from './peak-finder.ts';
import { build } from './peakfinder8.plugin.ts';
import { plugins } from './plugins.ts';
import { radiusMap, radiusOfPositions } from './radius.ts';

// golden/golden.json: a plain peakfinder8 in numpy, made by golden/make_golden.py.
const { peaks: golden } = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as {
  peaks: { shape: [number, number]; panel: [number, number]; centre: [number, number]; limits: { threshold: number; min_snr: number; least: number; most: number; background: number }; image: number[]; mask: number[]; peaks: number[][] };
};
const [rows, cols] = golden.shape;
const image = ndarray(Uint16Array.from(golden.image), [rows, cols]);
const mask = ndarray(Uint8Array.from({ length: rows * cols }, (_, i) => Number(golden.mask.includes(i))), [rows, cols]);
const { threshold, min_snr: minSnr, least: minPixels, most: maxPixels, background: backgroundRadius } = golden.limits;
const options: PeakFinderOptions = { centre: golden.centre, mask, panel: golden.panel, threshold, minSnr, minPixels, maxPixels, backgroundRadius };
const numbers = (of: NdLike): number[] => Array.from(asNdArray(of).flatten().data as Float64Array);
const column = (found: FoundPeaks, name: string): number[] => numbers(found.table[name] as NdArray);
const names = ['x', 'y', 'total', 'npix', 'max', 'sigma', 'snr'];

function same(found: FoundPeaks, expected: readonly (readonly number[])[], tolerance: number): void {
  for (const [c, name] of names.entries()) expect(nearness(column(found, name), expected.map((peak) => peak[c]!), 1).max, name).toBeLessThan(tolerance);
}

describe('peakFinder', () => {
  it('finds the peaks of numpy\'s plain way, in their order, 1e-12', () => {
    const found = peakFinder(options)(image);
    expect(golden.peaks.length).toBeGreaterThan(5);
    same(found, golden.peaks, 1e-12);
    expect(numbers(found.count)).toEqual([golden.peaks.length]);
    expect(column(found, 'panel')).toEqual(golden.peaks.map(([x]) => (x! > 39.5 ? 1 : 0)));
    expect(Object.keys(found.table)).toEqual(['pulse', 'panel', ...names]);
  });

  it('gives the same for every type and place in memory, for each frame of a stack, and for modules', () => {
    const [f32, f64] = [image.astype('float32'), image.astype('float64')];
    const turned = f32.transpose(1, 0).copy().transpose(1, 0);
    const wide = cols + 9;
    const wider = ndarray(Float32Array.from({ length: rows * wide }, (_, i) => (i % wide >= 4 && i % wide < cols + 4 ? golden.image[Math.floor(i / wide) * cols + (i % wide) - 4]! : 9999)), [rows, wide]).slice(`:, 4:${cols + 4}`);
    for (const one of [f32, f64, turned, wider, image.astype('int64')]) same(peakFinder(options)(one), golden.peaks, 1e-12);
    // Pulses as the dense axis; all but three are dark.
    const stack = ndarray(Float32Array.from({ length: rows * cols * 20 }, (_, i) => ([0, 2, 17].includes(i % 20) ? golden.image[Math.floor(i / 20)]! : 0)), [rows, cols, 20]).transpose(2, 0, 1);
    const found = peakFinder(options)(stack);
    const n = golden.peaks.length;
    expect(numbers(found.count)).toEqual(Array.from({ length: 20 }, (_, p) => ([0, 2, 17].includes(p) ? n : 0)));
    expect(column(found, 'pulse')).toEqual([0, 2, 17].flatMap((p) => Array.from({ length: n }, () => p)));
    same(found, [...golden.peaks, ...golden.peaks, ...golden.peaks], 1e-12);
    // Two modules, which are the panels one after the other.
    const half = cols / 2;
    const asModules = (array: NdArray): NdArray => array.reshape(rows, 2, half).transpose(1, 0, 2);
    const { panel: _, centre, ...rest } = options;
    const modules = peakFinder({ ...rest, radius: asModules(radiusMap(rows, cols, { centre: centre! })), mask: asModules(mask) })(asModules(f32));
    const inModule = golden.peaks.map(([x, ...peak]) => [x! > 39.5 ? x! - half : x!, ...peak]);
    same(modules, inModule, 1e-9);
    expect(column(modules, 'module')).toEqual(golden.peaks.map(([x]) => (x! > 39.5 ? 1 : 0)));
    expect(column(modules, 'panel')).toEqual(column(modules, 'module'));
  });

  it('property: NaN pixels are as masked ones, and a factor of two changes intensities alone', () => {
    fc.assert(fc.property(fc.nat(1e6), (seed) => {
      const off = Uint8Array.from({ length: rows * cols }, (_, i) => Number((i * 7919 + seed) % 37 === 0));
      const broken = ndarray(Float32Array.from(golden.image, (v, i) => (off[i] ? [Number.NaN, Infinity][i % 2]! : v)), [rows, cols]);
      const masked = peakFinder({ ...options, mask: ndarray(off, [rows, cols]) })(image);
      const found = peakFinder({ ...options, mask: undefined })(broken);
      const twice = peakFinder({ ...options, mask: undefined, threshold: 2 * threshold })(broken.mul(2).astype('float32'));
      for (const name of names) {
        expect(column(found, name)).toEqual(column(masked, name));
        const factor = ['total', 'max', 'sigma'].includes(name) ? 2 : 1;
        expect(column(twice, name)).toEqual(column(found, name).map((value) => factor * value));
      }
    }), { numRuns: 20 });
  });

  it('prepares again when geometry, mask, panels or shape change, and follows limits without', () => {
    let now: PeakFinderOptions = { ...options, threshold: 1e6 };
    const find = peakFinder(() => now);
    expect(column(find(image), 'x')).toEqual([]);
    expect(numbers(find(image).count)).toEqual([0]);
    now = options;
    same(find(image), golden.peaks, 1e-12);
    now = { ...options, mask: ndarray(new Uint8Array(rows * cols).fill(1), [rows, cols]) };
    expect(numbers(find(image).count)).toEqual([0]);
    now = { ...options, maxPeaks: 2 };
    same(find(image), golden.peaks.slice(0, 2), 1e-12);
    now = { ...options, centre: undefined };
    expect(column(find(image), 'sigma').length).toBeGreaterThan(0);
    now = { ...options, mask: undefined, panel: undefined };
    expect(column(find(image.slice('0:30, 0:50')), 'x').every((x) => x < 50)).toBe(true);
  });

  it('refuses with a name', () => {
    const find = (given: NdLike, more: PeakFinderOptions = {}): string => code(() => peakFinder({ ...options, mask: undefined, panel: undefined, ...more })(given));
    expect(find(ndarray(new Float32Array(4), [4]))).toBe('PEAKS_RANK');
    expect(find(ndarray(new Float32Array(16), [1, 1, 2, 2, 4]))).toBe('PEAKS_RANK');
    expect(find(ndarray(new Float32Array(0), [0, 4]))).toBe('PEAKS_RANK');
    expect(find(image, { mask: ndarray(new Uint8Array(6), [2, 3]) })).toBe('PEAKS_SHAPE');
    expect(find(image, { radius: ndarray(new Float64Array(6), [2, 3]) })).toBe('PEAKS_SHAPE');
    expect(find(image, { radius: ndarray(new Float64Array(6), [1, 2, 3]) })).toBe('PEAKS_RANK');
    expect(find(ndarray(new Float32Array(64), [2, 2, 4, 4]))).toBe('PEAKS_GEOMETRY');
    expect(find(image, { centre: [Number.NaN, 0] })).toBe('PEAKS_GEOMETRY');
    expect(find(image, { pixel: [0, 1] })).toBe('PEAKS_GEOMETRY');
    expect(find(image, { panel: [7, 7] })).toBe('PEAK_LAYOUT');
    expect(find(image, { minSnr: -1 })).toBe('PEAK_LIMITS');
    expect(find(image, { centre: [1e12, 0], pixel: [1, 1] })).toBe('none');
    expect(find(ndarray(new Float32Array(0), [0, 4, 4]))).toBe('none');
    expect(find(ndarray(new Float32Array(16).fill(Number.NaN), [4, 4]))).toBe('none');
  });
});

describe('radius', () => {
  it('is the distance from the beam in widths of a pixel, of an image and of modules', () => {
    expect(numbers(radiusMap(2, 3))).toEqual([Math.hypot(1, 0.5), 0.5, Math.hypot(1, 0.5), Math.hypot(1, 0.5), 0.5, Math.hypot(1, 0.5)]);
    expect(numbers(radiusMap(2, 2, { centre: [0, -1], pixel: [4, 2] }))).toEqual([2, Math.sqrt(5), 4, Math.sqrt(17)]);
    const places = ndarray(Float64Array.of(3e-3, 4e-3, 0.1, 0, -2e-3, 0.1), [1, 1, 2, 3]);
    expect(nearness(numbers(radiusOfPositions(places, 1e-3)), [5, 2]).max).toBeLessThan(1e-12);
    expect(code(() => radiusOfPositions(ndarray(new Float64Array(4), [1, 1, 4, 1]), 1e-3))).toBe('PEAKS_GEOMETRY');
    expect(code(() => radiusOfPositions(places, 0))).toBe('PEAKS_GEOMETRY');
  });
});

describe('peakMarks', () => {
  it('are boxes around the peaks of one frame, of the strongest where there are many', () => {
    const found = peakFinder(options)(image);
    const marks = peakMarks(found, { half: 2 });
    expect(marks.map(({ at }) => [(at[0]! + at[2]!) / 2, (at[1]! + at[3]!) / 2, at[2]! - at[0]!])).toEqual(column(found, 'x').map((x, k) => [expect.closeTo(x, 9), expect.closeTo(column(found, 'y')[k]!, 9), expect.closeTo(4, 9)]));
    const strongest = Math.max(...column(found, 'snr'));
    expect(peakMarks(found, { most: 1, half: 0 }).map(({ at }) => at[0])).toEqual([column(found, 'x')[column(found, 'snr').indexOf(strongest)]]);
    expect(peakMarks(found, { pulse: 1 })).toEqual([]);
  });
});

describe('peaks/peakfinder8', () => {
  type Built = Record<string, { call: (values: readonly unknown[]) => unknown }>;
  const params = (): Record<string, ParamValue> => ({
    ...Object.fromEntries(Object.entries(plugins[0]!.parameters).map(([key, parameter]) => [key, asViewParameter(parameter).default])),
    centre: golden.centre, panel: golden.panel, threshold, minSnr, minPixels, maxPixels, backgroundRadius, minPeaks: 5,
  });

  it('gives peaks, the picture with their boxes, counts and hits', () => {
    const given = params();
    const views = build({ inputs: { image: 'stack#frame', mask: 'stack#mask' }, params: given }) as unknown as Built;
    const found = views.found!.call([image, mask]) as FoundPeaks;
    same(found, golden.peaks, 1e-12);
    expect(views.peaks!.call([found])).toBe(found.table);
    const picture = views.picture!.call([image, found]) as Labelled;
    expect(numbers(picture.array)).toEqual(golden.image);
    expect(picture.labels.overlay!.length).toBe(golden.peaks.length);
    expect(numbers(views.hit!.call([found]) as NdArray)).toEqual([1]);
    given.minPeaks = 1000;
    expect(numbers(views.hit!.call([found]) as NdArray)).toEqual([0]);
    given.pulse = 1;
    expect(code(() => views.picture!.call([image, found]))).toBe('PEAKS_PICTURE');
    given.panel = [3];
    expect(code(() => views.found!.call([image, mask]))).toBe('PEAKS_PARAMETER');
  });

  it('takes stacks and modules with a map of radii', () => {
    const given = { ...params(), panel: [], pulse: 1, module: 1 };
    const views = build({ inputs: { image: 'stack#frame', radius: 'stack#r' }, params: given }) as unknown as Built;
    const frames = ndarray(Float32Array.from({ length: 2 * 2 * 6 * 5 }, (_, i) => i % 7), [2, 2, 6, 5]);
    const radius = radiusMap(12, 5).reshape(2, 6, 5);
    const found = views.found!.call([frames, radius]) as FoundPeaks;
    expect('module' in found.table).toBe(true);
    expect(numbers((views.picture!.call([frames, found]) as Labelled).array)).toEqual(numbers(frames.slice('1, 1')));
    // A single module has its axis, too.
    Object.assign(given, { pulse: 1, module: 0 });
    const single = frames.slice(':, 1:');
    expect(numbers((views.picture!.call([single, views.found!.call([single, radius.slice('1:')])]) as Labelled).array)).toEqual(numbers(frames.slice('1, 1')));
    given.pulse = 2;
    expect(code(() => views.picture!.call([frames, found]))).toBe('PEAKS_PICTURE');
  });
});

describe.skipIf(!shared)('peakfinder8 itself (skipped where ../shared is not there)', () => {
  it('agipd_1024_panels: all 150 peaks in their order, 0.01 px, 1e-4', () => {
    const load = (name: string): NdArray => { const { data, shape } = readNpy<Float32Array>(`${shared}/oracles/peakfinder/agipd_1024_panels_${name}.npy`); return ndarray(data, shape); };
    const found = peakFinder({ radius: load('radius'), mask: load('mask').astype('float32').mul(-1).add(1), panel: [512, 128], threshold: 15, minSnr: 6, minPixels: 2, maxPixels: 60, backgroundRadius: 4 })(load('image'));
    const expected = numbers(load('peaks_cpp'));
    expect(numbers(found.count)).toEqual([150]);
    for (const [c, name] of names.entries()) {
      const there = expected.filter((_, i) => i % 7 === c);
      if (c < 2) expect(Math.max(...column(found, name).map((value, k) => Math.abs(value - there[k]!))), name).toBeLessThan(0.01);
      else expect(nearness(column(found, name), there).max, name).toBeLessThan(1e-4);
    }
  });
});
