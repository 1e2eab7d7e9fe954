import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { BinSum } from './bin-sum.ts';
import { eachShare } from './bin-sum.twin.ts';
import { binSums, binTable, type BinSums, type BinTable } from './bin-table.ts';
import { errorCode as code } from './testing.ts';

const tables = fc.record({ bins: fc.oneof({ weight: 30, arbitrary: fc.integer({ min: 1, max: 6 }) }, { weight: 1, arbitrary: fc.constantFrom(9000, 70_000) }), pixels: fc.integer({ min: 1, max: 80 }), split: fc.boolean(), listed: fc.boolean(), seldom: fc.boolean(), seed: fc.nat(1e6) }).map(({ bins, pixels: few, split, listed, seldom, seed }) => {
  const pixels = seldom ? 300 : few;
  const random = (i: number): number => (((i + 1) * 2_654_435_761 + seed * 40_503) % 1009) / 1009;
  const norm = Float32Array.from({ length: pixels }, (_, i) => 0.5 + random(i + 31) / 2);
  const first = Int32Array.from({ length: pixels }, (_, i) => Math.floor(random(i) * (bins + (split ? 0 : 1))));
  const image = Float32Array.from({ length: pixels }, (_, i) => (random(i + 55) < 0.1 ? [Number.NaN, Infinity][i % 2]! : random(i + 9) < 0.05 ? 900 : 10 + random(i + 3) * 50));
  if (!split) return { image, table: binTable({ bins, pixels, first, norm }) };
  // Of many pixels few have five shares.
  const most = seldom && bins >= 6 ? 5 : 2;
  const starts = new Int32Array(pixels + 1);
  for (let i = 0; i < pixels; i++) starts[i + 1] = starts[i]! + (i % 150 === 7 ? most : 2);
  const weights = Float32Array.from({ length: starts[pixels]! }, (_, k) => random(k + 7));
  const index = Int32Array.from(weights, (_, k) => Math.floor(random(k + 3) * bins));
  return { image, table: bins > 1 && !listed ? binTable({ bins, pixels, first: first.map((b) => Math.min(b, bins - most)), starts, weights, norm }) : binTable({ bins, pixels, starts, weights, index, norm }) };
});

interface Share { readonly x: number; readonly w: number; readonly share: number; readonly v: number }

/** The shares of each bin with finite values. */
function sharesOf(table: BinTable, image: Float32Array): Share[][] {
  const out: Share[][] = Array.from({ length: table.bins }, () => []);
  for (let i = 0; i < table.pixels; i++) if (Number.isFinite(image[i])) eachShare(table, i, (bin, share) => { if (share > 0) out[bin]!.push({ x: image[i]! / table.norm[i]!, w: share * table.norm[i]!, share, v: image[i]! }); });
  return out;
}
const add = (list: readonly Share[], of: (share: Share) => number): number => list.reduce((sum, share) => sum + of(share), 0);
const near = (a: number, b: number): void => { expect(Math.abs(a - b)).toBeLessThan(1e-9 * (1 + Math.abs(b))); };

it('property: the variance is the scatter of each bin, written out', () => {
  fc.assert(fc.property(tables, ({ table, image }) => {
    const out = binSums(table.bins);
    new BinSum(table).scatter(image, out);
    for (const [b, list] of sharesOf(table, image).entries()) {
      const mean = add(list, ({ w, x }) => w * x) / add(list, ({ w }) => w);
      if (list.length === 0 && out.variance[b] === 0) continue;
      near(out.variance[b]!, list.length === 0 ? 0 : add(list, ({ w, x }) => w * (x - mean) ** 2));
    }
  }));
});

it('property: clipping is what it says, share by share, and gives the same again', () => {
  fc.assert(fc.property(tables, fc.constantFrom(1.5, 2, 3, 50), fc.integer({ min: 1, max: 4 }), fc.boolean(), ({ table, image }, threshold, cycles, poisson) => {
    const sum = new BinSum(table);
    const out = binSums(table.bins);
    for (let turn = 0; turn < 2; turn++) sum.clip(image, out, { threshold, cycles, poisson });
    const expected = sharesOf(table, image).map((list) => {
      let left = list;
      for (let cycle = 0; cycle < cycles; cycle++) {
        const norm = add(left, ({ w }) => w);
        const mean = add(left, ({ w, x }) => w * x) / norm;
        const variance = poisson ? add(left, ({ share, v }) => share ** 2 * Math.max(1, v)) : add(left, ({ w, x }) => w * (x - mean) ** 2);
        const wide = Math.max(threshold, Math.sqrt(2 * Math.log(Math.max(3, add(left, ({ share }) => share)) / Math.sqrt(2 * Math.PI))));
        left = left.filter(({ x }) => Math.abs(x - mean) <= wide * Math.sqrt(variance / norm) + 1e-9 * Math.abs(mean));
      }
      return left;
    });
    for (const [b, list] of expected.entries()) {
      if (list.length === 0 && out.entries[b] === 0 && out.signal[b] === 0 && out.norm[b] === 0 && out.count[b] === 0) continue;
      expect(out.entries[b]).toBe(list.length);
      near(out.signal[b]!, add(list, ({ share, v }) => share * v));
      near(out.norm[b]!, add(list, ({ w }) => w));
      near(out.count[b]!, add(list, ({ share }) => share));
    }
  }));
});

it('takes a dark off and leaves dummies out, and refuses no threshold and a short image', () => {
  const sum = new BinSum(binTable({ bins: 1, pixels: 4, first: Int32Array.of(0, 0, 0, 0), norm: Float32Array.of(1, 1, 1, 1) }));
  const out: BinSums = binSums(1);
  sum.clip(Uint16Array.of(12, 14, 99, 14), out, { threshold: 9, cycles: 2, poisson: true, dark: Float32Array.of(2, 4, 4, 2), dummy: 100, deltaDummy: 1 });
  expect([out.signal[0], out.variance[0], out.count[0]]).toEqual([32, 40, 3]);
  sum.scatter(Uint16Array.of(12, 14, 99, 14), out, 0, { dark: Float32Array.of(2, 4, 4, 2), dummy: 100, deltaDummy: 1 });
  expect(out.variance[0]).toBeCloseTo(8 / 3, 12);
  expect(code(() => sum.clip(new Float32Array(4), out, { threshold: 0, cycles: 1, poisson: false }))).toBe('BIN_CLIP');
  expect(code(() => sum.clip(new Float32Array(3), out, { threshold: 3, cycles: 1, poisson: false }))).toBe('KERNEL_LENGTH');
  expect(code(() => sum.scatter(new Float32Array(3), out))).toBe('KERNEL_LENGTH');
});
