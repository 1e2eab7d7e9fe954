import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommonMode } from './common-mode.ts';
import { countPhotons } from './photons.ts';
import { errorCode as code } from './testing.ts';

describe('CommonMode', () => {
  it('takes the mean of what is in range from each block, again in every pass', () => {
    const values = Float32Array.of(1, 3, 10, 100, 5, 7, 10, 10);
    const shifts = new Float64Array(2);
    new CommonMode(2, 4, { block: [2, 2], range: [-50, 50], least: 3 }).run(values, 0, { shifts });
    expect([...values]).toEqual([-3, -1, 0, 90, 1, 3, 0, 0]);
    expect([...shifts]).toEqual([4, 10]);
    const twice = Float32Array.of(60, 45, 45, 45);
    new CommonMode(1, 4, { block: [1, 4], range: [-50, 50], least: 1, passes: 2 }).run(twice, 0, { shifts });
    expect([...twice]).toEqual([11.25, -3.75, -3.75, -3.75]);
  });

  it('takes the median of rows, of stage 0 and good pixels alone', () => {
    const values = Float32Array.of(9, 1, 2, 3, 4, 1000, 0, 0, 0, 0, 0, 0);
    const stage = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const bad = Uint8Array.from({ length: 12 }, (_, i) => Number(i === 4));
    new CommonMode(2, 6, { block: [1, 6], by: 'median', range: [-100, 100], least: 3 }).run(values, 0, { stage, bad });
    expect([...values]).toEqual([9, -1, 0, 1, 2, 998, 0, 0, 0, 0, 0, 0]);
    const few = Float32Array.of(1, 2);
    new CommonMode(1, 2, { block: [1, 2], range: [0, 5], least: 3 }).run(few, 0);
    expect([...few]).toEqual([1, 2]);
  });

  it('property: the median is that of a sorted list, for lists of any length with equal values', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 60 }), (list) => {
      const values = Float32Array.from(list);
      const sorted = values.toSorted();
      const middle = sorted.length >> 1;
      const shifts = new Float64Array(1);
      new CommonMode(1, list.length, { block: [1, list.length], by: 'median', range: [-9, 9], least: 1 }).run(values, 0, { shifts });
      expect(shifts[0] + 0).toBe((list.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2) + 0);
    }));
  });

  it('refuses blocks that do not fill the image', () => {
    expect(code(() => new CommonMode(4, 4, { block: [3, 4], range: [0, 1], least: 1 }))).toBe('COMMON_MODE_BLOCK');
    expect(code(() => new CommonMode(4, 4, { block: [0, 4], range: [0, 1], least: 1 }))).toBe('COMMON_MODE_BLOCK');
    expect(code(() => new CommonMode(4, 4, { block: [4, 4], range: [1, 0], least: 1 }))).toBe('COMMON_MODE_RANGE');
    expect(code(() => new CommonMode(4, 4, { block: [4, 4], range: [0, 1], least: 0 }))).toBe('COMMON_MODE_RANGE');
    expect(code(() => new CommonMode(4, 4, { block: [4, 4], range: [0, 1], least: 1 }).run(new Float32Array(15), 0))).toBe('KERNEL_LENGTH');
  });
});

it('countPhotons rounds to whole photons, never below 0, and keeps NaN', () => {
  const out = new Float32Array(6);
  countPhotons(Float32Array.of(-100, 4.9, 5, 14.9, 15, NaN), 10, out);
  expect([...out]).toEqual([0, 0, 1, 1, 2, NaN]);
  expect(code(() => countPhotons(out, 0, out))).toBe('PHOTON_ADU');
});
