import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
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
import { RecordFile } from './record-file.ts';
import { ScalarHistory } from './scalar-history.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'history-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const problems: string[] = [];
const views = (kinds: Readonly<Record<string, string>>): GenerationDescriptor => ({ views: Object.entries(kinds).map(([id, kind]) => ({ id, kind })) }) as unknown as GenerationDescriptor;
const give = (sink: HistorySink, trainId: number, values: Readonly<Record<string, unknown>>): void => sink.train(new FinishedTrain(trainId, trainId, new Map(Object.entries(values).map(([id, value]) => [id, { outcome: { code: 0, value: value as number }, memory: undefined }])), () => undefined));
const all = (sink: HistorySink, id = 'v/n'): History => sink.query(id, -Infinity, Infinity, 1e5)!;

test('scalars and raw numbers are kept; NaN is a gap, a switch counts as 0 or 1, other kinds and outcomes are left out', () => {
  const sink = new HistorySink();
  sink.generation(views({ 'v/n': 'scalar', 'v/on': 'scalar', 'v/text': 'text' }));
  give(sink, 10, { 'v/n': 1.5, 'v/on': true, 'v/text': 'x', 'karabo#A/B/C.d': 5n });
  give(sink, 11, { 'v/n': NaN, 'v/on': false, 'karabo#A/B/C.d': Infinity });
  give(sink, 13, { 'v/n': -2 });
  sink.train(new FinishedTrain(14, 14, new Map([['v/n', { outcome: { code: 3 }, memory: undefined }]]), () => undefined));
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
  test('any values come back, also across snapshots and train IDs that begin anew', async () => {
    const step = fc.record({ id: fc.constantFrom('v/a', 'v/b'), anew: fc.boolean(), value: fc.double({ noNaN: true, noDefaultInfinity: true }), flush: fc.boolean() });
    await fc.assert(fc.asyncProperty(fc.array(fc.array(step, { maxLength: 12 }), { minLength: 1, maxLength: 4 }), async (lives) => {
      rmSync(folder, { recursive: true, force: true });
      const expected = new Map<string, [number, number][]>();
      for (const steps of lives) {
        // A log of two or three records is folded into a snapshot.
        let files = new HistoryFiles(folder, (text) => problems.push(text), 300);
        let histories = files.open();
        expect(new Map([...histories].map(([id, history]) => [id, Array.from(history.query(id, -Infinity, Infinity, 1e5).trainId)]))).toEqual(new Map([...expected].map(([id, values]) => [id, values.map(([trainId]) => trainId)])));
        for (const { id, anew, value, flush } of steps) {
          const last = expected.get(id)?.at(-1)?.[0];
          const isAnew = anew && last !== undefined && last > 1;
          const trainId = isAnew ? 1 : (last ?? 0) + 1;
          if (isAnew || !expected.has(id)) expected.set(id, []);
          expected.get(id)!.push([trainId, value]);
          if (isAnew || !histories.has(id)) histories.set(id, new ScalarHistory());
          histories.get(id)!.add(trainId, value);
          files.add(id, trainId, value, isAnew);
          if (flush) {
            await files.close();
            files = new HistoryFiles(folder, (text) => problems.push(text), 300);
            histories = files.open();
          }
        }
        await files.close();
      }
      const histories = new HistoryFiles(folder, (text) => problems.push(text)).open();
      for (const [id, values] of expected) expect(Array.from(histories.get(id)!.query(id, -Infinity, Infinity, 1e5).mean)).toEqual(values.map(([, value]) => value + 0));
      expect(problems).toEqual([]);
      expect(readdirSync(folder).filter((name) => name.endsWith('.snapshot')).length).toBeLessThan(2);
    }), { numRuns: 40 });
  });

  test('a log that is cut or damaged anywhere: what is before it comes back, and what is added then, too', async () => {
    const path = join(folder, '0.log');
    const file = new RecordFile(path);
    const ends = [0];
    for (let n = 0; n < 4; n += 1) {
      await file.append([{ id: 'v/n', anew: false, trainId: Float64Array.of(n), value: Float64Array.of(10 * n) }]);
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
        const sink = new HistorySink(folder, (text) => problems.push(text));
        expect(sink.query('v/n', 0, 99, 100)?.trainId.length ?? 0).toBe(whole);
        give(sink, 50, { 'v/n': 1 });
        await sink.close();
        const again = new HistorySink(folder);
        expect(again.query('v/n', 0, 99, 100)!.trainId).toEqual(Float64Array.from([...Array(whole).keys(), 50]));
      }
    }
    expect(problems).toEqual([]);
  });

  test('a snapshot with a strange tail, and files of others', async () => {
    const sink = new HistorySink(folder);
    give(sink, 5, { 'v/n': 1 });
    await sink.close();
    appendFileSync(join(folder, '0.log'), 'TYH1 and what is none');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const again = new HistorySink(folder);
    expect(all(again).trainId).toEqual(Float64Array.of(5));
    await again.close();
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('a folder that cannot be made is said, once; the history is in memory', async () => {
    writeFileSync(join(folder, 'file'), '');
    const said: string[] = [];
    const sink = new HistorySink(join(folder, 'file', 'history'), (text) => said.push(text));
    give(sink, 5, { 'v/n': 1 });
    await sink.close();
    expect(said).toEqual([expect.stringMatching(/^The history of numbers cannot be kept in .*It is kept in memory only\.$/)]);
    expect(all(sink).trainId).toEqual(Float64Array.of(5));
  });

  test('a killed process loses the last seconds', async () => {
    const at = (file: string): string => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));
    const script = `const { HistorySink } = await import(${at('./history-sink.ts')});
      const sink = new HistorySink(${JSON.stringify(folder)});
      let id = 0;
      setInterval(() => { id += 1; sink.train({ trainId: id, outcomes: new Map([['v/n', { outcome: { code: 0, value: id } }]]) }); process.stdout.write(id + '\\n'); }, 10);`;
    const child = spawn(process.execPath, ['--conditions=development', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let newest = 0;
    child.stdout.on('data', (data: Buffer) => (newest = Number(data.toString().trim().split('\n').at(-1))));
    await expect.poll(() => statSync(join(folder, '0.log'), { throwIfNoEntry: false })?.size ?? 0, { timeout: 10_000, interval: 20 }).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await once(child, 'close');
    const { count, last } = all(new HistorySink(folder));
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
