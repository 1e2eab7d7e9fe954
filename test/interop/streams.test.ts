import { readFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Workshop, type RunningYard } from '../support/yard.ts';
import { askPython, freePort, hasPeers, startPeerServer, startServer, type SeenTrain } from './peer.ts';

/** `yard stream` with the field's own Python programs on the other end, or on both. */
const peers = hasPeers('karabo_bridge', 'extra_data', 'h5py', 'numpy');
const runs = fileURLToPath(new URL('../../../shared/oracles/runs/XMPL/202450/p700000/raw/', import.meta.url));
if (!existsSync(runs)) console.log('skipped: runs of the facility, which lie in ../shared beside the repository');

const shop = new Workshop();
const run = shop.path('r0001');
const servers: ChildProcess[] = [];
const yards: RunningYard[] = [];
interface ExtraTrain {
  readonly tid: number;
  readonly sources: Record<string, Record<string, unknown>>;
}
/** By train ID, as EXtra-data reads the run. */
const expected = new Map<number, ExtraTrain['sources']>();
beforeAll(async () => {
  if (!peers) return;
  expect((await shop.run('sim', '--write', run, '--small', '--trains', '12')).code).toBe(0);
  for (const { tid, sources } of await askPython<ExtraTrain>('trains', run)) expected.set(tid, Object.fromEntries(Object.entries(sources).filter(([name]) => !OLD_NAME.test(name))));
});
/** Links under an old name, which this EXtra-data takes for sources of their own. */
const OLD_NAME = /_DET_.*\/DET\/\d+CH0:xtdf$/;
afterEach(async () => {
  for (const server of servers.splice(0)) server.kill('SIGKILL');
  for (const yard of yards.splice(0)) {
    yard.signal('SIGKILL');
    await yard.finished;
  }
});
afterAll(() => shop.close());

/** Starts a yard that serves; gives its endpoint. */
async function serving(...args: string[]): Promise<string> {
  const yard = shop.start(['stream', ...args, '--json']);
  yards.push(yard);
  return (await yard.line(/"endpoint":"([^"]+)"/))[1]!;
}
async function python(...args: string[]): Promise<{ endpoint: string; sent: readonly string[] }> {
  const server = await startPeerServer(...args);
  servers.push(server.child);
  return server;
}
async function record(endpoint: string, socket: string, trains: number, out: string): Promise<void> {
  const { code, stderr } = await shop.run('stream', 'record', endpoint, '--socket', socket, '--trains', String(trains), '--out', out);
  expect(code, stderr).toBe(0);
}
const sendingOf = { REQ: 'REP', SUB: 'PUB', PULL: 'PUSH' } as const;
type Socket = keyof typeof sendingOf;
const sockets = Object.keys(sendingOf) as Socket[];
const matrix = sockets.flatMap((socket) => (['1.0', '2.2'] as const).map((format) => [socket, format] as const));
const tidOf = (train: SeenTrain): number => Object.values(train)[0]!.tid;

/** Every source that has data, and every key of it, as EXtra-data reads them. */
function expectTrains(trains: readonly SeenTrain[]): void {
  for (const train of trains) {
    const sources = expected.get(tidOf(train))!;
    expect(Object.keys(train).sort()).toEqual(Object.keys(sources).sort());
    for (const [source, values] of Object.entries(sources)) expect(train[source]!.values, source).toEqual(values);
  }
}

describe.skipIf(!peers)('yard stream send, read by karabo_bridge.Client', () => {
  it.each(matrix)('%s, format %s: every key of every source as EXtra-data reads it', async (socket, format) => {
    // A subscriber is there first: a publisher waits for nobody.
    const address = `tcp://127.0.0.1:${await freePort()}`;
    const reading = askPython<SeenTrain>('client', address, '4', socket);
    const endpoint = await serving('send', run, '--endpoint', address, '--socket', sendingOf[socket], '--format', format, '--rate', '4', '--file-names');
    expect(endpoint).toBe(address);
    const trains = await reading;
    expect(trains).toHaveLength(4);
    expectTrains(trains);
    const ids = trains.map(tidOf);
    expect(ids).toEqual(ids.map((_, i) => ids[0]! + i));
    if (socket !== 'SUB') expect(ids[0]).toBe(10_000);
  });

  it('by ipc, with the names of the live bridge', async () => {
    const endpoint = await serving('send', run, '--endpoint', `ipc://${shop.path('bridge')}`, '--rate', '0', '--include', '*CAM*[*pixels*]', '--include', '*SHUTTER*');
    const [train] = await askPython<SeenTrain>('client', endpoint, '1');
    expect(Object.fromEntries(Object.entries(train!).map(([source, { values }]) => [source, Object.keys(values)]))).toEqual({ 'SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output': ['data.image.pixels'], 'SQS_SHUTTER/DEV/1': ['isOpen'] });
    expect(Object.values(train!)[0]!.values['data.image.pixels']).toEqual(expected.get(10_000)!['SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:daqOutput']!['data.image.pixels']);
  });
});

describe.skipIf(!peers)('the field\'s servers, recorded', () => {
  const recipe = /```python\n(.*?)```/s.exec(readFileSync(fileURLToPath(new URL('../../packages/stream/README.md', import.meta.url)), 'utf8'))![1]!.replace(/^ {2}/gm, '');

  // Its publisher waits for nobody: it is done before a subscriber has connected.
  it.each(['REQ', 'PULL'] as const)('karabo-bridge-serve-files, %s: the recording, read by the Python of its README, has every array of the run', async (socket) => {
    const out = shop.path(`served-${socket}.h5`);
    const port = await freePort();
    const recording = record(`tcp://127.0.0.1:${port}`, socket, 3, out);
    const { child } = await startServer('karabo-bridge-serve-files', run, String(port), '-z', sendingOf[socket], '--source', '*:*');
    servers.push(child);
    await recording;
    const trains = await askPython<SeenTrain>('recording', out, recipe);
    expect(trains).toHaveLength(3);
    for (const train of trains) {
      const sources = expected.get(tidOf(train))!;
      const withData = Object.entries(train).filter(([name, { values }]) => Object.keys(values).length > 0 && !OLD_NAME.test(name));
      expect(withData.length).toBeGreaterThan(1);
      for (const [source, { values }] of withData) expect(values, source).toEqual(sources[source]);
    }
  });

  it.each(matrix)('a server of karabo_bridge, %s, format %s: replayed to its own client byte for byte', async (socket, format) => {
    const server = await python(sendingOf[socket], format);
    const out = shop.path(`recorded-${socket}-${format}.h5`);
    await record(server.endpoint, socket, 5, out);
    // Over each socket again.
    const address = `tcp://127.0.0.1:${await freePort()}`;
    const reading = askPython<string[]>('frames', address, socket === 'SUB' ? '3' : '5', socket);
    await serving('replay', out, '--endpoint', address, '--socket', sendingOf[socket], '--speed', socket === 'SUB' ? '0.02' : '0');
    const got = (await reading).map((frames) => JSON.stringify(frames));
    const sent = server.sent.map((line) => JSON.stringify(JSON.parse(line)));
    const first = sent.indexOf(got[0]!);
    expect(first).toBeGreaterThanOrEqual(0);
    if (socket === 'REQ') expect(first).toBe(0);
    expect(got).toEqual(sent.slice(first, first + got.length));
    expect(JSON.parse(got[0]!)).toHaveLength(format === '1.0' ? 1 : 28);
  });

  it('by ipc', async () => {
    const server = await python('REP', '2.2', `ipc://${shop.path('python')}`);
    await record(server.endpoint, 'REQ', 2, shop.path('ipc.h5'));
    expect(server.sent.length).toBeGreaterThanOrEqual(2);
  });
});

describe.skipIf(!peers)('yard stream relay, with Python on both ends', () => {
  it('REQ in, PUB to two: both read what was sent, byte for byte', async () => {
    const server = await python('REP', '2.2');
    const endpoint = await serving('relay', server.endpoint, '--rate', '50');
    const both = await Promise.all([1, 2].map(() => askPython<string[]>('frames', endpoint, '6', 'SUB')));
    for (const got of both) {
      const sent = new Set(server.sent.map((line) => JSON.stringify(JSON.parse(line))));
      expect(got).toHaveLength(6);
      for (const frames of got) expect(sent.has(JSON.stringify(frames))).toBe(true);
    }
  });

  it.each([['SUB', 'REQ'], ['PULL', 'PULL'], ['REQ', 'REQ']] as const)('%s in, out to a %s client', async (from, to) => {
    const server = await python(sendingOf[from], '1.0');
    const endpoint = await serving('relay', server.endpoint, '--from-socket', from, '--socket', sendingOf[to]);
    const got = await askPython<string[]>('frames', endpoint, '4', to);
    const sent = server.sent.map((line) => JSON.stringify(JSON.parse(line)));
    for (const frames of got) expect(sent).toContain(JSON.stringify(frames));
    if (from === 'REQ') expect(got.map((frames) => JSON.stringify(frames))).toEqual(sent.slice(0, 4));
  });
});

describe.skipIf(!peers || !existsSync(runs))('--append-detector-modules', () => {
  it.each(['r0002', 'r0003'])('%s: every image key as karabo-bridge-serve-files stacks it', async (name) => {
    const { child, endpoint } = await startServer('karabo-bridge-serve-files', `${runs}${name}`, 'PORT', '--append-detector-modules', '--source', '*_DET_*xtdf');
    servers.push(child);
    const ours = await serving('send', `${runs}${name}`, '--append-detector-modules', '--file-names', '--include', '*_DET_*', '--rate', '0');
    const [[theirs], [mine]] = await Promise.all([askPython<SeenTrain>('client', endpoint, '1'), askPython<SeenTrain>('client', ours, '1')]);
    expect(Object.keys(mine!)).toEqual(Object.keys(theirs!));
    const [[source, { tid, values }]] = Object.entries(theirs!) as [[string, SeenTrain[string]]];
    expect(source).toMatch(/^[A-Z]{3}_DET_[A-Z]+1M-1\/DET\/APPEND$/);
    expect(mine![source]!.tid).toBe(tid);
    const image = (all: typeof values): typeof values => Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith('image.')));
    expect(Object.keys(image(values)).length).toBeGreaterThan(2);
    expect(image(mine![source]!.values)).toEqual(image(values));
    // Other keys are of one module each: which one, there depends on the order of its files.
    expect(Object.keys(mine![source]!.values).sort()).toEqual(Object.keys(values).sort());
  });
});
