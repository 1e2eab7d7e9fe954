import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundaryModes } from './extend.ts';
import { Gaussian } from './gaussian.ts';

test('float32 is float64 as far as float32 can tell, for every shape, mode, type and place in memory', () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 4, noNaN: true }), fc.double({ min: 0, max: 4, noNaN: true }),
    fc.constantFrom(...boundaryModes), fc.constantFrom(Float32Array, Uint16Array, Int16Array, Float64Array), fc.nat(3), fc.nat(1e6),
    (rows, cols, sy, sx, mode, Type, more, seed) => {
      const rowStep = cols + more;
      const image = (Type as typeof Float32Array).from({ length: more + rows * rowStep }, (_, i) => ((i + seed) * 7919) % 4096);
      const filter = new Gaussian(rows, cols, [sy, sx], { mode, cval: 300 });
      const [out, exact] = [new Float32Array(rows * cols + 2).fill(-1), new Float64Array(rows * cols)];
      filter.run(image, out, { from: more, rowStep, to: 1 });
      filter.run(image, exact, { from: more, rowStep });
      for (const [i, value] of exact.entries()) expect(Math.abs(out[i + 1] - value)).toBeLessThan(4096 * 2e-6);
      expect([out[0], out.at(-1)]).toEqual([-1, -1]);
    },
  ), { numRuns: 150 });
});

test('the bits do not depend on where a pixel is in the image, and NaN is written as one NaN', () => {
  const filter = new Gaussian(64, 72, [3, 2], { mode: 'wrap' });
  const image = Float32Array.from({ length: 64 * 72 }, (_, i) => Math.sin(i * 12.9898) * 4e3);
  const [out, moved] = [new Float32Array(image.length), new Float32Array(image.length)];
  filter.run(image, out);
  const shift = (from: Float32Array): Float32Array => Float32Array.from(from, (_, i) => from[((Math.floor(i / 72) + 5) % 64) * 72 + ((i + 11) % 72)]);
  filter.run(shift(image), moved);
  expect(moved).toEqual(shift(out));
  new Uint32Array(image.buffer)[100] = 0xffc1_2345;
  filter.run(image, out);
  const bits = new Set(Array.from(new Uint32Array(out.buffer), (word, i) => (Number.isNaN(out[i]) ? word : 0)));
  expect([...bits].sort()).toEqual([0, 0x7fc0_0000]);
  expect(out.filter(Number.isNaN).length).toBe((2 * 12 + 1) * (2 * 8 + 1));
});
