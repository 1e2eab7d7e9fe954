import { readFileSync } from 'node:fs';
import { array, asNdArray, Constant, isAction, ndarray, Skip, zeros, type Action, type NdArray, type NdLike } from '@trainyard/core';
import { errorCode as code, nearness, readNpy, shared } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correct, correction } from './correct.ts';
import { build } from './offset-gain.plugin.ts';

// golden/golden.json: numpy's own results, made by golden/make_golden.py.
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as { shape: [number, number, number]; raw: number[]; dark: number[]; gain: number[]; expected: number[] };
const frame = golden.shape.slice(1);
const raw = ndarray(Uint16Array.from(golden.raw), golden.shape);
const dark = ndarray(Float32Array.from(golden.dark), frame) as unknown as NdArray<2>;
const gain = ndarray(Float32Array.from(golden.gain), frame) as unknown as NdArray<2>;
const numbers = (of: NdLike): number[] => Array.from(asNdArray(of).flatten().data as Float64Array);

describe('correct', () => {
  it('equals numpy in float32, exactly, for every frame of a stack', () => {
    const got = correct(raw, dark, gain);
    expect(got.dtype).toBe('float32');
    expect(got.shape).toEqual(golden.shape);
    expect(numbers(got)).toEqual(golden.expected);
  });

  it('is the same in every bit by vectors and in the plain way', () => {
    const size = 72 * 64;
    const image = ndarray(Uint16Array.from({ length: 3 * size }, (_, i) => (i * 40_503) % 65_536), [3, 72, 64]);
    const [dark, gain] = [ndarray(Float32Array.from({ length: size }, (_, i) => (i % 97 === 0 ? Number.NaN : Math.sin(i) * 1000)), [72, 64]), ndarray(Float32Array.from({ length: size }, (_, i) => (i % 89 === 0 ? Number.NaN : Math.cos(i) * 3)), [72, 64])];
    const [fast, plain] = [correct(image, dark, gain), correct(image.astype('float32'), dark, gain)];
    expect(fast.shape).toEqual([3, 72, 64]);
    expect(fast.flatten().data).toEqual(plain.flatten().data);
    // A gain without end is kept as numpy keeps it.
    const endless = ndarray(new Float32Array(size).fill(Infinity), [72, 64]);
    expect(correct(image, dark, endless).flatten().data).toEqual(correct(image.astype('float32'), dark, endless).flatten().data);
  });

  it('gives the same for transposed, sliced and other data types, and a float64 dark', () => {
    expect(numbers(correct(raw.transpose(2, 1, 0).copy().transpose(2, 1, 0), dark, gain))).toEqual(golden.expected);
    expect(numbers(correct(raw.astype('float32'), dark, gain))).toEqual(golden.expected);
    expect(numbers(correct(raw, dark.astype('float64'), gain.astype('float64')))).toEqual(golden.expected);
    const wide = correct(raw.astype('int64'), dark, gain);
    expect(wide.dtype).toBe('float64');
    expect(nearness(numbers(wide), golden.expected, 1).max).toBeLessThan(1e-5);
  });

  it('does not wrap below the dark, and keeps empty images', () => {
    expect(numbers(correct(array(Uint16Array.of(1, 2)), array([10, 10])))).toEqual([-9, -8]);
    expect(correct(zeros([0, 3], 'uint16'), zeros([3])).shape).toEqual([0, 3]);
    expect(numbers(correct(array(Uint8Array.of(1, 2)), undefined, 3))).toEqual([3, 6]);
  });

  it('makes bad pixels NaN: of the dark on every train, of the value on that train', () => {
    const image = ndarray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const bad = ndarray(Float32Array.of(0, 50, Number.NaN), [3]);
    expect(numbers(correct(image, bad, 1, { validDark: [-1, 10] }))).toEqual([1, Number.NaN, Number.NaN, 4, Number.NaN, Number.NaN]);
    expect(numbers(correct(image, undefined, 2, { valid: [4, 10] }))).toEqual([Number.NaN, 4, 6, 8, 10, Number.NaN]);
    expect(code(() => correct(image, undefined, 1, { valid: [2, 1] }))).toBe('CORRECTION_RANGE');
  });

  it('refuses a dark or gain of another shape, by name', () => {
    expect(code(() => correct(zeros([4, 4]), zeros([3, 4])))).toBe('CORRECTION_SHAPE');
    expect(code(() => correct(zeros([4, 4]), zeros([1, 4, 4])))).toBe('CORRECTION_SHAPE');
    expect(code(() => correct(zeros([4, 4]), undefined, zeros([5])))).toBe('CORRECTION_SHAPE');
    expect(code(() => correct(zeros([4, 4]), zeros([])))).toBe('CORRECTION_SHAPE');
  });

  it('property: what was darkened and attenuated comes back', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 }), fc.constantFrom(0.5, 2, 4), fc.integer({ min: -50, max: 50 }), (values, factor, offset) => {
      const image = array(Float64Array.from(values, (value) => value / factor + offset));
      expect(numbers(correct(image, zeros([values.length]).fill(offset), factor))).toEqual(values.map((value) => value + 0));
    }));
  });

  it('as a plan reads dark and gain again when another one is given', () => {
    let now = dark;
    const fix = correction(() => ({ dark: now, gain }));
    expect(numbers(fix(raw))).toEqual(golden.expected);
    now = zeros(frame, 'float32') as unknown as NdArray<2>;
    expect(numbers(fix(raw))).toEqual(numbers(correct(raw, undefined, gain)));
  });
});

describe.skipIf(!shared)('the dark of DSSC and AGIPD beside the repository (skipped where ../shared is not there)', () => {
  it('offset and simple gain: exact in float32', () => {
    const load = (name: string): NdArray => { const { data, shape } = readNpy<Float32Array>(`${shared}/oracles/correction/${name}.npy`); return ndarray(data, shape); };
    const [frames, offset, cells, expected] = [load('dssc/raw'), load('dssc/offset'), numbers(load('dssc/cell_id')), load('dssc/exp_offset_corrected')];
    for (let i = 0; i < frames.shape[0]; i++) {
      const got = correct(frames.slice(`${i}`), offset.slice(`${cells[i]}`));
      expect(nearness(numbers(got), numbers(expected.slice(`${i}`)), 1).max).toBeLessThan(1e-6);
    }
  });
});

describe('correction/offset-gain', () => {
  const start = { darkTrains: 3, gain: 2, valid: [] as number[], validDark: [] as number[], withoutDark: 'skip' };
  type Built = Record<string, { call: (values: unknown[]) => unknown }> & { recordDark: Action; darkConstant: Constant };

  it('records the dark with its action, and says why there is nothing before', () => {
    const params = { ...start };
    const views = build({ inputs: { image: 'stack#frame' }, params }) as unknown as Built;
    expect((views.corrected.call([raw]) as Skip).reason).toMatch(/no dark is recorded yet/);
    expect(views.dark.call([raw])).toBeInstanceOf(Skip);
    params.withoutDark = 'zero';
    expect(numbers(views.corrected.call([raw]) as NdArray)).toEqual(golden.raw.map((value) => value * 2));
    const { recordDark } = views;
    expect(isAction(recordDark)).toBe(true);
    expect(recordDark.trains).toBe(3);
    params.darkTrains = 5;
    expect(recordDark.trains).toBe(5);
    let state = recordDark.reduce.initial();
    for (const value of [10, 20, 30]) state = recordDark.reduce.add(state, zeros(golden.shape, 'uint16').fill(value), value);
    recordDark.into.value = recordDark.reduce.result(state);
    expect(views.dark.call([raw])).toBe(recordDark.into.value);
    expect(numbers(views.corrected.call([raw]) as NdArray)).toEqual(golden.raw.map((value) => (value - 20) * 2));
    params.valid = [0, 1000];
    expect(numbers(views.corrected.call([raw]) as NdArray).every((value) => Number.isNaN(value) || (value >= 0 && value <= 1000))).toBe(true);
    params.valid = [1];
    expect(code(() => views.corrected.call([raw]))).toBe('CORRECTION_RANGE');
  });

  it('takes a gain map', () => {
    const views = build({ inputs: { image: 'stack#frame', gainMap: 'stack#gain' }, params: { ...start, withoutDark: 'zero', gain: 1 } }) as unknown as Built;
    expect(numbers(views.corrected.call([raw, gain]) as NdArray)).toEqual(numbers(correct(raw, undefined, gain)));
    expect(numbers(views.corrected.call([raw, undefined]) as NdArray)).toEqual(golden.raw);
  });
});
