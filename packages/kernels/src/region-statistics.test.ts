import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { select } from './select.ts';
import type { Layout } from './pack.ts';
import { RegionFast } from './region-fast.ts';
import { boxRuns, maskRuns } from './region-runs.ts';
import { RegionPlain, RegionStatistics, noMoments, type Moments } from './region-statistics.ts';
import { errorCode as code, nearness, readNpy, shared } from './testing.ts';

const box = (data: Layout['data'], rows: number, cols: number): Layout => ({ data, shape: [rows, cols], stride: [cols, 1], offset: 0 });
/** Of numbers without NaN, sorted. */
const medianOf = (values: readonly number[]): number => {
  const sorted = Float64Array.from(values).sort();
  return values.length === 0 ? NaN : (sorted[(values.length - 1) >> 1] + sorted[values.length >> 1]) / 2;
};

describe('RegionStatistics', () => {
  it('property: as value by value, for any mask, layout and type: moments 1e-12, median exact', () => {
    const side = fc.integer({ min: 0, max: 30 });
    const types = fc.constantFrom(Float32Array, Float64Array, Uint16Array, BigUint64Array);
    fc.assert(fc.property(side, side, types, fc.nat({ max: 999 }), fc.boolean(), fc.integer({ min: 0, max: 4 }), (rows, cols, Type, seed, turned, holes) => {
      const data = new Type(rows * cols + 2);
      for (let i = 0; i < data.length; i++) {
        const v = ((i + 1) * (seed + 1) * 31) % 1009;
        data[i] = (Type === BigUint64Array ? BigInt(v) : Type !== Uint16Array && v % 7 < holes ? NaN : v) as never;
      }
      const inside = Uint8Array.from({ length: rows * cols }, (_, i) => Number((i * 7 + seed) % 5 !== 0));
      const layout: Layout = { data, shape: [rows, cols], stride: turned ? [1, rows] : [cols, 1], offset: 2 };
      const values: number[] = [];
      for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) if (inside[r * cols + c]) values.push(Number(data[2 + r * layout.stride[0] + c * layout.stride[1]]));
      const real = values.filter((v) => !Number.isNaN(v));
      const n = real.length;
      const mean = real.reduce((a, b) => a + b, 0) / n;
      const statistics = new RegionStatistics(maskRuns(inside, rows, cols));
      const got = statistics.moments(layout);
      const expected = n === 0 ? [0, NaN, NaN, NaN, NaN, NaN] : [n, mean * n, mean, Math.min(...real), Math.max(...real), real.reduce((a, b) => a + (b - mean) * (b - mean), 0)];
      expect(nearness([got.count, got.sum, got.mean, got.min, got.max, got.squares], expected, 1e-3).max).toBeLessThan(1e-12);
      expect(statistics.median(layout)).toBe(medianOf(real));
    }), { numRuns: 150 });
  });

  it('property: by vectors it has the bits of the plain loops', () => {
    const value = fc.oneof(fc.float(), fc.float({ min: 1, max: 2 }), fc.constantFrom(NaN, Infinity, 0, -0));
    fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 400 }), fc.integer({ min: 1, max: 40 }), fc.nat(), fc.boolean(), (values, cols, seed, whole) => {
      const rows = Math.ceil(values.length / cols);
      const data = new (whole ? Uint16Array : Float32Array)(rows * cols);
      data.set(values);
      const region = maskRuns(Uint8Array.from(data, (_, i) => Number((i * 7 + seed) % 11 !== 0)), rows, cols);
      const [plain, sums] = [noMoments(), noMoments()];
      new RegionPlain(region).add(box(data, rows, cols), plain);
      const fast = new RegionFast(region);
      const got = noMoments();
      fast.add(box(data, rows, cols), true, got);
      fast.add(box(data, rows, cols), false, sums);
      const list = ({ count, sum, mean, min, max, squares }: Moments): number[] => [count, sum, mean, min + 0, max + 0, squares];
      expect(list(got)).toEqual(list(plain));
      expect([sums.count, sums.sum]).toEqual([plain.count, plain.sum]);
    }));
  });
  it('has no variance below 0, of equal values that no float is', () => {
    for (const v of [0.1, 1e-3, 7.7, 1e6 + 0.1]) {
      const { squares } = new RegionStatistics(boxRuns(40, 33)).moments(box(new Float32Array(40 * 33).fill(v), 40, 33));
      expect(squares).toBeGreaterThanOrEqual(0);
      expect(Math.sqrt(squares / 1320) / v).toBeLessThan(1e-15);
    }
  });
  it('runs longer than what is taken together, and many short ones', () => {
    const data = Float32Array.from({ length: 2 * 9001 }, (_, i) => i % 97);
    expect(new RegionStatistics(boxRuns(2, 9001)).moments(box(data, 2, 9001)).sum).toBe(data.reduce((a, b) => a + b, 0));
    expect(new RegionStatistics(boxRuns(9001, 2)).moments(box(data, 9001, 2)).sum).toBe(data.reduce((a, b) => a + b, 0));
  });

  it('keeps the variance of small noise on a large offset, and of one far value: 1e-9', () => {
    const values = Float64Array.from({ length: 60 * 80 }, (_, i) => 1e6 + (i % 3) / 1000);
    const statistics = new RegionStatistics(boxRuns(60, 80));
    expect(nearness([statistics.moments(box(values, 60, 80)).squares / values.length], [2e-6 / 3]).max).toBeLessThan(1e-6);
    values[0] = 1e9;
    const mean = values.reduce((a, b) => a + b) / values.length;
    expect(nearness([statistics.moments(box(values, 60, 80)).squares], [values.reduce((a, b) => a + (b - mean) ** 2, 0)]).max).toBeLessThan(1e-9);
  });

  it('keeps the variance of noise on an offset of 1e9: as two walks do, 1e-9', () => {
    const values = Float64Array.from({ length: 60 * 80 }, (_, i) => 1e9 + ((i * 7919) % 1009) / 1024);
    const mean = values.reduce((a, b) => a + (b - 1e9), 0) / values.length;
    const squares = values.reduce((a, b) => a + (b - 1e9 - mean) ** 2, 0);
    expect(nearness([new RegionStatistics(boxRuns(60, 80)).moments(box(values, 60, 80)).squares], [squares]).max).toBeLessThan(1e-9);
  });

  it('infinities count as in numpy', () => {
    const got = new RegionStatistics(boxRuns(1, 3)).moments(box(Float64Array.of(1, Infinity, 2), 1, 3));
    expect([got.count, got.sum, got.mean, got.min, got.max, got.squares]).toEqual([3, Infinity, Infinity, 1, Infinity, NaN]);
  });

  it('refuses another box', () => {
    expect(code(() => new RegionStatistics(boxRuns(2, 3)).moments(box(new Float32Array(6), 3, 2)))).toBe('REGION_SHAPE');
    expect(code(() => maskRuns([1], 2, 1))).toBe('KERNEL_LENGTH');
  });

  it.skipIf(!shared)('of the image beside the repository (skipped where ../shared is not there), against numpy: 1e-12, the median as numpy rounds it 1e-7', () => {
    const { data, shape } = readNpy<Float32Array>(`${shared}/oracles/imaging/nan_input.npy`);
    const { roi } = JSON.parse(readFileSync(`${shared}/oracles/imaging/manifest.json`, 'utf8')) as { roi: Record<'sum' | 'mean' | 'median' | 'min' | 'max' | 'var' | 'count', number> & { roi: [number, number, number, number] } };
    const [y0, y1, x0, x1] = roi.roi;
    const part = { data, shape: [y1 - y0, x1 - x0], stride: [shape[1], 1], offset: y0 * shape[1] + x0 };
    const statistics = new RegionStatistics(boxRuns(y1 - y0, x1 - x0));
    const { count, sum, mean, min, max, squares } = statistics.moments(part);
    expect(nearness([count, sum, mean, min, max, squares / count], [roi.count, roi.sum, roi.mean, roi.min, roi.max, roi.var]).max).toBeLessThan(1e-12);
    expect(nearness([statistics.median(part)], [roi.median]).max).toBeLessThan(1e-7);
  });
});

describe('the median of large regions', () => {
  const [rows, cols] = [90, 110];
  const cases: Record<string, (i: number) => number> = {
    'of noise': (i) => Math.sin(i * 12.9898) * 43_758.5453 % 1,
    'of few values': (i) => (i * 7919) % 4,
    'of one value': () => 3,
    'that is nearly all 0': (i) => (i % 50 === 0 ? i : 0),
    'with half of it NaN': (i) => (i % 2 === 0 ? NaN : (i * 7919) % 1013),
    'all NaN': () => NaN,
    'rising': (i) => i,
    'in which what is sampled is unlike the rest': (i) => (i % 21 === 0 ? -1e9 : i),
    'with infinities': (i) => (i % 3 === 0 ? Infinity : i % 3 === 1 ? -Infinity : i),
  };
  for (const [name, value] of Object.entries(cases)) {
    it(`is exact ${name}`, () => {
      for (const n of [0, 1]) {
        const data = Float64Array.from({ length: rows * cols }, (_, i) => (i < n ? NaN : value(i)));
        for (const values of [data, Float32Array.from(data), ...(n === 0 && data.every((v) => v >= 0 && v < 65_536) ? [Uint16Array.from(data)] : [])]) {
          expect(new RegionStatistics(boxRuns(rows, cols)).median(box(values, rows, cols))).toBe(medianOf(Array.from(values).filter((v) => !Number.isNaN(v))));
        }
      }
    });
  }
  it('property: select puts the right one at its place, smaller ones before it', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 200 }), fc.nat(), (values, at) => {
      const k = at % values.length;
      const data = Float64Array.from(values);
      expect(select(data, data.length, k)).toBe(Float64Array.from(values).sort()[k]);
      expect(data.every((v, i) => (i < k ? v <= data[k] : v >= data[k]))).toBe(true);
    }));
  });
});
