import { readFileSync } from 'node:fs';
import { array, asNdArray, Labelled, ndarray, workspace, zeros, type NdArray, type NdLike } from '@trainyard/core';
import { nearness } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { azimuthal, azimuthalMap } from './azimuthal.ts';
import { gridDetector } from './detector.ts';
import { azimuths, pixelFactors, radialCentres } from './geometry.ts';
import { parsePoni, type Poni } from './poni.ts';
import { sectorMask } from './sector-mask.ts';
import type { RadialUnit } from './units.ts';

// golden/golden.json: pyFAI's own results, made by golden/make_golden.py.
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as {
  shape: [number, number]; bins: number; polarization: number; dummy: number; image: number[]; mask: number[]; poni: string; 'polarization turned': number[];
  results: Record<string, { radial: number[]; intensity: number[]; sigma: number[]; count: number[]; azimuthal: number[] }>;
};
const [rows, cols] = golden.shape;
const image = ndarray(Float32Array.from(golden.image), golden.shape) as NdArray<2>;
const mask = ndarray(Uint8Array.from({ length: rows * cols }, (_, i) => (golden.mask.includes(i) ? 1 : 0)), golden.shape) as NdArray<2>;
const flatPoni: Poni = { dist: 0.1, poni1: 0.001, poni2: 0.0012, rot1: 0, rot2: 0, rot3: 0, wavelength: 1e-10, pixel1: 1e-4, pixel2: 1e-4 };
const numbers = (of: NdLike): number[] => Array.from(asNdArray(of).flatten().data as Float64Array);

describe('azimuthal against pyFAI (committed results)', () => {
  const usual = { poni: parsePoni(golden.poni), polarization: golden.polarization, mask, dummy: golden.dummy };
  for (const split of ['none', 'bbox'] as const) {
    it(`map, ${split}: intensity and counts 1e-4, but for the rows at both ends and the first radii`, () => {
      const expected = golden.results[split === 'none' ? 'map no' : 'map bbox'];
      const half = (expected.azimuthal[1] - expected.azimuthal[0]) / 2;
      const got = azimuthalMap({ ...usual, bins: 10, azimuthBins: 12, split, empty: golden.dummy, azimuthMin: expected.azimuthal[0] - half, azimuthMax: Math.min(expected.azimuthal[11] + half, expected.azimuthal[0] - half + 360) })(image);
      expect(got.array.shape).toEqual([12, 10]);
      expect(got.labels.axes!.map((axis) => axis.name)).toEqual(['azimuth', 'q']);
      expect(nearness(got.radial, expected.radial).max).toBeLessThan(5e-5);
      expect(nearness(got.azimuth!, expected.azimuthal, 1).max).toBeLessThan(5e-5);
      const inner = Array.from(expected.count.keys()).filter((k) => k % 10 > 1 && k > 9 && k < 110);
      const at = (of: ArrayLike<number>): number[] => inner.map((k) => of[k]);
      expect(nearness(at(numbers(got.array)), at(expected.intensity), 1e-6).max).toBeLessThan(1e-4);
      expect(nearness(at(numbers(got.count)), at(expected.count), 1e-3).max).toBeLessThan(2e-4);
    });
  }
  for (const errors of ['poisson', 'azimuthal'] as const) {
    it(`clipping by ${errors}, at Chauvenet's limit where that is wider: intensity and sigma 1e-5, counts exact`, () => {
      const expected = golden.results[`clip ${errors}`];
      const got = azimuthal({ ...usual, bins: golden.bins, errors, clip: 2, clipCycles: 3 })(image);
      expect(numbers(got.count)).toEqual(expected.count);
      expect(nearness(numbers(got.array), expected.intensity, 1e-6).max).toBeLessThan(1e-5);
      expect(nearness(numbers(got.sigma!), expected.sigma, 1e-6).max).toBeLessThan(1e-5);
    });
  }
  it('the plane of polarization turned by 30 degrees, 1e-6', () => {
    const factors = pixelFactors(gridDetector(parsePoni(golden.poni), rows, cols), { solidAngle: false, polarization: golden.polarization, polarizationAngle: 30 });
    expect(nearness(golden['polarization turned'], Array.from(factors).filter((_, k) => Math.floor(k / cols) % 7 === 0 && (k % cols) % 7 === 0)).max).toBeLessThan(1e-6);
  });
  for (const [name, expected] of Object.entries(golden.results).filter(([key]) => /^(no|bbox|full) /.test(key))) {
    it(`${name}: intensity 1e-5, sigma 5e-3, radial 5e-5, counts 1e-4`, () => {
      const [split, unit] = name.split(' ') as ['no' | 'bbox' | 'full', RadialUnit];
      const iq = azimuthal({ poni: parsePoni(golden.poni), bins: golden.bins, unit, split: split === 'no' ? 'none' : split, polarization: golden.polarization, mask, dummy: golden.dummy, errors: 'poisson' });
      const got = iq(image);
      expect(nearness(got.radial, expected.radial).max).toBeLessThan(5e-5);
      expect(nearness(numbers(got.array), expected.intensity, 1e-6).max).toBeLessThan(1e-5);
      expect(nearness(numbers(got.sigma!), expected.sigma, 1e-6).max).toBeLessThan(5e-3);
      expect(nearness(numbers(got.count), expected.count, 1e-3).max).toBeLessThan(1e-4);
    });
  }
});

describe('azimuthal', () => {
  const before = { ...workspace };
  afterEach(() => { Object.assign(workspace, before); });

  it('gives a labelled vector with the bins\' centres and the unit', () => {
    const got = azimuthal({ poni: flatPoni, bins: 10, unit: 'r_mm' })(zeros([20, 30], 'float32'));
    expect(got).toBeInstanceOf(Labelled);
    expect(got.array.shape).toEqual([10]);
    expect(got.labels.axes).toEqual([{ name: 'r', unit: 'mm', values: got.radial }]);
    expect(got.sigma).toBeUndefined();
    expect(got.labels.errors).toBeUndefined();
  });

  it('keeps the leading axes of a stack, whatever its layout and dtype, and adds them up in together()', () => {
    const [pulses, modules] = [19, 2];
    const online = ndarray(Uint16Array.from({ length: modules * 8 * 6 * pulses }, (_, i) => (i * 7919) % 251), [modules, 8, 6, pulses]);
    const stack = online.transpose(3, 0, 2, 1);
    const iq = azimuthal({ poni: flatPoni, bins: 5 });
    const got = iq(stack);
    expect(got.array.shape).toEqual([pulses, modules, 5]);
    expect(got.labels.axes!.map((axis) => axis.name)).toEqual(['frame1', 'frame2', 'q']);
    for (const [p, m] of [[0, 0], [3, 1], [18, 0], [17, 1]] as const) {
      const one = stack.slice(`${p}, ${m}`) as NdArray<2>;
      expect(numbers(got.array.slice(`${p}, ${m}`))).toEqual(numbers(iq(one).array));
    }
    const all = got.together();
    expect(all.array.shape).toEqual([5]);
    expect(numbers(all.count).reduce((a, b) => a + b)).toBe(pulses * modules * 48);
    const signal = numbers(got.sums.signal).reduce((a, b) => a + b);
    expect(numbers(all.sums.signal).reduce((a, b) => a + b)).toBe(signal);
  });

  it('leaves NaN, infinite and masked pixels out; an empty bin has the value asked for', () => {
    const data = zeros([16, 16], 'float32').fill(2);
    const iq = (more: object) => azimuthal({ poni: flatPoni, bins: 6, solidAngle: false, ...more });
    const holes = data.copy();
    holes.set(0, 0, Number.NaN).set(3, 4, Infinity).set(15, 2, -Infinity);
    const got = iq({})(holes);
    expect(numbers(got.array).every((value) => value === 2)).toBe(true);
    expect(numbers(got.count).reduce((a, b) => a + b)).toBe(256 - 3);
    for (const split of ['none', 'bbox', 'full']) {
      const none = iq({ split, empty: -1 })(zeros([16, 16], 'float32').fill(Number.NaN));
      expect(numbers(none.array)).toEqual([-1, -1, -1, -1, -1, -1]);
      const nan = iq({ split, empty: Number.NaN })(zeros([16, 16], 'float32').fill(Number.NaN));
      expect(numbers(nan.array).every(Number.isNaN)).toBe(true);
    }
  });

  it('builds its matrix once, and again when the file, an option or the shape changes', () => {
    const texts = ['Distance: 0.1\nPoni1: 0\nPoni2: 0\nPixelSize1: 1e-4\nPixelSize2: 1e-4\n'];
    const asked: string[] = [];
    workspace.readText = (path, folder) => (asked.push(`${folder}|${path}`), texts[0]);
    let bins = 8;
    const iq = azimuthal(() => ({ poni: './geo.poni', unit: 'r_mm', bins }));
    const first = iq(zeros([8, 8], 'float32'));
    expect(iq(zeros([8, 8], 'float32')).radial).toBe(first.radial);
    bins = 4;
    expect(iq(zeros([8, 8], 'float32')).radial.length).toBe(4);
    texts[0] = texts[0].replace('Poni1: 0', 'Poni1: 0.01');
    expect(iq(zeros([8, 8], 'float32')).radial[0]).toBeGreaterThan(first.radial[0]);
    expect(iq(zeros([4, 4], 'float32')).radial.length).toBe(4);
    expect(new Set(asked)).toEqual(new Set(['.|./geo.poni']));
  });

  it('refuses with a name: wrong rank, shape, split, bins, unit, a missing wavelength or pixel size, an image wholly masked', () => {
    const image = zeros([8, 8], 'float32') as NdArray<2>;
    const code = (options: object, of: NdLike = image): string => {
      try {
        azimuthal({ poni: flatPoni, bins: 5, ...options })(of);
        return 'none';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code({}, array([1, 2, 3]))).toBe('AZIMUTHAL_RANK');
    expect(code({}, zeros([0, 4], 'float32'))).toBe('AZIMUTHAL_RANK');
    expect(code({ mask: zeros([4, 4]) })).toBe('AZIMUTHAL_SHAPE');
    expect(code({ dark: zeros([4, 4]) })).toBe('AZIMUTHAL_SHAPE');
    expect(code({ poni: { ...flatPoni, shape: [4, 4] } })).toBe('AZIMUTHAL_SHAPE');
    expect(code({ split: 'pseudo' })).toBe('AZIMUTHAL_SPLIT');
    expect(code({ bins: 0 })).toBe('AZIMUTHAL_BINS');
    expect(code({ bins: 2.5 })).toBe('AZIMUTHAL_BINS');
    expect(code({ unit: 'q' })).toBe('UNIT_UNKNOWN');
    expect(code({ poni: { ...flatPoni, wavelength: undefined } })).toBe('UNIT_WAVELENGTH');
    expect(code({ poni: { ...flatPoni, pixel1: undefined } })).toBe('PONI_NO_PIXEL');
    expect(code({ poni: { ...flatPoni, pixel1: undefined }, pixel: [1e-4, 1e-4] })).toBe('none');
    expect(code({ mask: zeros([8, 8]).fill(1) })).toBe('AZIMUTHAL_MASKED');
    expect(code({ radialMin: 5, radialMax: 4 })).toBe('AZIMUTHAL_RANGE');
    for (const split of ['none', 'bbox', 'full']) expect(code({ unit: 'r_mm', radialMin: 500, radialMax: 600, split })).toBe('AZIMUTHAL_RANGE');
    expect(code({ polarization: 1.5 })).toBe('AZIMUTHAL_POLARIZATION');
    expect(code({ pixel: [1e-4, 0] })).toBe('PONI_NO_PIXEL');
    expect(code({ azimuthMin: 10, azimuthMax: 10 })).toBe('AZIMUTHAL_RANGE');
    expect(code({ azimuthMin: -190, azimuthMax: 180 })).toBe('AZIMUTHAL_RANGE');
    expect(code({ clip: 0 })).toBe('AZIMUTHAL_CLIP');
    expect(code({ clip: 3, clipCycles: 0.5 })).toBe('AZIMUTHAL_CLIP');
  });
  it('refuses what would else be something unsaid: other errors, a second dummy, a range without end, a geometry or a polarization that is no number, a flat of nothing', () => {
    const image = ndarray(new Float32Array(64).fill(1), [8, 8]);
    const refusal = (options: object): string => {
      try {
        azimuthal({ poni: flatPoni, bins: 5, ...options })(image);
        return 'none';
      } catch (error) {
        return `${(error as { code: string }).code} ${(error as Error).message}`;
      }
    };
    expect(refusal({ errors: 'gaussian' })).toMatch(/^AZIMUTHAL_ERRORS .*"gaussian"/);
    for (const deltaDummy of [-2, Number.NaN]) expect(refusal({ dummy: -1, deltaDummy })).toMatch(/^AZIMUTHAL_DUMMY /);
    for (const split of ['none', 'bbox', 'full']) expect(refusal({ radialMax: Infinity, split })).toMatch(/^AZIMUTHAL_RANGE .*Infinity/);
    for (const wrong of [{ dist: Number.NaN }, { dist: 0 }, { dist: -1 }, { rot2: Number.NaN }, { poni1: Infinity }]) expect(refusal({ poni: { ...flatPoni, ...wrong } })).toMatch(new RegExp(`^PONI_NUMBER ${Object.keys(wrong)[0]}`));
    expect(refusal({ polarization: 0.9, polarizationAngle: Number.NaN })).toMatch(/^AZIMUTHAL_POLARIZATION /);
    for (const value of [0, Number.NaN]) expect(refusal({ flat: zeros([8, 8]).fill(value) })).toMatch(/^AZIMUTHAL_MASKED .*flat/);
  });
  it('a mask that is NaN is not 0: the pixel is left out', () => {
    const mask = zeros([8, 8], 'float32');
    mask.data[9] = Number.NaN;
    const iq = (options: object): number => numbers(azimuthal({ poni: flatPoni, bins: 3, ...options })(ndarray(new Float32Array(64).fill(1), [8, 8])).count).reduce((a, b) => a + b);
    expect(iq({ mask })).toBe(63);
    // Of a detector whose gaps are known, too.
    const [rows, cols] = [195, 487];
    const wide = zeros([rows, cols], 'float32');
    wide.data[9] = Number.NaN;
    const named = azimuthal({ poni: { ...flatPoni, detector: 'Pilatus100k' }, bins: 3, mask: wide })(zeros([rows, cols]));
    expect(numbers(named.count).reduce((a, b) => a + b)).toBe(rows * cols - 1);
  });

  it('property: counts every pixel once, and a uniform image is uniform, whatever the geometry and the splitting', () => {
    const angle = fc.double({ min: -0.5, max: 0.5, noNaN: true });
    const place = fc.double({ min: -0.005, max: 0.005, noNaN: true });
    fc.assert(fc.property(angle, angle, angle, place, place, fc.integer({ min: 1, max: 40 }), fc.constantFrom('none', 'bbox', 'full' as const), fc.constantFrom('r_mm', '2th_deg', 'q_nm^-1' as const),
      (rot1, rot2, rot3, poni1, poni2, bins, split, unit) => {
        const iq = azimuthal({ poni: { ...flatPoni, rot1, rot2, rot3, poni1, poni2 }, bins, split: split as 'none', unit: unit as 'r_mm', solidAngle: false, empty: 7 });
        const got = iq(zeros([9, 13], 'float32').fill(7));
        expect(numbers(got.count).reduce((a, b) => a + b)).toBeCloseTo(117, 4);
        for (const value of numbers(got.array)) expect(value).toBeCloseTo(7, 5);
      }), { numRuns: 60 });
  });

  it('property: turning the image with its orientation changes nothing', () => {
    fc.assert(fc.property(fc.constantFrom(1, 2, 4 as const), fc.integer({ min: 1, max: 1000 }), (orientation, seed) => {
      const data = ndarray(Float32Array.from({ length: 9 * 7 }, (_, i) => (i * seed) % 97), [9, 7]) as NdArray<2>;
      const turned = data.slice({ 1: '::-1, ::-1', 2: '::-1, :', 4: ':, ::-1' }[orientation as 1]) as NdArray<2>;
      const tilted = { ...flatPoni, rot1: 0.1, rot2: -0.2 };
      const curve = (poni: Poni, of: NdArray<2>): number[] => numbers(azimuthal({ poni, bins: 6 })(of).array);
      expect(nearness(curve({ ...tilted, orientation: orientation }, turned), curve(tilted, data)).max).toBeLessThan(1e-12);
    }));
  });

  it('a sector that crosses 180 degrees; sectors without splitting add up; a mask of a sector does the same', () => {
    const data = ndarray(Float32Array.from({ length: 20 * 26 }, (_, i) => i % 7), [20, 26]) as NdArray<2>;
    const of = (more: object) => azimuthal({ poni: flatPoni, bins: 4, unit: 'r_mm', radialMin: 0, radialMax: 2, ...more })(data);
    const chi = azimuths(gridDetector(flatPoni, 20, 26));
    const left = Array.from(chi).filter((a) => Math.abs(a) >= (150 / 180) * Math.PI).length;
    const sum = (list: number[]): number => list.reduce((a, b) => a + b, 0);
    const [crossing, same, rest] = [of({ azimuthMin: 150, azimuthMax: -150 }), of({ azimuthMin: 150, azimuthMax: 210 }), of({ azimuthMin: -149.999, azimuthMax: 149.999 })];
    expect(sum(numbers(crossing.count))).toBe(left);
    expect(numbers(same.array)).toEqual(numbers(crossing.array));
    expect(numbers(rest.count).map((n, k) => n + numbers(crossing.count)[k])).toEqual(numbers(of({}).count));
    const masked = of({ mask: sectorMask(gridDetector(flatPoni, 20, 26), { azimuthMin: 150, azimuthMax: -150 }) });
    expect(numbers(masked.array)).toEqual(numbers(crossing.array));
    const ring = sectorMask(gridDetector(flatPoni, 20, 26), { unit: 'r_mm', radialMin: 0.5, radialMax: 1, inside: true });
    expect(numbers(of({ mask: ring }).count).map((n) => n > 0)).toEqual([true, false, true, true]);
    expect(() => sectorMask(gridDetector(flatPoni, 20, 26), { radialMin: 3, radialMax: 1 })).toThrow(/ascend/);
  });

  it('errors from the scatter within a bin, of weights 1: the standard error of its mean; a bin of one pixel has none', () => {
    const data = ndarray(Float32Array.from({ length: 64 }, (_, i) => (i * 37) % 11), [8, 8]) as NdArray<2>;
    const got = azimuthal({ poni: flatPoni, bins: 3, unit: 'r_mm', solidAngle: false, errors: 'azimuthal' })(data);
    const bin = Array.from(radialCentres(gridDetector(flatPoni, 8, 8), 'r_mm'), (r) => Math.min(2, Math.floor((r - got.radial[0]) / (got.radial[1] - got.radial[0]) + 0.5)));
    for (let b = 0; b < 3; b++) {
      const x = (data.flatten().data as Float32Array).filter((_, i) => bin[i] === b);
      const mean = x.reduce((a, v) => a + v, 0) / x.length;
      expect(numbers(got.sigma!)[b]).toBeCloseTo(Math.sqrt(x.reduce((a, v) => a + (v - mean) ** 2, 0)) / x.length, 6);
    }
    const fine = azimuthal({ poni: flatPoni, bins: 1000, errors: 'azimuthal', clip: 3 })(data);
    expect(numbers(fine.sigma!).every((sigma, b) => numbers(fine.count)[b] !== 1 || sigma < 1e-6)).toBe(true);
  });

  it('clipping takes hot pixels out and nothing else; of NaN everywhere nothing is left', () => {
    const data = zeros([40, 40], 'float32').fill(0);
    for (let i = 0; i < 1600; i++) data.set(Math.floor(i / 40), i % 40, 100 + ((i * 7919) % 13));
    const clean = azimuthal({ poni: flatPoni, bins: 8, clip: 5 })(data);
    expect(numbers(clean.count).reduce((a, b) => a + b)).toBe(1600);
    const hot = data.copy();
    for (const [y, x] of [[3, 4], [20, 30], [39, 0]]) hot.set(y, x, 1e6);
    const got = azimuthal({ poni: flatPoni, bins: 8, clip: 5 })(hot);
    expect(numbers(got.count).reduce((a, b) => a + b)).toBe(1597);
    for (const value of numbers(got.array)) expect(value).toBeLessThan(115);
    const none = azimuthal({ poni: flatPoni, bins: 8, clip: 5, empty: -1, errors: 'azimuthal' })(zeros([40, 40], 'float32').fill(Number.NaN));
    expect([numbers(none.array), numbers(none.count), numbers(none.sigma!)]).toEqual([Array(8).fill(-1), Array(8).fill(0), Array(8).fill(-1)]);
  });

  it('property: a map of a whole turn counts every pixel once, and its rows add up to the curve, whatever the geometry and the splitting', () => {
    const angle = fc.double({ min: -0.5, max: 0.5, noNaN: true });
    const place = fc.double({ min: -0.005, max: 0.005, noNaN: true });
    fc.assert(fc.property(angle, angle, angle, place, place, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 30 }), fc.constantFrom('none', 'bbox', 'full'), (rot1, rot2, rot3, poni1, poni2, bins, azimuthBins, split) => {
      const options = { poni: { ...flatPoni, rot1, rot2, rot3, poni1, poni2 }, bins, split: split as 'none', unit: 'r_mm' as const, solidAngle: false, empty: 7 };
      const data = zeros([9, 13], 'float32').fill(7);
      const got = azimuthalMap({ ...options, azimuthBins })(data);
      const counts = numbers(got.count);
      expect(counts.reduce((a, b) => a + b)).toBeCloseTo(117, 4);
      for (const value of numbers(got.array)) expect(value).toBeCloseTo(7, 5);
      const curve = numbers(azimuthal(options)(data).count);
      for (let b = 0; b < bins; b++) expect(counts.reduce((sum, n, k) => (k % bins === b ? sum + n : sum), 0)).toBeCloseTo(curve[b], 4);
    }), { numRuns: 60 });
  });
});
