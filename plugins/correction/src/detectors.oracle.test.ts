import { ndarray, type AnyTypedArray, type NdArray } from '@trainyard/core';
import { flat } from '@trainyard/kernels';
import { readNpy, shared } from '@trainyard/kernels/testing';
import { describe, expect, it } from 'vitest';
import { correctDetector, type DetectorOptions } from './correct-detector.ts';
import type { Corrected } from './detector-correction.ts';
import { badBits, type DetectorName } from './detectors.ts';
import { photons } from './photons.ts';

// The large expected results beside the repository, made by numpy. Tolerances: gain, mask and the pattern of NaN exact, offset and simple gain exact in float32.
const load = (name: string): NdArray => {
  const { data, shape } = readNpy<AnyTypedArray>(`${shared}/oracles/correction/${name}.npy`);
  return ndarray(data, shape) as NdArray;
};
const numbers = (of: NdArray | undefined): ArrayLike<number> => flat<Float32Array>(of!);
/** The largest |a - b| / max(|b|, floor) of good pixels; Infinity for NaN against a number. */
function far(of: NdArray | undefined, expected: NdArray, floor: number, bad?: NdArray): number {
  const [a, b, out] = [numbers(of), numbers(expected), bad && numbers(bad)];
  let most = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) {
    if (out && out[i % out.length] !== 0) continue;
    const error = Math.abs(a[i] - b[i]) / Math.max(Math.abs(b[i]), floor);
    if (error > most) most = error;
    else if (Number.isNaN(a[i]) !== Number.isNaN(b[i])) most = Infinity;
  }
  return most;
}
function same(of: NdArray | undefined, expected: NdArray): void {
  const [a, b] = [numbers(of), numbers(expected)];
  expect(a.length).toBe(b.length);
  let differ = 0;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i]) && a[i] !== b[i]) differ += 1;
  expect(differ).toBe(0);
}

describe.skipIf(!shared)('detectors against numpy (skipped where ../shared is not there)', () => {
  const run = (name: DetectorName, raw: NdArray, options: DetectorOptions, cells?: NdArray): Corrected => correctDetector(name, options)(raw, { cells, details: true });

  it('AGIPD', () => {
    const of = (name: string): NdArray => load(`agipd/${name}`);
    const [raw, cells, offset, thresholds, relativeGain, xrayGain, badPixels] = ['raw', 'cell_id', 'offset', 'thresholds', 'rel_gain', 'xray_gain', 'bad_pixels'].map(of);
    const agipd = (options: Omit<DetectorOptions, 'constants'> & { readonly constants?: object }): Corrected => run('agipd', raw, { ...options, constants: { offset, thresholds, ...options.constants } }, cells);
    const dark = agipd({});
    same(dark.stage, of('exp_gain'));
    same(dark.values, of('exp_offset_corrected'));
    const simple = agipd({ constants: { relativeGain, badPixels } });
    same(simple.values, of('exp_simple'));
    same(simple.badPixels, of('exp_mask'));
    same(agipd({ forceGain: [1000, 1000] }).stage, of('exp_gain_forced'));
    const commonMode = { block: [64, 64], range: [-50, 50], least: 1024, passes: 4 } as const;
    const shifted = agipd({ commonMode });
    // Absolute, in ADU.
    expect(far(shifted.values, of('exp_cm_corrected'), 1e9) * 1e9).toBeLessThan(1e-3);
    expect(far(agipd({ commonMode, constants: { relativeGain } }).values, of('exp_rel_gain'), 1)).toBeLessThan(1e-5);
    const mediumGainOffset = of('mg_extra_offset');
    expect(far(agipd({ commonMode, constants: { relativeGain, mediumGainOffset } }).values, of('exp_rel_gain_mg'), 1)).toBeLessThan(1e-5);
    const all = agipd({ commonMode, constants: { relativeGain, mediumGainOffset, xrayGain } });
    expect(far(all.values, of('exp_photons'), 0.01)).toBeLessThan(1e-5);
    same(photons(all.values, 1), of('exp_photon_counts'));
    const masked = agipd({ commonMode, constants: { relativeGain, mediumGainOffset, xrayGain, badPixels } });
    same(masked.badPixels, of('exp_mask'));
    expect(far(masked.values, of('exp_masked'), 0.01)).toBeLessThan(1e-5);
  });

  it('JUNGFRAU', () => {
    const of = (name: string): NdArray => load(`jungfrau/${name}`);
    const [raw, offset, gain, badPixels] = ['raw', 'pedestal', 'gain', 'bad_pixels'].map(of);
    const jungfrau = (options: DetectorOptions): Corrected => run('jungfrau', raw, options);
    const dark = jungfrau({ constants: { offset } });
    same(dark.stage, of('exp_gain_stage'));
    same(dark.values, of('exp_pedestal_subtracted'));
    expect(far(jungfrau({ constants: { offset, gain } }).values, of('exp_keV'), 1e-6)).toBeLessThan(2e-7);
    expect(far(jungfrau({ constants: { offset, gain }, factor: 1 / 9.3 }).values, of('exp_photons'), 1e-6)).toBeLessThan(3e-7);
    const masked = jungfrau({ constants: { offset, gain, badPixels } });
    expect(far(masked.values, of('exp_keV_masked'), 1e-6)).toBeLessThan(2e-7);
    const commonMode = { block: [1, 256], by: 'median', range: [-100, 100], least: 10 } as const;
    // The oracle masks after the common mode, the pixels that it is taken from are the good ones.
    const shifted = jungfrau({ constants: { offset, gain, badPixels }, commonMode });
    expect(far(shifted.values, of('exp_keV_cm'), 1e-3, badPixels)).toBeLessThan(1e-5);
  });

  it('LPD and DSSC', () => {
    const lpd = (name: string): NdArray => load(`lpd/${name}`);
    const [offset, relativeGain, gainAmpMap, flatField] = ['offset', 'rel_gain', 'gain_amp_map', 'ff_map'].map(lpd);
    const dark = run('lpd', lpd('raw'), { constants: { offset } }, lpd('cell_id'));
    same(dark.stage, lpd('exp_gain_stage'));
    same(dark.values, lpd('exp_offset_corrected'));
    expect(far(run('lpd', lpd('raw'), { constants: { offset, relativeGain, gainAmpMap, flatField } }, lpd('cell_id')).values, lpd('exp_full'), 1e-6)).toBeLessThan(1e-6);
    const raw = load('dssc/raw');
    const expected = load('dssc/exp_offset_corrected').copy();
    // numpy's results take a raw 0 as 0.
    const words = numbers(raw);
    for (let i = 0; i < words.length; i++) if (words[i] === 0) (expected.data as Float32Array)[i] += 256;
    const dssc = run('dssc', raw, { constants: { offset: load('dssc/offset') } }, load('dssc/cell_id'));
    same(dssc.values, expected);
    expect(new Set(numbers(dssc.badPixels) as Uint32Array)).toEqual(new Set([0]));
    expect(badBits.wrongGain).toBe(2 ** 21);
  });
});
