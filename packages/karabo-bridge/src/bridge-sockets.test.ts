import { createServer, type AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { Request } from 'zeromq';
import { BridgeClient, decode, release, type BridgeArray, type BridgeStatus } from './index.ts';
import { connect, nextId, open, serve, sleep, train } from './sockets.test.support.ts';

/** Waits until the connection is in a state, and gives its sentence. */
async function state(client: BridgeClient, wanted: BridgeStatus['state']): Promise<string> {
  for (let i = 0; i < 1000 && client.status.state !== wanted; i++) await sleep(5);
  expect(client.status.state).toBe(wanted);
  return client.status.text;
}

describe('REQ and REP', () => {
  test.each(['1.0', '2.2'] as const)('trains arrive in order, format %s', async (version) => {
    const server = await serve({ version, capacity: 10 });
    const client = connect(server.endpoint);
    for (let id = 1; id <= 5; id++) await server.send(train(id));
    const ids: unknown[] = [];
    for (let i = 0; i < 5; i++) ids.push(await nextId(client));
    expect(ids).toEqual([1, 2, 3, 4, 5]);
    expect(client.status).toEqual({ state: 'connected', text: `Connected to ${server.endpoint}` });
  });

  test('send() waits beyond the capacity', async () => {
    const server = await serve({ capacity: 2 });
    await server.send(train(1));
    await server.send(train(2));
    let taken = false;
    const third = server.send(train(3)).then(() => (taken = true));
    await sleep(50);
    expect([taken, server.waiting]).toEqual([false, 3]);
    const client = connect(server.endpoint);
    expect(await nextId(client)).toBe(1);
    await third;
    expect([await nextId(client), await nextId(client)]).toEqual([2, 3]);
  });

  test('with capacity 0, send() resolves when a client has taken the train', async () => {
    const server = await serve({ capacity: 0 });
    let taken = false;
    const sent = server.send(train(1)).then(() => (taken = true));
    await sleep(50);
    expect(taken).toBe(false);
    expect(await nextId(connect(server.endpoint))).toBe(1);
    await sent;
  });

  test('a request that timed out or was aborted stays pending, and its train goes to the next call', async () => {
    const server = await serve({ capacity: 0 });
    const client = connect(server.endpoint, { timeoutMs: 80 });
    await expect(client.next()).rejects.toMatchObject({ code: 'BRIDGE_TIMEOUT', message: expect.stringContaining('80 ms') });
    const stop = new AbortController();
    const aborted = client.next(stop.signal);
    stop.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'BRIDGE_ABORTED' });
    await server.send(train(1)); // answers the first request
    await sleep(30);
    let second = false;
    const later = server.send(train(2)).then(() => (second = true));
    expect(await nextId(client)).toBe(1);
    await sleep(50);
    expect(second).toBe(false); // only one request was ever sent
    expect(await nextId(client)).toBe(2);
    await later;
  });

  test('a second next() is refused while the first waits; close() ends the first', async () => {
    const server = await serve();
    const client = connect(server.endpoint);
    const waiting = client.next();
    await expect(client.next()).rejects.toMatchObject({ code: 'BRIDGE_BUSY' });
    client.close();
    await expect(waiting).rejects.toMatchObject({ code: 'BRIDGE_CLOSED' });
    await expect(client.next()).rejects.toMatchObject({ code: 'BRIDGE_CLOSED' });
  });

  test('a client that asks and leaves costs no train', async () => {
    const server = await serve({ capacity: 0 });
    const leaver = connect(server.endpoint);
    const asked = leaver.next();
    await state(leaver, 'connected');
    await sleep(50);
    leaver.close();
    await expect(asked).rejects.toMatchObject({ code: 'BRIDGE_CLOSED' });
    await sleep(50);
    const sent = server.send(train(1));
    expect(await nextId(connect(server.endpoint))).toBe(1);
    await sent;
  });

  test('a bad request is answered in words and costs no train', async () => {
    const server = await serve();
    await server.send(train(1));
    const raw = new Request({ linger: 0 });
    open.push(raw);
    raw.connect(server.endpoint);
    await raw.send('hello');
    const answer = await raw.receive();
    expect(answer.map(String)).toEqual(['Error: bad request hello']);
    expect(() => decode(answer)).toThrow(expect.objectContaining({ code: 'BRIDGE_ERROR_REPLY' }));
    await raw.send('next');
    expect(decode(await raw.receive()).get('A/B/C')?.trainId).toBe(1);
  });

  test('a message that cannot be decoded does not disturb the next', async () => {
    const server = await serve({ capacity: 5 });
    await server.send([Uint8Array.of(0xc1), Uint8Array.of(1), Uint8Array.of(2)]);
    await server.send([]);
    await server.send(train(3));
    const client = connect(server.endpoint);
    await expect(nextId(client)).rejects.toMatchObject({ code: 'BRIDGE_FRAMES' });
    expect(decode(await client.next()).size).toBe(0);
    expect(await nextId(client)).toBe(3);
  });

  test('released frames give their memory back; small and shared ones are left alone', async () => {
    const server = await serve({ capacity: 40 });
    const client = connect(server.endpoint);
    await server.send(train(1, 1_000_000));
    const frames = await client.next();
    const array = decode(frames).get('A/B/C')?.values.get('image') as BridgeArray;
    expect(array.bytes[999_999]).toBe(1);
    release(frames);
    expect(array.bytes.length).toBe(0);
    expect(frames[0].length).toBeGreaterThan(0);
    const pooled = Buffer.from('in a pool with others');
    const part = new Uint8Array(200_000).subarray(0, 100_000);
    const shared = new Uint8Array(new SharedArrayBuffer(100_000));
    release([pooled, part, shared]);
    expect([pooled.length, part.length, shared.length]).toEqual([21, 100_000, 100_000]);

    // 800 MB in all
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 40; i++) {
      await server.send(train(i % 256, 20_000_000));
      release(await client.next());
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  });

  test('the last train leaves although the server closes at once', async () => {
    const server = await serve();
    const client = connect(server.endpoint);
    const last = nextId(client);
    await state(client, 'connected');
    await sleep(30);
    await server.send(train(9, 30_000_000));
    server.close();
    expect(await last).toBe(9);
  });
});

describe('servers that come and go', () => {
  test('a pending request survives a restart of the server at the same port', async () => {
    const said: string[] = [];
    const first = await serve();
    const client = connect(first.endpoint, { onStatus: (status) => said.push(`${status.state}: ${status.text}`) });
    await first.send(train(1));
    expect(await nextId(client)).toBe(1);
    const waiting = nextId(client);
    await sleep(50);
    first.close();
    expect(await state(client, 'gone')).toContain('went away');
    await sleep(300);
    const second = await serve({ endpoint: first.endpoint, version: '1.0' });
    await second.send(train(2));
    expect(await waiting).toBe(2);
    await second.send(train(3));
    expect(await nextId(client)).toBe(3);
    expect(said.map((line) => line.split(':')[0])).toEqual(['connected', 'gone', 'connected']);
  });

  test('a pending request survives a restart that happens while this process is busy', async () => {
    const source = `
      const { Reply } = require('zeromq');
      const { parentPort } = require('node:worker_threads');
      (async () => {
        let reply = new Reply({ linger: 0 });
        await reply.bind('tcp://127.0.0.1:*');
        const endpoint = reply.lastEndpoint;
        parentPort.postMessage(endpoint);
        await reply.receive();
        await new Promise((later) => setTimeout(later, 200));
        reply.close();
        for (;;) {
          reply = new Reply({ linger: 1000 });
          try { await reply.bind(endpoint); break; } catch { reply.close(); await new Promise((next) => setTimeout(next, 5)); }
        }
        await reply.receive();
        await reply.send(Buffer.from([0x80]));
        reply.close();
      })();`;
    const worker = new Worker(source, { eval: true });
    open.push({ close: () => worker.terminate() });
    const endpoint = await new Promise<string>((resolve) => worker.once('message', resolve));
    const client = connect(endpoint, { timeoutMs: 5000 });
    const waiting = client.next();
    await state(client, 'connected');
    await sleep(50);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800); // nothing runs on this thread meanwhile
    expect(decode(await waiting).size).toBe(0);
  });

  test('a request that timed out before the restart, too', async () => {
    const first = await serve();
    const client = connect(first.endpoint, { timeoutMs: 100 });
    await expect(client.next()).rejects.toMatchObject({ code: 'BRIDGE_TIMEOUT' });
    first.close();
    const second = await serve({ endpoint: first.endpoint });
    await second.send(train(1));
    await state(client, 'connected');
    expect(await nextId(client)).toBe(1);
  });

  test('an idle REQ client, SUB and PULL clients', async () => {
    for (const [socket, peer] of [['REQ', 'REP'], ['SUB', 'PUB'], ['PULL', 'PUSH']] as const) {
      const first = await serve({ socket: peer });
      const client = connect(first.endpoint, { socket });
      await state(client, 'connected');
      first.close();
      await state(client, 'gone');
      const second = await serve({ endpoint: first.endpoint, socket: peer });
      await state(client, 'connected');
      await sleep(30); // a subscription takes a moment
      await second.send(train(5));
      expect(await nextId(client)).toBe(5);
    }
  });

  test('nothing listens: the status says so, and next() too', async () => {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const endpoint = `tcp://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    await new Promise((resolve) => listener.close(resolve)); // now a port where certainly nothing listens
    const client = connect(endpoint, { timeoutMs: 300 });
    await expect(client.next()).rejects.toMatchObject({ code: 'BRIDGE_TIMEOUT', message: expect.stringContaining(`Nothing answers at ${endpoint}`) });
    expect(client.status.state).toBe('gone');
    const server = await serve({ endpoint });
    await server.send(train(1));
    await state(client, 'connected');
    expect(await nextId(client)).toBe(1);
  });

  test('a server of another socket type is said in words, and left once the right one is there', async () => {
    const wrong = await serve({ socket: 'PUB' });
    const client = connect(wrong.endpoint);
    const waiting = nextId(client);
    expect(await state(client, 'gone')).toContain('not to a REQ client');
    wrong.close();
    const right = await serve({ endpoint: wrong.endpoint });
    await right.send(train(1));
    expect(await waiting).toBe(1);
  });

  test('a port that accepts and hangs up is said in words and not stormed', async () => {
    let accepted = 0;
    const listener = createServer((socket) => {
      accepted++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    open.push(listener);
    const client = connect(`tcp://127.0.0.1:${(listener.address() as AddressInfo).port}`);
    client.next().catch(() => {});
    expect(await state(client, 'gone')).toContain('not to a REQ client');
    await sleep(500);
    expect(accepted).toBeLessThan(15);
  });

  test('a frame beyond maxMessageSize is never taken in, and the client goes on', async () => {
    const server = await serve();
    const client = connect(server.endpoint, { maxMessageSize: 1_000_000, timeoutMs: 5000 });
    await server.send(train(1, 2_000_000));
    await server.send(train(2, 500_000));
    expect(await nextId(client)).toBe(2);
  });

  test('addresses that are none, or taken', async () => {
    expect(() => new BridgeClient({ endpoint: 'localhost:4545', socket: 'REQ' })).toThrow(expect.objectContaining({ code: 'BRIDGE_ENDPOINT' }));
    const server = await serve();
    await expect(serve({ endpoint: server.endpoint })).rejects.toMatchObject({ code: 'BRIDGE_ENDPOINT' });
    expect(server.endpoint).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
    expect((await serve({ endpoint: 'tcp://127.0.0.1:*' })).endpoint).toMatch(/:[1-9]\d*$/);
  });
});

describe('PUB and PUSH', () => {
  test('PUB never waits, with no client or a slow one', async () => {
    const server = await serve({ socket: 'PUB' });
    for (let id = 1; id <= 100; id++) await server.send(train(id));
    const client = connect(server.endpoint, { socket: 'SUB' });
    await state(client, 'connected');
    await sleep(30);
    const began = performance.now();
    for (let id = 101; id <= 140; id++) await server.send(train(id, 4_000_000));
    expect(performance.now() - began).toBeLessThan(1000);
    const ids: number[] = [];
    while (!ids.includes(200)) {
      await server.send(train(200));
      ids.push((await nextId(client)) ?? 0);
    }
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(ids.length).toBeLessThan(30); // what did not fit was dropped, not kept
  });

  test('a SUB client that reads along misses nothing at a steady rate', async () => {
    const server = await serve({ socket: 'PUB' });
    const client = connect(server.endpoint, { socket: 'SUB' });
    await state(client, 'connected');
    await sleep(30);
    const reading = (async () => {
      const ids: unknown[] = [];
      while (ids.length < 20) ids.push(await nextId(client));
      return ids;
    })();
    for (let id = 1; id <= 20; id++) {
      await server.send(train(id, 1_000_000));
      await sleep(10);
    }
    expect(await reading).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  test('PUSH shares trains between clients and loses none', async () => {
    const server = await serve({ socket: 'PUSH', capacity: 3 });
    const clients = [connect(server.endpoint, { socket: 'PULL' }), connect(server.endpoint, { socket: 'PULL' })];
    const ids: number[] = [];
    const readers = clients.map(async (client) => {
      for (;;) ids.push((await nextId(client)) ?? 0);
    });
    for (const reader of readers) reader.catch(() => {});
    for (let id = 1; id <= 50; id++) await server.send(train(id));
    for (let i = 0; i < 200 && ids.length < 50; i++) await sleep(10);
    expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  test('closing refuses what waits', async () => {
    const server = await serve({ socket: 'PUSH', capacity: 0 });
    const refused = expect(server.send(train(1))).rejects.toMatchObject({ code: 'BRIDGE_CLOSED' });
    server.close();
    await refused;
    await expect(server.send(train(2))).rejects.toMatchObject({ code: 'BRIDGE_CLOSED' });
    server.close();
  });
});
