import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { outcomeNames } from '@trainyard/core';
import { ResultsWriter } from '@trainyard/nexus';
import { writeNpy } from '@trainyard/stack';
import { Engine } from '../engine/engine.ts';
import type { FinishedTrain } from '../engine/finished-train.ts';
import { LiveSink } from '../sink/live-sink.ts';
import { ProjectFolder } from '../project/project-folder.ts';
import { loadInstalled } from '../packs/load-specs.ts';
import { readWire } from '../worker/wire.ts';
import { PlayedTrains } from './played-trains.ts';
import { RecordedTrains } from './recorded-trains.ts';
import type { PlayChange } from './train-source.ts';

const TRAINS = 40;
const folder = mkdtempSync(join(tmpdir(), 'yard-played-'));
beforeAll(() => writeNpy(join(folder, 'frames.npy'), { dtype: 'float64', shape: [TRAINS, 1, 2], data: Float64Array.from({ length: 2 * TRAINS }, (_, i) => Math.floor(i / 2)) }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function played(): Promise<PlayedTrains> {
  return new PlayedTrains(await RecordedTrains.ofStack(join(folder, 'frames.npy'), { from: 0, to: Infinity }));
}

describe('without a yard', () => {
  let source: PlayedTrains;
  afterEach(() => source.close());

  test('trains come at the rate, whoever asks', async () => {
    source = await played();
    let changes = 0;
    source.onChange = () => (changes += 1);
    source.play({ rate: 50 });
    const began = performance.now();
    const ids: number[] = [];
    while (ids.length < 10) {
      const train = source.take();
      if (train) ids.push(train.trainId);
      else await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(ids).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(performance.now() - began).toBeGreaterThan(9 * 20 - 10);
    expect(changes).toBeGreaterThan(5);
    expect(source.status.message).toMatch(/^Train 10 of 40 of .*frames\.npy, ID 9; 50 trains a second\.$/);
  });

  test('of many wishes the newest is computed, one at a time; back is anew, the same is again', async () => {
    source = await played();
    source.play({ paused: true, index: 20 });
    const first = source.take()!;
    for (const index of [21, 25, 30]) source.play({ index });
    expect(source.take()).toBeUndefined();
    expect(source.status.player).toMatchObject({ index: 30, paused: true, trains: 40, trainId: 30 });
    first.release();
    const then = source.take()!;
    then.release();
    source.again();
    const same = source.take()!;
    same.release();
    source.play({ index: 4 });
    expect([first, then, same, source.take()!].map(({ trainId, anew = false, again = false, stays = false }) => ({ trainId, anew, again, stays }))).toEqual([
      { trainId: 20, anew: false, again: false, stays: true },
      { trainId: 30, anew: false, again: false, stays: true },
      { trainId: 30, anew: false, again: true, stays: true },
      { trainId: 4, anew: true, again: false, stays: true },
    ]);
  });

  test('it stands on the last train, goes round when it is to, and begins anew when it is started there', async () => {
    source = await played();
    source.play({ index: TRAINS - 2, rate: 0 });
    const given = (): number[] => {
      const ids: number[] = [];
      for (let train = source.take(); train && ids.length < 5; train = source.take()) {
        ids.push(train.trainId);
        train.release();
      }
      return ids;
    };
    expect(given()).toEqual([38, 39]);
    expect(source).toMatchObject({ ended: false, status: { status: 'streaming', player: { paused: true, index: 39 }, message: expect.stringContaining('it is the last one, and stays') } });
    source.play({ loop: true, paused: false, index: 38 });
    expect(given()).toEqual([38, 39, 0, 1, 2]);
    source.play({ loop: false, paused: true, index: 39 });
    expect(given()).toEqual([39]);
    source.play({ paused: false });
    expect(given().slice(0, 3)).toEqual([0, 1, 2]);
  });

  test('a train ID is that train, or the first one recorded after it', async () => {
    const results = join(folder, 'gaps.h5');
    const writer = await ResultsWriter.create(results, { views: [{ id: 'v/total', group: 'v', name: 'total', kind: 'scalar', stage: 'pool', cumulative: false }] });
    for (const id of [1000, 1001, 1040]) writer.addTrain(id, new Map([['v/total', { code: 0, value: id }]]));
    writer.close();
    source = new PlayedTrains(await RecordedTrains.ofResults(results, { from: 0, to: Infinity }));
    const at = (change: PlayChange): unknown => {
      source.play({ paused: true, ...change });
      return source.status.player?.trainId;
    };
    expect([1001, 1002, 0, 5000].map((trainId) => at({ trainId }))).toEqual([1001, 1040, 1000, 1040]);
    expect(at({ trainId: 1040, index: 1 })).toBe(1001);
  });

  test.each([[{ index: -1 }, '"index"'], [{ index: 1.5 }, '"index"'], [{ index: '3' }, '"index"'], [{ trainId: -1 }, '"trainId"'], [{ rate: Number.NaN }, '"rate"'], [{ rate: 1e9 }, '"rate"'], [{ paused: 1 }, '"paused"'], [{ loop: null }, '"loop"']])('%o is refused', async (change, name) => {
    source = await played();
    expect(() => source.play(change as object)).toThrow(name);
  });
});

describe('in a yard', () => {
  let engine: Engine;
  let live: LiveSink;
  const seen: { readonly trainId: number; readonly views: Record<string, unknown> }[] = [];
  const file = join(folder, 'views.ts');

  const value = (name: string): [trainId: number, value: unknown] | undefined => {
    const newest = live.newest(`views/${name}`);
    return newest && [newest.trainId, readWire(newest.outcome.value, newest.memory)];
  };
  const until = (what: () => unknown): Promise<void> => expect.poll(what, { timeout: 10_000, interval: 10 }).toBeTruthy() as unknown as Promise<void>;
  const shows = (name: string, trainId: number, is: unknown): Promise<void> => expect.poll(() => value(name), { timeout: 10_000, interval: 10 }).toEqual([trainId, is]) as unknown as Promise<void>;
  const save = (): void => writeFileSync(file, `import { parameters, slider, stale, view } from '@trainyard/core';
import { mean } from '@trainyard/core/reducers';
export const p = parameters({ gain: slider(1, 0, 100) });
const frame = 'stack#frame';
export const scaled = view.scalar({ frame }, ({ frame }) => frame.max() * p.gain);
export const smooth = view.scalar({ scaled }, ({ scaled }) => scaled, { average: 4 });
export const all = view.reduce(scaled, mean());
export const then = view.scalar({ before: stale(scaled, 100) }, ({ before }) => before);
export const picture = view.image({ frame }, ({ frame }) => frame);
`);

  beforeAll(async () => {
    save();
    live = new LiveSink();
    const recorder = { isEarly: true as const, generation: () => undefined, close: async () => undefined, train: ({ trainId, outcomes }: FinishedTrain) => void seen.push({ trainId, views: Object.fromEntries(Array.from(outcomes, ([id, { outcome }]) => [id, outcomeNames[outcome.code]])) }) };
    engine = new Engine({ file, verb: 'live', source: await played(), sinks: [live, recorder], installed: await loadInstalled(folder), version: '0', watch: true, workers: 2, sets: {}, project: new ProjectFolder(folder) });
    await engine.start();
  });
  afterAll(() => engine.stop());

  test('paused, a seek shows one train in all views; forwards it is as after lost trains, backwards averages begin anew', async () => {
    engine.byHand.play({ paused: true, index: 9 });
    await shows('scaled', 9, 9);
    engine.byHand.clear(undefined, 'test');
    for (const name of ['scaled', 'smooth', 'all']) await shows(name, 9, 9);
    engine.byHand.play({ index: 12 });
    await shows('scaled', 12, 12);
    await shows('smooth', 12, 10.5);
    await shows('all', 12, 10.5);
    engine.byHand.play({ index: 2 });
    for (const name of ['scaled', 'smooth', 'all', 'then']) await shows(name, 2, 2);
    expect(engine.state()).toMatchObject({ source: { player: { paused: true, index: 2 } }, trains: { dropped: {} } });
    expect(engine.journal.entries.map(({ what }) => what)).toEqual(['generation', 'clear']);
  });

  test('a parameter that is set changes what stands there; what is summed up has the train once', async () => {
    await engine.byHand.set('views', 'gain', 5, 'test');
    for (const name of ['scaled', 'smooth', 'then']) await shows(name, 2, 10);
    await shows('all', 2, 2);
    engine.byHand.play({ index: 3 });
    await shows('all', 3, (2 + 15) / 2);
    await shows('smooth', 3, 12.5);
  });

  test('a raw key that somebody begins to look at is shown at once', async () => {
    expect(live.newest('stack#frame')).toBeUndefined();
    engine.watched.set([], ['stack#frame']);
    await until(() => live.newest('stack#frame')?.trainId === 3);
    engine.watched.set([], []);
  });

  test('a save shows its result on the train that stands there', async () => {
    const { number } = engine.state().generation;
    writeFileSync(file, `import { view } from '@trainyard/core';\nexport const scaled = view.scalar({ frame: 'stack#frame' }, ({ frame }) => frame.max() + 1000);\n`);
    await until(() => engine.state().generation.number > number);
    await shows('scaled', 3, 1003);
  });

  test('a slider that is dragged: trains between are left out, none is dropped, the last one counts', async () => {
    writeFileSync(file, `import { view } from '@trainyard/core';\nexport const slow = view.scalar({ frame: 'stack#frame' }, ({ frame }) => { const end = performance.now() + 40; while (performance.now() < end); return frame.max(); });\n`);
    await shows('slow', 3, 3);
    const before = seen.length;
    for (let index = 3; index <= 33; index++) {
      engine.byHand.play({ index });
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    await shows('slow', 33, 33);
    const computed = seen.slice(before).filter(({ views }) => views['views/slow'] === 'value').map(({ trainId }) => trainId);
    expect(computed.length).toBeLessThan(12);
    expect(computed.at(-1)).toBe(33);
    expect(engine.state().trains.dropped).toEqual({});
  });

  test('played to its end it stands there, and the yard goes on', async () => {
    engine.byHand.play({ paused: false, rate: 0 });
    await shows('slow', 39, 39);
    expect(engine.state().source).toMatchObject({ status: 'streaming', player: { paused: true, index: 39 } });
    engine.byHand.play({ index: 5 });
    await shows('slow', 5, 5);
  });
});
