import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { BridgeClient } from '@trainyard/karabo-bridge';
import { startSim } from '@trainyard/sim';
import { floats, message, type Sources } from './bridge.test.support.ts';
import { range } from './pieces.test.support.ts';
import { Taker, a, afterTest, b, bridge } from './taker.test.support.ts';

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
    afterTest(() => clearInterval(timer));
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
  afterTest(() => sim.stop());
  const taker = await new Taker(sim.endpoint).start();
  await taker.until('trains come', () => taker.ids.length > 20);
  const thief = new BridgeClient({ endpoint: sim.endpoint, socket: 'REQ' });
  afterTest(() => thief.close());
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
