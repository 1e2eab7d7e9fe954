import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fft, RealFft } from './fft.ts';
import { errorCode as code } from './testing.ts';

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

describe('Fft', () => {
  it('is the definition for every length up to 130: 1e-13 of the norm', () => {
    for (let n = 1; n <= 130; n++) {
      const [re, im] = [random(n, 1), random(n, 2)];
      const expected = slow(re, im);
      new Fft(n).run(re, im);
      expect(off([re, im], expected), String(n)).toBeLessThan(1e-13);
    }
  });
  it('property: several signals beside each other are each alone; a second transform turns it round', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 99 }), (n, width, seed) => {
      const plan = new Fft(n);
      const [re, im] = [random(n * width, seed), random(n * width, seed + 0.5)];
      const [start, wide] = [[re.slice(), im.slice()], [re.slice(), im.slice()]];
      plan.run(wide[0], wide[1], width);
      for (let q = 0; q < width; q++) {
        const [a, b] = start.map((part) => part.filter((_, i) => i % width === q));
        plan.run(a, b);
        expect([wide[0].filter((_, i) => i % width === q), wide[1].filter((_, i) => i % width === q)]).toEqual([a, b]);
        plan.run(a, b);
        const back = (part: Float64Array): Float64Array => part.map((_, i) => part[(n - i) % n] / n);
        expect(off([back(a), back(b)], start.map((part) => part.filter((_, i) => i % width === q)))).toBeLessThan(1e-12);
      }
    }), { numRuns: 60 });
  });
  it('spreads NaN, and refuses no length and short memory', () => {
    const re = Float64Array.of(1, NaN, 2, 3);
    new Fft(4).run(re, new Float64Array(4));
    expect([...re].every(Number.isNaN)).toBe(true);
    expect(code(() => new Fft(0))).toBe('FFT_LENGTH');
    expect(code(() => new Fft(2.5))).toBe('FFT_LENGTH');
    expect(code(() => { new Fft(8).run(new Float64Array(7), new Float64Array(8)); })).toBe('KERNEL_LENGTH');
    expect(code(() => { new RealFft(6).run(new Float64Array(7), 2, new Float64Array(4), new Float64Array(4)); })).toBe('KERNEL_LENGTH');
  });
});

describe('RealFft', () => {
  it('is the first half of the transform, for every length up to 70: 1e-13 of the norm', () => {
    for (let n = 1; n <= 70; n++) {
      const signal = random(n + 3, n);
      const plan = new RealFft(n);
      const expected = slow(signal.slice(3), new Float64Array(n)).map((part) => part.slice(0, plan.half));
      const [re, im] = [new Float64Array(plan.half), new Float64Array(plan.half)];
      plan.run(signal, 3, re, im);
      expect(off([re, im], expected), String(n)).toBeLessThan(1e-13);
    }
  });
});
