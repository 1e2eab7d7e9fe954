import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Layout } from './pack.ts';
import { StackFast } from './stack-fast.ts';
import { StackImages, stackImageNames, type StackImage } from './stack-images.ts';
import { StackMask } from './stack-mask.ts';
import { StackPlain } from './stack-plain.ts';
import { errorCode as code, nearness, readNpy, shared } from './testing.ts';

const images = new StackImages();
const all = (pixels: number): Record<StackImage, Float64Array> => Object.fromEntries(stackImageNames.map((name) => [name, new Float64Array(pixels).fill(-7)])) as Record<StackImage, Float64Array>;
const packed = (data: Layout['data'], shape: number[]): Layout => ({ data, shape, stride: shape.map((_, k) => shape.slice(k + 1).reduce((a, b) => a * b, 1)), offset: 0 });

/** Value by value, in the order in which numpy would be asked. */
function slowly(stack: Layout, frames: readonly number[]): Record<StackImage, number[]> {
  const result = Object.fromEntries(stackImageNames.map((name) => [name, [] as number[]])) as Record<StackImage, number[]>;
  const walk = (axis: number, at: number): void => {
    if (axis < stack.shape.length) {
      for (let i = 0; i < stack.shape[axis]; i++) walk(axis + 1, at + i * stack.stride[axis]);
      return;
    }
    const values = frames.map((f) => Number(stack.data[at + f * stack.stride[0]])).filter((v) => !Number.isNaN(v));
    const n = values.length;
    const mean = values.reduce((a, b) => a + b, 0) / n;
    const variance = values.reduce((a, b) => a + (b - mean) * (b - mean), 0) / n;
    const give = { mean, sum: n === 0 ? NaN : mean * n, min: n === 0 ? NaN : Math.min(...values), max: n === 0 ? NaN : Math.max(...values), std: Math.sqrt(variance), var: variance, count: n };
    for (const name of stackImageNames) result[name].push(give[name]);
  };
  walk(1, stack.offset);
  return result;
}

describe('StackImages', () => {
  it('property: as value by value, for any layout, type, number of axes and choice of frames: 1e-12', () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 });
    const types = fc.constantFrom(Float32Array, Float64Array, Uint16Array, Int32Array, BigInt64Array);
    fc.assert(fc.property(shapes, types, fc.nat(), fc.nat(), fc.option(fc.array(fc.nat(), { maxLength: 5 })), (shape, Type, order, seed, some) => {
      const axes = shape.map((_, k) => k).sort((a, b) => ((a * 7919 + order) % 13) - ((b * 7919 + order) % 13));
      const stride = shape.map(() => 0);
      let size = 1;
      for (const k of axes) {
        stride[k] = size;
        size *= shape[k];
      }
      const data = new Type(size + 3);
      for (let i = 0; i < data.length; i++) {
        const v = ((i + 1) * (seed % 1000) * 31) % 503;
        data[i] = (Type === BigInt64Array ? BigInt(v) : v % 5 === 0 && (Type === Float32Array || Type === Float64Array) ? NaN : v) as never;
      }
      const stack: Layout = { data, shape, stride, offset: 3 };
      const frames = shape[0] === 0 ? [] : some?.map((i) => i % shape[0]) ?? [...Array(shape[0]).keys()];
      const pixels = shape.slice(1).reduce((a, b) => a * b, 1);
      const out = all(pixels);
      images.run(stack, out, frames);
      const expected = slowly(stack, frames);
      for (const name of stackImageNames) expect(nearness(out[name], expected[name], 1e-3).max, name).toBeLessThan(1e-12);
    }), { numRuns: 150 });
  });

  it('gives the same bits however the stack lies, whatever else is asked for, and over many tiles', () => {
    const [frames, rows, cols] = [9, 37, 61];
    const data = Float32Array.from({ length: frames * rows * cols }, (_, i) => (i % 17 === 0 ? NaN : Math.fround(Math.sin(i) * 1000)));
    const turned = new Float32Array(data.length);
    for (let f = 0; f < frames; f++) for (let i = 0; i < rows * cols; i++) turned[i * frames + f] = data[f * rows * cols + i];
    const columnsFirst = new Float32Array(data.length);
    for (let f = 0; f < frames; f++) for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) columnsFirst[(f * cols + c) * rows + r] = data[(f * rows + r) * cols + c];
    const shape = [frames, rows, cols];
    const [a, b, c, d, e] = [all(rows * cols), all(rows * cols), all(rows * cols), { std: new Float64Array(rows * cols) }, { max: new Float64Array(rows * cols) }];
    images.run(packed(data, shape), a);
    images.run({ data: turned, shape, stride: [1, cols * frames, frames], offset: 0 }, b);
    images.run({ data: columnsFirst, shape, stride: [rows * cols, 1, rows], offset: 0 }, c);
    images.run(packed(data, shape), d);
    images.run(packed(data, shape), e);
    expect(b).toEqual(a);
    expect(c).toEqual(a);
    expect(d.std).toEqual(a.std);
    expect(e.max).toEqual(a.max);
  });

  it('property: by vectors it has the bits of the plain loops, for pixels that lie dense and for frames that do', () => {
    const fast = new StackFast();
    const plain = new StackPlain();
    const value = fc.oneof(fc.float(), fc.constantFrom(NaN, Infinity, -Infinity, 0, -0));
    fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.boolean(), (values, frames, every, turned, whole) => {
      const data = whole ? Uint16Array.from(values) : Float32Array.from(values);
      const pixels = Math.ceil(values.length / frames);
      const padded = new (whole ? Uint16Array : Float32Array)(pixels * frames);
      padded.set(data);
      const [step, apart] = turned ? [frames, 1] : [1, pixels];
      const stack: Layout = { data: padded, shape: [frames, pixels], stride: [apart, step], offset: 0 };
      const chosen = Float64Array.from({ length: Math.ceil(frames / every) }, (_, i) => i * every * apart);
      if (!StackFast.takes(stack, step, chosen)) return;
      for (const wanted of [{ onlyMean: false, sums: true, extremes: true, squares: true }, { onlyMean: false, sums: true, extremes: false, squares: false }]) {
        const [a, b] = [fast, plain].map((sums) => {
          const { sum, count, min, max, squares } = sums.sum(stack, 0, step, pixels, chosen, wanted);
          return [sum, count, ...(wanted.squares ? [min, max, squares] : [])].map((list) => Array.from(list.subarray(0, pixels), (v) => v + 0));
        });
        expect(a).toEqual(b);
      }
    }));
  });

  it('the mean alone, in float32, has the bits of that beside others', () => {
    for (const data of [Float32Array.from({ length: 7 * 1003 }, (_, i) => (i % 5 === 0 || i % 1003 === 8 ? NaN : Math.fround(i / 7))), Uint16Array.from({ length: 7 * 1003 }, (_, i) => i * 31)]) {
      const [alone, beside] = [new Float32Array(1003), new Float32Array(1003)];
      images.run(packed(data, [7, 1003]), { mean: alone });
      images.run(packed(data, [7, 1003]), { mean: beside, max: new Float32Array(1003) });
      expect(new Uint32Array(alone.buffer)).toEqual(new Uint32Array(beside.buffer));
    }
  });

  it('keeps the variance of small noise on a large offset, and has none below 0: 1e-6', () => {
    const out = { var: new Float64Array(5) };
    images.run(packed(Float64Array.from({ length: 300 * 5 }, (_, i) => (i % 5 === 4 ? 0.1 : 1e6 + (Math.floor(i / 5) % 3) / 1000)), [300, 5]), out);
    expect(nearness(out.var.subarray(0, 4), Float64Array.of(1, 1, 1, 1).map(() => 2e-6 / 3)).max).toBeLessThan(1e-6);
    expect(out.var[4]).toBeGreaterThanOrEqual(0);
    expect(out.var[4]).toBeLessThan(1e-30);
  });

  it('writes NaN of one bit pattern', () => {
    const out = { mean: new Float32Array(3), var: new Float32Array(3) };
    images.run(packed(Float32Array.of(Infinity, NaN, 1, -Infinity, NaN, 2), [2, 3]), out);
    expect([...new Uint32Array(out.mean.buffer).subarray(0, 2), ...new Uint32Array(out.var.buffer).subarray(0, 2)]).toEqual(Array(4).fill(0x7fc00000));
  });

  it('of nothing gives NaN and a count of 0, and refuses what does not fit', () => {
    const out = all(2);
    images.run(packed(Float32Array.of(1, NaN, NaN, NaN), [2, 2]), out);
    expect([...out.count, ...out.sum, ...out.mean, ...out.max]).toEqual([1, 0, 1, NaN, 1, NaN, 1, NaN]);
    images.run(packed(Float32Array.of(1, 2), [1, 2]), out, []);
    expect([...out.count, ...out.sum, ...out.std]).toEqual([0, 0, NaN, NaN, NaN, NaN]);
    expect(code(() => images.run(packed(new Float32Array(1), []), out))).toBe('STACK_RANK');
    expect(code(() => images.run(packed(new Float32Array(4), [2, 2]), out, [2]))).toBe('STACK_FRAME');
    expect(code(() => images.run(packed(new Float32Array(6), [2, 3]), out))).toBe('KERNEL_LENGTH');
  });

  it.skipIf(!shared)('of the stack beside the repository (skipped where ../shared is not there), against numpy: mean and variance 1e-12', () => {
    const load = (name: string) => readNpy(`${shared}/oracles/imaging/${name}.npy`);
    const { data, shape } = load('stack');
    const out = all(load('stack_mean').data.length);
    images.run(packed(data, shape), out);
    expect(nearness(out.mean, load('stack_mean').data).max).toBeLessThan(1e-12);
    expect(nearness(out.var.map((v) => (v * shape[0]) / (shape[0] - 1)), load('stack_var_ddof1').data).max).toBeLessThan(1e-12);
  });
});

describe('StackMask', () => {
  it('property: hides what is masked, below or above, in every frame, and nothing else', () => {
    const value = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(NaN, Infinity, -Infinity));
    fc.assert(fc.property(fc.array(value, { maxLength: 40 }), fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), fc.integer({ min: -9, max: 0 }), fc.integer({ min: 0, max: 9 }), (values, hidden, low, high) => {
      const frames = Math.floor(values.length / hidden.length);
      const masked = Uint8Array.from(hidden, Number);
      const data = Float64Array.from(values);
      new StackMask(hidden.length, { masked, low, high }).run(data);
      const expected = values.map((v, i) => (i < frames * hidden.length && (hidden[i % hidden.length] || v < low || v > high) ? NaN : v));
      expect([...data]).toEqual(expected);
    }));
  });
  it('property: float32 has the bits of the plain loop, with limits between two numbers, too', () => {
    const limit = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 0.1, -0.1, 1e-46, -1e-46, 3.4e38, 1e300));
    fc.assert(fc.property(fc.float32Array({ maxLength: 30 }), limit, limit, (values, a, b) => {
      const [low, high] = a <= b ? [a, b] : [b, a];
      const [narrow, wide] = [values.slice(), Float64Array.from(values)];
      new StackMask(1, { low, high }).run(narrow);
      new StackMask(1, { low, high }).run(wide);
      expect(Array.from(narrow)).toEqual(Array.from(wide));
    }));
    const large = Float32Array.from({ length: 10_007 }, (_, i) => i % 5000);
    new StackMask(1, { low: 3, high: 4990 }).run(large);
    expect(large.every((v, i) => (i % 5000 < 3 || i % 5000 > 4990 ? Number.isNaN(v) : v === i % 5000))).toBe(true);
  });
  it('begins where it is told, and refuses limits and masks that are none', () => {
    const data = Float32Array.of(9, 9, 9, 9);
    new StackMask(2, { masked: [1, 0] }).run(data, 1, 2);
    expect([...data]).toEqual([9, 9, NaN, 9]);
    expect(code(() => new StackMask(2, { low: 2, high: 1 }))).toBe('STACK_LIMITS');
    expect(code(() => new StackMask(3, { masked: [0, 1] }))).toBe('KERNEL_LENGTH');
    expect(code(() => new StackMask(3, {}).run(data, 2))).toBe('KERNEL_LENGTH');
  });
});
