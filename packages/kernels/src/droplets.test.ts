import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Droplets } from './droplets.ts';
import { errorCode as code } from './testing.ts';

interface Slow { x: number; y: number; total: number; pixels: number; photons: number }

/** The same, written down from the description alone: photon after photon to the pixel with the most left. */
function dropletsSlowly(image: ArrayLike<number>, cols: number, masked: ArrayLike<number>, threshold: number, photon: number): { list: Slow[]; photons: number[] } {
  const good = Array.from(image, (v, i) => Number.isFinite(v) && !masked[i]);
  const label = Array.from(image, (v, i) => (good[i] && v > threshold ? i : -1));
  // Each pixel takes the least label of its neighbours until nothing changes.
  for (let changed = true; changed;) {
    changed = false;
    for (let i = 0; i < label.length; i++) {
      const near = [i % cols > 0 ? i - 1 : -1, i % cols < cols - 1 ? i + 1 : -1, i - cols, i + cols].filter((k) => k >= 0 && k < label.length && label[k] >= 0);
      for (const k of label[i] < 0 ? [] : near) if (label[k] < label[i]) [label[i], changed] = [label[k], true];
    }
  }
  const photons = Array.from(image, (_, i) => (good[i] ? 0 : Number.NaN));
  const list = [...new Set(label)].filter((l) => l >= 0).sort((a, b) => a - b).map((l) => {
    const group = [...label.keys()].filter((i) => label[i] === l);
    const sum = (of: (i: number) => number): number => group.reduce((a, i) => a + of(i), 0);
    const total = sum((i) => image[i]);
    const all = Math.floor(total / photon + 0.5);
    for (let k = 0; k < all; k++) {
      const best = group.reduce((a, i) => (image[i] - photons[i] * photon > image[a] - photons[a] * photon ? i : a));
      photons[best] += 1;
    }
    return { x: sum((i) => image[i] * (i % cols)) / total, y: sum((i) => image[i] * Math.floor(i / cols)) / total, total, pixels: group.length, photons: all };
  });
  return { list, photons };
}

const columns = ['x', 'y', 'total', 'pixels', 'photons'] as const;
function run(image: ArrayLike<number>, rows: number, cols: number, threshold: number, photon: number, masked?: ArrayLike<number>) {
  const out = new Float32Array(rows * cols + 1).fill(-1);
  const finder = new Droplets(rows, cols, masked);
  const given = Float64Array.from([9, ...Array.from(image)]);
  finder.run(given.map(() => 3), { threshold, photon }, out, { to: 1 });
  const found = finder.run(given, { threshold, photon }, out, { from: 1, to: 1 });
  expect(out[0]).toBe(-1);
  return { list: Array.from({ length: found.count }, (_, k) => Object.fromEntries(columns.map((name) => [name, found[name][k]]))), photons: [...out.subarray(1)], sum: found.photonSum };
}

test('property: droplets and photons are those of the plain way, few and large ones, with ties', () => {
  // Eighths and a photon of a power of two: differences are exact.
  const value = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 5, arbitrary: fc.integer({ min: -20, max: 300 }).map((n) => n / 8) }, { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 8) });
  fc.assert(fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.array(value, { minLength: 144, maxLength: 144 }), fc.constantFrom(0, 1, 4), fc.constantFrom(4, 8, 16), fc.boolean(), (rows, cols, values, threshold, photon, full) => {
    const image = values.slice(0, rows * cols).map((v) => (full && v === 0 ? 5 : v));
    const masked = image.map((_, i) => (i % 23 === 7 ? 1 : 0));
    const got = run(image, rows, cols, threshold, photon, masked);
    const slow = dropletsSlowly(image, cols, masked, threshold, photon);
    expect(got.list).toEqual(slow.list);
    expect(got.photons).toEqual(slow.photons);
    // None is lost.
    expect(got.sum).toBe(slow.list.reduce((a, { photons }) => a + photons, 0));
    expect(got.photons.reduce((a, k) => a + (k || 0), 0)).toBe(got.sum);
  }), { numRuns: 200 });
});

test('one photon over two pixels is one, at the pixel that has more of it; corners do not hold together', () => {
  expect(run([0, 6, 4, 0], 1, 4, 1, 10)).toEqual({ list: [{ x: 1.4, y: 0, total: 10, pixels: 2, photons: 1 }], photons: [0, 1, 0, 0], sum: 1 });
  expect(run([5, 5, 5, 5], 2, 2, 1, 10).photons).toEqual([1, 1, 0, 0]);
  expect(run([9, 0, 0, 9], 2, 2, 1, 10).list.length).toBe(2);
  expect(run([4, 0, 0], 1, 3, 1, 10)).toEqual({ list: [{ x: 0, y: 0, total: 4, pixels: 1, photons: 0 }], photons: [0, 0, 0], sum: 0 });
  expect(run([1, 1, 1], 1, 3, 1, 10).list).toEqual([]);
});

test('an image that is one droplet, and more droplets than there was room for, take no long', () => {
  const side = 600;
  const bright = run(new Float64Array(side * side).fill(17), side, side, 1, 10);
  expect([bright.list.length, bright.sum]).toEqual([1, 1.7 * side * side]);
  expect(run(Float64Array.from({ length: 10_000 }, (_, i) => (i % 2 ? 0 : 10)), 1, 10_000, 1, 10).list.length).toBe(5000);
});

test('refuses with a name', () => {
  expect(code(() => new Droplets(0, 3))).toBe('DROPLET_LAYOUT');
  expect(code(() => new Droplets(2, 3, [1]))).toBe('KERNEL_LENGTH');
  const droplets = new Droplets(1, 2);
  const [image, out] = [new Float32Array(2), new Float32Array(2)];
  for (const limits of [{ threshold: -1, photon: 1 }, { threshold: Number.NaN, photon: 1 }, { threshold: 1, photon: 0 }, { threshold: 1, photon: Infinity }]) expect(code(() => droplets.run(image, limits, out))).toBe('DROPLET_LIMITS');
  expect(code(() => droplets.run(image.subarray(1), { threshold: 1, photon: 1 }, out))).toBe('KERNEL_LENGTH');
  expect(code(() => droplets.run(image, { threshold: 1, photon: 1 }, out, { to: 1 }))).toBe('KERNEL_LENGTH');
});
