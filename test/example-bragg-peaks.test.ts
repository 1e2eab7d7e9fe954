import { ndarray, type Labelled, type NdArray } from '@trainyard/core';
import type { BraggPeaks } from '@trainyard/peaks';
import { makeTrain, type SimArray } from '@trainyard/sim';
import { expect, it } from 'vitest';
import * as views from '../examples/bragg-peaks/views.ts';

const call = <T>(view: { readonly call?: (values: readonly unknown[]) => unknown }, ...values: readonly unknown[]): T => view.call!(values) as T;
const numbers = (of: NdArray): number[] => Array.from(of.flatten().data as Float64Array);

it('examples/bragg-peaks: rings in the rectangles of the simulated detector, pulse by pulse', () => {
  const { data, shape } = makeTrain(1, 7).sources.get('SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED')!.get('image.data') as SimArray;
  const pulses = call<NdArray>(views.pulses, ndarray(data as Float32Array, shape).transpose(3, 0, 2, 1));
  expect(pulses.shape).toEqual([2, 512, 128]);
  expect(call<NdArray>(views.picture, pulses).shape).toEqual([512, 128]);
  const peaks = call<BraggPeaks>(views.peaks, pulses);
  const [intensity, x, y] = [views.intensity, views.x, views.y].map((view) => call<Labelled>(view, peaks).array);
  expect(intensity!.shape).toEqual([3, 2]);
  const centres = [[10, 50, 120, 160], [60, 100, 180, 220], [30, 70, 330, 370]];
  for (const [r, [x0, x1, y0, y1]] of centres.entries()) {
    for (let p = 0; p < 2; p++) {
      // A ring goes through: it stands above what is around it or not, but its centre is inside, and dead pixels do no harm.
      expect(intensity!.get(r, p)).not.toBeNaN();
      expect(x!.get(r, p) >= x0! && x!.get(r, p) < x1! && y!.get(r, p) >= y0! && y!.get(r, p) < y1!).toBe(true);
    }
  }
  expect(call<Labelled>(views.smooth, peaks).array.shape).toEqual([3]);
  for (const view of [views.alongX, views.alongY]) {
    const lines = call<Record<string, NdArray>>(view, pulses);
    expect(Object.entries(lines).map(([name, line]) => [name, line.shape])).toEqual([['first', [40]], ['second', [40]], ['third', [40]]]);
    expect(Object.values(lines).every((line) => numbers(line).every(Number.isFinite) && line.max() > 0)).toBe(true);
  }
});

it('examples/bragg-peaks: a spot that is put into a rectangle is found where it is', () => {
  const pulses = ndarray(new Float32Array(3 * 512 * 128), [3, 512, 128]) as NdArray;
  const pixels = pulses.data as unknown as Float32Array;
  for (let p = 0; p < 3; p++) for (let dy = -3; dy <= 3; dy++) for (let dx = -3; dx <= 3; dx++) pixels[(p * 512 + 200 + p + dy) * 128 + 80 + dx] = 10 * Math.exp(-(dy * dy + dx * dx) / 4);
  const { intensity, x, y } = call<BraggPeaks>(views.peaks, pulses);
  for (let p = 0; p < 3; p++) {
    expect(intensity.array.get(1, p)).toBeCloseTo(intensity.array.get(1, 0), 3);
    expect([x.array.get(1, p), y.array.get(1, p)]).toEqual([expect.closeTo(80, 5), expect.closeTo(200 + p, 5)]);
  }
  expect(numbers(x.array).slice(0, 3)).toEqual([NaN, NaN, NaN]);
});
