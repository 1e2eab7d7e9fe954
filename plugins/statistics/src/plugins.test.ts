import { array, ndarray, Skip, zeros, type Labelled, type NdArray, type PluginBuild } from '@trainyard/core';
import { errorCode as code } from '@trainyard/kernels/testing';
import { describe, expect, it } from 'vitest';
import { build as curves } from './binning-again-curves.plugin.ts';
import { build as again } from './binning-again.plugin.ts';
import { build as again2d } from './binning2d-again.plugin.ts';
import { build as fft } from './fft.plugin.ts';
import { build as filter } from './filter.plugin.ts';
import { build as fit } from './fit.plugin.ts';
import { build as pulses } from './over-pulses.plugin.ts';
import { selectPulses } from './select-pulses.ts';
import { build as bars } from './statistics-bars.plugin.ts';
import { build as summary } from './summary.plugin.ts';
import { build as twoTime } from './two-time.plugin.ts';

type Built = Record<string, { call: (values: unknown[]) => any; kind: string; reducer: { name: string } }>;
const made = (build: PluginBuild, inputs: Record<string, string>, params: Record<string, unknown>): Built => build({ inputs, params: params as never }) as unknown as Built;

describe('statistics/fit', () => {
  const start = { model: 'gaussian', from: 0, to: 0, low: 0, high: 0 };
  const y = array(Array.from({ length: 60 }, (_, i) => 2 + 5 * Math.exp(-((i - 22) ** 2) / (2 * 9))));

  it('gives parameters, curve and words, over indices, bins, edges or points', () => {
    const params = { ...start };
    const { fitted, parameters, curve, centre, fwhm, text } = made(fit, { y: 'view#y', x: 'view#x' }, params) as Required<Built>;
    const of = (...given: unknown[]) => fitted!.call(given);
    const table = parameters!.call([of(y, undefined)]) as Record<string, number[]>;
    expect(Object.keys(table)).toEqual(['converged', 'points', 'reducedChi2', 'fwhm', 'height', 'heightError', 'centre', 'centreError', 'sigma', 'sigmaError', 'offset', 'offsetError']);
    expect([table['converged'], table['points'], table['centre']![0]!.toFixed(6), table['sigma']![0]!.toFixed(6)]).toEqual([[1], [60], '22.000000', '3.000000']);
    expect(centre!.call([of(y, undefined)])).toBeCloseTo(22, 6);
    expect(fwhm!.call([of(y, undefined)])).toBeCloseTo(3 * 2.3548200450309493, 6);
    expect((curve!.call([of(y, undefined)]) as Labelled).labels.axes![0]!.values).toHaveLength(60);
    expect(text!.call([of(y, undefined)])).toMatch(/^height = 5\.00000 \+- .*centre = 22\.0000 .*of 60 points$/);
    expect(centre!.call([of(y, array(Array.from({ length: 61 }, (_, i) => 100 + 2 * i)))])).toBeCloseTo(145, 6);
    expect(centre!.call([of(array(Array.from({ length: 60 }, (_, i) => [i / 10, Number(y.get(i))])), undefined)])).toBeCloseTo(2.2, 6);
    Object.assign(params, { low: 1000, high: 1060 });
    expect(centre!.call([of(y, undefined)])).toBeCloseTo(1022.5, 6);
    Object.assign(params, { from: 1010, to: 1040 });
    expect(parameters!.call([of(y, undefined)])).toMatchObject({ points: [30] });
    expect(code(() => of(zeros([3, 3]), undefined))).toBe('FIT_RANK');
    expect(code(() => of(y, array([1, 2])))).toBe('FIT_LENGTH');
  });
  it('says when it did not converge; a line has no centre', () => {
    const { fitted, parameters, curve, centre, text } = made(fit, { y: 'view#y' }, start) as Required<Built>;
    const none = fitted!.call([zeros([10])]);
    expect((parameters!.call([none]) as Record<string, number[]>)['converged']).toEqual([0]);
    expect((parameters!.call([none]) as Record<string, number[]>)['centre']).toEqual([NaN]);
    for (const view of [curve!, centre!]) expect((view.call([none]) as Skip).reason).toBe('the fit did not converge: the curve is flat, so that it has no centre');
    expect(text!.call([none])).toBe('The fit did not converge: the curve is flat, so that it has no centre.');
    const line = made(fit, { y: 'view#y' }, { ...start, model: 'linear' });
    expect((line['centre']!.call([line['fitted']!.call([array([1, 2, 3])])]) as Skip).reason).toBe('the model linear has no centre');
  });
});

describe('plugins follow their parameters from train to train', () => {
  const pairs = array([[0, 1], [0.01, 3], [5, 2], [9, 4], [9.02, 6]]);
  it('statistics-bars', () => {
    const params = { resolution: 0.1, trains: 50 };
    const { bars: table, curve, pairs: kept } = made(bars, { x: 'view#x', y: 'view#y' }, params);
    expect(kept!.reducer.name).toBe('scatter(trains=50)');
    expect((table!.call([pairs]) as Record<string, NdArray>)['y']!.toNested()).toEqual([2, 5]);
    params.resolution = 20;
    expect((curve!.call([pairs]) as Labelled).array.toNested()).toEqual([3.2]);
  });
  it('binning-again', () => {
    const params = { bins: 3, low: 0, high: 0, mode: 'average', trains: 50 };
    const { binned, count } = made(again, { value: 'view#y', by: 'view#x' }, params);
    expect((binned!.call([pairs]) as Labelled).array.toNested()).toEqual([2, 2, 5]);
    Object.assign(params, { bins: 2, low: 0, high: 6, mode: 'accumulate' });
    expect([(binned!.call([pairs]) as Labelled).array.toNested(), (count!.call([pairs]) as Labelled).array.toNested()]).toEqual([[4, 2], [2, 1]]);
    expect(binned!.call([zeros([0, 2])])).toBeInstanceOf(Skip);
  });
  it('binning-again-curves', () => {
    const params = { bins: 2, low: 0, high: 0, mode: 'average', trains: 50 };
    const { row, rows, binned, count } = made(curves, { value: 'view#y', by: 'view#x' }, params) as Required<Built>;
    expect([(row!.call([array([4, 5], 'uint16'), 7]) as NdArray).toNested(), (row!.call([array([4, 5]), NaN]) as Skip).reason, rows!.reducer.name]).toEqual([[7, 4, 5], 'the value to bin by is NaN', 'rolling(trains=50)']);
    const kept = array([[0, 1, 2], [1, 3, 4], [5, 7, 8]]);
    expect([(binned!.call([kept]) as Labelled).array.toNested(), (count!.call([kept]) as Labelled).array.toNested()]).toEqual([[[2, 3], [7, 8]], [2, 1]]);
    Object.assign(params, { bins: 1, low: 0, high: 2, mode: 'accumulate' });
    expect((binned!.call([kept]) as Labelled).array.toNested()).toEqual([[4, 6]]);
  });
  it('binning2d-again', () => {
    const params = { xBins: 2, xLow: 0, xHigh: 0, yBins: 1, yLow: 0, yHigh: 0, mode: 'average', trains: 50 };
    const { rows, binned, count } = made(again2d, { value: 'view#v', x: 'view#x', y: 'view#y' }, params) as Required<Built>;
    const kept = array([[0, 0, 1], [1, 1, 3], [5, 1, 7]]);
    expect([rows!.reducer.name, (binned!.call([kept]) as Labelled).array.toNested(), (count!.call([kept]) as Labelled).array.toNested()]).toEqual(['tuples(names=x y value, trains=50)', [[2, 7]], [[2, 1]]]);
    Object.assign(params, { xLow: 0, xHigh: 2, yBins: 2 });
    expect((binned!.call([kept]) as Labelled).array.toNested()).toEqual([[1, NaN], [NaN, 3]]);
    expect(binned!.call([zeros([0, 3])])).toBeInstanceOf(Skip);
  });
  it('fft', () => {
    const params = { of: 'magnitude', along: 'both', shift: true, step: 1 };
    const { spectrum } = made(fft, { value: 'view#y' }, params);
    const image = zeros([2, 4]).fill(1);
    expect((spectrum!.call([image]) as Labelled).array.toNested()).toEqual([[0, 0, 0, 0], [0, 0, 8, 0]]);
    params.along = 'rows';
    params.shift = false;
    expect((spectrum!.call([image]) as Labelled).array.toNested()).toEqual([[4, 0, 0], [4, 0, 0]]);
    expect((spectrum!.call([array([1, 1])]) as Labelled).array.toNested()).toEqual([2, 0]);
  });
  it('over-pulses, two-time', () => {
    const { mean, std } = made(pulses, { value: 'view#y' }, { ddof: 1 });
    expect([(mean!.call([array([[1, 4], [3, 8]])]) as Labelled).array.toNested(), (std!.call([array([[1, 4], [3, 8]])]) as Labelled).array.toNested()]).toEqual([[2, 6], [Math.SQRT2, Math.sqrt(8)]]);
    const { correlation, g2, contrast } = made(twoTime, { frames: 'view#y' }, { most: 0 });
    const square = correlation!.call([ndarray(Float32Array.of(1, 3, 1, 3, 2, 2, 2, 2), [2, 4])]) as NdArray;
    expect([square.toNested(), (g2!.call([square]) as Labelled).array.toNested(), (contrast!.call([square]) as NdArray).toNested()]).toEqual([[[1.25, 1], [1, 1]], [1], [0.5, 0]]);
  });
  it('summary', () => {
    const { summary: table, kept } = made(summary, { value: 'view#y' }, { trains: 30 });
    expect([kept!.reducer.name, table!.call([array([[3], [1], [8], [2]])])]).toEqual(['tuples(names=value, trains=30)', { count: [4], mean: [3.5], std: [Math.sqrt(7.25)], median: [2.5], min: [1], max: [8] }]);
    expect(table!.call([zeros([0, 1])])).toEqual({ count: [0], mean: [NaN], std: [NaN], median: [NaN], min: [NaN], max: [NaN] });
  });
  it('filter: trains by a number, pulses by a vector', () => {
    const params = { range: [] as number[] };
    const { passed, value, number, pulses: count } = made(filter, { value: 'view#y', by: 'view#x' }, params) as Required<Built>;
    const curve = array([[1, 2], [3, 4], [5, 6]]);
    expect(value!.call([passed!.call([curve, 7])])).toBe(curve);
    params.range = [2, 9];
    expect([passed!.call([curve, 9]).pulses, (passed!.call([curve, 1]) as Skip).reason, (passed!.call([curve, NaN]) as Skip).reason]).toEqual([1, '1 does not lie between 2 and 9', 'NaN does not lie between 2 and 9']);
    expect([(value!.call([passed!.call([curve, array([1, 2, 9])])]) as NdArray).toNested(), count!.call([passed!.call([curve, array([1, 2, 9])])])]).toEqual([[[3, 4], [5, 6]], 2]);
    expect((passed!.call([curve, array([1, NaN, 10])]) as Skip).reason).toBe('of 3 pulses none lies between 2 and 9');
    expect([number!.call([passed!.call([5, 3])]), (value!.call([passed!.call([5, 3])]) as NdArray).item(), (number!.call([passed!.call([curve, 3])]) as Skip).reason]).toEqual([5, 5, 'the value is an array']);
    params.range = [3, 2];
    expect(code(() => passed!.call([curve, 3]) as unknown)).toBe('SELECT_RANGE');
    expect([code(() => selectPulses(curve, array([1, 2]), [0, 1])), code(() => selectPulses(zeros([]), array([1]), [0, 1])), code(() => selectPulses(curve, array([1, 2, 3]), [1, NaN]))]).toEqual(['SELECT_LENGTH', 'SELECT_LENGTH', 'SELECT_RANGE']);
    expect(selectPulses(array([1, 2], 'uint16'), array([0, 5]), [1, 9])).toMatchObject({ dtype: 'uint16', shape: [1] });
  });
});
