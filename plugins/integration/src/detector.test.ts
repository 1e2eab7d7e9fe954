import { readFileSync } from 'node:fs';
import { ndarray, zeros, type NdArray } from '@trainyard/core';
import { Geometry, pixelPositions, type Layout, type Vector } from '@trainyard/geometry';
import { nearness } from '@trainyard/kernels/testing';
import { describe, expect, it } from 'vitest';
import { azimuthal } from './azimuthal.ts';
import { gridDetector, moduleDetector } from './detector.ts';
import { pixelFactors, radialCentres } from './geometry.ts';
import { gapMask, knownDetector } from './known-detectors.ts';
import { parsePoni, writePoni, type Poni } from './poni.ts';

// golden/golden.json: pyFAI's own results, made by golden/make_golden.py.
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as {
  named: Record<string, { poni: string; shape: [number, number]; at: [number, number][]; r_mm: number[]; blind: number }>;
  modules: { modules: [Vector, Vector, Vector][]; shape: [number, number, number]; image: number[]; dist: number; rot: [number, number, number]; results: Record<'no' | 'bbox' | 'full', { radial: number[]; intensity: number[]; count: number[] }>; solidAngle: number[] };
};
const numbers = (of: NdArray): number[] => Array.from(of.flatten().data as Float64Array);
const plainPoni: Poni = { dist: 0.3, poni1: 0, poni2: 0, rot1: 0, rot2: 0, rot3: 0, wavelength: 1e-10 };

describe('detectors by name', () => {
  for (const [name, { poni, shape, at, r_mm: expected, blind }] of Object.entries(golden.named)) {
    it(`${name}: shape, places of pixels (1e-6) and blind pixels as pyFAI has them, and its file is read and written`, () => {
      const read = parsePoni(poni);
      expect(read.shape).toEqual(shape);
      const r = radialCentres(gridDetector(read, ...shape), 'r_mm');
      expect(nearness(at.map(([i, j]) => r[i * shape[1] + j]!), expected).max).toBeLessThan(1e-6);
      expect(gapMask(knownDetector(name)!, ...shape)?.reduce((a, b) => a + b, 0) ?? 0).toBe(blind);
      const written = writePoni(read);
      expect(parsePoni(written)).toEqual(read);
      expect(written).toContain(`Detector: ${name}\nDetector_config: {}`);
    });
  }

  it('binned pixels are fewer; a fixed detector with other pixels is written without its name', () => {
    const read = parsePoni('poni_version: 2\nDetector: RayonixMx225\nDetector_config: {"pixel1": 0.000146484, "pixel2": 0.000146484}\nDistance: 1\nPoni1: 0\nPoni2: 0\n');
    expect(read.shape).toEqual([3072, 3072]);
    expect(parsePoni(writePoni(read))).toEqual(read);
    expect(writePoni({ ...plainPoni, detector: 'Pilatus1M', pixel1: 1e-4, pixel2: 1e-4 })).toContain('Detector: Detector\nDetector_config: {"pixel1":0.0001,"pixel2":0.0001}');
  });
});

describe('modules that stand on no grid', () => {
  const { modules, shape, image, dist, rot, results, solidAngle } = golden.modules;
  const layout: Layout = { name: 'Two', pixelSize: 1e-3, cell: [1e-3, 1e-3], module: [shape[1], shape[2]], tile: [shape[1], shape[2]], places: [{ ss: 0, fs: 0 }], quadrants: 0, firstModule: 0 };
  const geometry = new Geometry(layout, modules.map(([corner, ss, fs]) => [{ corner, ss, fs, ssPixels: shape[1], fsPixels: shape[2] }]));
  const poni: Poni = { dist, poni1: 0, poni2: 0, rot1: rot[0], rot2: rot[1], rot3: rot[2], wavelength: 1e-10 };
  const frame = ndarray(Float32Array.from(image), shape);

  for (const split of ['none', 'bbox', 'full'] as const) {
    it(`${split}, as pyFAI: intensity and counts 1e-4, radial 5e-5`, () => {
      const expected = results[split === 'none' ? 'no' : split];
      const got = azimuthal({ poni, geometry, bins: 12, unit: '2th_deg', split, solidAngle: false })(frame);
      expect(got.array.shape).toEqual([12]);
      expect(nearness(got.radial, expected.radial).max).toBeLessThan(5e-5);
      expect(nearness(numbers(got.array), expected.intensity, 1e-6).max).toBeLessThan(1e-4);
      expect(nearness(numbers(got.count), expected.count, 1e-3).max).toBeLessThan(1e-4);
    });
  }
  it('solid angle as pyFAI (1e-6), which takes that of each module by itself: times (dist / distance of its plane)^2', () => {
    const factors = pixelFactors(moduleDetector(poni, geometry), { solidAngle: true });
    const [corner, ss, fs] = modules[1]!;
    const normal = [ss[1] * fs[2] - ss[2] * fs[1], ss[2] * fs[0] - ss[0] * fs[2], ss[0] * fs[1] - ss[1] * fs[0]];
    const plane = Math.abs(normal[0]! * corner[0] + normal[1]! * corner[1] + normal[2]! * (corner[2] + dist)) / Math.hypot(...normal);
    expect(nearness(factors.slice(0, 48), solidAngle.slice(0, 48)).max).toBeLessThan(1e-6);
    expect(nearness(factors.slice(48), solidAngle.slice(48).map((factor) => factor * (dist / plane) ** 2)).max).toBeLessThan(1e-6);
  });
  it('keeps pulses, and takes mask, dark and flat in the shape of a frame', () => {
    const stack = ndarray(new Float32Array(3 * frame.size).fill(5), [3, ...shape]);
    const more = { mask: zeros(shape, 'uint8'), dark: zeros(shape, 'float32').fill(1), flat: zeros(shape, 'float32').fill(2) };
    const got = azimuthal({ poni, geometry, bins: 6, unit: 'r_mm', solidAngle: false, ...more })(stack);
    expect(got.array.shape).toEqual([3, 6]);
    expect(new Set(numbers(got.array))).toEqual(new Set([2]));
    expect(() => azimuthal({ poni, geometry })(zeros([3, 8, 6]))).toThrow(/modules of shape/);
  });
  it('hexagons: every pixel counts once, whatever the splitting, and lies where the geometry has it', () => {
    const [rows, cols] = [9, 8];
    const hexagonal: Layout = { ...layout, name: 'Hexagons', module: [rows, cols], tile: [rows, cols], hexagonal: true };
    const honeycomb = new Geometry(hexagonal, [[{ corner: [0.002, -0.003, 0], ss: [0, 2.04e-4, 0], fs: [-2.36e-4, 0, 0], ssPixels: rows, fsPixels: cols }]]);
    const places = numbers(pixelPositions(honeycomb));
    const r = radialCentres(moduleDetector(plainPoni, honeycomb), 'r_mm');
    expect(nearness(r, Array.from(r, (_, i) => 1e3 * Math.hypot(places[3 * i]!, places[3 * i + 1]!))).max).toBeLessThan(1e-12);
    for (const split of ['none', 'bbox', 'full'] as const) {
      const got = azimuthal({ poni: plainPoni, geometry: honeycomb, bins: 20, unit: 'r_mm', split, solidAngle: false })(zeros([1, rows, cols], 'uint16').fill(3));
      expect(numbers(got.count).reduce((a, b) => a + b)).toBeCloseTo(rows * cols, 4);
      expect(Math.max(...numbers(got.array).map((v) => Math.abs(v - 3)))).toBeLessThan(1e-6);
    }
  });
});
