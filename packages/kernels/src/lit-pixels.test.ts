import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { countLit, panelsOf } from './lit-pixels.ts';
import { errorCode as code } from './testing.ts';

test('property: per panel and in all as counting one by one, with masks, NaN and gaps between rows', () => {
  const side = fc.integer({ min: 1, max: 4 });
  fc.assert(fc.property(side, side, side, side, fc.nat(3), fc.boolean(), fc.nat(1e6), (down, across, height, width, more, withMask, seed) => {
    const [rows, columns] = [down * height, across * width];
    const rowStep = columns + more;
    const image = Float32Array.from({ length: 1 + rows * rowStep }, (_, i) => [0, 5, 9, Number.NaN, Infinity, 7][(i * 7 + seed) % 6]);
    const masked = withMask ? Uint8Array.from({ length: rows * columns }, (_, i) => ((i + seed) % 5 === 0 ? 1 : 0)) : undefined;
    const counts = new Float64Array(down * across + 1).fill(-1);
    const expected = new Float64Array(down * across);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        if (image[1 + y * rowStep + x] > 6 && !masked?.[y * columns + x]) expected[Math.floor(y / height) * across + Math.floor(x / width)] += 1;
      }
    }
    const all = countLit(image, { rows, columns, threshold: 6, panel: [height, width], masked }, counts, { from: 1, rowStep, to: 1 });
    expect([...counts]).toEqual([-1, ...expected]);
    expect(all).toBe(expected.reduce((a, b) => a + b));
  }));
});

test('refuses with a name, and an empty image has nothing lit', () => {
  expect(code(() => panelsOf({ rows: 4, columns: 4, threshold: 1, panel: [3, 4] }))).toBe('LIT_PANEL');
  expect(code(() => panelsOf({ rows: 4, columns: 4, threshold: 1, panel: [0, 4] }))).toBe('LIT_PANEL');
  expect(code(() => countLit(new Float32Array(3), { rows: 2, columns: 2, threshold: 1 }, new Float64Array(1)))).toBe('KERNEL_LENGTH');
  expect(code(() => countLit(new Float32Array(4), { rows: 2, columns: 2, threshold: 1 }, new Float64Array(0)))).toBe('KERNEL_LENGTH');
  expect(code(() => countLit(new Float32Array(4), { rows: 2, columns: 2, threshold: 1, masked: [0] }, new Float64Array(1)))).toBe('KERNEL_LENGTH');
  expect(countLit(new Float32Array(0), { rows: 0, columns: 4, threshold: 1, panel: [1, 4] }, new Float64Array(1))).toBe(0);
});
