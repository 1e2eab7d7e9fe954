import { describe, expect, test } from 'vitest';
import { readWire, WireWriter } from '../worker/wire.ts';
import type { NdArray } from '@trainyard/core';
import { array, flatData } from '@trainyard/core';
import { Train } from '../pool/train.ts';
import type { Crew } from '../crew/crew.ts';
import type { SlotData, WireOutcome } from '../worker/messages.ts';
import { KeptTrains } from './kept-trains.ts';

const IMAGE = 'karabo#A/CAM/1:output[data.pixels]';
const OTHER = 'karabo#B/MOTOR/1.position';
const FAILED: WireOutcome = { code: 3, message: 'no', where: { file: 'views.ts', line: 1, column: 2 } };
const VALUE: WireOutcome = { code: 0 };

/** A generation of `a` (the image), `b` (takes a), `r` (in train order, takes b and the motor). */
function crew(): Crew {
  const view = (name: string, from: string[], more: object = {}) => ({ id: `views/${name}`, group: 'views', name, inputs: from.map((one, i) => ({ name: `i${i}`, from: one, optional: false })), ...more });
  const views = [view('a', [IMAGE]), view('b', ['view#views/a']), view('r', ['view#views/b', OTHER], { stage: 'reduce' })];
  return { descriptor: { views, paths: [IMAGE, OTHER, 'internal#train_id'] }, graph: { ofPool: new Set() } } as unknown as Crew;
}

/** A train of a stream; its slot is overwritten when `gone` is called. */
function train(of: Crew, seq: number, size = 4): { train: Train; gone: () => void } {
  const writer = new WireWriter();
  const sources = { 'A/CAM/1:daqOutput': { 'data.pixels': writer.put(array(Array.from({ length: size }, (_, i) => seq * 100 + i))) }, 'B/MOTOR/1': { 'position.value': seq }, 'C/X/1': { y: 'not asked for' } };
  const memory = new SharedArrayBuffer(writer.bytes);
  writer.copyTo(memory);
  return { train: new Train(seq, of, { trainId: 1000 + seq, data: [{ memory, sources }], release: () => undefined }), gone: () => void new Uint8Array(memory).fill(255) };
}

const circumstances = { parameters: { 'views.p': { value: 1, default: 2, type: 'number' as const } }, constants: [] };
const keeper = (mostBytes?: number): KeptTrains => new KeptTrains(false, () => circumstances, mostBytes);
const pixels = (data: SlotData | undefined): unknown => data && [...flatData(readWire(data[0]!.sources['A/CAM/1:daqOutput']!['data.pixels'], data[0]!.memory) as NdArray)];

describe('the train that a view failed on', () => {
  test('is copied with all that the view needs, and no more, the first of each generation', () => {
    const kept = keeper();
    const [one, two] = [crew(), crew()];
    const first = train(one, 1);
    kept.computed(first.train, { 'views/a': VALUE, 'views/b': FAILED });
    first.gone();
    kept.computed(train(one, 2).train, { 'views/a': VALUE, 'views/b': FAILED });
    const found = kept.newest('views/b')!;
    expect(found).toMatchObject({ view: 'views/b', trainId: 1001, outcome: 'failed', message: 'no', where: { line: 1 }, ...circumstances });
    expect([...found.paths.keys()]).toEqual([IMAGE]);
    expect(Object.keys(found.data![0]!.sources)).toEqual(['A/CAM/1:daqOutput']);
    expect(pixels(found.data)).toEqual([100, 101, 102, 103]);
    kept.computed(train(two, 3).train, { 'views/b': { code: 4, message: 'took long' } });
    expect(kept.newest('views/b')).toMatchObject({ trainId: 1003, outcome: 'late' });
    kept.computed(train(two, 4).train, { 'views/a': FAILED });
    expect([kept.newest()!.view, kept.newest('views/r')]).toEqual(['views/a', undefined]);
  });

  test('in train order is the next one, whose data are copied in time', () => {
    const kept = keeper();
    const of = crew();
    const pass = (seq: number, outcome: WireOutcome): void => {
      const { train: one, gone } = train(of, seq);
      kept.computed(one, { 'views/b': VALUE });
      gone();
      kept.reduced(one, { 'views/r': outcome });
      kept.through(one);
    };
    pass(1, FAILED);
    expect(kept.newest('views/r')).toMatchObject({ trainId: 1001, lost: expect.stringContaining('the next train') as string });
    pass(2, VALUE);
    pass(3, FAILED);
    pass(4, FAILED);
    const found = kept.newest('views/r')!;
    expect(found).toMatchObject({ trainId: 1003, outcome: 'failed' });
    expect(found.lost).toBeUndefined();
    expect(Object.keys(found.data![0]!.sources)).toEqual(['A/CAM/1:daqOutput', 'B/MOTOR/1']);
    expect([pixels(found.data), found.data![0]!.sources['B/MOTOR/1']]).toEqual([[300, 301, 302, 303], { 'position.value': 3 }]);
  });

  test('is bounded in bytes: the oldest make room, one that is too large is not copied and that is said', () => {
    const kept = keeper(100);
    const of = crew();
    kept.computed(train(of, 1, 8).train, { 'views/a': FAILED });
    kept.computed(train(of, 2, 8).train, { 'views/b': FAILED });
    expect([kept.newest('views/a'), kept.newest('views/b')!.trainId]).toEqual([undefined, 1002]);
    kept.computed(train(of, 3, 20).train, { 'views/a': FAILED });
    expect(kept.newest('views/a')).toMatchObject({ trainId: 1003, lost: expect.stringContaining('--train now') as string });
    expect(kept.newest('views/b')!.data).toBeDefined();
  });

  test('is copied at most twice, however many views fail on it', () => {
    const kept = keeper(1e6);
    const of = crew();
    const one = train(of, 1).train;
    kept.computed(one, { 'views/a': FAILED });
    kept.computed(one, { 'views/b': FAILED });
    const [a, b] = ['views/a', 'views/b'].map((id) => kept.newest(id)!.data![0]!.memory);
    expect(a).toBe(b);
    // Not seen here what the motor was: all of the train is copied then.
    kept.computed(one, { 'views/r': FAILED });
    expect(Object.keys(kept.newest('views/r')!.data![0]!.sources)).toEqual(['A/CAM/1:daqOutput', 'B/MOTOR/1']);
  });

  test('of recorded data is only named: they are read again', () => {
    const kept = new KeptTrains(true, () => circumstances);
    const one = new Train(1, crew(), { trainId: 7, release: () => undefined });
    kept.computed(one, { 'views/a': FAILED });
    kept.reduced(one, { 'views/r': FAILED });
    expect([kept.newest('views/a'), kept.newest('views/r')].map((found) => [found!.trainId, found!.data, found!.lost])).toEqual([[7, undefined, undefined], [7, undefined, undefined]]);
  });

  test('may be the next one, whatever comes of it, however large', async () => {
    const kept = keeper(10);
    const of = crew();
    const asked = [kept.next('views/r'), kept.next(undefined)];
    const { train: one, gone } = train(of, 5, 50);
    kept.computed(one, { 'views/b': VALUE });
    gone();
    kept.reduced(one, { 'views/r': { code: 1, message: 'skipped' } });
    kept.through(one);
    const [view, all] = await Promise.all(asked);
    expect([view!.trainId, view!.outcome, view!.message, all!.outcome]).toEqual([1005, 'none', 'skipped', 'value']);
    expect([...all!.paths.keys()]).toEqual([IMAGE, OTHER, 'internal#train_id']);
    expect((pixels(view!.data) as number[]).length).toBe(50);
    expect(kept.newest()).toBeUndefined();
  });
});
