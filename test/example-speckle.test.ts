import { Skip, ndarray, type Labelled, type NdArray, type Reducer } from '@trainyard/core';
import type { FoundPhotons } from '@trainyard/peaks';
import { expect, it } from 'vitest';
import * as views from '../examples/speckle/views.ts';

const call = <T>(view: { readonly call?: (values: readonly unknown[]) => unknown }, ...values: readonly unknown[]): T => view.call!(values) as T;

/** Speckle patterns of so many modes on a raw detector: pedestals, noise, and photons of 65 ADU, the charge of one in five shared with a neighbour. */
const [PULSES, ROWS, COLUMNS, PHOTON] = [2, 512, 128, 65];
let state = 12345;
const uniform = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const gamma = (modes: number): number => { let sum = 0; for (let k = 0; k < modes; k++) sum -= Math.log(1 - uniform()); return sum; };
const poisson = (mean: number): number => { let [n, p] = [0, uniform()]; for (const limit = Math.exp(-mean); p > limit; n++) p *= uniform(); return n; };
const pedestal = Float32Array.from({ length: PULSES * ROWS * COLUMNS }, () => 4000 + 300 * uniform());

function train(photonsPerPixel: number, modes: number): { frames: NdArray; photons: number } {
  const module = pedestal.map((level) => level + 3 * (uniform() + uniform() + uniform() + uniform() - 2));
  let photons = 0;
  for (let p = 0; p < PULSES; p++) {
    for (let y = 190; y < 322; y++) {
      for (let x = 0; x < COLUMNS; x++) {
        for (let n = photonsPerPixel > 0 ? poisson((photonsPerPixel * gamma(modes)) / modes) : 0; n > 0; n--) {
          const at = (p * ROWS + y) * COLUMNS + x;
          const r = Math.hypot(y + 0.5 - 256, x + 0.5 - 64);
          if (r >= 10 && r < 60) photons += 1;
          const share = uniform() < 0.8 ? 1 : 0.55 + 0.4 * uniform();
          module[at] += PHOTON * share;
          module[at + [1, -1, COLUMNS, -COLUMNS][Math.floor(4 * uniform())]!] += PHOTON * (1 - share);
        }
      }
    }
  }
  // Four modules, the last one ours.
  const all = new Float32Array(PULSES * 4 * ROWS * COLUMNS);
  for (let p = 0; p < PULSES; p++) all.set(module.subarray(p * ROWS * COLUMNS, (p + 1) * ROWS * COLUMNS), (4 * p + 3) * ROWS * COLUMNS);
  return { frames: call<NdArray>(views.frames, ndarray(all, [PULSES, 4, ROWS, COLUMNS])), photons };
}

const folded = (reducer: Reducer, values: readonly unknown[]): unknown => reducer.result(values.reduce((sum, value, k) => reducer.add(sum, value, k) as unknown, reducer.initial() as unknown));

it('examples/speckle: nothing before a dark is recorded; then photons, their histogram and the contrast of four modes', () => {
  expect(call(views.corrected, train(0.2, 4).frames) instanceof Skip).toBe(true);
  expect([views.recordDark.title, views.recordDark.trains, views.recordDark.into === views.dark]).toEqual(['Record dark', 50, true]);
  views.dark.value = folded(views.recordDark.reduce, Array.from({ length: 10 }, () => train(0, 4).frames)) as NdArray;

  const photons: NdArray[] = [];
  let [counted, there] = [0, 0];
  for (let k = 0; k < 8; k++) {
    const { frames, photons: n } = train(0.15, 4);
    const corrected = call<NdArray>(views.corrected, frames);
    const found = call<FoundPhotons>(views.found, corrected);
    photons.push(call<NdArray>(views.photons, found));
    counted += call<NdArray>(views.rate, found).sum();
    there += n;
    expect(call<number>(views.bright, call<NdArray>(views.picture, corrected))).toBeGreaterThan(0);
  }
  expect(Math.abs(counted / there - 1)).toBeLessThan(0.03);
  const counts = (folded(views.counts.reducer!, photons) as Labelled).array;
  // Pixels of the ring alone: the others are NaN.
  expect(counts.sum() / (8 * PULSES * Math.PI * (60 ** 2 - 10 ** 2))).toBeCloseTo(1, 2);
  const contrast = call<number>(views.contrast, counts);
  expect(Math.abs(contrast - 1 / 4)).toBeLessThan(0.05);
});
