import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openRun } from './open/open-run.ts';
import { writeFile, type FileSpec } from './write-file.test.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'exdf-rows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FIRST = 2_000_000_000;
const ROWS = 12;

/** A file whose index points anywhere in its rows: gaps, overlaps, leading trains without data, zeros among the train IDs. */
const file = (from: number): fc.Arbitrary<FileSpec> => fc.array(fc.record({ step: fc.integer({ min: 1, max: 3 }), zero: fc.boolean(), first: fc.nat(ROWS), count: fc.nat(4), good: fc.boolean() }), { minLength: 1, maxLength: 8 }).map((entries) => {
  let id = from;
  const trainIds = entries.map(({ step, zero }) => ((id += step), zero && step === 3 ? 0 : id));
  const first = entries.map((entry) => entry.first);
  const count = entries.map((entry) => Math.min(entry.count, ROWS - entry.first));
  const data = Int32Array.from({ length: ROWS * 2 }, (_, i) => from * 100 + i);
  return { trainIds, flag: entries.map(({ good }) => (good ? 1 : 0)), groups: [{ source: 'A/B/1:out', group: 'data', first, count, keys: { 'data.x': { data, shape: [2] } } }] };
});

/** The rows by the rule in words: the trains of the file that are used, each with its own rows, in stretches between those that are not, by their first train. */
function expected(files: readonly FileSpec[], uses: (id: number, good: boolean) => boolean): { trainIds: number[]; data: number[] } {
  const stretches: { id: number; trainIds: number[]; data: number[] }[] = [];
  for (const { trainIds, flag, groups: [group] } of files) {
    let stretch: (typeof stretches)[number] | undefined;
    trainIds.forEach((id, i) => {
      if (id === 0) return;
      if (!uses(id, flag![i] === 1)) {
        stretch = undefined;
        return;
      }
      if (!stretch) stretches.push((stretch = { id, trainIds: [], data: [] }));
      const { first, count, keys } = group!;
      for (let row = first[i]!; row < first[i]! + count[i]!; row++) {
        stretch.trainIds.push(id);
        stretch.data.push(...Array.from((keys['data.x']!.data as Int32Array).slice(2 * row, 2 * row + 2)));
      }
    });
  }
  stretches.sort((a, b) => a.id - b.id);
  return { trainIds: stretches.flatMap((one) => one.trainIds), data: stretches.flatMap((one) => one.data) };
}

describe('rows of any index', () => {
  test('are those of the trains, whole, by train and for some trains', async () => {
    await fc.assert(fc.asyncProperty(file(10), file(100), fc.boolean(), fc.array(fc.integer({ min: 0, max: 130 })), async (one, two, suspectTrains, ids) => {
      rmSync(folder, { recursive: true, force: true });
      await writeFile(join(folder, 'RAW-R0001-DA01-S00001.h5'), one);
      await writeFile(join(folder, 'RAW-R0001-DA01-S00000.h5'), two);
      const run = await openRun(folder, { suspectTrains });
      const uses = (_: number, good: boolean): boolean => suspectTrains || good;
      const key = run.key('A/B/1:out', 'data.x');
      const whole = key.read();
      const wanted = expected([two, one], uses);
      expect({ trainIds: whole.trainIds, data: Array.from(whole.data as Int32Array) }).toEqual(wanted);
      expect(key.rowTrainIds()).toEqual(wanted.trainIds);
      const { trainIds, counts } = key.counts();
      expect(trainIds).toEqual(run.trainIds);
      for (const [i, id] of trainIds.entries()) {
        const own = wanted.data.filter((_, at) => wanted.trainIds[at >> 1] === id);
        expect(counts[i]! * 2).toBe(own.length);
        expect(Array.from((key.readTrain(id)?.data ?? []) as Int32Array)).toEqual(own);
        expect(key.whyMissing(id) === undefined).toBe(own.length > 0);
      }
      const some = run.trains(ids);
      const chosen = new Set(ids);
      const part = some.key('A/B/1:out', 'data.x').read();
      expect({ trainIds: part.trainIds, data: Array.from(part.data as Int32Array) }).toEqual(expected([two, one], (id, good) => chosen.has(id) && uses(id, good)));
      expect(part.shape.slice(1)).toEqual([2]);
      run.close();
    }), { numRuns: 60 });
  });

  // Upstream 1.24 takes rows 0, 1, 2, ... here: only the first `first` of each stretch counts there.
  test.each([
    ['a gap in the index', [0, 1, 4, 5, 6], [1, 1, 1, 1, 1], [0, 10, 40, 50, 60]],
    ['a leading train without data', [0, 3, 4, 5], [0, 1, 1, 1], [30, 40, 50]],
    ['an index backwards', [4, 2, 0], [2, 2, 2], [40, 50, 20, 30, 0, 10]],
  ])('%s', async (_, first, count, values) => {
    rmSync(folder, { recursive: true, force: true });
    await writeFile(join(folder, 'RAW-R0001-DA01-S00000.h5'), { trainIds: first.map((__, i) => FIRST + i), groups: [{ source: 'A/B/1:out', group: 'data', first, count, keys: { 'data.x': { data: Int32Array.from({ length: 8 }, (__, i) => 10 * i) } } }] });
    const run = await openRun(folder);
    expect(Array.from(run.key('A/B/1:out', 'data.x').read().data as Int32Array)).toEqual(values);
    run.close();
  });

  test('a zero train ID in the middle keeps its place in the index', async () => {
    rmSync(folder, { recursive: true, force: true });
    await writeFile(join(folder, 'RAW-R0001-DA01-S00000.h5'), { trainIds: [FIRST, FIRST + 1, 0, FIRST + 3, 0, 0], flag: [1, 1, 1, 0, 0, 0], groups: [{ source: 'A/B/1:out', group: 'data', first: [0, 1, 2, 3, 0, 0], count: [1, 1, 1, 1, 0, 0], keys: { 'data.x': { data: Int32Array.of(0, 10, 20, 30) } } }] });
    const run = await openRun(folder);
    const { data, trainIds } = run.key('A/B/1:out', 'data.x').read();
    expect([Array.from(data as Int32Array), trainIds, run.suspectTrainIds]).toEqual([[0, 10, 30], [FIRST, FIRST + 1, FIRST + 3], [FIRST + 3]]);
    expect(run.timestamps().map(Number)).toEqual([0, 1, 3].map((i) => (FIRST + i) * 100_000_000));
    run.close();
  });
});
