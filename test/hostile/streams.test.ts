import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { BridgeServer, encode, metadataFor } from '@trainyard/karabo-bridge';
import { startSim } from '@trainyard/sim';
import { Recording } from '@trainyard/stream';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { Workshop } from '../support/yard.ts';

/** `yard stream` with what is not there, is taken, is damaged, is none, or is full. */
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });
const shop = new Workshop();
beforeAll(async () => {
  expect((await shop.run('sim', '--write', 'r0001', '--small', '--no-detector', '--trains', '4')).code).toBe(0);
  const sim = await startSim({ rate: 100, small: true, detector: false, trains: 5, lossless: true });
  expect((await shop.run('stream', 'record', sim.endpoint, '--trains', '5', '--out', 'rec.h5')).code).toBe(0);
  mkdirSync(shop.path('empty'));
  writeFileSync(shop.path('text.h5'), 'no HDF5');
});
afterAll(() => shop.close());

async function taken(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `tcp://127.0.0.1:${(server.address() as { port: number }).port}`;
}

test.each<[args: string[], says: RegExp]>([
  [['send', 'nowhere'], /nowhere/],
  [['send', 'empty'], /empty/],
  [['send', 'r0001', '--include', '*XYZ*'], /No source and key of the run is meant by \*XYZ\*/],
  [['send', 'r0001', '--include', 'a[b]c'], /no choice of sources/],
  [['send', 'r0001', '--rate', 'fast'], /--rate takes a number from 0/],
  [['send', 'r0001', '--rate', '-1'], /--rate takes a number from 0/],
  [['send', 'r0001', '--trains', '3:1'], /holds no train/],
  [['send', 'r0001', '--endpoint', 'localhost'], /tcp:\/\/host:port/],
  [['send', 'r0001', '--endpoint', 'ipc:///no/such/folder/x'], /Cannot listen at "ipc:\/\/\/no\/such\/folder\/x"/],
  [['send', 'r0001', '--format', '2.1'], /Allowed choices are 1\.0, 2\.2/],
  [['record', 'tcp://127.0.0.1:9', '--out', 'rec.h5'], /There is a file rec\.h5 already/],
  [['record', 'tcp://127.0.0.1:9', '--out', 'no/such/x.h5'], /no\/such\/x\.h5/],
  [['record', 'somewhere', '--out', 'x.h5'], /tcp:\/\/host:port/],
  [['record', 'tcp://127.0.0.1:9', '--out', 'x.h5', '--trains', 'ten'], /--trains takes how many/],
  [['record', 'tcp://127.0.0.1:9', '--out', 'x.h5', '--trains', '0'], /--trains takes how many/],
  [['record', 'tcp://127.0.0.1:9', '--out', 'x.h5', '--wait', '0'], /--wait takes seconds/],
  [['replay', 'nothing.h5'], /nothing\.h5/],
  [['replay', 'text.h5'], /text\.h5/],
  [['replay', 'r0001'], /r0001/],
  [['replay', 'rec.h5', '--speed', '-2'], /--speed takes a number from 0/],
  [['relay', 'tcp://127.0.0.1:99999'], /up to 65535/],
  [['relay', 'tcp://127.0.0.1:9', '--rate', 'x'], /--rate takes a number from 0/],
])('%j is refused', async (args, says) => {
  const { code, stdout, stderr } = await shop.run('stream', ...args, '--json');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(readdirSync(shop.folder).filter((name) => name.startsWith('x.h5') || name.endsWith('.part'))).toEqual([]);
});

test('a port that is taken', async () => {
  const endpoint = await taken();
  for (const args of [['send', 'r0001'], ['replay', 'rec.h5'], ['relay', 'tcp://127.0.0.1:9']]) {
    const { code, stderr } = await shop.run('stream', ...args, '--endpoint', endpoint);
    expect([args[0], code]).toEqual([args[0], 2]);
    expect(stderr).toMatch(/Cannot listen at "tcp:\/\/127\.0\.0\.1:\d+": Address already in use/);
  }
});

test('recordings that were cut, or changed, are refused by name', async () => {
  const whole = readFileSync(shop.path('rec.h5'));
  for (const length of [0, 40, 300, 5000, Math.floor(whole.length / 2), whole.length - 1]) {
    writeFileSync(shop.path('short.h5'), whole.subarray(0, length));
    const all = Recording.open(shop.path('short.h5')).then((recording) => recording.trainIds.map((_, i) => recording.message(i).length));
    await expect(all, String(length)).rejects.toMatchObject({ code: expect.stringMatching(/^(HDF5|RECORDING)_/) as string, message: expect.stringContaining('short.h5') as string });
  }
  const { code, stderr } = await shop.run('stream', 'replay', 'short.h5', '--speed', '0', '--socket', 'PUB');
  expect([code, stderr]).toEqual([2, expect.stringMatching(/short\.h5/)]);
  expect(stderr).not.toMatch(/\n\s+at /);
  // The index says that a message is elsewhere.
  copyFileSync(shop.path('rec.h5'), shop.path('changed.h5'));
  const change = spawnSync('/usr/bin/python3', ['-c', "import h5py, sys; f = h5py.File(sys.argv[1], 'r+'); f['frames/offset'][3] = 10**15", shop.path('changed.h5')]);
  if (change.status === 0) await expect(Recording.open(shop.path('changed.h5'))).rejects.toMatchObject({ code: 'RECORDING_DAMAGED' });
});

test('a full disk ends a recording by name, and what came before can be replayed', async () => {
  const mount = shop.path('disk');
  mkdirSync(mount);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'none', mount]).status !== 0) {
    console.log('skipped: a full disk, which takes the right to mount one');
    return;
  }
  onTestFinished(() => void execFileSync('umount', [mount]));
  const server = await BridgeServer.bind({ endpoint: 'tcp://127.0.0.1:*', socket: 'REP', version: '2.2', capacity: 0 });
  onTestFinished(() => server.close(0));
  const message = (id: number): Uint8Array[] => encode(new Map([['A', { metadata: metadataFor('A', id, 0), values: new Map([['x', { dtype: 'uint8', shape: [100_000], bytes: new Uint8Array(100_000).fill(id) }]]) }]]), '2.2');
  const sending = (async () => {
    for (let id = 1; ; id++) {
      await server.send(message(id));
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  })();
  sending.catch(() => undefined);
  const { code, stderr, stdout } = await shop.run('stream', 'record', server.endpoint, '--out', 'disk/full.h5', '--json');
  expect(code).toBe(1);
  expect(stderr).toMatch(/full\.h5 cannot be written any further: ENOSPC: no space left on device.*What came before, \d+ messages, is in disk\/full\.h5\.part/);
  expect(stdout).not.toMatch(/summary/);
  const recording = await Recording.open(shop.path('disk', 'full.h5.part'));
  expect(recording.messages).toBe(Number(/before, (\d+) messages/.exec(stderr)![1]));
  for (let i = 0; i < recording.messages; i++) expect(recording.message(i)).toEqual(message(i + 1));
  recording.close();
});

test('a disk that is full from the start leaves nothing behind', async () => {
  const mount = shop.path('none');
  mkdirSync(mount);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'none', mount]).status !== 0) return;
  onTestFinished(() => void execFileSync('umount', [mount]));
  const sim = await startSim({ rate: 100, small: true, detector: false });
  onTestFinished(() => sim.stop());
  const { code, stderr } = await shop.run('stream', 'record', sim.endpoint, '--out', 'none/x.h5', '--trains', '3');
  expect(code).toBe(2);
  expect(stderr).toMatch(/none\/x\.h5 cannot be written: ENOSPC/);
  expect(readdirSync(mount)).toEqual([]);
});

test('messages that are none are recorded and replayed as they are', async () => {
  const server = await BridgeServer.bind({ endpoint: 'tcp://127.0.0.1:*', socket: 'REP', version: '2.2', capacity: 10 });
  onTestFinished(() => server.close(0));
  const junk = [[new Uint8Array(0)], [Uint8Array.of(0xc1), Uint8Array.of(1), Uint8Array.of(2)], Array.from({ length: 300 }, (_, i) => Uint8Array.of(i % 256)), [new TextEncoder().encode('Error: bad request next')]];
  for (const frames of junk) await server.send(frames);
  expect((await shop.run('stream', 'record', server.endpoint, '--trains', '4', '--out', 'junk.h5')).code).toBe(0);
  const recording = await Recording.open(shop.path('junk.h5'));
  expect(junk.map((_, i) => recording.message(i))).toEqual(junk);
  recording.close();
});
