import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeHistory, type History } from '@trainyard/control';
import type { RouteRequest } from '../control/route.ts';
import { FinishedTrain } from '../engine/finished-train.ts';
import type { GenerationDescriptor } from '../worker/generation.ts';
import { HistoryFiles } from './history-files.ts';
import { historyRoute } from './history-route.ts';
import { HistorySink } from './history-sink.ts';
import { PointLevel } from './point-level.ts';
import { RecordFile } from './record-file.ts';
import { ScalarHistory } from './scalar-history.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'history-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const problems: string[] = [];
const views = (kinds: Readonly<Record<string, string>>): GenerationDescriptor => ({ views: Object.entries(kinds).map(([id, kind]) => ({ id, kind })) }) as unknown as GenerationDescriptor;
let seq = 0;
const give = (sink: HistorySink, trainId: number, values: Readonly<Record<string, unknown>>, at = (seq += 1)): void => sink.train(new FinishedTrain(at, trainId, new Map(Object.entries(values).map(([id, value]) => [id, { outcome: { code: 0, value: value as number }, memory: undefined }])), () => undefined));
const all = (sink: HistorySink, id = 'v/n'): History => sink.query(id, -Infinity, Infinity, 1e5)!;

test('scalars and raw numbers are kept; NaN is a gap, a switch counts as 0 or 1, other kinds and outcomes are left out', () => {
  const sink = new HistorySink();
  sink.generation(views({ 'v/n': 'scalar', 'v/on': 'scalar', 'v/text': 'text' }));
  give(sink, 10, { 'v/n': 1.5, 'v/on': true, 'v/text': 'x', 'karabo#A/B/C.d': 5n });
  give(sink, 11, { 'v/n': NaN, 'v/on': false, 'karabo#A/B/C.d': Infinity });
  give(sink, 13, { 'v/n': -2 });
  sink.train(new FinishedTrain((seq += 1), 14, new Map([['v/n', { outcome: { code: 3 }, memory: undefined }]]), () => undefined));
  expect(all(sink)).toMatchObject({ width: 1, trainId: Float64Array.of(10, 13), mean: Float64Array.of(1.5, -2), count: Uint32Array.of(1, 1), first: 10, last: 13 });
  expect(all(sink, 'v/on').mean).toEqual(Float64Array.of(1, 0));
  expect(all(sink, 'karabo#A/B/C.d').trainId).toEqual(Float64Array.of(10));
  expect(sink.query('v/text', 0, 20, 10)).toBeUndefined();
  // Another meaning of the same name goes on; a new view is empty.
  sink.generation(views({ 'v/n': 'scalar', 'v/new': 'scalar' }));
  give(sink, 15, { 'v/n': 3 });
  expect(all(sink).trainId).toEqual(Float64Array.of(10, 13, 15));
  expect(all(sink, 'v/new')).toMatchObject({ trainId: new Float64Array(0), first: NaN });
  // The same train once more is no news; train IDs that begin anew are a new past.
  give(sink, 15, { 'v/n': 4 });
  expect(all(sink).mean.at(-1)).toBe(3);
  give(sink, 2, { 'v/n': 7 });
  expect(all(sink)).toMatchObject({ trainId: Float64Array.of(2), first: 2, last: 2 });
});

test('a slow view is behind the others: that is no new beginning; behind one it is still at the trains before', () => {
  const sink = new HistorySink();
  give(sink, 100, { 'v/n': 1 }, 1000);
  give(sink, 102, { 'v/n': 3 }, 1002);
  give(sink, 100, { 'v/slow': 1 }, 1000);
  give(sink, 101, { 'v/slow': 2 }, 1001);
  expect([all(sink).last, all(sink, 'v/slow').last]).toEqual([102, 101]);
  give(sink, 11, { 'v/n': 5 }, 1004);
  give(sink, 102, { 'v/slow': 3 }, 1002);
  expect(sink.query('v/slow', 0, 999, 9)).toBeUndefined();
  give(sink, 10, { 'v/slow': 4 }, 1003);
  give(sink, 11, { 'v/slow': 5 }, 1004);
  expect([all(sink).trainId, all(sink, 'v/slow').trainId]).toEqual([Float64Array.of(11), Float64Array.of(10, 11)]);
});

test('of recorded data that are played each value stays with its train, whichever way the slider goes', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(40), fc.integer({ min: -9, max: 9 })), { minLength: 1, maxLength: 120 }), (steps) => {
    const sink = new HistorySink({ played: true });
    const known = new Map<number, number>();
    for (const [trainId, value] of steps) {
      give(sink, trainId, { 'v/n': value });
      known.set(trainId, value);
    }
    const sorted = [...known].sort(([a], [b]) => a - b);
    expect(all(sink)).toMatchObject({ width: 1, trainId: Float64Array.from(sorted, ([trainId]) => trainId), mean: Float64Array.from(sorted, ([, value]) => value), first: sorted[0]![0], last: sorted.at(-1)![0] });
    const wide = sink.query('v/n', 0, 40, 3)!;
    expect(wide.count.reduce((sum, count) => sum + count, 0)).toBe(known.size);
  }), { numRuns: 100 });
});

test('single values between others, also where there is no more room', () => {
  const level = new PointLevel(1, 100);
  for (let i = 0; i < 150; i += 1) level.put(10 * i, i);
  expect([level.length, level.start(0), level.hasLost]).toEqual([100, 500, true]);
  level.put(7, 7);
  level.put(1005, -1);
  level.put(500, -2);
  level.put(510, -2);
  const found = Array.from({ length: level.length }, (_, point) => [level.start(point), level.mean(point), level.count(point)]);
  const expected = [...Array.from({ length: 99 }, (_, i) => [510 + 10 * i, 51 + i, 1]), [1005, -1, 1]].sort(([a], [b]) => a! - b!);
  expected.unshift([500, -2, 1]);
  expected[1]![1] = -2;
  // Each new one took the place of the oldest.
  expect(found).toEqual(expected.slice(-100));
});

test('of too many numbers those of the stream go first, and never a view of the code', () => {
  const sink = new HistorySink();
  const ids = Array.from({ length: 300 }, (_, i) => `v/${i}`);
  sink.generation(views(Object.fromEntries(ids.map((id) => [id, 'scalar']))));
  give(sink, 1, Object.fromEntries(ids.slice(0, 200).map((id) => [id, 1])));
  for (let i = 0; i < 500; i += 1) give(sink, 2 + i, { [`karabo#A/B/C.d${i}`]: i });
  expect(ids.slice(0, 200).filter((id) => all(sink, id).last !== 1)).toEqual([]);
  expect([sink.query('karabo#A/B/C.d499', 0, 1e9, 9)?.last, sink.query('karabo#A/B/C.d0', 0, 1e9, 9)]).toEqual([501, undefined]);
  give(sink, 600, Object.fromEntries(ids.map((id) => [id, 2])));
  expect(ids.filter((id) => all(sink, id).last !== 600)).toEqual([]);
  expect(sink.query('karabo#A/B/C.d499', 0, 1e9, 9)).toBeUndefined();
});

describe('on disk', () => {
  test('any values come back, also across snapshots; where train IDs begin anew those before are put aside', async () => {
    const step = fc.record({ id: fc.constantFrom('v/a', 'v/b'), anew: fc.nat(9).map((n) => n === 0), value: fc.double({ noNaN: true, noDefaultInfinity: true }), end: fc.nat(3).map((n) => n === 0) });
    const kept = join(folder, 'history');
    type Values = Map<string, [number, number][]>;
    const read = async (at: string): Promise<Values> => {
      const files = new HistoryFiles(at, (text) => problems.push(text));
      const found = new Map(Array.from(files.open(), ([id, history]): [string, [number, number][]] => {
        const { trainId, mean } = history.query(id, -Infinity, Infinity, 1e5);
        return [id, Array.from(trainId, (train, i) => [train, mean[i]! + 0])];
      }));
      await files.close();
      return found;
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      rmSync(folder, { recursive: true, force: true });
      let expected: Values = new Map();
      let before: Values | undefined;
      let train = 0;
      // A log of two or three records is folded into a snapshot.
      const begin = (): HistoryFiles => new HistoryFiles(kept, (text) => notes.push(text), 300);
      const notes: string[] = [];
      let files = begin();
      let histories = files.open();
      for (const { id, anew, value, end } of steps) {
        if (anew && train > 0) {
          [before, expected, train] = [expected, new Map(), 0];
          files.beginAnew((histories = new Map()));
        }
        train += 1;
        expected.set(id, [...(expected.get(id) ?? []), [train, value + 0]]);
        if (!histories.has(id)) histories.set(id, new ScalarHistory());
        histories.get(id)!.add(train, value);
        files.add(id, train, value);
        if (end || anew) {
          await files.close();
          files = begin();
          histories = files.open();
        }
      }
      await files.close();
      expect(await read(kept)).toEqual(expected);
      if (before) expect(await read(`${kept}-before`)).toEqual(before);
      expect(existsSync(`${kept}-before`)).toBe(before !== undefined);
      expect(notes.every((text) => text.includes(`${kept}-before`))).toBe(true);
      expect(problems).toEqual([]);
      expect(readdirSync(kept).filter((name) => name.endsWith('.snapshot')).length).toBeLessThan(2);
    }), { numRuns: 40 });
  });

  test('a replay with older train IDs leaves the night beside it, and says where, once; also when it is begun twice at once', async () => {
    const kept = join(folder, 'history');
    const said: string[] = [];
    const night = new HistorySink({ folder: kept, onNote: (text) => said.push(text) });
    for (let trainId = 1000; trainId < 1100; trainId += 1) give(night, trainId, { 'v/n': trainId, 'v/m': -trainId });
    await night.close();
    const next = new HistorySink({ folder: kept, onNote: (text) => said.push(text) });
    give(next, 7, { 'v/n': 7 });
    give(next, 8, { 'v/m': 8, 'v/n': 8 });
    give(next, 3, { 'v/n': 3 });
    expect([all(next).trainId, next.query('v/m', 0, 1e9, 9)]).toEqual([Float64Array.of(3), undefined]);
    await next.close();
    expect(said).toEqual([`Train IDs began anew, and so did the history of numbers: the one before is in ${kept}-before.`]);
    const [now, before] = [new HistorySink({ folder: kept }), new HistorySink({ folder: `${kept}-before` })];
    expect([all(now).trainId, all(before).trainId.length, all(before, 'v/m').last]).toEqual([Float64Array.of(3), 100, 1099]);
    await Promise.all([now.close(), before.close()]);
  });

  test('a log that is cut or damaged anywhere: what is before it comes back, and what is added then, too', async () => {
    const path = join(folder, '0.log');
    const file = new RecordFile(path);
    const ends = [0];
    for (let n = 0; n < 4; n += 1) {
      await file.append([{ id: 'v/n', trainId: Float64Array.of(n), value: Float64Array.of(10 * n) }]);
      ends.push(file.bytes);
    }
    await file.close();
    const good = readFileSync(path);
    for (let length = 0; length < good.length; length += 7) {
      for (const cut of [true, false]) {
        writeFileSync(path, good);
        if (cut) truncateSync(path, length);
        else writeFileSync(path, good.with(length, good[length]! ^ 0xff));
        const whole = ends.filter((end) => end <= length).length - 1;
        const sink = new HistorySink({ folder, onNote: (text) => problems.push(text) });
        expect(sink.query('v/n', 0, 99, 100)?.trainId.length ?? 0).toBe(whole);
        give(sink, 50, { 'v/n': 1 });
        await sink.close();
        const again = new HistorySink({ folder });
        expect(again.query('v/n', 0, 99, 100)!.trainId).toEqual(Float64Array.from([...Array(whole).keys(), 50]));
      }
    }
    expect(problems).toEqual([]);
  });

  test('a snapshot with a strange tail, and files of others', async () => {
    const sink = new HistorySink({ folder });
    give(sink, 5, { 'v/n': 1 });
    await sink.close();
    appendFileSync(join(folder, '0.log'), 'TYH1 and what is none');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const again = new HistorySink({ folder });
    expect(all(again).trainId).toEqual(Float64Array.of(5));
    await again.close();
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('a folder that cannot be made is said, once; the history is in memory', async () => {
    writeFileSync(join(folder, 'file'), '');
    const said: string[] = [];
    const sink = new HistorySink({ folder: join(folder, 'file', 'history'), onNote: (text) => said.push(text) });
    give(sink, 5, { 'v/n': 1 });
    await sink.close();
    expect(said).toEqual([expect.stringMatching(/^The history of numbers cannot be kept in .*It is kept in memory only\.$/)]);
    expect(all(sink).trainId).toEqual(Float64Array.of(5));
  });

  test('a killed process loses the last seconds', async () => {
    const at = (file: string): string => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));
    const script = `const { HistorySink } = await import(${at('./history-sink.ts')});
      const sink = new HistorySink({ folder: ${JSON.stringify(folder)} });
      let id = 0;
      setInterval(() => { id += 1; sink.train({ seq: id, trainId: id, outcomes: new Map([['v/n', { outcome: { code: 0, value: id } }]]) }); process.stdout.write(id + '\\n'); }, 10);`;
    const child = spawn(process.execPath, ['--conditions=development', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let newest = 0;
    child.stdout.on('data', (data: Buffer) => (newest = Number(data.toString().trim().split('\n').at(-1))));
    await expect.poll(() => statSync(join(folder, '0.log'), { throwIfNoEntry: false })?.size ?? 0, { timeout: 10_000, interval: 20 }).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await once(child, 'close');
    const { count, last } = all(new HistorySink({ folder }));
    expect(count.length).toBe(last);
    expect(newest - last).toBeLessThan(100);
    expect(last).toBeGreaterThan(50);
  }, 20_000);
});

test('the route gives what was asked for, and says what it does not have', async () => {
  const sink = new HistorySink();
  sink.generation(views({ 'v/n': 'scalar' }));
  for (let trainId = 0; trainId < 64; trainId += 1) give(sink, trainId, { 'v/n': trainId });
  const ask = async (query: string): Promise<History> => decodeHistory((await historyRoute(sink).answer({ query: new URLSearchParams(query) } as RouteRequest)).body as Uint8Array);
  expect(await ask('id=v/n&from=10&to=41&points=8')).toMatchObject({ width: 8, trainId: Float64Array.of(8, 16, 24, 32, 40), min: Float64Array.of(8, 16, 24, 32, 40), max: Float64Array.of(15, 23, 31, 39, 47), first: 0, last: 63 });
  expect((await ask('id=v/n')).trainId).toHaveLength(64);
  await expect(ask('id=v/other')).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('scalar views') as string });
  for (const wrong of ['from=-1', 'to=x', 'points=1e9', 'points=']) await expect(ask(`id=v/n&${wrong}`)).rejects.toMatchObject({ code: 'HISTORY_QUERY' });
});
