import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { parseDataPath } from '@trainyard/core';
import { BridgeClient } from '@trainyard/karabo-bridge';
import { startSim } from '@trainyard/sim';
import { streamInputs } from '../worker/train-inputs.ts';
import { Bridge, floats, message, type Sources } from './bridge.test.support.ts';
import type { LostTrain } from './matcher.ts';
import { parseStreams } from './stream-address.ts';
import { StreamTrains } from './stream-trains.ts';
import { ALL_TRAINS, type ReadyTrain } from './train-source.ts';

const PATHS = ['A/CAM/1:output[x]', 'B/XGM/1:output[x]', 'C/MOTOR/1.y'];
const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

type Taken = { readonly train: ReadyTrain; readonly values: unknown[] } | { readonly lost: LostTrain };

/** A list that takes three paths, and takes trains as they come, in order. */
class Taker {
  readonly source: StreamTrains;
  readonly notes: string[] = [];
  readonly all: Taken[] = [];
  /** Trains that may be held at once; 0 stops. */
  most = Infinity;
  held: ReadyTrain[] = [];

  constructor(...streams: string[]) {
    this.source = new StreamTrains(parseStreams(streams, 'REQ'), ALL_TRAINS, 1);
    this.source.want(new Map(PATHS.map((text) => [text, parseDataPath(text)])));
    this.source.onNote = (text) => this.notes.push(text);
    this.source.onChange = () => this.pull();
    open.push(() => this.source.close());
  }

  async start(): Promise<this> {
    await this.source.open();
    return this;
  }

  pull(): void {
    for (;;) {
      const lost = this.source.takeLost();
      if (lost) {
        this.all.push({ lost });
        continue;
      }
      const train = this.held.length < this.most ? this.source.take() : undefined;
      if (!train) return;
      this.all.push({ train, values: valuesOf(train) });
      if (this.most === Infinity) train.release();
      else this.held.push(train);
    }
  }

  release(): void {
    this.most = Infinity;
    for (const train of this.held.splice(0)) train.release();
    this.pull();
  }

  get trains(): ReadyTrain[] {
    return this.all.flatMap((one) => ('train' in one ? [one.train] : []));
  }

  /** What views saw of each train, read while it was held. */
  get values(): unknown[][] {
    return this.all.flatMap((one) => ('train' in one ? [one.values] : []));
  }

  /** Every train in the order in which it was told of, lost ones included. */
  get told(): number[] {
    return this.all.map((part) => ('train' in part ? part.train.trainId : part.lost.trainId));
  }

  get ids(): number[] {
    return this.trains.map(({ trainId }) => trainId);
  }

  async until(what: string, wanted: () => boolean, withinMs = 20_000): Promise<void> {
    const end = Date.now() + withinMs;
    while (!wanted()) {
      if (Date.now() > end) throw new Error(`It did not come to this: ${what}. ${JSON.stringify({ ids: this.ids, status: this.source.status, dropped: this.source.dropped, notes: this.notes })}`);
      await sleep(5);
    }
  }
}

async function bridge(type: 'REP' | 'PUB' = 'REP', endpoint?: string): Promise<Bridge> {
  const one = await Bridge.open(type, endpoint);
  open.push(() => one.close());
  return one;
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const a = (id: number, more: Sources = {}): Uint8Array[] => message(id, { 'A/CAM/1:output': { x: floats(4, id) }, ...more });
const b = (id: number, more: Sources = {}): Uint8Array[] => message(id, { 'B/XGM/1:output': { x: floats(2, -id) }, ...more });
/** What views see of a train: the first number of each array, or why there is none. */
function valuesOf({ trainId, data, absent }: ReadyTrain): unknown[] {
  const inputs = streamInputs({ type: 'train', seq: 0, trainId, data: data!, ...(absent && { absent }) }, new Map());
  return PATHS.slice(0, 2).map((text): unknown => {
    const found = inputs.get(text, parseDataPath(text));
    return 'missing' in found ? found.missing : (found.value as { get(i: number): number }).get(0);
  });
}

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
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { endpoint: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, cuts: () => cuts };
}

describe('policies', () => {
  test('sample(n): the same trains of every stream, never seen otherwise, counted for the stream', async () => {
    const [one, two] = [await bridge(), await bridge()];
    const taker = await new Taker(`${one.endpoint}?policy=sample(5)`, two.endpoint).start();
    for (const id of range(101, 131)) {
      one.send(a(id));
      two.send(...(id % 2 ? [] : [b(id)]));
    }
    await taker.until('the last', () => taker.ids.includes(130));
    expect(taker.ids).toEqual(range(101, 131).filter((id) => id % 5 === 0 || id % 2 === 0));
    const at = (id: number): unknown[] => taker.values[taker.ids.indexOf(id)]!;
    expect([at(120), at(125)[0], at(126)]).toEqual([[120, -120], 125, [expect.stringMatching(/A\/CAM\/1:output comes from .*, of which only every 5th train ID is taken \(policy=sample\(5\)\)/), -126]]);
    expect(taker.source.dropped).toEqual({});
    expect(taker.source.status.streams![0]).toMatchObject({ policy: 'sample(5), block', received: 30, dropped: { sampled: 24 } });
  });

  test('block: nobody asks for more than fits, nothing is lost', async () => {
    const one = await bridge();
    const taker = new Taker(one.endpoint);
    taker.most = 1;
    await taker.start();
    one.send(...range(0, 50).map((id) => a(id)));
    await taker.until('it is full', () => one.sent >= 9);
    await sleep(200);
    expect([one.sent, taker.ids]).toEqual([9, [0]]);
    taker.release();
    await taker.until('all', () => taker.ids.length === 50);
    expect(taker.ids).toEqual(range(0, 50));
    expect(taker.source.dropped).toEqual({});
  });

  test.each(['drop-oldest', 'drop-newest'] as const)('%s: what is dropped is told of in its place; then all goes on', async (policy) => {
    const one = await bridge();
    const taker = new Taker(`${one.endpoint}?policy=${policy}`);
    taker.most = 1;
    await taker.start();
    one.send(...range(0, 60).map((id) => a(id)));
    await taker.until('all were read', () => one.sent === 60);
    await sleep(100);
    taker.release();
    one.send(...range(60, 70).map((id) => a(id)));
    await taker.until('the last', () => taker.ids.includes(69));
    expect(taker.told).toEqual(range(0, 70));
    expect(taker.source.dropped).toEqual({ 'no worker was free': 51 });
    const kept = taker.ids.slice(0, 9);
    expect(kept).toEqual(policy === 'drop-oldest' ? [0, ...range(52, 60)] : range(0, 9));
  });

  test.each(['block', 'drop-oldest', 'drop-newest'] as const)('%s at the limit of its memory', async (policy) => {
    const one = await bridge();
    const taker = new Taker(`${one.endpoint}?policy=${policy}&memory=1MB`);
    taker.most = 1;
    await taker.start();
    // 0.3 MB each: three fit.
    one.send(...range(0, 20).map((id) => message(id, { 'A/CAM/1:output': { x: floats(75_000, id) } })));
    await taker.until('it is full', () => one.sent >= (policy === 'block' ? 4 : 20));
    await sleep(100);
    if (policy === 'block') expect(one.sent).toBe(4);
    taker.release();
    await taker.until('all are told of', () => taker.all.length === 20);
    expect(taker.told).toEqual(range(0, 20));
    expect(taker.source.dropped).toEqual(policy === 'block' ? {} : { 'the memory of its stream was full': 17 });
    expect(taker.values.map(([x]) => x)).toEqual(taker.ids);
  });

  test('a train larger than the memory of its stream is dropped and said, the next ones come', async () => {
    const one = await bridge();
    const taker = await new Taker(`${one.endpoint}?memory=1MB`).start();
    one.send(a(1), message(2, { 'A/CAM/1:output': { x: floats(500_000, 2) } }), a(3));
    await taker.until('the third', () => taker.ids.includes(3));
    expect(taker.all.map((part) => ('train' in part ? part.train.trainId : part.lost.rule))).toEqual([1, 'larger than the memory of its stream', 3]);
  });

  test('SUB is read all the time; the newest trains are computed', async () => {
    const one = await bridge('PUB');
    const taker = new Taker(`${one.endpoint}?socket=SUB`);
    taker.most = 1;
    await taker.start();
    let id = 0;
    const timer = setInterval(() => one.send(a(id++)), 5);
    open.push(() => clearInterval(timer));
    await taker.until('some were dropped', () => (taker.source.dropped['no worker was free'] ?? 0) > 20);
    taker.release();
    await taker.until('the next', () => taker.ids.length > 30);
    expect(taker.ids[1]! - taker.ids[0]!).toBeGreaterThan(10);
    expect(taker.told).toEqual(taker.told.toSorted((x, y) => x - y));
  });
});

describe('train IDs that are none', () => {
  test.each<[string, Sources[string][string], RegExp]>([
    ['0', 0, /B\/XGM\/1:output sends the train ID 0, as devices without a clock do: its data belong to no train/],
    ['beyond 2^53', 2n ** 60n, /B\/XGM\/1:output sends "1152921504606846976" for a train ID/],
    ['a text', 'today', /B\/XGM\/1:output sends "today" for a train ID/],
  ])('%s, of one source: only that is missing', async (_, tid, why) => {
    const one = await bridge();
    const taker = await new Taker(one.endpoint).start();
    one.send(...range(100, 110).map((id) => a(id, { 'B/XGM/1:output': { x: floats(2, 5), tid } })));
    await taker.until('all', () => taker.ids.length === 10);
    expect(taker.values).toEqual(range(100, 110).map((id) => [id, expect.stringMatching(why)]));
    expect([taker.source.dropped, taker.source.status.streams![0]!.dropped]).toEqual([{}, { 'no train ID': 10 }]);
    expect(taker.source.status.streams![0]!.hint).toMatch(/^B\/XGM\/1:output sends .*belong to no train\.$/);
  });

  test('none at all is said', async () => {
    const one = await bridge();
    const taker = await new Taker(one.endpoint).start();
    one.send(...range(0, 3).map(() => message(1, { 'A/CAM/1:output': { x: 1, tid: 'x' } })));
    await taker.until('it is said', () => taker.notes.length > 0);
    expect(taker.notes[0]).toMatch(/A\/CAM\/1:output sends "x" for a train ID/);
  });
});

test('a second client of the simulator, which takes every other train, is found out', async () => {
  const sim = await startSim({ small: true, detector: false, rate: 100 });
  open.push(() => sim.stop());
  const taker = await new Taker(sim.endpoint).start();
  await taker.until('trains come', () => taker.ids.length > 20);
  const thief = new BridgeClient({ endpoint: sim.endpoint, socket: 'REQ' });
  open.push(() => thief.close());
  let stolen = 0;
  void (async () => {
    for (;;) {
      await thief.next();
      stolen += 1;
    }
  })().catch(() => undefined);
  await taker.until('it is said', () => taker.notes.length > 0);
  expect(stolen).toBeGreaterThan(30);
  expect(taker.notes[0]).toMatch(/Only every 2nd train arrives here \(\d\d of the last 100 IDs\): either tcp:\S+ sends no more, or another of its clients takes the others, for a REQ socket shares trains between its clients/);
  expect(taker.source.status.message).toContain('Only every 2nd');
  expect(taker.source.status.streams![0]!.hint).toContain('Only every 2nd');
});
