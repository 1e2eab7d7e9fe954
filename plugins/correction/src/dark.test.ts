import { ndarray, Skip, zeros, type Action, type Constant, type NdArray, type NdLike } from '@trainyard/core';
import { flat } from '@trainyard/kernels';
import { errorCode as code, nearness } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build as buildCamera } from './camera.plugin.ts';
import { correctDetector } from './correct-detector.ts';
import { recordedDark, type Dark, type DarkInput } from './dark.ts';
import { badBits } from './detectors.ts';
import { build as buildAgipd } from './agipd.plugin.ts';

const numbers = (of: NdLike): number[] => Array.from(flat<Float32Array>(of));
const words = (values: readonly number[], shape: readonly number[]): NdArray => ndarray(Uint16Array.from(values), shape) as NdArray;
/** Two pixels a frame. */
const frames = (...values: readonly (readonly [number, number])[]): NdArray => words(values.flat(), [values.length, 1, 2]);

function record(reducer: ReturnType<typeof recordedDark>, trains: readonly DarkInput[]): Dark {
  let state = reducer.initial();
  for (const [i, train] of trains.entries()) state = reducer.add(state, train, i);
  return reducer.result(state)!;
}

describe('recordedDark', () => {
  it('gives mean, noise and bad pixels of each cell', () => {
    const cells = words([4, 1], [2]);
    const trains = Array.from({ length: 12 }, (_, t): DarkInput => ({ raw: frames([100 + (t % 2) * 2, 7], [200 + (t % 3), 9 + (t % 2) * 20]), cells }));
    const dark = record(recordedDark('camera', { validOffset: [0, 150], validNoise: [0.5, 5] }), trains);
    expect(numbers(dark.cellId)).toEqual([1, 4]);
    expect(dark.offset.shape).toEqual([2, 1, 2]);
    expect(numbers(dark.offset)).toEqual([201, 19, 101, 7]);
    expect(nearness(numbers(dark.noise), [Math.sqrt(2 / 3), 10, 1, 0]).max).toBeLessThan(1e-7);
    expect(numbers(dark.badPixels)).toEqual([badBits.offsetOutOfRange, badBits.noiseOutOfRange, 0, badBits.noiseOutOfRange + badBits.alwaysTheSame]);
  });

  it('takes 0 of DSSC for 256, the ADC value of JUNGFRAU, and says which pixels were in another gain', () => {
    expect(numbers(record(recordedDark('dssc'), [{ raw: frames([0, 4]) }]).offset)).toEqual([256, 4]);
    const medium = record(recordedDark('jungfrau', { stage: 1 }), [{ raw: frames([0x4005, 0x0005]) }, { raw: frames([0x4007, 0x4007]) }, { raw: frames([0x4006, 0x8006]) }]);
    expect(numbers(medium.offset)).toEqual([6, 6]);
    expect(numbers(medium.badPixels)).toEqual([0, badBits.wrongGain]);
    expect(medium.cellId.shape).toEqual([0]);
    expect(numbers(record(recordedDark('camera'), [{ raw: frames([1, 2]) }]).noise)).toEqual([NaN, NaN]);
  });

  it('property: joined parts are the whole, whatever cells are in them', () => {
    const train = fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 65_535 }), fc.nat({ max: 65_535 })), { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(fc.array(train, { minLength: 2, maxLength: 8 }), fc.nat(), (trains, cut) => {
      const inputs = trains.map((list): DarkInput => ({ raw: frames(...list.map(([, a, b]) => [a, b] as const)), cells: words(list.map(([cell]) => cell), [list.length]) }));
      const reducer = recordedDark('camera');
      const at = 1 + (cut % (inputs.length - 1));
      const [a, b] = [inputs.slice(0, at), inputs.slice(at)].map((part) => part.reduce((state, input, i) => reducer.add(state, input, i), reducer.initial()));
      const [whole, joined] = [record(reducer, inputs), reducer.result(reducer.merge(a!, b!))!];
      expect(numbers(joined.cellId)).toEqual(numbers(whole.cellId));
      for (const what of ['offset', 'noise'] as const) expect(nearness(numbers(joined[what]), numbers(whole[what]), 1).max).toBeLessThan(1e-5);
    }));
    const reducer = recordedDark('camera');
    const some = reducer.add(reducer.initial(), { raw: frames([1, 2]) }, 1);
    expect(reducer.merge(reducer.initial(), some)).toBe(some);
    expect(reducer.merge(some, reducer.initial())).toBe(some);
    expect(reducer.result(reducer.initial())).toBe(undefined);
  });

  it('refuses trains of another shape, and what does not fit into memory', () => {
    const reducer = recordedDark('camera');
    const some = reducer.add(reducer.initial(), { raw: frames([1, 2]) }, 1);
    expect(code(() => reducer.add(some, { raw: zeros([1, 2, 2], 'uint16') }, 2))).toBe('DARK_SHAPE');
    expect(code(() => reducer.add(some, { raw: frames([1, 2]), cells: words([1], [1]) }, 2))).toBe('DARK_SHAPE');
    const many = { pixels: [512, 128], cells: Array.from({ length: 3000 }, (_, id) => ({ id })) } as unknown as Parameters<typeof reducer.add>[0];
    expect(code(() => recordedDark('agipd').add(many, { raw: zeros([1, 2, 512, 128], 'uint16'), cells: words([1], [1]) }, 1))).toBe('DARK_SIZE');
  });

  it('is applied: darks of AGIPD give offset, thresholds and bad pixels', () => {
    const of = (analog: number, digital: number): Dark => record(recordedDark('agipd', { validNoise: [0, 100] }), [0, 10].map((t) => ({ raw: words([analog + t, analog + 30 * t, digital, digital + t], [1, 2, 1, 2]), cells: words([3], [1]) })));
    const darks = [of(100, 5000), of(200, 6000), of(300, 7000)];
    const fix = correctDetector('agipd', { darks, constants: { relativeGain: ndarray(Float32Array.of(1, 10, 100), [3, 1, 1]).add(zeros([3, 1, 2])) as NdArray } });
    const got = fix(words([105, 105, 5500, 0, 305, 305, 5502, 6506, 405, 405, 6502, 6506], [3, 2, 1, 2]), { cells: words([3, 3, 3], [3]), details: true });
    expect(numbers(got.stage!)).toEqual([0, 0, 1, 2, 2, 2]);
    expect(numbers(got.values)).toEqual([0, NaN, 1000, NaN, 10_000, NaN]);
    expect(numbers(got.badPixels!)).toEqual([0, 2, 0, 2, 0, 2]);
    expect(code(() => fix(words([1, 1, 1, 1], [1, 2, 1, 2]), { cells: words([4], [1]) }))).toBe('CONSTANTS_CELLS');
    expect(code(() => correctDetector('agipd', { darks })(zeros([1, 2, 2, 2], 'uint16'), { cells: words([3], [1]) }))).toBe('CONSTANTS_SHAPE');
  });
});

describe('the action of a detector', () => {
  type Built = Record<string, { call: (values: unknown[]) => unknown }> & Record<`recordDark${string}`, Action> & Record<`dark${string}`, Constant>;
  const start = {
    constants: '', group: '', factor: 1, perPhoton: 0, wholePhotons: false, badBits: 0xffff_ffff, badValue: [] as number[], details: false, commonMode: [] as number[], commonModeBy: 'median', commonModeRange: [-100, 100],
    commonModeLeast: 0.25, commonModePasses: 1, darkTrains: 2, validOffset: [] as number[], validNoise: [] as number[], giveDark: false, thresholds: [] as number[], forceGain: [] as number[],
  };

  it('records a dark of a camera, and says why there is nothing before', () => {
    const params = { ...start };
    const views = buildCamera({ inputs: { raw: 'stack#frame' }, params }) as unknown as Built;
    const raw = frames([10, 20], [30, 40]);
    expect((views.together!.call([raw]) as Skip).reason).toMatch(/no constants yet: .*Record dark/);
    expect((views.offset!.call([raw]) as Skip).reason).toMatch(/no such dark is recorded/);
    const { recordDark } = views;
    expect(recordDark.trains).toBe(2);
    let state = recordDark.reduce.initial();
    for (let t = 0; t < 2; t++) state = recordDark.reduce.add(state, views.whole!.call([raw]) as DarkInput, t);
    recordDark.into.value = recordDark.reduce.result(state);
    const corrected = (): number[] => numbers(views.corrected!.call([views.together!.call([raw])]) as NdArray);
    expect(corrected()).toEqual([-10, -10, 10, 10]);
    expect(views.offset!.call([raw])).toBeInstanceOf(Skip);
    expect(views.mask!.call([views.together!.call([raw])])).toBeInstanceOf(Skip);
    Object.assign(params, { giveDark: true, details: true, perPhoton: 10, wholePhotons: true, commonMode: [1, 2] });
    expect(corrected()).toEqual([0, 0, 0, 0]);
    params.commonMode = [];
    expect(corrected()).toEqual([0, 0, 1, 1]);
    expect(numbers(views.mask!.call([views.together!.call([raw])]) as NdArray)).toEqual([0, 0, 0, 0]);
    expect(numbers(views.offset!.call([raw]) as NdArray)).toEqual([20, 30]);
    expect(views.cellId!.call([raw])).toBeInstanceOf(Skip);
    params.validOffset = [1];
    expect(code(() => recordDark.reduce.result(state))).toBe('CORRECTION_RANGE');
  });

  it('gives the darks of AGIPD as constants that are read again', () => {
    const params = { ...start, giveDark: true };
    const views = buildAgipd({ inputs: { raw: 'stack#frame', cells: 'stack#cells' }, params }) as unknown as Built;
    for (const g of [0, 1, 2]) {
      const { reduce, into } = views[`recordDark${g}`]!;
      into.value = reduce.result(reduce.add(reduce.initial(), { raw: words([100 * g, 0, 5000 + 1000 * g, 5000], [1, 2, 1, 2]), cells: words([3], [1]) }, 0));
    }
    expect(numbers(views.offset!.call([]) as NdArray)).toEqual([0, 0, 100, 0, 200, 0]);
    expect((views.offset!.call([]) as NdArray).shape).toEqual([3, 1, 1, 2]);
    expect(numbers(views.thresholds!.call([]) as NdArray)).toEqual([5500, 5000, 6500, 5000]);
    expect(numbers(views.cellId!.call([]) as NdArray)).toEqual([3]);
    views.dark1!.value = undefined;
    expect(numbers(views.offset!.call([]) as NdArray)).toEqual([0, 0, NaN, NaN, 200, 0]);
    expect(views.thresholds!.call([])).toBeInstanceOf(Skip);
  });
});
