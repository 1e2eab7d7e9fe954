import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameProducts } from './frame-products.ts';
import { errorCode as code, nearness } from './testing.ts';

describe('FrameProducts', () => {
  it('property: sums of products of the pixels in use, in any number: 1e-13', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 11 }), fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1020, max: 2100 })), fc.constantFrom(Float32Array, Float64Array, Uint16Array), fc.boolean(), fc.integer({ min: 1, max: 99 }), (count, pixels, Type, some, seed) => {
      const frames = (Type as typeof Float64Array).from({ length: count * pixels }, (_, i) => 1 + ((i * seed) % 17));
      const used = some ? Uint8Array.from({ length: pixels }, (_, k) => Number(k % 3 !== 0)) : undefined;
      const plan = new FrameProducts(count);
      const [products, sums] = [new Float64Array(count * count), new Float64Array(count)];
      plan.run(frames, pixels, undefined, products, sums);
      const total = plan.run(frames, pixels, used, products, sums);
      const kept = Array.from({ length: pixels }, (_, k) => k).filter((k) => !used || used[k] === 1);
      expect(total).toBe(count === 0 ? 0 : kept.length);
      const sum = (of: (k: number) => number): number => kept.reduce((so, k) => so + of(k), 0);
      expect(nearness(sums, Array.from({ length: count }, (_, i) => sum((k) => frames[i * pixels + k]))).max).toBeLessThan(1e-13);
      expect(nearness(products, Array.from({ length: count * count }, (_, at) => sum((k) => frames[Math.floor(at / count) * pixels + k] * frames[(at % count) * pixels + k]))).max).toBeLessThan(1e-13);
    }), { numRuns: 40 });
  });
  it('refuses no number of frames, and short memory', () => {
    expect(code(() => new FrameProducts(1.5))).toBe('FRAMES_COUNT');
    expect(code(() => new FrameProducts(2).run(new Float64Array(5), 3, undefined, new Float64Array(4), new Float64Array(2)))).toBe('KERNEL_LENGTH');
    expect(code(() => new FrameProducts(2).run(new Float64Array(6), 3, new Uint8Array(2), new Float64Array(4), new Float64Array(2)))).toBe('KERNEL_LENGTH');
  });
});
