import { readFileSync } from 'node:fs';
import { Skip, array, asNdArray, isAction, ndarray, zeros, type Action, type Constant, type Labelled, type NdArray, type NdLike, type PluginBuild, type ViewHandle } from '@trainyard/core';
import { errorCode as code, nearness, readNpy, shared } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build as buildDifference } from './difference.plugin.ts';
import { difference, figureOfMerit, meanOfPulses, onOff, pulseIndices } from './index.ts';
import { build as buildOnOff } from './on-off.plugin.ts';

// golden/golden.json: numpy's own results, made by golden/make_golden.py.
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as Record<'x' | 'curves' | 'on' | 'off' | 'difference' | 'normalised' | 'normalisedInside', (number | null)[]>
  & Record<'count' | 'sum' | 'absolute' | 'sumInside' | 'absoluteInside' | 'normalisedSum' | 'normalisedInsideAbsolute', number> & { pulses: Record<string, number[]> };
const column = (name: 'x' | 'curves' | 'on' | 'off' | 'difference' | 'normalised' | 'normalisedInside'): number[] => golden[name].map((v) => v ?? NaN);
const numbers = (of: NdLike): number[] => Array.from(asNdArray(of).flatten().data as Float64Array);
const near = (got: NdLike, expected: readonly number[], limit = 1e-12, floor?: number): void => expect(nearness(numbers(got), expected, floor).max).toBeLessThan(limit);
const curves = ndarray(Float64Array.from(column('curves')), [golden.count, 25]);
const x = array(column('x'));

describe('pulseIndices', () => {
  for (const [text, expected] of Object.entries(golden.pulses)) it(`${text}: as numpy`, () => expect(pulseIndices(text, golden.count)).toEqual(expected));
  it('takes several with commas, each pulse once, ascending', () => {
    expect(pulseIndices('7, 0:3, 2, -1', 12)).toEqual([0, 1, 2, 7, 11]);
    expect(pulseIndices(' ::6 ', 12)).toEqual([0, 6]);
  });
  it('refuses what is no index and no slice, and pulses that are not there', () => {
    for (const text of ['', 'a', '1:2:3:4', '1;2', '1.5', '-', '1,', '::0', '::-1']) expect(code(() => pulseIndices(text, 5)), text).toBe('PULSES_TEXT');
    for (const text of ['5', '-6', '0, 9']) expect(code(() => pulseIndices(text, 5)), text).toBe('PULSES_INDEX');
    expect(pulseIndices(':', 0)).toEqual([]);
  });
});

describe('on and off of one train, against numpy: 1e-12', () => {
  it('means over pulses, NaN left out', () => {
    const { on, off } = onOff(curves, { on: '::2', off: '1::2' });
    near(on, column('on'));
    near(off, column('off'));
    expect(onOff(curves.astype('float32'), { on: '0', off: '1' }).on.dtype).toBe('float32');
    expect(numbers(meanOfPulses(array([1, 2, 6], 'uint16'), '1:'))).toEqual([4]);
    expect(meanOfPulses(zeros([4, 2, 3]), ':').shape).toEqual([2, 3]);
  });
  it('differences and their figures of merit', () => {
    const { on, off } = onOff(curves, { on: '::2', off: '1::2' });
    const off12 = difference(on, off);
    near(off12, column('difference'), 1e-12, 1e-3);
    const merits = [figureOfMerit(off12), figureOfMerit(off12, { absolute: true }), figureOfMerit(off12, { x, range: [1, 4] }), figureOfMerit(off12, { x, range: [1, 4], absolute: true })];
    expect(nearness(merits, [golden.sum, golden.absolute, golden.sumInside, golden.absoluteInside]).max).toBeLessThan(1e-12);
  });
  it('normalised by the area, of all or between two x', () => {
    const clean = ndarray(Float64Array.from(column('curves'), (v) => (Number.isNaN(v) ? 0 : v)), curves.shape);
    const { on, off } = onOff(clean, { on: '::2', off: '1::2' });
    const [all, inside] = [difference(on, off, { x, area: true }), difference(on, off, { x, area: [1, 4] })];
    near(all, column('normalised'), 1e-12, 1e-3);
    near(inside, column('normalisedInside'), 1e-12, 1e-3);
    expect(figureOfMerit(all)).toBeCloseTo(golden.normalisedSum, 12);
    expect(figureOfMerit(inside, { x, range: [1, 4], absolute: true })).toBeCloseTo(golden.normalisedInsideAbsolute, 12);
  });
  it.skipIf(!shared)('the curves and the stack beside the repository: 1e-12', () => {
    const load = (name: string): NdArray => {
      const { data, shape } = readNpy(`${shared}/oracles/${name}.npy`);
      return ndarray(data, shape);
    };
    const { pump_probe: expected } = JSON.parse(readFileSync(`${shared}/oracles/xas/manifest.json`, 'utf8')) as { pump_probe: { range: [number, number]; abs_sum: number; sum: number } };
    const [q, on, off] = [load('xas/q'), load('xas/on'), load('xas/off')];
    const of = difference(on, off, { x: q as NdArray<1>, area: true });
    const merits = [true, false].map((absolute) => figureOfMerit(of, { x: q as NdArray<1>, range: expected.range, absolute }));
    expect(nearness(merits, [expected.abs_sum, expected.sum]).max).toBeLessThan(1e-12);
    const sides = onOff(load('imaging/stack'), { on: '::2', off: '1::2' });
    near(difference(sides.on, sides.off), numbers(load('imaging/pump_probe_even_minus_odd')), 1e-12, 1e-3);
  });
  it('property: what is the same with and without the pump gives nothing, and the difference turns with the sides', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (values, pulses) => {
      const train = array(Array.from({ length: 2 * pulses }, () => values));
      const { on, off } = onOff(train, { on: '::2', off: '1::2' });
      expect(figureOfMerit(difference(on, off), { absolute: true })).toBe(0);
      const other = asNdArray(off).add(1);
      expect(numbers(difference(on, other)).map((v) => -v)).toEqual(numbers(difference(other, on)).map((v) => v + 0));
    }), { numRuns: 60 });
  });
  it('says by name what does not fit', () => {
    expect([code(() => onOff(curves, { on: ':4', off: '3:' })), code(() => onOff(curves, { on: '3:3', off: ':' })), code(() => meanOfPulses(zeros([]), ':')), code(() => meanOfPulses(zeros([0, 3]), ':'))]).toEqual(['PULSES_SHARED', 'PULSES_NONE', 'PULSES_AXIS', 'PULSES_NONE']);
    expect(code(() => onOff(5 as unknown as NdArray, { on: '::2', off: '1::2' }))).toBe('PULSES_AXIS');
    expect(code(() => difference(zeros([3]), zeros([4])))).toBe('PUMP_PROBE_SHAPE');
    expect([code(() => difference(zeros([3]), zeros([3]), { x: zeros([2]), area: true })), code(() => difference(zeros([]), zeros([]), { area: true }))]).toEqual(['PUMP_PROBE_X', 'PUMP_PROBE_X']);
    for (const x of [[3, 2, 1], [1, NaN, 3], [0, 5, 4]]) expect([code(() => figureOfMerit(zeros([3]), { x: array(x), range: [0, 2] })), code(() => difference(zeros([3]), zeros([3]), { x: array(x), area: true }))]).toEqual(['PUMP_PROBE_X', 'PUMP_PROBE_X']);
    expect(figureOfMerit(array([1, 2, 4]), { x: array([3, 2, 1]) })).toBe(7);
    expect([code(() => figureOfMerit(zeros([3]), { range: [2, 1] })), code(() => figureOfMerit(zeros([3]), { x: zeros([4]), range: [0, 1] }))]).toEqual(['PUMP_PROBE_RANGE', 'PUMP_PROBE_X']);
  });
  it('of nothing, and of nothing but NaN, the figure of merit is NaN; an area of 0 gives NaN', () => {
    expect([figureOfMerit(array([NaN, NaN])), figureOfMerit(array([1, 2]), { range: [5, 6] }), figureOfMerit(zeros([0])), figureOfMerit(zeros([0, 0]))]).toEqual([NaN, NaN, NaN, NaN]);
    expect(figureOfMerit(array([[1, NaN], [-3, 5]]), { range: [0, 0.5] })).toBe(-2);
    expect(numbers(difference(array([1, -1]), array([1, 1]), { area: true }))).toEqual([NaN, NaN]);
    expect(figureOfMerit(difference(ndarray(Float64Array.of(5), []), ndarray(Float64Array.of(2), [])))).toBe(3);
  });
});

type Views = Record<string, Omit<ViewHandle, 'call' | 'reducer'> & { call: (values: unknown[]) => any; reducer: { name: string } }>;
const made = (build: PluginBuild, inputs: Record<string, string>, params: Record<string, unknown>): Views => build({ inputs, params: params as never }) as unknown as Views;
const start = { mode: 'same train', on: '::2', off: '1::2', apart: 1, referenceTrains: 2 };

describe('pump-probe/on-off', () => {
  const train = array([[1, 2], [10, 20], [3, 4], [30, 40]]);
  it('same train: follows its pulses from train to train', () => {
    const params = { ...start };
    const { pair, on, off } = made(buildOnOff, { value: 'view#iq' }, params) as Required<Views>;
    const now = pair!.call([train]);
    expect([on!.call([now]).toNested(), off!.call([now]).toNested()]).toEqual([[2, 3], [20, 30]]);
    params.on = '0';
    expect(on!.call([pair!.call([train])]).toNested()).toEqual([1, 2]);
  });
  it.each([['even on, odd off', 4], ['odd on, even off', 5]] as const)('%s: the pair is complete at the train without the pump', (mode, first) => {
    const { pair, pumped } = made(buildOnOff, { value: 'view#iq' }, { ...start, mode, on: '', off: '', apart: 3 }) as Required<Views>;
    expect(pair!.inputs[0]).toMatchObject({ stale: 4, from: pumped });
    expect(pumped!.call([train, first])).toBe(train);
    expect(pumped!.call([train, first + 1])).toBeInstanceOf(Skip);
    expect(pair!.call([zeros([4, 2]), train, first])).toBeInstanceOf(Skip);
    expect(pair!.call([zeros([4, 2]), train, first + 1])).toMatchObject({ off: train });
  });
  it('reference: recorded, or given', () => {
    const views = made(buildOnOff, { value: 'view#iq', reference: 'view#dark' }, { ...start, mode: 'reference' }) as unknown as Views & { recordReference: Action; reference: Constant };
    expect((views['pair']!.call([train, undefined]) as Skip).reason).toMatch(/no reference yet/);
    expect(views['pair']!.call([train, array([7, 7])])).toMatchObject({ off: { shape: [2] } });
    const { recordReference: record, reference } = views;
    expect([isAction(record), record.trains, record.of]).toEqual([true, 2, 'view#iq']);
    const state = [train, train.mul(3)].reduce<unknown>((so, value, i) => record.reduce.add(so, value, i), record.reduce.initial());
    reference.value = record.reduce.result(state);
    expect((reference.value as NdArray).toNested()).toEqual([4, 6]);
    expect(views['pair']!.call([train, undefined]).off).toBe(reference.value);
    // Numbers, 0 among them.
    const scalars = made(buildOnOff, { value: 'view#fom', reference: 'view#dark' }, { ...start, mode: 'reference', on: '', off: '' }) as Required<Views>;
    const now = scalars['pair']!.call([5, 0]);
    expect([scalars['on']!.call([now]).item(), scalars['off']!.call([now]).item()]).toEqual([5, 0]);
  });
});

describe('pump-probe/difference', () => {
  const params = { area: false, areaLow: 0, areaHigh: 0, fom: 'sum', fomLow: 0, fomHigh: 0, trains: 20 };
  it('follows its parameters, and labels with x', () => {
    const now = { ...params };
    const views = made(buildDifference, { on: 'view#on', off: 'view#off', x: 'view#q' }, now) as Required<Views>;
    const given = [array([3, 5, 1]), array([1, 1, 3]), array([10, 20, 30])];
    const of = (name: string, by = 'now') => views[name]!.call([views[by]!.call(given)]) as unknown;
    expect((of('difference') as Labelled).array.toNested()).toEqual([2, 4, -2]);
    expect([...((of('difference') as Labelled).labels.axes![0]!.values as Float64Array)]).toEqual([10, 20, 30]);
    expect(of('fom')).toBe(4);
    now.fom = 'absolute';
    expect(of('fom')).toBe(8);
    Object.assign(now, { fomLow: 15, fomHigh: 40 });
    expect(of('fom')).toBe(6);
    Object.assign(now, { area: true, fom: 'sum', fomLow: 0, fomHigh: 0 });
    near((of('difference') as Labelled).array, [3 / 70 - 1 / 30, 5 / 70 - 1 / 30, 1 / 70 - 3 / 30]);
    expect([views['averageOn']!.reducer.name, views['averageOff']!.reducer.name]).toEqual(['mean(trains=20)', 'mean(trains=20)']);
    expect(of('averageFom', 'averaged')).toBeCloseTo(of('fom') as number, 14);
  });
  it('takes numbers, and the means of numbers', () => {
    const views = made(buildDifference, { on: 'view#on', off: 'view#off' }, params) as Required<Views>;
    const [now, averaged] = [[views['now']!.call([5, 3])], [views['averaged']!.call([5, 3])]];
    expect([views['fom']!.call(now), views['averageFom']!.call(averaged), (views['difference']!.call(now) as NdArray).item()]).toEqual([2, 2, 2]);
  });
});
