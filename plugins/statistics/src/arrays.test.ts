import { readFileSync } from 'node:fs';
import { array, asNdArray, fft, ndarray, zeros, type Labelled, type NdArray, type NdLike, type Reducer } from '@trainyard/core';
import { errorCode as code, nearness, readNpy, shared } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayBinning2d, binAgain, binAgain2d, correlation, fitCurve, g2, mean, overPulses, spectrum, spectrum2d, statisticsBars, twoTime, variance } from './index.ts';

// golden/spectra.json: results of numpy and scipy, made by golden/make_spectra.py.
interface Spectra { vector: number[]; magnitude: number[]; power: number[]; shiftedReal: number[]; shiftedImaginary: number[]; frequency: number[]; shiftedFrequency: number[] }
const golden = JSON.parse(readFileSync(new URL('../golden/spectra.json', import.meta.url), 'utf8')) as Record<string, (number | null)[]> & { spectra: Record<string, Spectra> };
const column = (name: string): number[] => golden[name]!.map((v) => v ?? NaN);
const shaped = (name: string, shape: readonly number[]): NdArray => ndarray(Float64Array.from(column(name)), shape);
const numbers = (of: NdLike | Labelled): number[] => Array.from(asNdArray('array' in of ? of.array : of).flatten().data as Float64Array);
const near = (got: NdLike | Labelled, expected: readonly number[], limit: number, floor?: number): void => expect(nearness(numbers(got), expected, floor).max).toBeLessThan(limit);

describe('spectrum against numpy.fft', () => {
  for (const [n, { vector, magnitude, power, shiftedReal, shiftedImaginary, frequency, shiftedFrequency }] of Object.entries(golden.spectra)) {
    it(`${n} elements: 1e-12 of the largest, frequencies 1e-15`, () => {
      const most = Math.max(...magnitude);
      near(spectrum(array(vector)), magnitude, 1e-12, most);
      near(spectrum(array(vector), { of: 'power' }), power, 1e-12, most * most);
      near(spectrum(array(vector), { of: 'real', shift: true }), shiftedReal, 1e-12, most);
      near(spectrum(array(vector), { of: 'imaginary', shift: true }), shiftedImaginary, 1e-12, most);
      expect(nearness(spectrum(array(vector), { step: 0.25 }).labels.axes![0]!.values!, frequency).max).toBeLessThan(1e-15);
      expect(nearness(spectrum(array(vector), { step: 0.25, shift: true }).labels.axes![0]!.values!, shiftedFrequency).max).toBeLessThan(1e-15);
    });
  }
  const image = shaped('image', golden['imageShape'] as number[]);
  it('an image, shifted and not: 1e-12 of the largest; phase 1e-9', () => {
    const most = Math.max(...column('plane'));
    near(spectrum2d(image), column('planeShifted'), 1e-12, most);
    near(spectrum2d(image, { shift: false }), column('plane'), 1e-12, most);
    // pi and -pi are the same phase.
    const phases = numbers(spectrum2d(image, { shift: false, of: 'phase' }));
    expect(Math.max(...phases.map((phase, i) => Math.abs(Math.sin((phase - column('planePhase')[i]!) / 2))))).toBeLessThan(1e-9);
    expect(spectrum2d(image).labels.axes!.map(({ name, values }) => [name, values!.length, values![values!.length >> 1]])).toEqual([['ky', 9, 0], ['kx', 14, 0]]);
  });
  it('rows, stacks, integers and slices are as each alone', () => {
    expect(numbers(spectrum(image)).slice(8, 16)).toEqual(numbers(spectrum(image.slice('1'))));
    const stack = ndarray(Uint16Array.from({ length: 2 * 5 * 6 }, (_, i) => (i * 37) % 101), [2, 5, 6]);
    expect(numbers(spectrum2d(stack)).slice(30)).toEqual(numbers(spectrum2d(stack.slice('1').astype('float64'))));
    expect(numbers(spectrum2d(stack.slice('0, ::-1').slice('::-1')))).toEqual(numbers(spectrum2d(stack.slice('0'))));
    expect(numbers(spectrum(array([1n, 2n, 5n], 'int64')))).toEqual(numbers(spectrum(array([1, 2, 5]))));
  });
  it('of what is NaN is NaN; nothing, no axes, and a wrong step are refused', () => {
    expect(numbers(spectrum(array([[1, 2, 3], [1, NaN, 3]])))[0]).toBe(6);
    expect(numbers(spectrum(array([[1, 2, 3], [1, NaN, 3]]))).slice(2).every(Number.isNaN)).toBe(true);
    expect([code(() => spectrum(zeros([]))), code(() => spectrum2d(zeros([4])))]).toEqual(['SPECTRUM_RANK', 'SPECTRUM_RANK']);
    expect([code(() => spectrum(zeros([3, 0]))), code(() => spectrum2d(zeros([0, 3])))]).toEqual(['SPECTRUM_EMPTY', 'SPECTRUM_EMPTY']);
    expect([code(() => spectrum(zeros([3]), { step: 0 })), code(() => spectrum(zeros([3]), { of: 'sum' as 'power' }))]).toEqual(['SPECTRUM_STEP', 'SPECTRUM_PART']);
  });
  it('property: an image of any size is its rows, then its columns', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom('real', 'imaginary' as const), fc.boolean(), fc.integer({ min: 1, max: 99 }), (rows, cols, of, shift, seed) => {
      const plane = ndarray(Float64Array.from({ length: rows * cols }, (_, i) => Math.sin(i * seed)), [rows, cols]);
      const along = fft(plane);
      const [a, b] = [fft(along.re.T), fft(along.im.T)];
      const whole = numbers((of === 'real' ? a.re.sub(b.im) : a.im.add(b.re)).T.copy());
      const expected = whole.map((_, i) => {
        const [row, col] = [Math.floor(i / cols), i % cols];
        return shift ? whole[((row + Math.ceil(rows / 2)) % rows) * cols + ((col + Math.ceil(cols / 2)) % cols)]! : whole[i]!;
      });
      near(spectrum2d(plane, { of, shift }), expected, 1e-12, rows * cols);
    }), { numRuns: 80 });
  });
  it("property: the power of all frequencies is that of the signal times its length (Parseval's theorem)", () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 80 }), (values) => {
      const energy = values.reduce((sum, v) => sum + v * v, 0);
      const power = numbers(spectrum(array(values), { of: 'power', shift: true })).reduce((sum, v) => sum + v, 0);
      expect(Math.abs(power - energy * values.length)).toBeLessThanOrEqual(1e-11 * (1 + energy) * values.length);
    }), { numRuns: 60 });
  });
});

describe('overPulses against numpy.nanmean and nanstd: 1e-12', () => {
  const pulses = shaped('pulses', golden['pulsesShape'] as number[]);
  it('float64, and float32: 1e-6', () => {
    const { array: mean, labels } = overPulses(pulses);
    near(mean, column('mean'), 1e-12);
    near(labels.errors!, column('std'), 1e-12);
    expect(labels.counts).toEqual({ pulses: 16 });
    const sharp = numbers(overPulses(pulses, { ddof: 1 }).labels.errors!);
    // numpy gives NaN for one value, too.
    expect(nearness(sharp, column('std1')).max).toBeLessThan(1e-12);
    const narrow = overPulses(pulses.astype('float32'));
    expect(narrow.array.dtype).toBe('float32');
    near(narrow, column('mean'), 1e-6);
  });
  it('of numbers per pulse, of no pulses, of a number', () => {
    const one = overPulses(array([1, 3, NaN, 8]));
    expect([one.array.shape, one.array.item(), one.labels.errors!.item()]).toEqual([[], 4, Math.sqrt(26 / 3)]);
    expect(numbers(overPulses(zeros([0, 2])))).toEqual([NaN, NaN]);
    for (const none of [zeros([]), 5 as unknown as NdArray]) expect([code(() => overPulses(none)), code(() => spectrum(none)), code(() => twoTime(none))]).toEqual(['PULSES_RANK', 'SPECTRUM_RANK', 'TWO_TIME_RANK']);
  });
});

describe('pairs that are kept, against numpy and scipy: 1e-12', () => {
  const [where, what, weight] = ['where', 'what', 'weight'].map(column) as [number[], number[], number[]];
  const pairs = array(where.map((v, i) => [v, what[i]!])) as NdArray<2>;
  it('statistics bars: mean and spread at each place, single pairs left out', () => {
    const bars = statisticsBars(pairs, 0.1);
    for (const [name, expected] of [['x', 'barX'], ['y', 'barY'], ['std', 'barStd'], ['count', 'barCount']] as const) near(bars[name], column(expected), 1e-12, 1e-3);
  });
  it('statistics bars: what they leave out and refuse', () => {
    const of = (list: number[][], resolution: number) => Object.values(statisticsBars(array(list) as NdArray<2>, resolution)).map((values) => values.toNested());
    expect(of([[1, 5], [1, 7], [NaN, 1], [2, 3], [1, 4], [1, 6], [5, 5]], 0)).toEqual([[1, 1], [6, 5], [1, 1], [2, 2]]);
    expect(of([[1, 5], [2, 5]], 0)).toEqual([[], [], [], []]);
    expect(statisticsBars(zeros([0, 2]), 1).x.size).toBe(0);
    // The resolution counts from the mean, which moves.
    expect(of([[0, 1], [1, 1], [1.4, 1], [1.9, 1]], 1)).toEqual([[0.8], [1], [0], [3]]);
    expect([code(() => statisticsBars(zeros([2, 3]), 1)), code(() => statisticsBars(zeros([2, 2]), -1)), code(() => statisticsBars(zeros([2, 2]), NaN))]).toEqual(['BARS_SHAPE', 'BARS_RESOLUTION', 'BARS_RESOLUTION']);
  });
  it('binned again, over what there is of them or in a range', () => {
    const binned = binAgain(pairs, { bins: 12 })!;
    near(binned, column('binned'), 1e-12);
    expect(nearness(binned.labels.axes![0]!.values!, column('edges'), 1e-3).max).toBeLessThan(1e-12);
    const cells = binAgain2d(array(where.map((v, i) => [v, weight[i]!, what[i]!])) as NdArray<2>, { x: { bins: 6 }, y: { bins: 4 } })!;
    near(cells, column('binned2d'), 1e-12);
    expect(binAgain(zeros([0, 2]), { bins: 3 })).toBeUndefined();
    const same = binAgain(array([[2, 5], [2, 7]]) as NdArray<2>, { bins: 2 })!;
    expect([[...(same.labels.axes![0]!.values as Float64Array)], numbers(same)]).toEqual([[1.5, 2, 2.5], [NaN, 6]]);
    const curves = binAgain(array([[0, 1, 10], [0.2, 3, NaN], [1, 5, 5]]) as NdArray<2>, { bins: 2 })!;
    expect([curves.array.toNested(), curves.labels.counts]).toEqual([[[2, NaN], [5, 5]], { pairs: 3, outside: 0, incomplete: 0 }]);
    expect([code(() => binAgain(zeros([2, 1]), { bins: 3 })), code(() => binAgain2d(zeros([2, 2]), { x: { bins: 1 }, y: { bins: 1 } })), code(() => binAgain(pairs, { bins: 0 }))]).toEqual(['BIN_AGAIN_SHAPE', 'BIN_AGAIN_SHAPE', 'REDUCER_BINS']);
  });
  it('curves in cells of two other values', () => {
    const reducer = arrayBinning2d({ x: { bins: 4, range: [0, 4] }, y: { bins: 3, range: [0, 0.9] } });
    const state = where.reduce((so, v, i) => reducer.add(so, { value: array([what[i]!, what[i]! ** 2]), x: v, y: weight[i]! }, i), reducer.initial());
    const result = reducer.result(state)!;
    expect(result.array.shape).toEqual([3, 4, 2]);
    near(result, column('cells'), 1e-12);
    expect(result.labels.axes!.map(({ name }) => name)).toEqual(['y', 'x']);
    expect(result.labels.errors!.shape).toEqual([3, 4, 2]);
  });
});

describe.skipIf(!shared)('the pairs and the stack beside the repository: 1e-12', () => {
  const load = (name: string): NdArray => {
    const { data, shape } = readNpy(`${shared}/oracles/${name}.npy`);
    return ndarray(data, shape);
  };
  const columns = (...names: string[]): NdArray<2> => {
    const sides = names.map((name) => numbers(load(`xas/${name}`)));
    return array(sides[0]!.map((_, i) => sides.map((side) => side[i]!))) as NdArray<2>;
  };
  it('bins of one value and of two, over what there is', () => {
    const one = binAgain(columns('slow', 'fom'), { bins: 10 })!;
    near(one, numbers(load('xas/bin1')), 1e-12, 1e-12);
    near(binAgain(columns('slow', 'fom'), { bins: 10, mode: 'count' })!, numbers(load('xas/bin1_counts')), 1e-15);
    expect(nearness(one.labels.axes![0]!.values!, numbers(load('xas/bin1_edges'))).max).toBeLessThan(1e-12);
    // There x comes first; here it is the fast axis, as in an image.
    const axes = { x: { bins: 8 }, y: { bins: 5 } };
    const two = binAgain2d(columns('slow', 'slow2', 'fom'), axes)!;
    near(two, numbers(load('xas/bin2').T.copy()), 1e-12, 1e-12);
    near(binAgain2d(columns('slow', 'slow2', 'fom'), { ...axes, mode: 'count' })!, numbers(load('xas/bin2_counts').T.copy()), 1e-15);
    expect(nearness(two.labels.axes![1]!.values!, numbers(load('xas/bin2_ex'))).max).toBeLessThan(1e-12);
    expect(nearness(two.labels.axes![0]!.values!, numbers(load('xas/bin2_ey'))).max).toBeLessThan(1e-12);
  });
  it("Pearson's r and the line, also as a fit", () => {
    const { pearson, slope, intercept } = JSON.parse(readFileSync(`${shared}/oracles/xas/manifest.json`, 'utf8')) as Record<'pearson' | 'slope' | 'intercept', number>;
    const reducer = correlation();
    const [x, y] = [load('xas/slow'), load('xas/fom')];
    const result = reducer.result(reducer.add(reducer.initial(), { x, y }, 1))!;
    expect(nearness([result.r.item(), result.slope.item(), result.intercept.item()] as number[], [pearson, slope, intercept]).max).toBeLessThan(1e-11);
    expect(nearness(Object.values(fitCurve(x as NdArray<1>, y as NdArray<1>, 'linear').values), [slope, intercept]).max).toBeLessThan(1e-9);
  });
  it('mean, variance and moving average of a stack', () => {
    const frames = load('imaging/stack');
    const fold = (reducer: Reducer, from = 0, to = 12) => reducer.result(Array.from({ length: to - from }, (_, k) => frames.slice(String(from + k))).reduce<unknown>((so, frame, k) => reducer.add(so, frame, from + k) as unknown, reducer.initial())) as NdArray;
    near(fold(mean()), numbers(load('imaging/stack_mean')), 1e-12, 1e-3);
    near(fold(variance({ ddof: 1 })), numbers(load('imaging/stack_var_ddof1')), 1e-12);
    const moving = load('imaging/moving_average_w4_at_frame');
    for (let at = 0; at < 12; at++) near(fold(mean({ trains: 4 }), Math.max(0, at - 3), at + 1), numbers(moving.slice(String(at))), 1e-12, 1e-3);
  });
});

describe('two-time correlation', () => {
  it.skipIf(!shared)('of the stack beside the repository, and its g2: 1e-12', () => {
    const load = (name: string): NdArray => {
      const { data, shape } = readNpy(`${shared}/oracles/xas/${name}.npy`);
      return ndarray(data, shape);
    };
    const correlation = twoTime(load('xpcs_stack'));
    near(correlation, numbers(load('two_time')), 1e-12);
    expect(g2(correlation).size).toBe(16);
    near(g2(correlation, 15), numbers(load('g2')), 1e-12);
  });
  it('property: is symmetric, does not change with brightness, and is 1 where frames are flat', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 100 }), (frames, pixels, seed) => {
      const stack = ndarray(Float64Array.from({ length: frames * pixels }, (_, i) => 1 + ((i * seed) % 7)), [frames, pixels]);
      const correlation = twoTime(stack);
      expect(numbers(correlation)).toEqual(numbers(correlation.T.copy()));
      near(twoTime(stack.mul(8)), numbers(correlation), 1e-12);
      near(twoTime(zeros([frames, pixels]).fill(3)), numbers(zeros([frames, frames]).fill(1)), 1e-12);
    }), { numRuns: 40 });
  });
  it('leaves out pixels that are NaN in a frame; without light, or pixels, it is NaN', () => {
    expect(numbers(twoTime(array([[1, NaN, 3], [2, 5, 6]])))).toEqual(numbers(twoTime(array([[1, 3], [2, 6]]))));
    expect(numbers(twoTime(array([[0, 0], [1, 1]])))).toEqual([NaN, NaN, NaN, 1]);
    expect(numbers(twoTime(array([[NaN], [1]])))).toEqual([NaN, NaN, NaN, NaN]);
    expect(twoTime(zeros([0, 4])).shape).toEqual([0, 0]);
    expect([code(() => twoTime(zeros([4]))), code(() => g2(zeros([2, 3])))]).toEqual(['TWO_TIME_RANK', 'TWO_TIME_RANK']);
    expect(g2(zeros([1, 1])).size).toBe(0);
  });
});
