import { BridgeServer, metadataFor } from '@trainyard/karabo-bridge';
import { readResults } from '@trainyard/nexus';
import { afterAll, expect, test } from 'vitest';
import { Workshop } from '../support/yard.ts';

/** The largest train that is planned for, through a whole yard: 352 pulses of a calibrated megapixel detector. */
const PULSES = 352;
const BYTES = PULSES * 16 * 512 * 128 * 4;
// The sender's, what ZeroMQ holds on both sides, and two slots.
const hasRoom = process.availableMemory() > 6 * BYTES;
if (!hasRoom) console.log(`skipped: a run over trains of 1.5 GB, since ${Math.round(process.availableMemory() / 1e9)} GB of memory are less than it takes`);

const shop = new Workshop();
afterAll(() => shop.close());

test.skipIf(!hasRoom)('trains of 1.5 GB are received, matched and computed', async () => {
  const server = await BridgeServer.bind({ endpoint: 'tcp://127.0.0.1:*', socket: 'REP', version: '2.2', capacity: 0 });
  const pixels = new Float32Array(BYTES / 4);
  // The corner of module 0 in pulse 7, and the very last pixel.
  pixels[7] = 7;
  pixels[pixels.length - 1] = 1000;
  const bytes = new Uint8Array(pixels.buffer);
  const source = 'SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED';
  // As the live bridge has it: modules, fs, ss, pulses.
  const shape = [16, 128, 512, PULSES];
  const sending = (async () => {
    for (let id = 1; id <= 3; id++) await server.send(new Map([[source, { metadata: metadataFor(source, id, Date.now()), values: new Map([['image.data', { dtype: 'float32', shape, bytes }]]) }]]));
  })().catch(() => undefined);
  shop.write('views.ts', `import { view } from '@trainyard/core';
const data = 'karabo#SPB_DET_AGIPD1M-1/DET[image.data]';
export const shape = view.vector({ data }, ({ data }) => data.shape, { timeoutMs: 60000 });
export const corner = view.scalar({ data }, ({ data }) => data.get(PULSES - 1, 15, 511, 127) + data.get(7, 0, 0, 0), { timeoutMs: 60000 });
`.replace('PULSES', String(PULSES)));
  const ended = await shop.run('run', 'views.ts', '--stream', server.endpoint, '--trains', ':2', '--out', 'out.h5', '--json', '--workers', '1');
  server.close(0);
  await sending;
  expect([ended.code, ended.stderr]).toEqual([0, expect.not.stringMatching(/dropped/)]);
  expect(ended.json.at(-1)).toMatchObject({ trains: 2, views: { 'views/shape': { value: 2 }, 'views/corner': { value: 2 } } });
  const results = await readResults(shop.path('out.h5'));
  expect([...results.rows('views/corner')].map(({ value }) => value)).toEqual([1007, 1007]);
  expect([...results.rows('views/shape')].map(({ value }) => Array.from((value as { data: Float64Array }).data))).toEqual([[PULSES, 16, 512, 128], [PULSES, 16, 512, 128]]);
  results.close();
}, 240_000);
