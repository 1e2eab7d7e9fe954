import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Border, type WindowSize } from './border.ts';
import { boundaryModes, outsideIndex, type BoundaryMode } from './extend.ts';
import { MedianPlain } from './median-plain.ts';
import { Median } from './median.ts';
import type { Floats, Numbers } from './numbers.ts';
import { SobelPlain } from './sobel-plain.ts';
import { Sobel } from './sobel.ts';
import { errorCode as code } from './testing.ts';
import { WindowPlain } from './window-plain.ts';
import { WindowFilter, type WindowJoin } from './window.ts';

interface Case {
  readonly rows: number;
  readonly cols: number;
  readonly size: WindowSize;
  readonly mode: BoundaryMode;
  readonly image: Numbers;
  readonly place: { readonly from: number; readonly rowStep: number; readonly to: number };
}

const side = fc.integer({ min: 1, max: 40 });
const window = fc.oneof(fc.constantFrom(3, 5), fc.integer({ min: 1, max: 12 }));
const types = [Float32Array, Float64Array, Uint16Array, Int16Array];

/** Images of any shape, type and place in memory, with equal values, both infinities and both zeros; every `gaps`-th pixel or so NaN. */
const cases = (gaps = 0): fc.Arbitrary<Case> =>
  fc.record({ rows: side, cols: side, square: fc.boolean(), ky: window, kx: window, mode: fc.constantFrom(...boundaryModes), Type: fc.constantFrom(...types), more: fc.nat(3), seed: fc.nat(1e6), levels: fc.constantFrom(3, 40, 4000) })
    .map(({ rows, cols, square, ky, kx, mode, Type, more, seed, levels }) => {
      const rowStep = cols + more;
      const random = (i: number): number => (Math.imul(i + seed, 2654435761) >>> 8) % levels;
      const image = (Type as typeof Float32Array).from({ length: more + rows * rowStep }, (_, i) => {
        const n = random(i);
        if (gaps > 0 && random(i + 77_777) % gaps === 0 && Type.name.startsWith('F')) return Number.NaN;
        return n === 0 ? -0 : n === 1 ? Infinity : n === 2 ? -Infinity : n * 0.37 - 9;
      });
      return { rows, cols, size: [ky, square ? ky : kx] as const, mode, image, place: { from: more, rowStep, to: 2 } };
    });

/** The pixels of a window, read one by one. */
function windowAt({ rows, cols, size, mode, image, place }: Case, cval: number, y: number, x: number): number[] {
  const values: number[] = [];
  for (let v = 0; v < size[0]; v++) {
    for (let u = 0; u < size[1]; u++) {
      const r = outsideIndex(y + v - (size[0] >> 1), rows, mode);
      const c = outsideIndex(x + u - (size[1] >> 1), cols, mode);
      values.push(r < 0 || c < 0 ? cval : Number(image[place.from + r * place.rowStep + c]));
    }
  }
  return values;
}

/** Runs a filter for both types of result and holds every pixel against the one told, and what lies beside the result. */
function expectPixels(given: Case, filter: { run(image: Numbers, out: Floats, place: Case['place']): void }, pixel: (y: number, x: number) => number): void {
  const { rows, cols, image, place } = given;
  for (const out of [new Float32Array(rows * cols + 3).fill(7), new Float64Array(rows * cols + 3).fill(7)]) {
    filter.run(image, out, place);
    const expected = Array.from({ length: rows * cols }, (_, i) => pixel(Math.floor(i / cols), i % cols));
    const round = (v: number): number => (out instanceof Float32Array ? Math.fround(v) : v) + 0;
    const got = [...out.subarray(2, -1)].map((v) => v + 0);
    expect(got).toEqual(expected.map(round));
    expect([out[0], out[1], out.at(-1)]).toEqual([7, 7, 7]);
  }
}

/** Float32 of an image of float64 is not what the plain twin makes of it. */
const narrow = (given: Case): Case => (given.image instanceof Float64Array ? { ...given, image: Float32Array.from(given.image) } : given);
const sorted = (values: number[]): number[] => values.map((v) => v + 0).sort((a, b) => a - b);

describe('Median', () => {
  it('is one of the pixels, and its plain twin has the same bits', () => {
    fc.assert(fc.property(cases(), (any) => {
      const given = narrow(any);
      const filter = new Median(given.rows, given.cols, given.size, { mode: given.mode, cval: 2 });
      expectPixels(given, filter, (y, x) => sorted(windowAt(given, 2, y, x))[(given.size[0] * given.size[1]) >> 1]);
      const [fast, plain] = [new Float32Array(given.rows * given.cols), new Float32Array(given.rows * given.cols)];
      filter.run(given.image, fast, { ...given.place, to: 0 });
      new MedianPlain(new Border(given.rows, given.cols, given.size, { mode: given.mode, cval: 2 }), given.size, false).run(given.image, plain, { ...given.place, to: 0 });
      expect(fast).toEqual(plain);
    }), { numRuns: 120 });
  });

  it('is NaN where one is in the window, or leaves it out', () => {
    fc.assert(fc.property(cases(9), fc.boolean(), fc.constantFrom(5, Number.NaN), (any, skipNaN, cval) => {
      const given = narrow(any);
      expectPixels(given, new Median(given.rows, given.cols, given.size, { mode: given.mode, cval, skipNaN }), (y, x) => {
        const all = windowAt(given, cval, y, x);
        const values = sorted(all.filter((v) => !Number.isNaN(v)));
        const n = values.length;
        if (!skipNaN) return n < all.length ? Number.NaN : values[n >> 1];
        return n === 0 ? Number.NaN : n % 2 === 1 ? values[n >> 1] : (values[n / 2 - 1] + values[n / 2]) * 0.5;
      });
    }), { numRuns: 120 });
  });

  it('writes one NaN', () => {
    const image = new Float32Array(36);
    new Uint32Array(image.buffer)[8] = 0xffc1_2345;
    const out = new Float32Array(36);
    new Median(6, 6, [3, 3]).run(image, out);
    expect([...new Set(new Uint32Array(out.buffer))].sort()).toEqual([0, 0x7fc0_0000]);
  });
});

describe('WindowFilter', () => {
  const joined: Record<WindowJoin, (values: number[]) => number> = {
    mean: (values) => values.reduce((a, b) => a + b, 0) / values.length,
    minimum: (values) => Math.min(...values),
    maximum: (values) => Math.max(...values),
  };
  it('is the extreme of the pixels in the window; NaN spreads as far as the window reaches', () => {
    fc.assert(fc.property(cases(20), fc.constantFrom('minimum', 'maximum'), (any, join) => {
      const given = narrow(any);
      expectPixels(given, new WindowFilter(join, given.rows, given.cols, given.size, { mode: given.mode, cval: 2 }), (y, x) => joined[join](windowAt(given, 2, y, x)));
    }), { numRuns: 100 });
  });

  it('is the mean of the pixels in the window, 1e-12 of the largest', () => {
    fc.assert(fc.property(cases(30), (given) => {
      const out = new Float64Array(given.rows * given.cols);
      new WindowFilter('mean', given.rows, given.cols, given.size, { mode: given.mode, cval: 2 }).run(given.image, out, { ...given.place, to: 0 });
      for (const [i, value] of out.entries()) {
        const values = windowAt(given, 2, Math.floor(i / given.cols), i % given.cols);
        const exact = joined.mean(values);
        if (Number.isFinite(exact)) expect(Math.abs(value - exact)).toBeLessThanOrEqual(1e-12 * Math.max(...values.map(Math.abs)));
        else expect(value).toBe(exact);
      }
    }), { numRuns: 100 });
  });

  it('has the bits of its plain twin, wherever a pixel is', () => {
    fc.assert(fc.property(cases(20), fc.constantFrom<WindowJoin>('mean', 'minimum', 'maximum'), (any, join) => {
      const given = narrow(any);
      const { rows, cols, size, mode, image } = given;
      const [fast, plain] = [new Float32Array(rows * cols), new Float32Array(rows * cols)];
      new WindowFilter(join, rows, cols, size, { mode, cval: 2 }).run(image, fast, { ...given.place, to: 0 });
      new WindowPlain(join, new Border(rows, cols, size, { mode, cval: 2 }), size).run(image, plain, { ...given.place, to: 0 });
      expect(new Uint32Array(fast.buffer)).toEqual(new Uint32Array(plain.buffer));
    }), { numRuns: 100 });
    const image = Float64Array.from({ length: 30 * 31 }, (_, i) => Math.sin(i * 12.9898) * 10 ** (i % 13));
    const moved = Float64Array.from(image, (_, i) => image[((Math.floor(i / 31) + 7) % 30) * 31 + ((i + 12) % 31)]);
    const filter = new WindowFilter('mean', 30, 31, [6, 11], { mode: 'wrap' });
    const [out, other] = [new Float64Array(image.length), new Float64Array(image.length)];
    filter.run(image, out);
    filter.run(moved, other);
    expect(other).toEqual(Float64Array.from(out, (_, i) => out[((Math.floor(i / 31) + 7) % 30) * 31 + ((i + 12) % 31)]));
  });
});

describe('Sobel', () => {
  it('is what its weights say, 1e-12 of the largest, and has the bits of its plain twin', () => {
    fc.assert(fc.property(cases(30), fc.constantFrom('x', 'y', 'magnitude' as const), (any, direction) => {
      const given = { ...narrow(any), size: [3, 3] as const };
      const { rows, cols, mode, image } = given;
      const place = { ...given.place, to: 0 };
      const [fast, twin, exact] = [new Float32Array(rows * cols), new Float32Array(rows * cols), new Float64Array(rows * cols)];
      const filter = new Sobel(direction as 'x', rows, cols, { mode, cval: 2 });
      filter.run(image, fast, place);
      filter.run(image, exact, place);
      new SobelPlain(direction as 'x', new Border(rows, cols, [3, 3], { mode, cval: 2 })).run(image, twin, place);
      expect(new Uint32Array(fast.buffer)).toEqual(new Uint32Array(twin.buffer));
      for (const [i, value] of exact.entries()) {
        const w = windowAt(given, 2, Math.floor(i / cols), i % cols);
        if (w.some(Number.isNaN)) {
          expect(value).toBeNaN();
          continue;
        }
        const atEdge = i < cols || i >= (rows - 1) * cols || i % cols === 0 || i % cols === cols - 1;
        if (!w.every(Number.isFinite) || (mode === 'constant' && atEdge)) continue;
        const x = w[2] - w[0] + 2 * (w[5] - w[3]) + w[8] - w[6];
        const y = w[6] - w[0] + 2 * (w[7] - w[1]) + w[8] - w[2];
        expect(Math.abs(value - { x, y, magnitude: Math.hypot(x, y) }[direction])).toBeLessThanOrEqual(1e-12 * Math.max(1, ...w.map(Math.abs)));
      }
    }), { numRuns: 100 });
  });
});

describe('filters with a window', () => {
  it('leave an empty image, and refuse what is none', () => {
    for (const filter of [new Median(0, 4, [3, 3]), new WindowFilter('mean', 4, 0, [5, 5]), new Sobel('x', 0, 0)]) filter.run(new Float32Array(0), new Float32Array(0));
    expect(code(() => new Median(4, 4, [0, 3]))).toBe('FILTER_SIZE');
    expect(code(() => new WindowFilter('mean', 4, 4, [3, 2.5]))).toBe('FILTER_SIZE');
    expect(code(() => new Sobel('x', 4, 4, { mode: 'edge' as 'wrap' }))).toBe('BOUNDARY_MODE');
    expect(code(() => new Median(4, 4, [3, 3]).run(new Float32Array(15), new Float32Array(16)))).toBe('KERNEL_LENGTH');
    expect(code(() => new Median(4, 4, [3, 3]).run(new Float32Array(16), new Float32Array(15)))).toBe('KERNEL_LENGTH');
    expect(code(() => new Median(1024, 1024, [65_537, 65_537]))).toBe('KERNEL_MEMORY');
    expect(code(() => new Median(1024, 1024, [8191, 8191]))).toBe('KERNEL_MEMORY');
  });
});
