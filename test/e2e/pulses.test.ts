import { array, type NdArray } from '@trainyard/core';
import { readResults } from '@trainyard/nexus';
import { writeNpy } from '@trainyard/stack';
import { xasTimOf } from '@trainyard/xas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workshop } from '../support/yard.ts';

const shop = new Workshop();
afterAll(() => shop.close());

// 80 trains of 4 pulses with 30 points; with the pump, in even trains, a peak stands on the ground.
const [trains, pulses, points] = [80, 4, 30];
const peak = (i: number): number => 3 * Math.exp(-((i - 14) ** 2) / 8);
const energyOf = (id: number): number => 770 + ((id * 7) % 30);
const i0Of = (id: number): number[] => [500 + id, 100, 700];
const mcp1Of = (id: number): number[] => [-(500 + id) / 2, -50, -350 - id];

beforeAll(async () => {
  const data = Float64Array.from({ length: trains * pulses * points }, (_, k) => {
    const [train, pulse, i] = [Math.floor(k / (pulses * points)), Math.floor(k / points) % pulses, k % points];
    return 10 + train + pulse + (train % 2 === 0 ? peak(i) : 0);
  });
  writeNpy(shop.path('frames.npy'), { dtype: 'float64', shape: [trains, pulses, points], data });
  shop.write('v.ts', `import { array, view } from '@trainyard/core';
const train = { frame: 'stack#frame', id: 'internal#train_id' };
export const energy = view.scalar(train, ({ id }) => 770 + ((id * 7) % 30));
export const delay = view.scalar(train, ({ id }) => id % 4);
export const i0 = view.vector(train, ({ id }) => array([500 + id, 100, 700]));
// The digitizer integrates twice per pulse.
export const mcp1 = view.vector(train, ({ id }) => array([-(500 + id) / 2, 0, -50, 0, -350 - id, 0]));
export const roi1 = view.scalar(train, ({ id }) => 5 + (id % 4));
export const roi2 = view.scalar(train, () => 2);
export const roi3 = view.scalar(train, () => 4);\n`);
  shop.write('list.yaml', `trainyard: 1
steps:
  - views: ./v.ts
  - plugin: pump-probe/on-off
    in: { value: stack#frame }
    params: { mode: "even on, odd off", on: ":", off: "::2" }
    as: pulses
  - plugin: pump-probe/difference
    in: { on: view#pulses/on, off: view#pulses/off }
    params: { trains: 4, fom: absolute, fomLow: 8, fomHigh: 20 }
    as: pumped
  - plugin: statistics/fit
    in: { y: view#pumped }
    as: fit
  - plugin: statistics/statistics-bars
    in: { x: view#pumped/fom, y: view#fit/centre }
    params: { resolution: 1000 }
    as: bars
  - plugin: xas/tim
    in: { energy: view#v/energy, i0: view#v/i0, mcp1: view#v/mcp1 }
    params: { threshold: 200, bins: 10, low: 770, high: 800, apdStride: 2 }
    as: tim
  - plugin: xas/time-resolved
    in: { delay: view#v/delay, energy: view#v/energy, roi1: view#v/roi1, roi2: view#v/roi2, roi3: view#v/roi3 }
    params: { delayBins: 4, energyBins: 1 }
    as: tr
`);
  const { code, stdout, stderr } = await shop.run('run', 'list.yaml', '--stack', 'frames.npy', '--out', 'o.h5', '--json');
  expect(code, stdout + stderr).toBe(0);
}, 60_000);

describe('a list on a stack', () => {
  const numbers = (value: unknown): Float64Array => (value as { data: Float64Array }).data;

  it('trains in turn, their difference, its mean and figure of merit, a fit and statistics bars', async () => {
    const file = await readResults(shop.path('o.h5'));
    // Each odd train makes a pair with the even one before it: 1.5 of the mean pulse with the pump, 1 without, a train later.
    const differences = Array.from(file.rows('pumped/difference'));
    expect(differences.map(({ trainId }) => trainId)).toEqual(Array.from({ length: trains / 2 }, (_, k) => 2 * k + 1));
    for (const { value } of differences) numbers(value).forEach((v, i) => expect(v).toBeCloseTo(peak(i) + 1.5 - 1 - 1, 12));
    const sum = Array.from({ length: 13 }, (_, k) => Math.abs(peak(8 + k) - 0.5)).reduce((a, b) => a + b, 0);
    for (const id of ['pumped/fom', 'pumped/averageFom']) for (const { value } of file.rows(id)) expect(value).toBeCloseTo(sum, 10);
    // Over four train IDs there are two pairs.
    expect(numbers(Array.from(file.rows('pumped/averageOn')).at(-1)!.value)[0]).toBeCloseTo(10 + trains - 3 + 1.5 + peak(0), 12);
    for (const { value } of file.rows('fit/centre')) expect(value).toBeCloseTo(14, 8);
    expect(Array.from(file.rows('bars/bars')).at(-1)!.value).toMatchObject({ count: { data: Float64Array.of(trains / 2) } });
    file.close();
  });

  it('an absorption spectrum of all pulses, over two blocks, and absorption over a delay', async () => {
    const file = await readResults(shop.path('o.h5'));
    const ids = Array.from({ length: trains }, (_, id) => id);
    const expected = xasTimOf({ energy: array(ids.flatMap((id) => Array(3).fill(energyOf(id)) as number[])), i0: array(ids.flatMap(i0Of)), mcp1: array(ids.flatMap(mcp1Of)) }, { signals: ['mcp1'], threshold: 200, bins: 10, range: [770, 800] })!;
    const table = file.final('tim/spectrum')!.value as unknown as Record<string, NdArray>;
    for (const name of ['energy', 'count', 'i0', 'mcp1']) numbers(table[name]).forEach((v, i) => expect(v, name).toBeCloseTo(Number(expected[name]!.get(i)), 11));
    expect(numbers(file.final('tim/absorption')!.value)).toEqual(numbers(table['mcp1']));
    // a13, a23, a21 by delays of 0 to 3.
    const curves = numbers(Array.from(file.rows('tr/spectrum')).at(-1)!.value);
    const of = (how: (k: number) => number): number[] => [0, 1, 2, 3].map(how);
    [...of((k) => -Math.log((5 + k) / 4)), ...of(() => Math.LN2), ...of((k) => -Math.log(2 / (5 + k)))].forEach((v, i) => expect(curves[i]).toBeCloseTo(v, 12));
    expect(numbers(Array.from(file.rows('tr/map')).at(-1)!.value)).toEqual(curves.slice(8));
    file.close();
  });
});
