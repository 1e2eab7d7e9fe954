import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect, nextId, open, serve, sleep, train } from './sockets.test.support.ts';

describe('drop-oldest', () => {
  test('whoever asks gets the newest; send() never waits, and what nobody got is counted', async () => {
    const server = await serve({ policy: 'drop-oldest', capacity: 1 });
    for (let id = 1; id <= 20; id++) await server.send(train(id));
    expect([server.waiting, server.dropped]).toEqual([1, 19]);
    const client = connect(server.endpoint);
    expect(await nextId(client)).toBe(20);
    for (let id = 21; id <= 30; id++) await server.send(train(id));
    expect([await nextId(client), server.dropped]).toEqual([30, 28]);
    // One that already asked gets the first that comes.
    const asked = nextId(client);
    await sleep(50);
    await server.send(train(31));
    expect(await asked).toBe(31);
  });

  test('with room for three, the last three', async () => {
    const server = await serve({ policy: 'drop-oldest', capacity: 3 });
    for (let id = 1; id <= 20; id++) await server.send(train(id));
    const client = connect(server.endpoint);
    expect([await nextId(client), await nextId(client), await nextId(client), server.dropped]).toEqual([18, 19, 20, 17]);
  });

  test('PUSH: what ZeroMQ holds leaves first, then what is new, in order', async () => {
    const server = await serve({ socket: 'PUSH', policy: 'drop-oldest', capacity: 2 });
    for (let id = 1; id <= 20; id++) {
      await server.send(train(id));
      await sleep(1);
    }
    const client = connect(server.endpoint, { socket: 'PULL' });
    expect([await nextId(client), await nextId(client), await nextId(client), server.dropped]).toEqual([1, 19, 20, 17]);
  });
});

describe('rate', () => {
  test.each([['REP', 'REQ'], ['PUSH', 'PULL']] as const)('%s: no more than so many a second, none lost', async (socket, peer) => {
    const server = await serve({ socket, rate: 50, capacity: 100 });
    const client = connect(server.endpoint, { socket: peer });
    for (let id = 1; id <= 11; id++) await server.send(train(id));
    expect(await nextId(client)).toBe(1);
    const began = performance.now();
    for (let id = 2; id <= 11; id++) expect(await nextId(client)).toBe(id);
    // Ten distances of 20 ms; the first may have waited for the client.
    expect(performance.now() - began).toBeGreaterThan(170);
  });

  test('PUB, and REP with drop-oldest: what is too much is dropped and counted', async () => {
    for (const [socket, peer] of [['PUB', 'SUB'], ['REP', 'REQ']] as const) {
      const server = await serve({ socket, rate: 20, policy: 'drop-oldest', capacity: 1 });
      const client = connect(server.endpoint, { socket: peer });
      const ids: number[] = [];
      const reading = (async () => {
        for (;;) ids.push((await nextId(client)) ?? 0);
      })();
      reading.catch(() => undefined);
      await sleep(200);
      const began = performance.now();
      let sent = 0;
      for (; performance.now() - began < 1000; sent++) {
        await server.send(train(sent + 1));
        await sleep(4);
      }
      const most = ((performance.now() - began) / 1000) * 20 + 3;
      expect(ids.length).toBeGreaterThan(3);
      expect(ids.length).toBeLessThan(most);
      expect(server.dropped).toBeGreaterThan(sent - most - 3);
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    }
  });

  test('options that make no sense are refused by name', async () => {
    await expect(serve({ rate: 0 })).rejects.toMatchObject({ code: 'BRIDGE_OPTION' });
    await expect(serve({ rate: NaN })).rejects.toMatchObject({ code: 'BRIDGE_OPTION' });
    await expect(serve({ capacity: -1 })).rejects.toMatchObject({ code: 'BRIDGE_OPTION' });
    await expect(serve({ policy: 'drop-oldest', capacity: 0 })).rejects.toMatchObject({ code: 'BRIDGE_OPTION', message: expect.stringContaining('from 1') });
  });
});

describe('ipc', () => {
  test.each([['REP', 'REQ'], ['PUB', 'SUB'], ['PUSH', 'PULL']] as const)('%s: trains arrive, also from a server that comes later or again', async (socket, peer) => {
    const folder = mkdtempSync(join(tmpdir(), 'ipc-'));
    open.push({ close: () => rmSync(folder, { recursive: true, force: true }) });
    const endpoint = `ipc://${folder}/bridge`;
    const client = connect(endpoint, { socket: peer, timeoutMs: 10_000 });
    // A train of the first server may have come twice.
    const until = async (id: number): Promise<true> => ((await nextId(client)) === id ? true : until(id));
    const first = until(1);
    await sleep(50);
    for (const round of [1, 2]) {
      const server = await serve({ endpoint, socket });
      expect(server.endpoint).toBe(endpoint);
      let got = false;
      const waiting = (round === 1 ? first : until(2)).then((came) => (got = came));
      // PUB sends to whoever is there.
      for (let i = 0; i < 200 && !got; i++) {
        void server.send(train(round)).catch(() => undefined);
        await sleep(20);
      }
      expect(await waiting).toBe(true);
      server.close(0);
      await sleep(50);
    }
  });

  test('a folder that is not there, and one that is taken', async () => {
    await expect(serve({ endpoint: 'ipc:///nowhere/at/all' })).rejects.toMatchObject({ code: 'BRIDGE_ENDPOINT', message: expect.stringContaining('ipc:///nowhere/at/all') });
    expect(existsSync('/nowhere')).toBe(false);
    const client = connect('ipc:///nowhere/at/all', { timeoutMs: 200 });
    await expect(client.next()).rejects.toMatchObject({ code: 'BRIDGE_TIMEOUT', message: expect.stringContaining('Nothing answers') });
  });
});
