import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RealFft2 } from './fft2.ts';
import { RealFft2Twin } from './fft2.twin.ts';
import { errorCode as code, readNpy, shared } from './testing.ts';

/** The definition, with exact angles. */
function slow(re: Float64Array, im: Float64Array): [Float64Array, Float64Array] {
  const n = re.length;
  const out: [Float64Array, Float64Array] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n;
      out[0][k] += re[j] * Math.cos(angle) - im[j] * Math.sin(angle);
      out[1][k] += re[j] * Math.sin(angle) + im[j] * Math.cos(angle);
    }
  }
  return out;
}
/** The largest difference against the length of the whole. */
function off(got: readonly Float64Array[], expected: readonly Float64Array[]): number {
  const size = Math.sqrt(expected.reduce((sum, part) => part.reduce((more, v) => more + v * v, sum), 0));
  return Math.max(...got.map((part, k) => part.reduce((most, v, i) => Math.max(most, Math.abs(v - expected[k][i])), 0))) / (size || 1);
}
const random = (n: number, seed: number): Float64Array => Float64Array.from({ length: n }, (_, i) => Math.sin((i + 1) * (seed + 1.7)) * 3);

describe('RealFft2', () => {
  it.each([[1, 1], [1, 6], [3, 5], [17, 40], [24, 36], [19, 33], [35, 2], [66, 7]])('%i x %i: rows, then columns', (rows, cols) => {
    const image = random(rows * cols + 2, 3);
    const expected = [image.slice(2), new Float64Array(rows * cols)];
    for (let i = 0; i < rows; i++) {
      const [a, b] = slow(expected[0].slice(i * cols, (i + 1) * cols), expected[1].slice(i * cols, (i + 1) * cols));
      expected[0].set(a, i * cols);
      expected[1].set(b, i * cols);
    }
    for (let k = 0; k < cols; k++) {
      const column = (part: Float64Array): Float64Array => part.filter((_, i) => i % cols === k);
      const [a, b] = slow(column(expected[0]), column(expected[1]));
      for (let i = 0; i < rows; i++) [expected[0][i * cols + k], expected[1][i * cols + k]] = [a[i], b[i]];
    }
    for (const plan of [new RealFft2(rows, cols), new RealFft2Twin(rows, cols)]) {
      const [re, im] = [new Float64Array(rows * plan.half), new Float64Array(rows * plan.half)];
      // Twice: nothing of the image before is left.
      plan.run(random(rows * cols + 2, 99), 0, re, im);
      plan.run(image, 2, re, im);
      expect(off([re, im], expected.map((part) => part.filter((_, i) => i % cols < plan.half)))).toBeLessThan(1e-13);
    }
  });
  it('property: as its twin to 1e-14 of the norm, of any size and type', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }), fc.constantFrom(Float32Array, Float64Array, Uint16Array, Int8Array), fc.integer({ min: 0, max: 99 }), (rows, cols, Type, seed) => {
      const image = (Type as typeof Float64Array).from(random(rows * cols, seed), (v) => v * 20);
      const [plan, twin] = [new RealFft2(rows, cols), new RealFft2Twin(rows, cols)];
      const room = (): [Float64Array, Float64Array] => [new Float64Array(rows * plan.half), new Float64Array(rows * plan.half)];
      const [got, expected] = [room(), room()];
      plan.run(image, 0, ...got);
      twin.run(image, 0, ...expected);
      expect(off(got, expected)).toBeLessThan(1e-14);
    }), { numRuns: 40 });
  });
  it('a NaN anywhere makes all NaN', () => {
    const [re, im] = [new Float64Array(20), new Float64Array(20)];
    new RealFft2(5, 7).run(Float32Array.from({ length: 35 }, (_, i) => (i === 30 ? NaN : i)), 0, re, im);
    expect([...re, ...im].every(Number.isNaN)).toBe(true);
  });
  it.skipIf(!shared)('numpy.fft.fft2 of the image beside the repository: 1e-14 of the largest', () => {
    const { data, shape: [rows, cols] } = readNpy<Float32Array>(`${shared}/oracles/imaging/input.npy`);
    const expected = readNpy(`${shared}/oracles/imaging/fft2_abs.npy`).data;
    const plan = new RealFft2(rows, cols);
    const [re, im] = [new Float64Array(rows * plan.half), new Float64Array(rows * plan.half)];
    plan.run(data, 0, re, im);
    const most = Math.max(...expected);
    const first = expected.filter((_, i) => i % cols < plan.half);
    expect(re.reduce((worst, v, i) => Math.max(worst, Math.abs(Math.hypot(v, im[i]) - first[i])), 0) / most).toBeLessThan(1e-14);
  });
  it('refuses no length and short memory', () => {
    expect([code(() => new RealFft2(0, 4)), code(() => new RealFft2(3, 1.5))]).toEqual(['FFT_LENGTH', 'FFT_LENGTH']);
    expect(code(() => { new RealFft2(3, 4).run(new Float64Array(12), 1, new Float64Array(9), new Float64Array(9)); })).toBe('KERNEL_LENGTH');
    expect(code(() => { new RealFft2(3, 4).run(new Float64Array(12), 0, new Float64Array(9), new Float64Array(8)); })).toBe('KERNEL_LENGTH');
  });
});
