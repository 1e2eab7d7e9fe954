import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { NumericArray } from '@trainyard/hdf5';
import { openRun } from './open/open-run.ts';
import { writeTrains, type TrainKey } from './write-trains.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard-trains-'));
afterAll(() => rmSync(folder, { recursive: true }));

const KINDS = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, BigInt64Array, BigUint64Array, Float32Array, Float64Array] as const;

/** Values of any bits, NaN payloads and -0 included. */
const numbers = (length: number): fc.Arbitrary<NumericArray> => fc.tuple(fc.constantFrom(...KINDS), fc.uint8Array({ minLength: length * 8, maxLength: length * 8 })).map(([Kind, bytes]) => new Kind(bytes.slice(0, length * Kind.BYTES_PER_ELEMENT).buffer as ArrayBuffer));
const shapes = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
const texts = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !text.includes('\0'));

const control = fc.tuple(fc.constantFrom('A/B/1', 'SQS/MOTOR/2'), fc.constantFrom('x', 'y.z', 'state'), shapes).chain(([source, key, entryShape]) => fc.oneof(
  numbers(size(entryShape)).map((data): TrainKey => ({ source, kind: 'control', key, count: 1, entryShape, data })),
  fc.array(texts, { minLength: size(entryShape), maxLength: size(entryShape) }).map((data): TrainKey => ({ source, kind: 'control', key, count: 1, entryShape, data })),
));
const instrument = fc.tuple(fc.constantFrom('A/B/1:output', 'C/D/2:daqOutput'), fc.constantFrom('data.image.pixels', 'data.energy'), fc.integer({ min: 1, max: 3 }), shapes)
  .chain(([source, key, count, entryShape]) => numbers(count * size(entryShape)).map((data): TrainKey => ({ source, kind: 'instrument', key, count, entryShape, data })));

describe('trains written as a run', () => {
  test('are read as they were given, whatever their types and shapes', async () => {
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.oneof(control, instrument), { selector: ({ source, key }) => (key.startsWith('data.') ? source : `${source} ${key}`), minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 2 ** 40 }), async (keys, trainId) => {
      const run = await writtenRun([{ trainId, timestamp: 1_735_689_600_000_000_000n, keys }]);
      expect(run.trainIds).toEqual([trainId]);
      for (const { source, kind, key, count, entryShape, data } of keys) {
        const found = run.sources.get(source)!;
        expect(found.kind).toBe(kind);
        const read = found.keys.get(key)!.readTrain(trainId)!;
        expect(read.shape).toEqual(count === 1 ? entryShape : [count, ...entryShape]);
        if (Array.isArray(data)) expect(read.data).toEqual(data);
        else {
          const [got, wanted] = [read.data as NumericArray, data as NumericArray];
          expect(got.constructor).toBe(wanted.constructor);
          expect(Buffer.compare(new Uint8Array(got.buffer, got.byteOffset, got.byteLength), new Uint8Array(wanted.buffer, wanted.byteOffset, wanted.byteLength))).toBe(0);
        }
      }
      run.close();
    }), { numRuns: 60 });
  });

  test('a train of nothing is one; shapes may differ from train to train', async () => {
    const empty = await writtenRun([{ trainId: 7, timestamp: 0n, keys: [] }]);
    expect([empty.trainIds, empty.sources.size]).toEqual([[7], 0]);
    empty.close();
    const pixels = (n: number): TrainKey => ({ source: 'A/B/1:output', kind: 'instrument', key: 'data.pixels', count: 1, entryShape: [n], data: new Uint16Array(n).fill(n) });
    const run = await writtenRun([3, 5].map((n, i) => ({ trainId: 10 + i, timestamp: 1n, keys: [pixels(n)] })));
    expect([10, 11].map((id) => run.sources.get('A/B/1:output')!.keys.get('data.pixels')!.readTrain(id)!.data)).toEqual([Uint16Array.of(3, 3, 3), Uint16Array.of(5, 5, 5, 5, 5)]);
    run.close();
  });

  const python = spawnSync('/usr/bin/python3', ['-c', 'import extra_data']).status === 0;
  if (!python) console.log('skipped: EXtra-data is not there for /usr/bin/python3');
  test.skipIf(!python)('are read by EXtra-data', async () => {
    const keys: TrainKey[] = [
      { source: 'SQS/MOTOR/1', kind: 'control', key: 'actualPosition', count: 1, entryShape: [], data: Float64Array.of(35.05) },
      { source: 'SQS/MOTOR/1', kind: 'control', key: 'state.value', count: 1, entryShape: [], data: ['ON'] },
      { source: 'SA3/XGM/1:output', kind: 'instrument', key: 'data.intensityTD', count: 1, entryShape: [3], data: Float32Array.of(1, 2, 3) },
      { source: 'DET/AGIPD/0CH0:xtdf', kind: 'instrument', key: 'image.data', count: 2, entryShape: [2, 2], data: Uint16Array.from({ length: 8 }, (_, i) => i) },
    ];
    (await writtenRun([{ trainId: 12345, timestamp: 1_735_689_600_000_000_000n, keys }])).close();
    const script = `
import sys, json, extra_data
run = extra_data.RunDirectory(sys.argv[1])
tid, train = run.train_from_index(0)
print(json.dumps({
    'trainId': int(tid), 'control': sorted(run.control_sources), 'instrument': sorted(run.instrument_sources),
    'position': float(run['SQS/MOTOR/1', 'actualPosition.value'].ndarray()[0]), 'state': run['SQS/MOTOR/1', 'state.value'].ndarray()[0].decode() if isinstance(run['SQS/MOTOR/1', 'state.value'].ndarray()[0], bytes) else str(run['SQS/MOTOR/1', 'state.value'].ndarray()[0]),
    'xgm': run['SA3/XGM/1:output', 'data.intensityTD'].ndarray().tolist(), 'det': run['DET/AGIPD/0CH0:xtdf', 'image.data'].ndarray().tolist(),
}))`;
    const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-c', script, join(folder, 'run')], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      trainId: 12345, control: ['SQS/MOTOR/1'], instrument: ['DET/AGIPD/0CH0:xtdf', 'SA3/XGM/1:output'], position: 35.05, state: 'ON',
      xgm: [[1, 2, 3]], det: [[[0, 1], [2, 3]], [[4, 5], [6, 7]]],
    });
  });
});

async function writtenRun(trains: Parameters<typeof writeTrains>[1]) {
  rmSync(join(folder, 'run'), { recursive: true, force: true });
  await writeTrains(join(folder, 'run'), trains);
  return openRun(join(folder, 'run'));
}
