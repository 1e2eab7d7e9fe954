import { writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { openHdf5 } from '@trainyard/hdf5';
import { writeNpy } from '@trainyard/stack';
import { Control, Workshop } from '../support/yard.ts';

/** A dark of a detector with memory cells: recorded by an action, saved as HDF5 by a yard, loaded from that file by another list. */
const shop = new Workshop();
afterAll(() => shop.close());

const step = (params: string): string => `trainyard: 1
steps:
  - views: views.ts
  - plugin: correction/agipd
    as: agipd
    in: { raw: view#raw, cells: view#cells }
    params: { thresholds: [6000, 7000], details: true, darkTrains: 12, validNoise: [0.5, 20], ${params} }
`;

test('is recorded, saved and applied by memory cell', async () => {
  shop.write('views.ts', `import { ndarray, view } from '@trainyard/core';
// Two frames of cells 3 and 7, analog and digital; the offset is 1000 times the cell, pixel 0 never changes.
export const raw = view.matrix({ id: 'internal#train_id' }, ({ id }) => ndarray(Uint16Array.from({ length: 2 * 2 * 4 * 8 }, (_, i) => {
  const [pixel, digital, frame] = [i % 32, Math.floor(i / 32) % 2, Math.floor(i / 64)];
  return digital ? 5000 : (frame ? 7000 : 3000) + pixel + (pixel ? (id * 7 + pixel * 3) % 11 : 0);
}), [2, 2, 4, 8]));
export const cells = view.vector({ id: 'internal#train_id' }, () => Uint16Array.of(3, 7));
`);
  writeNpy(shop.path('trains.npy'), { dtype: 'uint16', shape: [30, 1, 1], data: new Uint16Array(30) });
  const recording = shop.write('record.yaml', step('giveDark: true'));
  const stack = shop.path('trains.npy');
  const yard = shop.start(['live', recording, '--stack', stack]);
  const [address = ''] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
  await new Control(address).request({ verb: 'action', group: 'agipd', name: 'recordDark0' });
  const value = new URL(address);
  value.pathname = '/api/value';
  for (const id of ['agipd/offset', 'agipd/badPixels', 'agipd/cellId']) value.searchParams.append('id', id);
  value.searchParams.set('as', 'h5');
  await shop.eventually('the yard gives the dark', async () => (await fetch(value)).ok);
  const saved = await fetch(value);
  writeFileSync(shop.path('dark.h5'), new Uint8Array(await saved.arrayBuffer()));

  const loading = shop.write('other/load.yaml', step('constants: ../dark.h5').replace('views.ts', '../views.ts'));
  const runs = await Promise.all([['recorded.h5', recording], ['loaded.h5', loading]].map(async ([out, list]) => shop.run('run', list!, '--stack', stack, '--out', shop.path(out!))));
  for (const { code, stderr } of runs) expect(code, stderr).toBe(0);
  const [a, b] = await Promise.all(['recorded.h5', 'loaded.h5'].map(async (name) => openHdf5(shop.path(name))));
  for (const view of ['corrected', 'mask', 'stage']) expect(b!.dataset(`entry/results/agipd/${view}/data`).read(), view).toEqual(a!.dataset(`entry/results/agipd/${view}/data`).read());
  const values = a!.dataset('entry/results/agipd/corrected/data').read([[0, 1]]) as Float32Array;
  const mask = a!.dataset('entry/results/agipd/mask/data').read([[0, 1]]) as Uint32Array;
  // Noise 0, and always the same value.
  expect([values[0], mask[0], values[32], mask[32]]).toEqual([NaN, 2 + 2 ** 14, NaN, 2 + 2 ** 14]);
  expect(values.every((v, i) => i % 32 === 0 || Math.abs(v) < 11)).toBe(true);
  a!.close();
  b!.close();
});
