import { readFileSync } from 'node:fs';
import { Labelled, Skip, array, asNdArray, ndarray, zeros, type NdArray, type NdLike, type PluginBuild, type Reducer } from '@trainyard/core';
import { errorCode as code, nearness, readNpy, shared } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pulsesOf } from './given.ts';
import { absorbance, overDelay, overDelayAndEnergy, xasTim, xasTimCurves, xasTimOf, xmcd, xmcdCurves, xmcdOf, type Signal } from './index.ts';
import { build as buildTim } from './tim.plugin.ts';
import { build as buildResolved } from './time-resolved.plugin.ts';
import { build as buildXmcd } from './xmcd.plugin.ts';

// golden/golden.json: results of scipy.stats, made by golden/make_golden.py.
const golden = JSON.parse(readFileSync(new URL('../golden/golden.json', import.meta.url), 'utf8')) as Record<string, (number | null)[]> & Record<'trains' | 'pulses' | 'bins' | 'threshold' | 'least' | 'below' | 'noField', number>;
const column = (name: string): number[] => golden[name]!.map((v) => v ?? NaN);
const numbers = (of: NdLike | Labelled): number[] => Array.from(asNdArray(of instanceof Labelled ? of.array : of).flatten().data as Float64Array);
const near = (got: NdLike | Labelled, expected: readonly number[], limit = 1e-12, floor = 1e-3): void => expect(nearness(numbers(got), expected, floor).max).toBeLessThan(limit);

const { trains, pulses, bins, threshold, least } = golden;
const range = column('span') as unknown as [number, number];
const rowOf = (name: string, train: number): NdArray<1> => array(column(name).slice(train * pulses, (train + 1) * pulses));
const given = Array.from({ length: trains }, (_, train) => ({
  energy: column('energy')[train]!, current: column('current')[train]!, i0: rowOf('i0', train), mcp1: rowOf('mcp1', train), mcp4: rowOf('mcp4', train),
}));
const options = { signals: ['mcp1', 'mcp4'] as Signal[], threshold, bins, range };
/** Folds in three parts, so that joining is compared, too. */
function fold<Out>(reducer: Reducer<any, any, Out>, values: readonly unknown[]): Out {
  const thirds = [0, 1, 2].map((part) => values.reduce<unknown>((state, value, i) => (Math.floor((3 * i) / values.length) === part ? (reducer.add(state, value, i) as unknown) : state), reducer.initial()));
  return reducer.result(reducer.merge(reducer.merge(thirds[0], thirds[1]), thirds[2]))!;
}

describe('against scipy.stats.binned_statistic: 1e-12', () => {
  it('xas/tim: absorption, yield, counts, as a table and as curves', () => {
    const table = fold(xasTim(options), given);
    expect(Object.keys(table)).toEqual(['energy', 'count', 'i0', 'mcp1', 'mcp4']);
    near(table['mcp1']!, column('a1'));
    near(table['mcp4']!, column('a4'));
    near(table['i0']!, column('meanI0'));
    expect(numbers(table['count']!)).toEqual(column('count'));
    const curves = fold(xasTimCurves({ ...options, unit: 'eV' }), given);
    near(curves, [...column('a1'), ...column('a4')]);
    expect(curves.labels.axes).toMatchObject([{ name: 'signal' }, { name: 'energy', unit: 'eV' }]);
    expect(curves.labels.axes![1]!.values).toHaveLength(bins + 1);
    expect(curves.labels.counts).toMatchObject({ pairs: trains * pulses, below: golden.below, incomplete: 0 });
  });
  it('xas/xmcd: both directions, difference and sum', () => {
    const table = fold(xmcd({ ...options, current: least }), given);
    near(table['mcp1Positive']!, column('p1'));
    near(table['mcp1Negative']!, column('n1'));
    near(table['mcp1Difference']!, column('difference1'));
    near(table['mcp4Sum']!, column('sum4'));
    expect(numbers(table['countPositive']!)).toEqual(column('countPositive'));
    near(fold(xmcdCurves({ ...options, signals: ['mcp1'], current: least, of: 'difference' }), given), column('difference1'));
    const sum = fold(xmcdCurves({ ...options, signals: ['mcp4'], current: least, of: 'sum' }), given);
    near(sum, column('sum4'));
    expect(sum.labels.counts).toMatchObject({ pairs: trains * pulses, below: golden.below, noField: golden.noField });
  });
  it('time-resolved: over the delay, in a range, over delay and energy', () => {
    const rois = ndarray(Float64Array.from(column('rois')), [trains, 3]);
    const history = array(column('delay').map((delay, i) => [delay, ...(rois.slice(String(i)).toNested() as unknown as number[])])) as NdArray<2>;
    expect(column('a13').map((a, i) => Math.abs(absorbance(Number(rois.get(i, 0)), Number(rois.get(i, 2))) - a) < 1e-12)).toEqual([true, true, true, true]);
    const pairs = [[1, 3], [2, 3], [2, 1]] as const;
    const all = overDelay(history, pairs, { bins: 6 })!;
    near(all, column('curves'));
    near(all.labels.errors!, column('spreads'), 1e-11);
    near(overDelay(history, pairs, { bins: 4, range: [-1, 1] })!, column('ranged'));
    const wide = array(column('delay').map((delay, i) => [delay, column('energy')[i]!, ...(rois.slice(String(i)).toNested() as unknown as number[])])) as NdArray<2>;
    const plane = overDelayAndEnergy(wide, [2, 1], { delay: { bins: 5 }, energy: { bins: 3, unit: 'eV' } })!;
    near(plane, column('plane'));
    expect(plane.labels.axes).toMatchObject([{ name: 'energy', unit: 'eV' }, { name: 'delay' }]);
  });
});

describe.skipIf(!shared)('the 6000 pulses beside the repository: 1e-12', () => {
  const load = (name: string): NdArray<1> => {
    const { data, shape } = readNpy(`${shared}/oracles/xas/${name}.npy`);
    return ndarray(data, shape) as unknown as NdArray<1>;
  };
  const { i0_threshold: over, n_bins: count } = shared ? (JSON.parse(readFileSync(`${shared}/oracles/xas/manifest.json`, 'utf8')) as { i0_threshold: number; n_bins: number }) : { i0_threshold: 0, n_bins: 1 };
  /** As trains of 250 pulses; its range is that of the pulses that are bright enough. */
  const load6000 = () => {
    const all = Object.fromEntries(['energy', 'i0', 'mcp1', 'mcp4', 'current'].map((name) => [name, load(name)]));
    const bright = numbers(all['energy']!).filter((_, i) => Number(all['i0']!.get(i)) > over);
    const train = (k: number) => Object.fromEntries(Object.entries(all).map(([name, values]) => [name, values.slice(`${250 * k}:${250 * (k + 1)}`)]));
    return { list: Array.from({ length: 24 }, (_, k) => train(k)), range: [Math.min(...bright), Math.max(...bright)] as const };
  };
  it('XAS-TIM and XMCD', () => {
    const { list, range: whole } = load6000();
    const spectrum = { threshold: over, bins: count, range: whole, signals: ['mcp1', 'mcp4'] as Signal[] };
    const table = fold(xasTim(spectrum), list);
    for (const [name, expected] of [['energy', 'centers'], ['count', 'counts'], ['i0', 'i0_mean'], ['mcp1', 'absorption_mcp1'], ['mcp4', 'mcp4_norm']] as const) near(table[name]!, numbers(load(expected)), 1e-12, 1e-12);
    const both = fold(xmcd({ ...spectrum, current: 1 }), list);
    near(both['mcp1Positive']!, numbers(load('abs_pos')), 1e-12, 1e-12);
    near(both['mcp1Negative']!, numbers(load('abs_neg')), 1e-12, 1e-12);
    near(both['mcp1Difference']!, numbers(load('xmcd')), 1e-12, 1);
    // All at once, over the range that they have.
    const all = Object.fromEntries(['energy', 'i0', 'mcp1', 'mcp4', 'current'].map((name) => [name, load(name)]));
    const { range: _, ...free } = spectrum;
    near(xasTimOf(all, free)!['mcp1']!, numbers(load('absorption_mcp1')), 1e-12, 1e-12);
    near(xmcdOf(all, { ...free, current: 1 })!['mcp1Difference']!, numbers(load('xmcd')), 1e-12, 1);
    // The logarithm of a ratio of means, not the mean of logarithms.
    const off = numbers(load('mean_of_logs')).map((value, i) => Math.abs(value - Number(table['mcp1']!.get(i))));
    expect(Math.max(...off)).toBeGreaterThan(1e-4);
  });
});

describe('spectra', () => {
  const small = { signals: ['mcp1'] as Signal[], threshold: 10, bins: 2, range: [0, 2] as [number, number] };
  const shown = (reducer: Reducer, list: readonly unknown[]) => {
    const { array: values, labels } = fold(reducer, list) as Labelled;
    return [numbers(values), labels.counts];
  };
  it('leave out dim pulses, count what is incomplete and outside, and are NaN where a bin is empty', () => {
    const i0 = array([20, 5, 20, NaN, 20]);
    const mcp1 = array([-20, -5, -NaN, -20, -20]);
    expect(shown(xasTimCurves(small), [{ energy: 0.5, i0, mcp1 }, { energy: undefined, i0, mcp1 }, { energy: 7, i0, mcp1 }])).toEqual([[-0, NaN], { pairs: 6, outside: 2, below: 2, incomplete: 9 }]);
    // One energy per pulse, numbers for a train.
    expect(shown(xasTimCurves(small), [{ energy: array([0, 1, 2]), i0: array([20, 20, 20]), mcp1: array([-20, -10, -10]) }, { energy: 1.5, i0: 40, mcp1: -20 }])[0]).toEqual([-0, Math.LN2].map((v) => expect.closeTo(v, 12) as number));
  });
  it('are NaN where the logarithm has no argument above 0; a yield may be any number', () => {
    const train = { energy: 0.5, i0: array([20, 20]), mcp1: array([20, 20]), mcp4: array([20, 20]) };
    expect(shown(xasTimCurves({ ...small, signals: ['mcp1', 'mcp4'] }), [train])[0]).toEqual([NaN, NaN, -1, NaN]);
    expect(shown(xasTimCurves(small), [{ ...train, mcp1: array([0, 0]) }])[0]).toEqual([NaN, NaN]);
  });
  it('have nothing to say of nothing, and of trains without a bright pulse only counts', () => {
    expect(xasTim(small).result(xasTim(small).initial())).toBeUndefined();
    expect(xmcd({ ...small, current: 0 }).result(xmcd({ ...small, current: 0 }).initial())).toBeUndefined();
    expect(shown(xasTimCurves(small), [{ energy: 1, i0: array([1, 2]), mcp1: array([-1, -2]) }])).toEqual([[NaN, NaN], { pairs: 2, outside: 0, below: 2, incomplete: 0 }]);
    expect(shown(xasTimCurves(small), [{ energy: 1, i0: zeros([0]), mcp1: undefined }, { energy: 1, i0: 20, mcp1: -20 }])[1]).toEqual({ pairs: 1, outside: 0, below: 0, incomplete: 0 });
  });
  it('property: brightness does not matter, nor the order of the trains', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 11, max: 99 }), fc.integer({ min: 1, max: 99 })), { minLength: 3, maxLength: 30 }), fc.constantFrom(2, 4, 64), (list, factor) => {
      const of = (scale: number, order: typeof list) => shown(xasTimCurves(small), order.map(([energy, i0, m]) => ({ energy, i0: scale * i0, mcp1: -scale * m })))[0] as number[];
      expect(nearness(of(factor, list), of(1, list), 1).max).toBeLessThan(1e-12);
      expect(nearness(of(1, [...list].reverse()), of(1, list), 1).max).toBeLessThan(1e-12);
    }), { numRuns: 60 });
  });
  it('of a field that is turned the difference changes its sign', () => {
    const turned = given.map((train) => ({ ...train, current: -train.current }));
    const difference = (list: readonly unknown[]) => numbers(fold(xmcdCurves({ ...options, signals: ['mcp1'], current: least, of: 'difference' }), list));
    expect(difference(turned)).toEqual(difference(given).map((v) => -v));
  });
  it('of pulses at one energy have a bin 1 wide about it; of none there is nothing', () => {
    const of = (energy: number, i0: number[]) => xasTimOf({ energy, i0: array(i0), mcp1: array(i0.map((v) => -v)) }, { signals: ['mcp1'], threshold: 1, bins: 1 });
    expect([of(780, [5, 6])!['energy']!.toNested(), of(780, [5, 6])!['count']!.toNested(), of(780, [0, 0])!['count']!.toNested(), of(780, [])]).toEqual([[780], [2], [0], undefined]);
    expect(xmcdOf({ energy: 1, current: undefined, i0: 5, mcp1: -1 }, { signals: ['mcp1'], threshold: 1, bins: 1, current: 1 })!['countPositive']!.toNested()).toEqual([0]);
  });
  it('refuse by name what does not fit', () => {
    const of = (value: Record<string, unknown>) => code(() => fold(xasTim(small), [{ energy: 1, i0: array([20, 20]), mcp1: array([-1, -1]), ...value }]));
    expect([of({ mcp1: array([1, 2, 3]) }), of({ energy: zeros([2, 2]) }), of({ energy: 'fast' }), of({ i0: null })]).toEqual(['XAS_PULSES', 'XAS_VALUE', 'XAS_VALUE', 'XAS_VALUE']);
    expect([code(() => xasTim({ ...small, signals: [] })), code(() => xasTim({ ...small, threshold: NaN })), code(() => xasTim({ ...small, bins: 0 })), code(() => xmcd({ ...small, current: -1 }))]).toEqual(['XAS_SIGNALS', 'XAS_THRESHOLD', 'REDUCER_BINS', 'XMCD_CURRENT']);
    const state = xasTim(small).add(xasTim(small).initial(), { energy: 1, i0: array([20]), mcp1: array([-1]) }, 1);
    const before = structuredClone(state);
    expect(() => xasTim(small).add(state, { energy: 1, i0: array([20, 30]), mcp1: array([-1]) }, 2)).toThrow(/"i0" has 2 pulses and "mcp1" has 1/);
    expect(state).toEqual(before);
  });
});

describe('time-resolved', () => {
  it('absorbance is NaN without a ratio above 0', () => {
    expect([absorbance(1, 1), absorbance(0, 1), absorbance(1, 0), absorbance(-1, 1), absorbance(-1, -1), absorbance(0, 0), absorbance(NaN, 1)]).toEqual([-0, NaN, NaN, NaN, -0, NaN, NaN]);
  });
  it('of no trains is nothing; of one delay its bin is 1 wide; shapes that do not fit are refused', () => {
    expect(overDelay(zeros([0, 4]), [[1, 3]], { bins: 3 })).toBeUndefined();
    expect(overDelayAndEnergy(zeros([0, 5]), [1, 3], { delay: { bins: 3 }, energy: { bins: 2 } })).toBeUndefined();
    const one = overDelay(array([[4, 1, 1, 1]]) as NdArray<2>, [[1, 3]], { bins: 1 })!;
    expect([numbers(one), [...(one.labels.axes![1]!.values as Float64Array)]]).toEqual([[0], [3.5, 4.5]]);
    expect([code(() => overDelay(zeros([2, 3]), [[1, 3]], { bins: 3 })), code(() => overDelay(zeros([2, 4]), [[1, 3]], { bins: 0 }))]).toEqual(['TR_XAS_SHAPE', 'REDUCER_BINS']);
  });
});

type Views = Record<string, { call: (values: unknown[]) => any; reducer: Reducer; inputs: { name: string; from: unknown }[] }>;
const made = (build: PluginBuild, inputs: readonly string[], params: Record<string, unknown>): Views => build({ inputs: Object.fromEntries(inputs.map((name) => [name, `karabo#A/B/C:out[${name}]`])), params: params as never }) as unknown as Views;

describe('plugins', () => {
  const start = { threshold: 100, bins: 9, low: 772, high: 798, trains: 0, pulses: '', apdStride: 1, current: 1 };
  it('tim takes the signals that are given, pulses by stride and slice, also when these change', () => {
    const params = { ...start, apdStride: 2, pulses: '1:' };
    const views = made(buildTim, ['energy', 'i0', 'mcp1', 'mcp4'], params);
    expect(views['absorption']!.reducer.takes).toEqual(['energy', 'i0', 'mcp1', 'mcp4']);
    expect(views['absorption']!.reducer.window).toBeUndefined();
    expect(made(buildTim, ['energy', 'i0', 'mcp1'], { ...start, trains: 30 })['spectrum']!.reducer.window).toBe(30);
    expect([numbers(views['mcp1Pulses']!.call([array([1, 2, 3, 4, 5, 6])])), numbers(views['i0Pulses']!.call([array([1, 2, 3])])), views['energyPulses']!.call([780])]).toEqual([[3, 5], [2, 3], 780]);
    params.apdStride = 3;
    expect(numbers(views['mcp1Pulses']!.call([array([1, 2, 3, 4, 5, 6])]))).toEqual([4]);
    expect(pulsesOf(ndarray(Float64Array.of(3), []), 2, '1:')).toMatchObject({ shape: [] });
  });
  it('xmcd', () => {
    const views = made(buildXmcd, ['energy', 'current', 'i0', 'mcp2'], start);
    expect(views['difference']!.reducer.name).toBe('xmcdCurves(of=difference, current=1, signals=mcp2, threshold=100, bins=9, range=[772, 798])');
    expect(views['spectrum']!.reducer.takes).toEqual(['energy', 'current', 'i0', 'mcp2']);
  });
  it('time-resolved bins again when its limits change, and says why there is no map', () => {
    const params = { delayBins: 2, delayLow: 0, delayHigh: 0, energyBins: 2, energyLow: 0, energyHigh: 0, map: 'a21', trains: 50 };
    const views = made(buildResolved, ['delay', 'roi1', 'roi2', 'roi3'], params);
    const rows = array([[0, 2, 4, 1], [1, 2, 2, 2], [9, 1, 1, 1]]) as NdArray<2>;
    expect(numbers(views['spectrum']!.call([rows])).slice(0, 2).map((v) => v.toFixed(6))).toEqual([(-Math.LN2 / 2).toFixed(6), '0.000000']);
    params.delayHigh = 2;
    expect(numbers(views['spectrum']!.call([rows])).slice(4)).toEqual([-Math.LN2, 0]);
    expect((views['map']!.call([rows]) as Skip).reason).toBe('the input "energy" is not given');
    expect(views['spectrum']!.call([zeros([0, 4])])).toBeInstanceOf(Skip);
    expect(views['a13']!.call([Math.E, 1])).toBeCloseTo(-1, 14);
    expect((views['a13']!.call([0, 1]) as Skip).reason).toMatch(/no ratio above 0/);
    const map = made(buildResolved, ['delay', 'roi1', 'roi2', 'roi3', 'energy'], params)['map']!;
    expect((map.call([array([[0, 5, 2, 4, 1], [1.5, 6, 2, 2, 2]])]) as Labelled).array.toNested()).toEqual([[-Math.LN2, NaN], [NaN, 0]]);
  });
});
