import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Publisher, Reply } from 'zeromq';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { readResults } from '@trainyard/nexus';
import { encode, metadataFor, type SendableSource } from '@trainyard/karabo-bridge';
import { Workshop, type Finished } from '../support/yard.ts';

/** What may come over a stream that is not a train: it is counted and said, and every train beside it is computed. */
const shop = new Workshop();
afterAll(() => shop.close());
shop.write('views.ts', `import { view } from '@trainyard/core';
export const sum = view.scalar({ x: 'karabo#A/B/C:out[x]' }, ({ x }) => x.sum());
export const slow = view.scalar({ y: 'karabo#D/E/F.y' }, ({ y }) => y);
`);

type Frames = (Uint8Array | string)[];
const sources = (ids: Readonly<Record<string, number>>): Map<string, SendableSource> => new Map(Object.entries(ids).map(([name, id]) => [name, {
  metadata: metadataFor(name, id, 0), values: new Map(name === 'D/E/F' ? [['y.value', 3.5]] : [['x', { dtype: 'float64', shape: [2], bytes: new Uint8Array(16) }]] as never),
}]));
const train = (id: number, version: '1.0' | '2.2' = '2.2'): Frames => encode(sources({ 'A/B/C:out': id, 'D/E/F': id }), version) as Frames;

/** Serves these messages, one a request, then goes on with nothing. */
async function serve(messages: readonly Frames[]): Promise<string> {
  const socket = new Reply({ linger: 0 });
  await socket.bind('tcp://127.0.0.1:*');
  onTestFinished(() => socket.close());
  void (async () => {
    for (const message of messages) {
      await socket.receive();
      await socket.send(message as Uint8Array[]);
    }
  })().catch(() => undefined);
  return socket.lastEndpoint!;
}
const run = (endpoint: string, ...more: string[]): Promise<Finished> => shop.run('run', 'views.ts', '--stream', endpoint, '--json', '--wait', '1', '--workers', '1', ...more);
const summary = ({ json }: Finished): { trains: number; views: Record<string, Record<string, number>> } => json.at(-1) as never;

const text = (bytes: string): Uint8Array => new TextEncoder().encode(bytes);
const JUNK: readonly Frames[] = [
  [text('')], [text('\u00ff\u00ff')], [text(''), text(''), text('')], [Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff)], [Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff)],
  [new Uint8Array(100_000).fill(0x91)],
  train(3).slice(0, -1), train(3).slice(1), train(3).map((frame) => (frame as Uint8Array).slice(0, frame.length / 2)), [...train(3), ...train(3)],
];

test('junk between trains', async () => {
  const endpoint = await serve([train(1), ...JUNK, train(2), train(3, '1.0'), train(4)]);
  // It ends with its fourth train, however long a cold start takes; a second try finds its file there.
  const ended = await run(endpoint, '--wait', '20', '--trains', ':4', '--out', `junk-${Date.now()}.h5`);
  expect(ended.code).toBe(0);
  expect(summary(ended)).toMatchObject({ trains: 4, views: { 'views/sum': { value: 4 }, 'views/slow': { value: 4 } } });
  expect(ended.stderr).toMatch(/unreadable \(BRIDGE_/);
});

test('a source that is always three trains late, in the same message', async () => {
  const endpoint = await serve(Array.from({ length: 12 }, (_, i) => encode(sources({ 'A/B/C:out': 103 + i, 'D/E/F': 100 + i }), '2.2') as Frames));
  const { trains, views } = summary(await run(endpoint));
  expect(trains).toBe(15);
  expect(views).toMatchObject({ 'views/sum': { value: 12, missing: 3 }, 'views/slow': { value: 12, missing: 3 } });
});

test('train IDs that begin anew: the file is closed there, whole, and goes on in another; what remembers begins anew', async () => {
  shop.write('sums.ts', `import { parameters, slider, view } from '@trainyard/core';
import { mean } from '@trainyard/statistics';
const p = parameters({ gain: slider(1, 0, 10) });
export const id = view.scalar({ id: 'internal#train_id' }, ({ id }) => p.gain * id);
export const all = view.reduce(id, mean());
`);
  const endpoint = await serve([10_000, 10_001, 10_002, 100, 101, 102].map((id) => train(id)));
  const ended = await shop.run('run', 'sums.ts', '--stream', endpoint, '--json', '--wait', '20', '--trains', ':6', '--set', 'gain=2', '--out', 'anew.h5');
  expect([ended.code, summary(ended).trains]).toEqual([0, 6]);
  expect(ended.stderr).toMatch(/averages and histograms do, too/);
  expect(ended.stderr).toMatch(/anew\.h5 is closed, whole, and the results go on in .*anew-2\.h5/);
  const [first, second] = await Promise.all(['anew.h5', 'anew-2.h5'].map((name) => readResults(shop.path(name))));
  expect([first!.trainIds, second!.trainIds].map((ids) => [...ids])).toEqual([[10_000, 10_001, 10_002], [100, 101, 102]]);
  expect([...second!.rows('sums/id')].map((row) => row.value)).toEqual([200, 202, 204]);
  expect(second!.parameters).toEqual({ 'sums.gain': 2 });
  expect(second!.final('sums/all')?.value).toMatchObject({ data: Float64Array.of(202) });
  for (const one of [first!, second!]) one.close();
});

/** Serves for ever: from this train on, one a request, or at a rate of its own (PUB). */
async function stream(of: (id: number) => Frames, from: number, { type = 'REP', everyMs = 20 }: { type?: 'REP' | 'PUB'; everyMs?: number } = {}): Promise<{ endpoint: string; jump: (to: number) => void; close: () => void }> {
  const socket = type === 'REP' ? new Reply({ linger: 0 }) : new Publisher({ linger: 0 });
  await socket.bind('tcp://127.0.0.1:*');
  const close = (): void => {
    if (!socket.closed) socket.close();
  };
  onTestFinished(close);
  let id = from;
  void (async () => {
    for (;;) {
      if (socket instanceof Reply) await socket.receive();
      await sleep(everyMs);
      await socket.send(of(id++) as Uint8Array[]);
    }
  })().catch(() => undefined);
  return { endpoint: socket.lastEndpoint!, jump: (to) => void (id = to), close };
}
const only = (name: string) => (id: number): Frames => encode(sources({ [name]: id }), '2.2') as Frames;
/** Trains seen are the sum of outcomes, of every view. */
function expectBooked({ trains, views }: ReturnType<typeof summary>): void {
  for (const counts of Object.values(views)) expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(trains);
}

test('garbage on one of two streams', async () => {
  const good = await stream(only('A/B/C:out'), 1);
  const bad = await stream((id) => (id % 3 ? JUNK[id % JUNK.length]! : only('D/E/F')(id)), 1, { everyMs: 5 });
  const ended = await run(good.endpoint, '--stream', bad.endpoint, '--wait', '20', '--trains', ':40', '--out', `two-${Date.now()}.h5`);
  // How many trains of the good one are among them hangs on how fast either is.
  expect([ended.code, summary(ended).trains, summary(ended).views['views/sum']!['value']]).toEqual([0, 40, expect.toSatisfy((n) => n > 5)]);
  expectBooked(summary(ended));
  expect(ended.stderr).toMatch(/dropped: \d+ \(unreadable \(BRIDGE_/);
});

test('one of two streams begins anew: the file goes on, its views are missing and say why', async () => {
  const [one, two] = [await stream(only('A/B/C:out'), 10_000), await stream(only('D/E/F'), 10_000)];
  const yard = shop.start(['run', 'views.ts', '--stream', one.endpoint, '--stream', two.endpoint, '--out', 'goes-on.h5', '--workers', '1', '--trains', ':150', '--json']);
  await yard.line(/"type":"progress"/);
  two.jump(100);
  const ended = await yard.finished;
  expect([ended.code, ended.stderr]).toEqual([0, expect.stringMatching(/Its trains \(newest \d+\) are far from those of the other streams \(10\d\d\d\)/)]);
  const { views } = summary(ended);
  // A few whose part of the second came first, on a busy machine.
  expect(views['views/sum']!['value']).toBeGreaterThan(135);
  expectBooked(summary(ended));
  expect(views['views/slow']!['missing']).toBeGreaterThan(20);
  expect(ended.stderr).toMatch(/dropped: \d+ \(out of step\)/);
});

test('a device without a clock, and one that sends a train ID beyond 2^53: what else is in the message is computed', async () => {
  const odd = (id: number): Frames => encode(new Map(Object.entries({ 'A/B/C:out': id, 'D/E/F': id % 2 ? 0 : 2n ** 62n }).map(([name, tid]) => {
    const source = sources({ [name]: id }).get(name)!;
    return [name, { ...source, metadata: { ...source.metadata, 'timestamp.tid': tid } }];
  })), '2.2') as Frames;
  const endpoint = await serve(Array.from({ length: 20 }, (_, i) => odd(1000 + i)));
  const ended = await shop.run('run', 'views.ts', '--stream', endpoint, '--wait', '20', '--trains', ':20');
  expect(ended.stderr).toMatch(/views\/sum: 20 values\n.*views\/slow: 0 values, 20 missing/);
  expect(ended.stderr).toMatch(/D\/E\/F sends (the train ID 0, as devices without a clock do|"4611686018427387904" for a train ID): its data belong to no train/);
});

shop.write('sleepy.ts', `import { view } from '@trainyard/core';
export const sum = view.scalar({ x: 'karabo#A/B/C:out[x]' }, ({ x }) => { const end = Date.now() + 60; while (Date.now() < end); return x.sum(); });
`);

test.each(['drop-oldest', 'drop-newest'])('views too slow for a stream with the policy %s: each train is booked, in order', async (policy) => {
  const { endpoint } = await stream(only('A/B/C:out'), 1, { type: 'PUB', everyMs: 10 });
  const ended = await shop.run('run', 'sleepy.ts', '--stream', `${endpoint}?socket=SUB&policy=${policy}`, '--json', '--wait', '20', '--workers', '1', '--trains', ':150', '--out', `${policy}.h5`);
  expect(ended.code).toBe(0);
  const { trains, views } = summary(ended);
  expect([trains, views['sleepy/sum']!['dropped']]).toEqual([150, expect.toSatisfy((n) => n > 50)]);
  expectBooked(summary(ended));
  expect(ended.stderr).toMatch(new RegExp(`dropped: ${views['sleepy/sum']!['dropped']} \\(no worker was free\\)`));
  const { trainIds } = JSON.parse((await shop.run('ls', `${policy}.h5`, '--json')).stdout) as { trainIds: number[] };
  expect(trainIds).toEqual(trainIds.toSorted((a, b) => a - b));
  expect(trainIds).toHaveLength(150);
});

test('bytes that are no ZeroMQ', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).write('HTTP/1.1 200 OK\r\n\r\nhello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const ended = await run(`tcp://127.0.0.1:${(server.address() as { port: number }).port}`);
  expect([ended.code, summary(ended).trains]).toEqual([3, 0]);
  expect(ended.stderr).toMatch(/Nothing came for 1 s/);
});

test.each([
  [['tcp://127.0.0.1:4545', '--stream', 'tcp://127.0.0.1:4545'], /is given twice: name each stream once/],
  [['tcp://127.0.0.1:4545?polcy=block'], /no setting "polcy".*Did you mean "policy"/],
  [['tcp://127.0.0.1:4545?socket=SUB&policy=block'], /a SUB socket cannot make its sender wait/],
])('addresses that are refused: %j', async ([first, ...more], message) => {
  const { code, stdout, stderr } = await run(first!, ...more);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

test.each(['tcp://127.0.0.1', 'nope', 'tcp://127.0.0.1:99999'])('the address %s', async (endpoint) => {
  const { code, stdout, stderr } = await run(endpoint);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error: Cannot connect to ".*tcp:\/\/host:port/);
});
