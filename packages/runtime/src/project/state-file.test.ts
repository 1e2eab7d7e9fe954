import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { packState, unpackState, type Checkpoint } from '../worker/checkpoint.ts';
import type { ReduceState } from '../worker/messages.ts';
import { StateFile } from './state-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard-state-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fresh = (): StateFile => new StateFile(join(folder, `${files++}.state`));
const state = (parts: Readonly<Record<string, unknown>>): ReduceState => Object.fromEntries(Object.entries(parts).map(([name, of]) => [name, { hash: `hash of ${name}`, code: {}, values: '[]', state: of }]));

async function through(checkpoint: Checkpoint): Promise<Checkpoint> {
  const file = fresh();
  file.write(checkpoint);
  await file.written();
  return file.read()!;
}

describe('what reducers remember, on disk', () => {
  test('comes back as it was: numbers, arrays of every type at odd places, lists, records', async () => {
    const typed = fc.oneof(
      fc.float64Array({ maxLength: 9 }), fc.float32Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), fc.int16Array({ maxLength: 9 }), fc.bigInt64Array({ maxLength: 9 }),
    );
    const data = fc.letrec<{ data: unknown }>((tie) => ({ data: fc.oneof({ maxDepth: 3 }, fc.double(), fc.string(), fc.bigInt(), fc.constant(undefined), typed, fc.array(tie('data'), { maxLength: 3 }), fc.dictionary(fc.string().filter((key) => key !== '__proto__'), tie('data'), { maxKeys: 3 })) })).data;
    await fc.assert(fc.asyncProperty(fc.dictionary(fc.string().filter((key) => key !== '__proto__'), data, { maxKeys: 4 }), fc.integer({ min: -1, max: 2 ** 40 }), async (parts, trainId) => {
      const saved = state(parts);
      const back = await through(packState(trainId, saved, (name) => trainId - name.length));
      expect(back.lastTrainId).toBe(trainId);
      expect(unpackState(back)).toEqual({ state: structuredClone(saved), unreadable: [] });
      expect(Object.entries(back.parts).map(([name, { hash, lastTrainId }]) => [name, hash, lastTrainId]).sort()).toEqual(Object.keys(parts).map((name) => [name, `hash of ${name}`, trainId - name.length]).sort());
    }), { numRuns: 60 });
  });

  test('of many that come while one is written the newest is on disk in the end, and nothing else', async () => {
    const file = fresh();
    for (let id = 1; id <= 50; id += 1) file.write(packState(id, state({ 'views/a': new Float64Array(1000).fill(id) })));
    await file.written();
    expect(file.read()!.lastTrainId).toBe(50);
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  test('has a ceiling: the smallest are kept, of the others it is said', () => {
    const big = packState(1, state({ 'views/image': new Float64Array(2_000_000), 'views/small': 3, 'views/odd': () => 1 }), undefined, 1_000_000);
    expect(Object.keys(big.parts)).toEqual(['views/small']);
    expect(big.left).toEqual({ 'views/image': 'it is 15 MiB, and all views together have 0.95 MiB', 'views/odd': expect.stringContaining('it is no plain data') });
  });
});

describe('a file that is not to be believed is put aside, and that is said', () => {
  const good = async (): Promise<{ file: StateFile; bytes: Buffer; said: string[] }> => {
    const file = fresh();
    const said: string[] = [];
    file.onProblem = (text) => said.push(text);
    file.write(packState(7, state({ 'views/a': new Float64Array(20), 'views/b': 'text' })));
    await file.written();
    return { file, bytes: readFileSync(file.path), said };
  };
  const expectAside = ({ file, said }: { file: StateFile; said: string[] }, what: RegExp): void => {
    expect(file.read()).toBeUndefined();
    expect(said).toEqual([expect.stringMatching(what)]);
    expect(said[0]).toContain(`${file.path}.unreadable`);
    expect(file.read()).toBeUndefined();
    expect(said).toHaveLength(1);
  };

  test('of another version, and of another program', async () => {
    const newer = await good();
    writeFileSync(newer.file.path, Buffer.concat([Buffer.from('trainyard state 2\n{}'), newer.bytes]));
    expectAside(newer, /another version of Trainyard \(layout 2, this one reads 1\)/);
    const other = await good();
    writeFileSync(other.file.path, '\u0089HDF\r\n');
    expectAside(other, /no state file of Trainyard/);
    const empty = await good();
    writeFileSync(empty.file.path, '');
    expectAside(empty, /no state file of Trainyard/);
  });

  test('cut short anywhere, or with any byte changed', async () => {
    const { bytes } = await good();
    await fc.assert(fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.boolean(), fc.integer({ min: 1, max: 255 }), async (at, cut, change) => {
      const one = await good();
      const spoiled = cut ? one.bytes.subarray(0, at) : Buffer.from(one.bytes.map((byte, i) => (i === at ? byte ^ change : byte)));
      writeFileSync(one.file.path, spoiled);
      const back = one.file.read();
      // A changed letter in a name, a hash or the time is no damage that can be seen; the state itself is whole.
      if (back) expect(unpackState(back).unreadable).toEqual([]);
      else expect(one.said).toHaveLength(1);
    }), { numRuns: 150 });
  });
});
