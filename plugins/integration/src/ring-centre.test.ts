import { Skip, ndarray, zeros, type NdArray } from '@trainyard/core';
import { errorCode as code, readNpy, shared } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build } from './ring-centre.plugin.ts';
import { ringCentre } from './ring-centre.ts';

/** Rings with counting noise; every number follows from the seed. */
function rings(rows: number, cols: number, cx: number, cy: number, seed: number, radii: readonly number[] = [30, 55, 75, 110, 140]): NdArray<2> {
  let state = seed * 2_654_435_761;
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const noise = (): number => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  return ndarray(Float32Array.from({ length: rows * cols }, (_, k) => {
    const r = Math.hypot((k % cols) + 0.5 - cx, Math.floor(k / cols) + 0.5 - cy);
    const mean = 5 + 30 * Math.exp(-r / 60) + radii.reduce((sum, at) => sum + 40 * Math.exp(-0.5 * ((r - at) / 2) ** 2), 0);
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * noise()));
  }), [rows, cols]) as NdArray<2>;
}

describe('ringCentre', () => {
  it('property: within 0.3 pixel, with hot pixels, a beam stop and the gaps between modules masked', () => {
    fc.assert(fc.property(fc.double({ min: 60, max: 130, noNaN: true }), fc.double({ min: 50, max: 110, noNaN: true }), fc.integer({ min: 1, max: 1000 }), (cx, cy, seed) => {
      const [rows, cols] = [160, 190];
      const image = rings(rows, cols, cx, cy, seed).copy() as NdArray<2>;
      const mask = zeros([rows, cols], 'uint8');
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < cols; j++) {
          if (Math.hypot(j - cx, i - cy) < 15 || (i > 70 && i < 82) || (j > 90 && j < 98) || (i < 40 && j < 60)) {
            mask.set(i, j, 1);
            (image as NdArray<2> & { set: (...at: number[]) => unknown }).set(i, j, -1);
          }
        }
      }
      for (let k = 0; k < 20; k++) (image as NdArray<2> & { set: (...at: number[]) => unknown }).set((k * 37 + seed) % rows, (k * 61) % cols, 1e7);
      const got = ringCentre(image, { mask });
      expect(Math.hypot(got.x - cx, got.y - cy)).toBeLessThan(0.3);
      expect(got.sharpness).toBeGreaterThan(0.3);
    }), { numRuns: 2 });
  });

  it('finds a centre beside the image, and begins where it is told', () => {
    const image = rings(150, 120, -30, 60, 7);
    const got = ringCentre(image);
    expect(Math.hypot(got.x + 30, got.y - 60)).toBeLessThan(0.3);
    const near = ringCentre(image, { near: [-33, 64] });
    expect(Math.hypot(near.x + 30, near.y - 60)).toBeLessThan(0.3);
  });

  it('sees no rings in noise, and nothing in an image without pixels', () => {
    let state = 1;
    const noise = Float32Array.from({ length: 10_000 }, () => 100 + (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 28);
    expect(ringCentre(ndarray(noise, [100, 100]) as NdArray<2>).sharpness).toBeLessThan(0.02);
    // No place is better than another one.
    for (const level of [0, 7]) expect(ringCentre(zeros([100, 100], 'uint16').fill(level) as NdArray<2>)).toEqual({ x: Number.NaN, y: Number.NaN, sharpness: 0 });
    expect(ringCentre(zeros([100, 100], 'float32').fill(Number.NaN) as NdArray<2>)).toEqual({ x: Number.NaN, y: Number.NaN, sharpness: 0 });
    expect(ringCentre(zeros([0, 5], 'float32') as NdArray<2>).sharpness).toBe(0);
  });

  it('refuses what is no image, and a mask of another shape', () => {
    expect(code(() => ringCentre(zeros([3, 4, 5]) as unknown as NdArray<2>))).toBe('RING_IMAGE');
    expect(code(() => ringCentre(zeros([30, 40]) as NdArray<2>, { mask: zeros([3, 4]) }))).toBe('RING_IMAGE');
  });

  it.skipIf(!shared)('the rings of a detector at right angles to the beam, where pyFAI simulated them (0.1 px; skipped where ../shared is not there)', () => {
    const { data, shape } = readNpy<Float32Array>(`${shared}/oracles/pyfai/agipd_like_1024/image.npy`);
    const got = ringCentre(ndarray(data, shape) as NdArray<2>);
    expect(Math.hypot(got.x - 0.1011 / 2e-4, got.y - 0.103 / 2e-4)).toBeLessThan(0.1);
  });

  it('the plugin gives it, and skips what has no rings', () => {
    const views = build({ inputs: { image: 'view#image', mask: 'view#mask' }, params: { near: [62, 48], least: 0.05, every: 10 } }) as unknown as Record<string, { call: (values: unknown[]) => unknown }>;
    const found = views.found.call([rings(100, 120, 60, 50, 2), undefined]);
    expect(Math.hypot((views.x.call([found]) as number) - 60, (views.y.call([found]) as number) - 50)).toBeLessThan(0.2);
    expect(views.sharpness.call([found])).toBeGreaterThan(0.3);
    expect(views.found.call([zeros([100, 120]), undefined])).toBeInstanceOf(Skip);
  });
});
