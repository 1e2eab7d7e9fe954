import { afterAll, expect, it } from 'vitest';
import { readResults } from '@trainyard/nexus';
import { writeNpy } from '@trainyard/stack';
import { Workshop } from '../support/yard.ts';

const shop = new Workshop();
afterAll(() => shop.close());

it('trains in turn, their difference, its mean and figure of merit, a fit and statistics bars: a list on a stack', async () => {
  // 20 trains of 4 pulses with 30 points; with the pump, in even trains, a peak stands on the ground.
  const [trains, pulses, points] = [20, 4, 30];
  const peak = (i: number): number => 3 * Math.exp(-((i - 14) ** 2) / 8);
  const data = Float64Array.from({ length: trains * pulses * points }, (_, k) => {
    const [train, pulse, i] = [Math.floor(k / (pulses * points)), Math.floor(k / points) % pulses, k % points];
    return 10 + train + pulse + (train % 2 === 0 ? peak(i) : 0);
  });
  writeNpy(shop.path('frames.npy'), { dtype: 'float64', shape: [trains, pulses, points], data });
  shop.write('list.yaml', `trainyard: 1
steps:
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
`);
  const { code, stdout, stderr } = await shop.run('run', 'list.yaml', '--stack', 'frames.npy', '--out', 'o.h5', '--json');
  expect(code, stdout + stderr).toBe(0);
  const file = await readResults(shop.path('o.h5'));
  const rows = (id: string) => Array.from(file.rows(id), ({ trainId, value }) => ({ trainId, value: value as never as { data: Float64Array } }));
  // Each odd train makes a pair with the even one before it: 1.5 of the mean pulse with the pump, 1 without, a train later.
  const differences = rows('pumped/difference');
  expect(differences.map(({ trainId }) => trainId)).toEqual(Array.from({ length: 10 }, (_, k) => 2 * k + 1));
  for (const { value } of differences) value.data.forEach((v, i) => expect(v).toBeCloseTo(peak(i) + 1.5 - 1 - 1, 12));
  const sum = Array.from({ length: 13 }, (_, k) => Math.abs(peak(8 + k) - 0.5)).reduce((a, b) => a + b, 0);
  for (const id of ['pumped/fom', 'pumped/averageFom']) for (const { value } of rows(id)) expect(value).toBeCloseTo(sum, 10);
  // Over four train IDs there are two pairs.
  expect(rows('pumped/averageOn').at(-1)!.value.data[0]).toBeCloseTo(10 + 17 + 1.5 + peak(0), 12);
  for (const { value } of rows('fit/centre')) expect(value).toBeCloseTo(14, 8);
  expect(Array.from(file.rows('bars/bars')).at(-1)!.value).toMatchObject({ count: { data: Float64Array.of(10) } });
  file.close();
}, 60_000);
