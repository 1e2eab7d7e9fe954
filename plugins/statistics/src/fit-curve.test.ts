import { readFileSync } from 'node:fs';
import { array, asNdArray, ndarray, type NdArray } from '@trainyard/core';
import { errorCode as code, nearness } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { erf } from './erf.ts';
import { fitCurve } from './fit-curve.ts';
import { modelOf, models, type ModelName } from './models.ts';

// golden/fits.json: what scipy.optimize.curve_fit finds, made by golden/make_fits.py.
interface Case { model: ModelName; x: number[]; y: number[]; sigma: number[]; plain: Result; weighted: Result }
interface Result { values: number[]; errors: number[] }
const golden = JSON.parse(readFileSync(new URL('../golden/fits.json', import.meta.url), 'utf8')) as { fits: Case[]; erf: { x: number[]; y: number[] } };
const list = (numbers: Readonly<Record<string, number>>): number[] => Object.values(numbers);

describe('fitCurve against scipy.optimize.curve_fit', () => {
  for (const { model, x, y, sigma, plain, weighted } of golden.fits) {
    it(`${model} over ${x[0]!.toPrecision(3)} .. ${x.at(-1)!.toPrecision(3)}: within 1e-5 of an error, errors 1e-4`, () => {
      for (const [fit, expected] of [[fitCurve(array(x), array(y), model), plain], [fitCurve(array(x), array(y), model, { errors: array(sigma) }), weighted]] as const) {
        expect(fit.converged).toBe(true);
        const off = list(fit.values).map((value, k) => Math.abs(value - expected.values[k]!) / expected.errors[k]!);
        expect(Math.max(...off)).toBeLessThan(1e-5);
        expect(nearness(list(fit.errors), expected.errors).max).toBeLessThan(1e-4);
      }
    });
  }
  it('erf against scipy.special: 1e-15', () => {
    expect(nearness(golden.erf.x.map(erf), golden.erf.y, 1e-300).max).toBeLessThan(2e-15);
    expect([erf(0), erf(Infinity), erf(-Infinity), erf(NaN)]).toEqual([0, 1, -1, NaN]);
  });
});

describe('fitCurve', () => {
  it('property: finds a curve without noise again, in any units and order', () => {
    const size = fc.constantFrom(1e-12, 1e-3, 1, 25, 1e4);
    fc.assert(fc.property(fc.constantFrom(...models), size, size, fc.double({ min: -0.5, max: 0.5, noNaN: true }), fc.double({ min: 0.06, max: 0.35, noNaN: true }), fc.constantFrom(-1, 1), fc.double({ min: -3, max: 3, noNaN: true }), fc.integer({ min: 40, max: 120 }), (model, unit, scale, centre, width, sign, offset, count) => {
      const { at, names } = modelOf[model];
      const truth = Float64Array.from(names.length === 2 ? [sign, offset] : [sign, centre, width, offset]);
      // Every third point comes last.
      const t = Array.from({ length: count }, (_, i) => -1 + (2 * i) / (count - 1)).sort((a, b) => (Math.round(a * 1e6) % 3) - (Math.round(b * 1e6) % 3) || a - b);
      const fit = fitCurve(array(t.map((v) => v * unit)), array(t.map((v) => scale * at(truth, v, new Float64Array(4)))), model);
      expect(fit.converged).toBe(true);
      const given = modelOf[model].given(truth, 0, unit, scale).values;
      const tolerance = names.map((name) => (name === 'centre' || name === 'sigma' || name === 'gamma' ? unit : Math.max(scale, ...given.map(Math.abs))) * 1e-6);
      list(fit.values).forEach((value, k) => expect(Math.abs(value - given[k]!)).toBeLessThan(tolerance[k]!));
    }), { numRuns: 150 });
  });
  it('knows widths, leaves out points without a number, and draws its curve', () => {
    const x = Array.from({ length: 50 }, (_, i) => i);
    const y = x.map((v) => 1 + 4 * Math.exp(-((v - 20) ** 2) / 18));
    const fit = fitCurve(array([...x, 20, 21, NaN]), array([...y, NaN, Infinity, 3]), 'gaussian');
    expect([fit.converged, fit.points, fit.reason]).toEqual([true, 50, '']);
    expect(fit.fwhm).toBeCloseTo(3 * 2.3548200450309493, 9);
    expect(nearness(Array.from(fit.at(array(x)).data as Float64Array), y).max).toBeLessThan(1e-9);
    const peak = fitCurve(array(x), array(x.map((v) => 3 / (1 + ((v - 30) / 4) ** 2))), 'lorentzian');
    expect(peak.fwhm).toBeCloseTo(8, 9);
    expect(fitCurve(array(x), array(x), 'linear').fwhm).toBeNaN();
    // Integers, and slices.
    expect(fitCurve(ndarray(Uint16Array.from(x), [50]), array(x.map((v) => 2 * v)), 'linear').values['slope']).toBeCloseTo(2, 12);
  });
  it('finds a dip on which most of the points lie, and no peak beside it', () => {
    const x = array([-0.449, -0.448, -0.317, -0.253, -0.21, -0.167, -0.156, -0.032, -0.028, 0.04, 0.066, 0.069, 0.097, 0.124, 0.209, 0.216, 0.254, 0.345, 0.4, 0.464]) as NdArray<1>;
    const y = array([0.63, 0.66, 0.57, 0.49, 0.36, 0.17, 0.09, -1.12, -1.16, -2.14, -2.51, -2.53, -2.9, -3.16, -3.49, -3.47, -3.26, -2.19, -1.42, -0.61]) as NdArray<1>;
    for (const sign of [1, -1]) {
      const { values, reducedChi2 } = fitCurve(x, y.mul(sign) as NdArray<1>, 'gaussian');
      // scipy.optimize.curve_fit from p0 = (-4, 0.2, 0.2, 0.6).
      expect([values.centre, values.sigma, values.height! * sign].map((value) => Number(value!.toFixed(4)))).toEqual([0.1948, 0.1735, -4.1344]);
      expect(reducedChi2).toBeLessThan(2e-4);
    }
  });
  it('of very many points finds the place among means of neighbours', () => {
    const count = 20_000;
    const x = Float64Array.from({ length: count }, (_, i) => i / 100);
    for (const [model, width] of [['gaussian', 5], ['gaussian', 0.05], ['lorentzian', 1], ['erf', 2]] as const) {
      const [name] = [modelOf[model].names[2]!];
      const y = x.map((v, i) => modelOf[model].at(Float64Array.of(20, 77.7, width, 5), v, new Float64Array(4)) + 0.1 * Math.sin(i * 1.7));
      const fit = fitCurve(array(x), array(y), model);
      expect([fit.converged, Math.abs(fit.values['centre']! - 77.7) < 0.01, Math.abs(fit.values[name]! / width - 1) < 0.02], `${model} ${width}`).toEqual([true, true, true]);
    }
    const { values } = fitCurve(array(x), array(x.map((v) => 3 * v - 1)), 'linear');
    expect([values['slope']!.toFixed(9), values['intercept']!.toFixed(6)]).toEqual(['3.000000000', '-1.000000']);
  });
  it('as many points as parameters: the curve goes through them, its errors are not known', () => {
    const { converged, values, errors, reducedChi2 } = fitCurve(array([1, 3]), array([2, 8]), 'linear');
    expect([converged, values['slope']!.toFixed(9), values['intercept']!.toFixed(9), errors, reducedChi2]).toEqual([true, '3.000000000', '-1.000000000', { slope: NaN, intercept: NaN }, NaN]);
  });
  it.each([
    ['too few points', [1, 2, 3], [1, 2, 1], 'gaussian', /4 parameters need at least 4 points/],
    ['one x', [1, 1, 1, 1, 1], [1, 2, 3, 4, 5], 'linear', /at different x, not 1/],
    ['a flat curve', [1, 2, 3, 4, 5, 6], [2, 2, 2, 2, 2, 2], 'erf', /flat/],
    ['NaN everywhere', [1, 2, 3, 4], [NaN, NaN, NaN, NaN], 'linear', /not 0/],
    ['nothing', [], [], 'cubic', /not 0/],
  ] as const)('%s: says so, and is NaN', (_, x, y, model, reason) => {
    const fit = fitCurve(array([...x]), array([...y]), model);
    expect(fit.converged).toBe(false);
    expect(fit.reason).toMatch(reason);
    expect([...list(fit.values), ...list(fit.errors), fit.reducedChi2, fit.fwhm].every(Number.isNaN)).toBe(true);
    expect(asNdArray(fit.at(array([1, 2]))).toNested()).toEqual([NaN, NaN]);
  });
  it('refuses by name', () => {
    expect(code(() => fitCurve(array([1]), array([1]), 'sine' as 'erf'))).toBe('FIT_MODEL');
    expect(code(() => fitCurve(array([1, 2]), array([1]), 'linear'))).toBe('FIT_LENGTH');
    expect(code(() => fitCurve(array([1, 2]), array([1, 2]), 'linear', { errors: array([1]) }))).toBe('FIT_LENGTH');
  });
});
