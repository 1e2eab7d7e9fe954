import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LitPixels } from './lit-pixels.ts';
import { errorCode as code } from './testing.ts';

test('property: per panel and in all as counting one by one, with masks, NaN, gaps between rows and every type', () => {
  const side = fc.integer({ min: 1, max: 4 });
  const Types = [Float32Array, Float64Array, Uint16Array, Int16Array, Uint8Array] as const;
  fc.assert(fc.property(side, side, side, fc.integer({ min: 1, max: 19 }), fc.nat(3), fc.boolean(), fc.nat(1e6), fc.constantFrom(...Types), (down, across, height, width, more, withMask, seed, Type) => {
    const [rows, columns] = [down * height, across * width];
    const rowStep = columns + more;
    const values = Type === Float32Array || Type === Float64Array ? [0, 5, 9, Number.NaN, Infinity, -Infinity, 6, 7] : [0, 5, 9, 6, 7, 200];
    const image = (Type as typeof Float32Array).from({ length: 1 + rows * rowStep }, (_, i) => values[(i * 7 + seed) % values.length]);
    const masked = withMask ? Uint8Array.from({ length: rows * columns }, (_, i) => ((i + seed) % 5 === 0 ? 1 : 0)) : undefined;
    const counts = new Float64Array(down * across + 1).fill(-1);
    const expected = new Float64Array(down * across);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        if (image[1 + y * rowStep + x] > 6 && !masked?.[y * columns + x]) expected[Math.floor(y / height) * across + Math.floor(x / width)] += 1;
      }
    }
    const plan = new LitPixels(rows, columns, { panel: [height, width], masked });
    // Nothing is left of the line before.
    plan.run(new Float32Array(image.length).fill(99), 6, counts);
    const all = plan.run(image, 6, counts.fill(-1), { from: 1, rowStep, to: 1 });
    expect([...counts]).toEqual([-1, ...expected]);
    expect(all).toBe(expected.reduce((a, b) => a + b));
    expect(plan.panels).toBe(down * across);
  }));
});

test('refuses with a name', () => {
  expect(code(() => new LitPixels(4, 4, { panel: [3, 4] }))).toBe('LIT_PANEL');
  expect(code(() => new LitPixels(4, 4, { panel: [0, 4] }))).toBe('LIT_PANEL');
  expect(code(() => new LitPixels(4, 0))).toBe('LIT_PANEL');
  expect(code(() => new LitPixels(2, 2, { masked: [0] }))).toBe('KERNEL_LENGTH');
  const plan = new LitPixels(2, 2);
  expect(code(() => plan.run(new Float32Array(3), 1, new Float64Array(1)))).toBe('KERNEL_LENGTH');
  expect(code(() => plan.run(new Float32Array(4), 1, new Float64Array(0)))).toBe('KERNEL_LENGTH');
});
