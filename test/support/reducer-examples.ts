import { array, type Reducer } from '@trainyard/core';
import * as reducers from '@trainyard/core/reducers';
import { hitRate } from '@trainyard/peaks';
import { xasTim, xasTimCurves, xmcd, xmcdCurves } from '@trainyard/xas';
import * as fc from 'fast-check';

/** A reducer made with options, and what may arrive for it. */
export interface ReducerExample {
  readonly reducer: Reducer;
  readonly input: fc.Arbitrary<unknown>;
  /** How far a window may be from a fold of its trains, relative to 1 or the value; 0: the same bits. */
  readonly tolerance: number;
}

/** Eighths, so that sums of squares lose nothing to speak of; and what is no number. */
const eighths = fc.integer({ min: -8000, max: 8000 }).map((n) => n / 8);
const withNaN = fc.oneof({ weight: 9, arbitrary: eighths }, { weight: 1, arbitrary: fc.constantFrom(NaN, 0, -0) });
const anything = fc.oneof({ weight: 8, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) }, { weight: 2, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1e300, -5e-324) });
const vector = (element: fc.Arbitrary<number>, length: number) => fc.array(element, { minLength: length, maxLength: length }).map((values) => array(values));
const image = fc.tuple(vector(withNaN, 6)).map(([values]) => values.reshape(2, 3));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 6 });
/** At least one input is there: a train without any is not folded. */
const inputs = (sides: Readonly<Record<string, fc.Arbitrary<unknown>>>) => fc.record(sides).filter((given) => Object.values(given).some((side) => side !== undefined));
/** A number each, a vector each (a value per pulse), or a number beside a vector. */
const pairs = (element: fc.Arbitrary<number>) => fc.oneof(
  inputs({ x: maybe(element), y: maybe(element) }), fc.nat({ max: 4 }).chain((n) => inputs({ x: maybe(vector(element, n)), y: maybe(vector(element, n)) })), inputs({ x: element, y: vector(element, 3) }),
);
const exact = (reducer: Reducer, input: fc.Arbitrary<unknown>): ReducerExample => ({ reducer, input, tolerance: 0 });
const near = (reducer: Reducer, input: fc.Arbitrary<unknown>, tolerance = 1e-9): ReducerExample => ({ reducer, input, tolerance });
const perElement = (reducer: Reducer): ReducerExample[] => [near(reducer, withNaN), near(reducer, vector(withNaN, 3)), near(reducer, image)];
const axis = { bins: 7, range: [-500, 500] } as const;
const value = maybe(withNaN);

/** Every reducer of core by its name, with options that reach its branches: `test/reducers-registry.test.ts` walks them all. */
export const reducerExamples: { readonly [N in keyof typeof reducers]: readonly ReducerExample[] } = {
  mean: [...perElement(reducers.mean()), near(reducers.mean({ trains: 20 }), withNaN)],
  sum: perElement(reducers.sum()),
  variance: [...perElement(reducers.variance()), ...perElement(reducers.variance({ ddof: 1 }))],
  std: perElement(reducers.std({ ddof: 1 })),
  meanStd: perElement(reducers.meanStd()),
  ema: [...perElement(reducers.ema({ halfLife: 10 })), near(reducers.ema({ halfLife: 0.3 }), vector(anything.filter((x) => Math.abs(x) !== 1e300), 2))],
  minimum: [exact(reducers.minimum(), anything), exact(reducers.minimum(), image)],
  maximum: [exact(reducers.maximum(), anything), exact(reducers.maximum(), vector(anything, 2))],
  histogram: [exact(reducers.histogram({ bins: 7, range: [-1, 1] }), anything), exact(reducers.histogram({ ...axis, trains: 30 }), vector(anything, 4))],
  histogram2d: [exact(reducers.histogram2d({ x: axis, y: { bins: 3, range: [0, 100] } }), pairs(anything))],
  growingHistogram: [exact(reducers.growingHistogram({ width: 0.5, bins: 20 }), anything), exact(reducers.growingHistogram({ width: 3, bins: 2, origin: 1.1 }), vector(anything, 3)), exact(reducers.growingHistogram({ width: 0.1 }), fc.double({ min: 0, max: 5, noNaN: true }))],
  growingHistogram2d: [exact(reducers.growingHistogram2d({ x: { width: 0.5, bins: 7 }, y: { width: 3, bins: 2, origin: 1.1 } }), pairs(anything)), exact(reducers.growingHistogram2d({ x: { width: 0.1, bins: 9 }, y: { width: 10, bins: 4 }, trains: 30 }), pairs(withNaN))],
  correlation: [near(reducers.correlation(), pairs(withNaN), 1e-5), near(reducers.correlation({ trains: 9 }), pairs(withNaN), 1e-5)],
  scatter: [exact(reducers.scatter({ trains: 25 }), pairs(anything))],
  rolling: [exact(reducers.rolling({ trains: 25 }), anything), exact(reducers.rolling({ trains: 5 }), image)],
  binning: (['average', 'accumulate', 'count'] as const).flatMap((mode) => [
    near(reducers.binning({ ...axis, mode }), inputs({ value, by: value })),
    near(reducers.binning({ ...axis, mode }), inputs({ value: maybe(image), by: value })),
    // A value per pulse, and a curve per pulse.
    near(reducers.binning({ ...axis, mode }), fc.nat({ max: 4 }).chain((n) => inputs({ value: maybe(vector(withNaN, n)), by: maybe(vector(withNaN, n)) }))),
    near(reducers.binning({ ...axis, mode }), fc.nat({ max: 4 }).chain((n) => inputs({ value: vector(withNaN, 2 * n).map((values) => values.reshape(n, 2)), by: maybe(vector(withNaN, n)) }))),
  ]),
  binning2d: (['average', 'accumulate', 'count'] as const).flatMap((mode) => [
    near(reducers.binning2d({ x: axis, y: axis, mode }), inputs({ value, x: value, y: value })),
    near(reducers.binning2d({ x: axis, y: axis, mode }), inputs({ value: maybe(vector(withNaN, 3)), x: vector(withNaN, 3), y: value })),
  ]),
  arrayBinning2d: (['average', 'accumulate', 'count'] as const).flatMap((mode) => [
    near(reducers.arrayBinning2d({ x: axis, y: axis, mode }), inputs({ value: maybe(image), x: value, y: value })),
    near(reducers.arrayBinning2d({ x: axis, y: { bins: 3, range: [0, 100] }, mode }), fc.nat({ max: 4 }).chain((n) => inputs({ value: vector(withNaN, 2 * n).map((values) => values.reshape(n, 2)), x: maybe(vector(withNaN, n)), y: value }))),
  ]),
  tuples: [exact(reducers.tuples(['x', 'y'], { trains: 25 }), pairs(anything)), exact(reducers.tuples(['delay', 'energy', 'a'], { trains: 5 }), inputs({ delay: value, energy: maybe(anything), a: value }))],
  timeSeries: [near(reducers.timeSeries({ points: 10 }), anything.filter((x) => Math.abs(x) !== 1e300)), near(reducers.timeSeries(), vector(withNaN, 2)), near(reducers.timeSeries({ points: 1 }), withNaN)],
};

/** Energies, an i0 that is now and then too small, signals below 0. A number per pulse, but one energy for all. */
const pulsesOf = (names: readonly string[]) => fc.nat({ max: 4 }).chain((n) => inputs({
  energy: maybe(fc.integer({ min: 770, max: 790 })), ...(names.includes('current') && { current: maybe(fc.integer({ min: -4, max: 4 })) }),
  i0: maybe(vector(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 50, max: 800 }) }, { weight: 1, arbitrary: fc.constant(NaN) }), n)),
  ...Object.fromEntries(names.filter((name) => name.startsWith('mcp')).map((name) => [name, maybe(vector(fc.integer({ min: -800, max: -1 }), n))])),
}));
const absorption = { threshold: 100, bins: 5, range: [772, 788] } as const;

/** Whether a frame is a hit, or each of a train's. */
const bit = fc.constantFrom(0, 1, NaN);
const hit = fc.oneof(bit, fc.nat({ max: 4 }).chain((n) => vector(bit, n)));

/** The same of reducers in packs. */
export const packReducerExamples: Readonly<Record<string, readonly ReducerExample[]>> = {
  xasTim: [near(xasTim({ ...absorption, signals: ['mcp1', 'mcp4'] }), pulsesOf(['mcp1', 'mcp4'])), near(xasTim({ ...absorption, signals: ['mcp2'], trains: 7 }), pulsesOf(['mcp2']))],
  xasTimCurves: [near(xasTimCurves({ ...absorption, signals: ['mcp1', 'mcp2', 'mcp3'] }), pulsesOf(['mcp1', 'mcp2', 'mcp3']))],
  xmcd: [near(xmcd({ ...absorption, current: 1, signals: ['mcp1'] }), pulsesOf(['mcp1', 'current']))],
  xmcdCurves: (['sum', 'difference'] as const).map((of) => near(xmcdCurves({ ...absorption, of, current: 1, signals: ['mcp1', 'mcp4'] }), pulsesOf(['mcp1', 'mcp4', 'current']))),
  hitRate: [exact(hitRate(), hit), exact(hitRate({ trains: 9 }), hit)],
};
