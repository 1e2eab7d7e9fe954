import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { array, concatenate, fft, ifft, irfft, type NdArray, NdError, ndarray, rfft, stack, zeros } from './index.ts';
import { broadcastShape } from './layout.ts';

// What must hold for every array, whatever its shape, strides and dtype.

const shape = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 });
/** An array of any shape that is seen through a random chain of transposes and steps. */
const anyArray = fc.record({ shape, seed: fc.integer({ min: 1, max: 1000 }), dtype: fc.constantFrom('float64', 'float32', 'int16', 'uint8'), order: fc.integer({ min: 0, max: 23 }), step: fc.constantFrom(1, 2, -1, -2) })
  .map(({ shape, seed, dtype, order, step }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Float64Array.from({ length: size }, (_, i) => ((i + 1) * 7919 * seed) % 101);
    const a: NdArray = (ndarray(data, shape) as NdArray).astype(dtype);
    const axes = [...shape.keys()].sort((p, q) => ((p + 1) * (order + 7)) % 5 - ((q + 1) * (order + 7)) % 5);
    return a.transpose(...axes).step(...axes.map((k) => (k % 2 === 0 ? step : 1)));
  });
const bound = fc.option(fc.integer({ min: -7, max: 7 }), { nil: '' });
const range = fc.tuple(bound, bound, fc.constantFrom('', 1, 2, 3, -1, -2)).map(([a, b, c]) => `${a}:${b}:${c}`);

describe('layout', () => {
  test('a slice holds what JavaScript picks, element by element, and shares memory', () => {
    fc.assert(fc.property(anyArray, range, (a, text) => {
      const rows = a.toNested() as unknown[];
      const [from, to, by] = text.split(':').map((s) => (s === '' ? undefined : Number(s)));
      expect(a.slice(text).toNested()).toEqual(pythonSlice(rows, from, to, by ?? 1));
      expect(a.slice(text).data).toBe(a.data);
    }));
  });

  test('a slice of a slice is the slice of the indices', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 30 }), range, range, (n, first, second) => {
      const a = ndarray(Float64Array.from({ length: n }, (_, i) => i));
      const once = a.slice(first).toNested() as number[];
      const twice = a.slice(first).slice(second);
      expect(twice.toNested()).toEqual((array(once).slice(second)).toNested());
    }));
  });

  test('transposing twice gives the array back', () => {
    fc.assert(fc.property(anyArray, (a) => {
      expect(a.T.T.equals(a)).toBe(true);
      expect([...a.T.shape].reverse()).toEqual(a.shape);
    }));
  });

  test('a copy is contiguous, equal, and apart', () => {
    fc.assert(fc.property(anyArray, (a) => {
      const copy = a.copy();
      expect(copy.isContiguous).toBe(true);
      expect(copy.equals(a)).toBe(true);
      expect(copy.data).not.toBe(a.data);
      expect(a.reshape(-1).toNested()).toEqual((a.toNested() as unknown[]).flat(9));
    }), { examples: [[zeros([2, 0, 3])]] });
  });
});

describe('values', () => {
  test('sums over any axis add up to the total', () => {
    fc.assert(fc.property(anyArray, (a) => {
      for (let axis = 0; axis < a.dimension; axis++) expect(a.sum({ axis }).sum()).toBe(a.sum());
    }));
  });

  test('a sum depends on shape and values only, not on strides', () => {
    fc.assert(fc.property(anyArray, (a) => {
      const fine = a.div(3);
      const strided = fine.copy().T.copy().T;
      expect(strided.sum()).toBe(fine.sum());
      for (let axis = 0; axis < a.dimension; axis++) {
        expect(strided.std({ axis }).equals(fine.std({ axis }), { equalNan: true })).toBe(true);
      }
    }));
  });

  test('broadcasting repeats, in either order', () => {
    fc.assert(fc.property(shape, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), fc.integer({ min: 0, max: 3 }), (full, ones, drop) => {
      const small = full.map((n, k) => (ones[k] ? 1 : n)).slice(Math.min(drop, full.length - 1));
      const make = (s: number[]): NdArray => ndarray(Float64Array.from({ length: s.reduce((x, y) => x * y, 1) }, (_, i) => i + 1), s);
      const [a, b] = [make(full), make(small)];
      const sum = a.add(b);
      expect(sum.shape).toEqual(full);
      expect(sum.shape).toEqual(broadcastShape(full, small));
      expect(b.add(a).equals(sum)).toBe(true);
      expect(sum.sub(a).equals(zeros(full).assign(b))).toBe(true);
    }));
  });

  test('median, percentile 50 and the middle of the sorted agree', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 }), (list) => {
      const a = array(list);
      const sorted = list.toSorted((x, y) => x - y);
      const n = sorted.length;
      const middle = (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
      expect(a.median() === middle && a.percentile(50) === middle).toBe(true);
      expect(a.percentile(0) === sorted[0] && a.percentile(100) === sorted[n - 1]).toBe(true);
      expect(a.take(a.argsort()).equals(a.sort())).toBe(true);
    }));
  });

  test('a transform and its inverse give the array back, at any length', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 70 }), (list) => {
      const a = array(list);
      const there = fft(a);
      expect(ifft(there).re.sub(a).abs().max()).toBeLessThan(1e-10);
      expect(ifft(there).im.abs().max()).toBeLessThan(1e-10);
      expect(irfft(rfft(a), list.length).sub(a).abs().max()).toBeLessThan(1e-10);
      expect(there.re.get(0)).toBeCloseTo(a.sum(), 8);
    }));
  });

  test('what is stacked or concatenated comes apart again', () => {
    fc.assert(fc.property(anyArray, (a) => {
      for (let axis = 0; axis < a.dimension; axis++) {
        const part = [...a.shape.keys()].map((k) => (k === axis ? `${a.shape[k]}:` : ':')).join(',');
        expect(concatenate([a, a.add(1)], { axis }).slice(part).equals(a.add(1))).toBe(true);
        expect((stack([a, a.add(1)], { axis }) as NdArray).take([1], { axis }).squeeze(axis).equals(a.add(1))).toBe(true);
      }
    }));
  });

  test('histogram counts every finite element once when the range holds them', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 80 }), fc.integer({ min: 1, max: 20 }), (some, bins) => {
      // Neighbouring numbers make bins that are narrower than the rounding.
      const list = some.length % 5 === 0 ? [...some.map(() => 1), 1 + 2 ** -52, 1 + 2 ** -51] : some;
      const { counts, edges } = array(list).histogram({ bins });
      expect(counts.sum()).toBe(list.length);
      counts.data.forEach((count, k) => {
        const [low, high] = [edges.get(k), edges.get(k + 1)];
        expect(count).toBe(list.filter((x) => x >= low && (x < high || (k === bins - 1 && x <= high))).length);
      });
    }));
  });
});

test('nothing but an NdError comes out of a slice text', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('0', '1', '9', ':', ',', '-', '.', ' ', 'a', '+') }), (text) => {
    try {
      zeros([3, 4]).slice(text);
    } catch (error) {
      expect(error).toBeInstanceOf(NdError);
    }
  }));
});

function pythonSlice(list: unknown[], from: number | undefined, to: number | undefined, by: number): unknown[] {
  const n = list.length;
  const at = (i: number | undefined, otherwise: number) => (i === undefined ? otherwise : i < 0 ? Math.max(i + n, by < 0 ? -1 : 0) : Math.min(i, by < 0 ? n - 1 : n));
  const out: unknown[] = [];
  const stop = at(to, by < 0 ? -1 : n);
  for (let i = at(from, by < 0 ? n - 1 : 0); by > 0 ? i < stop : i > stop; i += by) out.push(list[i]);
  return out;
}
