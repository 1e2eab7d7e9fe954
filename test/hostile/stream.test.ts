import { createServer } from 'node:net';
import { Reply } from 'zeromq';
import { afterAll, expect, onTestFinished, test } from 'vitest';
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
  const ended = await run(endpoint, '--trains', ':4', '--out', 'junk.h5');
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

test('train IDs that begin anew: the file ends there, that is said at once, the summary comes', async () => {
  const endpoint = await serve([10_000, 10_001, 10_002, 100, 101, 102].map((id) => train(id)));
  const ended = await run(endpoint, '--out', 'anew.h5');
  expect([ended.code, summary(ended).trains]).toEqual([1, 6]);
  expect(ended.stderr).toMatch(/Train 100 came after 10002.*the views run on/);
  expect((await shop.run('ls', 'anew.h5', '--json')).stdout).toContain('10002');
});

test('bytes that are no ZeroMQ', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).write('HTTP/1.1 200 OK\r\n\r\nhello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const ended = await run(`tcp://127.0.0.1:${(server.address() as { port: number }).port}`);
  expect([ended.code, summary(ended).trains]).toEqual([3, 0]);
  expect(ended.stderr).toMatch(/Nothing came for 1 s/);
});

test.each(['tcp://127.0.0.1', 'nope', 'tcp://127.0.0.1:99999'])('the address %s', async (endpoint) => {
  const { code, stdout, stderr } = await run(endpoint);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error: Cannot connect to ".*tcp:\/\/host:port/);
});
