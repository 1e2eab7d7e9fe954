import { freemem } from 'node:os';
import { BridgeServer, encode, metadataFor } from '@trainyard/karabo-bridge';
import { openHdf5 } from '@trainyard/hdf5';
import { afterAll, expect, test } from 'vitest';
import { Workshop } from '../support/yard.ts';

/** The largest trains that facilities send. */
const BYTES = 1_400_000_512;
const enough = freemem() > 8e9;
if (!enough) console.log('skipped: a train of 1.4 GB takes 8 GB of free memory');
const shop = new Workshop();
afterAll(() => shop.close());

test.skipIf(!enough)('a train of 1.4 GB comes through whole', { timeout: 120_000 }, async () => {
  const data = new Uint8Array(BYTES);
  data[BYTES - 2] = 7;
  const server = await BridgeServer.bind({ endpoint: 'tcp://127.0.0.1:*', socket: 'REP', version: '2.2' });
  void (async () => {
    for (let trainId = 1000; trainId < 1002; trainId++) await server.send(encode(new Map([['DET', { metadata: metadataFor('DET', trainId, Date.now()), values: new Map([['image.data', { dtype: 'uint16', shape: [BYTES / 2048, 1024], bytes: data }]]) }]]), '2.2'));
  })().catch(() => undefined);
  const views = shop.write('views.ts', `import { view } from '@trainyard/core';
export const last = view.scalar({ image: 'karabo#DET[image.data]' }, ({ image }) => image.get(image.shape[0]! - 1, 1023) + image.shape[0]!);
`);
  const { code, stderr } = await shop.run('run', views, '--stream', server.endpoint, '--trains', '0:2', '--out', 'out.h5');
  server.close(0);
  expect(code, stderr).toBe(0);
  const file = await openHdf5(shop.path('out.h5'));
  expect(Array.from(file.dataset('entry/results/views/last/data').read() as Float64Array)).toEqual([683_601, 683_601]);
  file.close();
});
