import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binEach, binForm } from './bin-loops.ts';
import { BinSum } from './bin-sum.ts';
import { sumPlain } from './bin-sum.twin.ts';
import { binSums, binTable, type BinSums, type BinTable } from './bin-table.ts';
import { errorCode as code } from './testing.ts';

const keys = ['signal', 'variance', 'norm', 'count', 'entries'] as const;

/** A table of some form, and numbers from a seed. */
const tables = fc.record({
  bins: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 9 }) }, { weight: 1, arbitrary: fc.constantFrom(9000, 70_000) }), pixels: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 60 }) }, { weight: 1, arbitrary: fc.constant(9001) }),
  widest: fc.constantFrom(0, 3, 4, 9), seldom: fc.boolean(), listed: fc.boolean(), seed: fc.nat(1e6),
}).map(({ bins, pixels: few, widest, seldom, listed, seed }) => {
  const pixels = seldom ? Math.max(300, few) : few;
  const random = (i: number): number => (((i + 1) * 2_654_435_761 + seed * 40_503) % 1009) / 1009;
  const norm = Float32Array.from({ length: pixels }, (_, i) => 0.5 + random(i + 31) / 2);
  const first = Int32Array.from({ length: pixels }, (_, i) => Math.floor(random(i) * (bins + 1)));
  if (widest === 0) return { table: binTable({ bins, pixels, first, norm }), random };
  const starts = new Int32Array(pixels + 1);
  for (let i = 0; i < pixels; i++) starts[i + 1] = starts[i] + Math.min(bins - first[i], Math.floor(random(i + 99) * ((seldom ? Math.min(4, widest) : widest) + 1)) + (seldom && i % 150 === 7 ? 2 : 0));
  const weights = Float32Array.from({ length: starts[pixels] }, (_, k) => (random(k + 5) < 0.1 ? 0 : random(k + 7)));
  const index = Int32Array.from(weights, (_, k) => Math.floor(random(k + 3) * bins));
  return { table: binTable({ bins, pixels, norm, starts, weights, ...(listed ? { index } : { first }) }), random };
});

function fill(table: BinTable, image: Float32Array | Uint16Array, sum: (out: BinSums) => void): BinSums {
  const out = binSums(table.bins);
  sum(out);
  expect(image.length).toBeGreaterThan(0);
  return out;
}

describe('BinSum', () => {
  it('property: the same bits as the plain loop, for every form of table, dtype, place, dark and dummy', () => {
    fc.assert(fc.property(tables, fc.boolean(), fc.nat(3), fc.boolean(), fc.boolean(), ({ table, random }, wide, from, withDark, withDummy) => {
      const values = Array.from({ length: from + table.pixels }, (_, i) => (random(i + 55) < 0.1 ? [Number.NaN, Infinity, -Infinity][i % 3]! : Math.round(random(i + 3) * 50)));
      const image = wide ? Uint16Array.from(values) : Float32Array.from(values, (v) => v * 1.1 - 3);
      const options = { ...(withDark && { dark: Float32Array.from({ length: table.pixels }, (_, i) => random(i) * 4) }), ...(withDummy && { dummy: 7, deltaDummy: 2 }) };
      const sum = new BinSum(table);
      const plain = fill(table, image, (out) => sumPlain(table, image, out, from, options));
      // A second time: nothing is left over from the first.
      for (let turn = 0; turn < 2; turn++) {
        const out = fill(table, image, (to) => sum.run(image, to, from, options));
        for (const key of keys) expect(out[key].findIndex((v, b) => v !== plain[key][b])).toBe(-1);
      }
    }), { numRuns: 150 });
  });

  it('each form is taken: bins in 16 and 32 bits, three or four neighbours, lists', () => {
    const one = { pixels: 1, norm: Float32Array.of(1), first: Int32Array.of(0) };
    const split = (n: number) => ({ ...one, starts: Int32Array.of(0, n), weights: new Float32Array(n).fill(1 / n) });
    const seldom = binTable({ bins: 9, pixels: 200, norm: new Float32Array(200), first: new Int32Array(200), starts: Int32Array.from({ length: 201 }, (_, i) => 3 * i + (i > 7 ? 2 : 0)), weights: new Float32Array(602) });
    expect([binForm(seldom), binEach(seldom), seldom.beyondThree]).toEqual(['threes', 3, 2]);
    expect([binTable({ ...one, bins: 9 }), binTable({ ...one, bins: 70_000 }), binTable({ ...split(3), bins: 9 }), binTable({ ...split(4), bins: 9 }), binTable({ ...split(5), bins: 9 }), binTable({ ...split(2), bins: 9000 })].map(binForm))
      .toEqual(['whole16', 'whole32', 'threes', 'fours', 'listed', 'listed']);
  });

  it('property: what is valid adds up to the sums over shares, as far as float64 goes', () => {
    fc.assert(fc.property(tables, ({ table, random }) => {
      const image = Float32Array.from({ length: table.pixels }, (_, i) => random(i) * 100);
      const out = binSums(table.bins);
      new BinSum(table).run(image, out);
      const add = (list: Float64Array): number => list.reduce((a, b) => a + b, 0);
      const { starts, weights, first, bins } = table;
      let expected = 0;
      for (let i = 0; i < table.pixels; i++) {
        const share = starts ? weights!.subarray(starts[i], starts[i + 1]).reduce((a, b) => a + b, 0) : Number(first![i] < bins);
        expected += share * image[i];
      }
      expect(Math.abs(add(out.signal) - expected)).toBeLessThan(1e-5 * (1 + expected));
      expect(add(out.norm)).toBe(add(table.total.norm));
    }));
  });

  it('an image that is NaN everywhere leaves every bin empty; one of no pixels has none', () => {
    const table = binTable({ bins: 2, pixels: 5, first: Int32Array.of(0, 0, 1, 1, 2), norm: new Float32Array(5).fill(2) });
    const out = binSums(2);
    new BinSum(table).run(new Float32Array(5).fill(Number.NaN), out);
    expect(keys.map((key) => [...out[key]])).toEqual(keys.map(() => [0, 0]));
    new BinSum(binTable({ bins: 2, pixels: 0, first: new Int32Array(0), norm: new Float32Array(0) })).run(new Float32Array(0), out);
    expect([...out.entries]).toEqual([0, 0]);
  });

  it('refuses a bin that is not there, and a short image or dark', () => {
    expect(code(() => binTable({ bins: 2, pixels: 1, first: Int32Array.of(3), norm: Float32Array.of(1) }))).toBe('BIN_TABLE');
    expect(code(() => binTable({ bins: 2, pixels: 1, first: Int32Array.of(-1), norm: Float32Array.of(1) }))).toBe('BIN_TABLE');
    expect(code(() => binTable({ bins: 2, pixels: 1, first: Int32Array.of(1), starts: Int32Array.of(0, 2), weights: Float32Array.of(1, 1), norm: Float32Array.of(1) }))).toBe('BIN_TABLE');
    expect(code(() => binTable({ bins: 2, pixels: 2, first: Int32Array.of(1), norm: Float32Array.of(1, 1) }))).toBe('KERNEL_LENGTH');
    const sum = new BinSum(binTable({ bins: 2, pixels: 2, first: Int32Array.of(0, 1), norm: Float32Array.of(1, 1) }));
    expect(code(() => sum.run(new Float32Array(1), binSums(2)))).toBe('KERNEL_LENGTH');
    expect(code(() => sum.run(new Float32Array(2), binSums(2), 0, { dark: new Float32Array(1) }))).toBe('KERNEL_LENGTH');
  });
});
