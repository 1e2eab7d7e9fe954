import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { floats, message } from './bridge.test.support.ts';
import { range } from './pieces.test.support.ts';
import { Taker, a, afterTest, b, bridge } from './taker.test.support.ts';

describe('two streams', () => {
  test('are matched, each in its own memory; trains know when they were received', async () => {
    const [one, two] = [await bridge(), await bridge()];
    const taker = new Taker(one.endpoint, two.endpoint);
    taker.most = 4;
    const before = Date.now();
    one.send(a(100), message(101, { 'A/CAM/1:output': { x: floats(4, 101) } }, before - 40));
    two.send(b(100), b(101));
    await taker.start();
    await taker.until('two trains', () => taker.ids.length === 2);
    expect(taker.values).toEqual([[100, -100], [101, -101]]);
    expect(new Set(taker.trains[0]!.data!.map(({ memory }) => memory)).size).toBe(2);
    const [first, second] = taker.trains;
    expect(first!.at).toBe(first!.receivedAt);
    expect(second!.at).toBeCloseTo(before - 40, 0);
    expect(second!.receivedAt).toBeGreaterThanOrEqual(before);
    const { streams, status, message: said } = taker.source.status;
    expect([status, said, streams!.map((stream) => [stream.what, stream.status, stream.policy, stream.received, stream.lastTrainId, stream.dropped])]).toEqual(['streaming', 'Receiving from 2 streams.', [[one.endpoint, 'streaming', 'block', 2, 101, {}], [two.endpoint, 'streaming', 'block', 2, 101, {}]]]);
  });

  test('one that is away stops what needs it only, is named, and joins when it comes', async () => {
    const one = await bridge();
    const late = await bridge();
    const { endpoint } = late;
    late.close();
    const taker = await new Taker(one.endpoint, endpoint).start();
    one.send(...range(100, 115).map((id) => a(id)));
    await taker.until('trains of the first', () => taker.ids.length === 15);
    expect(taker.values[14]).toEqual([114, expect.stringMatching(new RegExp(`B/XGM/1:output has not been seen in this stream\\. .*${endpoint}`))]);
    expect(taker.notes).toEqual([expect.stringContaining(`Nothing answers at ${endpoint}`)]);
    expect(taker.source.status).toMatchObject({ status: 'streaming', message: expect.stringContaining(endpoint), streams: [{ status: 'streaming' }, { status: 'gone' }] });

    const two = await bridge('REP', endpoint);
    await taker.until('it is connected', () => taker.source.status.streams![1]!.status !== 'gone');
    one.send(...range(115, 120).map((id) => a(id)));
    two.send(...range(115, 120).map((id) => b(id)));
    await taker.until('all', () => taker.ids.length === 20);
    expect(taker.values.slice(15)).toEqual(range(115, 120).map((id) => [id, -id]));
    await taker.until('it is said', () => taker.notes.length === 2);
    expect(taker.notes[1]).toBe(`Trains come from ${endpoint}.`);

    two.close();
    await taker.until('it is gone', () => taker.source.status.streams![1]!.status === 'gone');
    one.send(a(120));
    await taker.until('the next', () => taker.ids.length === 21);
    expect(taker.values[20]).toEqual([120, expect.stringMatching(`B/XGM/1:output comes from ${endpoint}, which is not there: The server at ${endpoint} went away`)]);
    expect(taker.source.dropped).toEqual({});
  });

  test('trains that wait for the other do not keep a sender waiting', async () => {
    const [one, two] = [await bridge(), await bridge()];
    const taker = await new Taker(one.endpoint, two.endpoint).start();
    one.send(a(100));
    two.send(b(100));
    await taker.until('both are there', () => taker.ids.length === 1);
    one.send(...range(101, 141).map((id) => a(id)));
    let sent = 0;
    await taker.until('the first of them is closed', () => {
      if (taker.ids.length === 1) sent = one.sent;
      return taker.ids.length > 1;
    });
    expect(sent).toBe(41);
    two.send(...range(101, 141).map((id) => b(id)));
    await taker.until('all', () => taker.ids.length === 41);
  });

  test('garbage on one: counted there, the other is untouched', async () => {
    const [one, two] = [await bridge(), await bridge()];
    const taker = await new Taker(one.endpoint, two.endpoint).start();
    const junk = [[new Uint8Array(0)], [Uint8Array.of(0xff, 0xff)], [Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff)], b(7).slice(0, 1), b(7).map((frame) => frame.slice(0, 3))];
    for (const [i, id] of range(100, 120).entries()) {
      one.send(a(id));
      two.send(...(i % 4 === 0 ? [junk[i / 4]!] : []), b(id));
    }
    await taker.until('all', () => taker.ids.length === 20);
    expect(taker.values).toEqual(range(100, 120).map((id) => [id, -id]));
    const { streams } = taker.source.status;
    expect(streams![0]!.dropped).toEqual({});
    expect(Object.values(streams![1]!.dropped).reduce((sum, n) => sum + n, 0)).toBe(5);
    expect(Object.keys(taker.source.dropped).every((rule) => rule.startsWith('unreadable (BRIDGE_'))).toBe(true);
  });

  test('one begins anew while the other goes on; then both do', async () => {
    const [one, two] = [await bridge(), await bridge()];
    const taker = await new Taker(one.endpoint, two.endpoint).start();
    for (const id of range(10_000, 10_010)) {
      one.send(a(id));
      two.send(b(id));
    }
    await taker.until('ten', () => taker.ids.length === 10);
    for (const i of range(0, 30)) {
      one.send(a(10_010 + i));
      two.send(b(100 + i));
    }
    await taker.until('40', () => taker.ids.length === 40);
    expect(taker.ids).toEqual(range(10_000, 10_040));
    expect(taker.values[39]).toEqual([10_039, expect.stringContaining('B/XGM/1:output is far from the train IDs of the other sources')]);
    await taker.until('it is counted', () => taker.source.dropped['out of step'] === 30);
    expect(taker.source.status.streams![1]!.hint).toMatch(/^Its trains \(newest 129\) are far from those of the other streams \(10039\)/);
    for (const i of range(30, 40)) {
      one.send(a(100 + i));
      two.send(b(100 + i));
    }
    await taker.until('matched again', () => taker.ids.at(-1) === 139);
    expect(taker.trains.filter(({ anew }) => anew).map(({ trainId }) => trainId)).toEqual([expect.toSatisfy((id) => id < 140)]);
    expect(taker.values.at(-1)).toEqual([139, -139]);
  });

  test('the same source on both: that of the first is taken, which is said once', async () => {
    const [one, two] = [await bridge(), await bridge()];
    const taker = await new Taker(one.endpoint, two.endpoint).start();
    for (const id of range(100, 120)) {
      one.send(a(id));
      two.send(b(id, { 'A/CAM/1:output': { x: floats(4, 7) } }));
      await taker.until(`train ${id}`, () => taker.ids.includes(id));
    }
    // At most the first may be the second's, when that came first.
    expect(taker.values.slice(1)).toEqual(range(101, 120).map((id) => [id, -id]));
    await taker.until('it is said', () => taker.notes.length > 0);
    expect(taker.notes).toEqual([`A/CAM/1:output comes on ${one.endpoint} and on ${two.endpoint}: that of the former is taken.`]);
    expect(taker.source.dropped).toEqual({});
    expect(taker.source.status.streams![1]!.dropped['on two streams']).toBeGreaterThan(15);
  });

  test('a server that dies in the middle of a message, and comes back', async () => {
    const [one, two] = [await bridge(), await bridge()];
    const proxy = await cutProxy(new URL(two.endpoint).port, 3_000_000);
    const taker = await new Taker(one.endpoint, proxy.endpoint).start();
    const send = async (id: number): Promise<void> => {
      one.send(a(id));
      two.send(b(id, { 'D/BIG/1:output': { z: floats(250_000, id) } }));
      await taker.until(`train ${id}`, () => taker.ids.includes(id));
    };
    let id = 100;
    while (proxy.cuts() === 0) await send(id++);
    const before = taker.source.status.streams![1]!.received;
    two.send(b(id - 1));
    await taker.until('it is back', () => taker.source.status.streams![1]!.received > before);
    const from = id;
    while (id < from + 10) await send(id++);
    expect(taker.ids).toEqual(range(100, id));
    expect(taker.values.slice(-10)).toEqual(range(from, id).map((one) => [one, -one]));
    expect(taker.notes).toContain(`Trains come from ${proxy.endpoint}.`);
  });
});

/** Forwards to a port of this machine; cuts the first connection after so many bytes. */
async function cutProxy(port: string, after: number): Promise<{ endpoint: string; cuts: () => number }> {
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), '127.0.0.1');
    let bytes = 0;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [client, upstream].forEach((one) => one.destroy()));
    }
    client.pipe(upstream);
    upstream.on('data', (data) => {
      bytes += data.length;
      if (cuts === 0 && bytes > after) {
        cuts += 1;
        client.destroy();
      } else client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterTest(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { endpoint: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, cuts: () => cuts };
}
