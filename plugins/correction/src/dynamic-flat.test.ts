import { ndarray, zeros, type NdArray } from '@trainyard/core';
import { DynamicFlat } from '@trainyard/kernels';
import { errorCode as code } from '@trainyard/kernels/testing';
import { describe, expect, it } from 'vitest';
import { dynamicFlat } from './dynamic-flat.ts';

// The numbers are held against scipy in packages/kernels/src/dynamic-flat.test.ts.
const [rows, columns] = [12, 20];
const pixels = rows * columns;
const flat = ndarray(Float64Array.from({ length: pixels }, (_, i) => 900 + 10 * (i % columns)), [rows, columns]);
const dark = zeros([rows, columns]).add(100);
const modes = ndarray(Float32Array.from({ length: 2 * pixels }, (_, i) => (i < pixels ? 90 * Math.sin(0.5 * (i % columns)) : 70 * Math.cos(i / columns))), [2, rows, columns]);
/** Three pulses, each with a flat field of its own and the same sample. */
const stack = ndarray(Uint16Array.from({ length: 3 * pixels }, (_, i) => {
  const [pulse, pixel] = [Math.floor(i / pixels), i % pixels];
  const light = (flat.data[pixel] as number) - 100 + (0.8 - pulse * 0.7) * (modes.data[pixel] as number) + (0.3 * pulse) * (modes.data[pixels + pixel] as number);
  return 100 + light * (pixel % columns > 11 ? 0.5 : 1);
}), [3, rows, columns]);

describe('dynamicFlat', () => {
  const fix = dynamicFlat({ flat, dark, modes }, { downsample: [1, 2] });

  it('gives each pulse of a stack its own flat field', () => {
    const out = fix(stack);
    expect([out.dtype, out.shape]).toEqual(['float32', [3, rows, columns]]);
    for (let pulse = 0; pulse < 3; pulse++) {
      const frame = out.slice(String(pulse)) as NdArray<2>;
      const [bright, shadow] = [frame.slice(':, :12'), frame.slice(':, 12:')];
      expect(shadow.mean() / bright.mean()).toBeCloseTo(0.5, 2);
      // By the mean flat alone the frame would vary by tens of percent.
      expect(bright.std() / bright.mean()).toBeLessThan(0.01);
    }
  });

  it('does not depend on trains before, on the memory, or on how the modes are folded', () => {
    const first = (fix(stack) as NdArray).copy();
    fix(stack.slice('::-1') as NdArray);
    expect((fix(stack) as NdArray).equals(first)).toBe(true);
    const turned = stack.transpose(2, 0, 1).copy().transpose(1, 2, 0);
    expect((fix(turned) as NdArray).equals(first)).toBe(true);
    expect(dynamicFlat(() => ({ flat: flat.reshape(pixels), dark: dark.reshape(pixels), modes: modes.reshape(2, pixels) }), { downsample: [1, 2] })(stack).equals(first)).toBe(true);
    const kernel = new DynamicFlat(rows, columns, { flat: Float32Array.from(flat.data as Float64Array), dark: new Float32Array(pixels).fill(100), modes: modes.data as Float32Array }, { downsample: [1, 2] });
    const alone = new Float32Array(pixels);
    kernel.run((stack.data as Uint16Array).subarray(pixels, 2 * pixels), alone);
    expect((fix(stack.slice('1') as NdArray<2>).data)).toEqual(alone);
  });

  it('reads its flat fields again when others are given', () => {
    let now = { flat: flat as NdArray, dark: dark as NdArray, modes: modes as NdArray };
    const live = dynamicFlat(() => now, { downsample: [1, 2] });
    const before = live(stack).copy();
    now = { ...now, dark: zeros([rows, columns]) };
    expect(live(stack).equals(before)).toBe(false);
  });

  it('keeps an empty stack empty, and refuses other shapes by name', () => {
    expect(fix(zeros([0, rows, columns], 'uint16')).shape).toEqual([0, rows, columns]);
    expect(code(() => fix(zeros([rows, columns + 1])))).toBe('CORRECTION_SHAPE');
    expect(code(() => fix(zeros([columns]) as never))).toBe('CORRECTION_SHAPE');
    expect(code(() => dynamicFlat({ flat: zeros([0, 4]), dark: zeros([0, 4]), modes: zeros([1, 0, 4]) })(zeros([0, 4])))).toBe('CORRECTION_SHAPE');
    expect(code(() => dynamicFlat({ flat, dark, modes: modes.slice(':, 1:') as NdArray })(stack))).toBe('CORRECTION_SHAPE');
    expect(code(() => dynamicFlat({ flat, dark, modes: zeros([0, rows, columns]) })(stack))).toBe('CORRECTION_SHAPE');
  });
});
