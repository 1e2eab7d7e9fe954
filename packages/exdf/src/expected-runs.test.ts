import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openRun } from './open/open-run.ts';
import type { KeyRows, Run, RunKey } from './run.ts';

/** Runs of all format versions with what EXtra-data 1.24 reads from them; kept beside the repository, not in it. */
const runs = fileURLToPath(new URL('../../../../shared/oracles/runs/', import.meta.url));
const expectedFolder = join(runs, 'expected');
const available = existsSync(expectedFolder);

interface ExpectedKey {
  dtype: string; shape: number[]; sha256: string; counts: number[]; entry_shape: number[];
  n_train_id_coords: number; train_id_coords_sha: string; units?: string;
}
interface Facts {
  train_ids: number[]; control_sources: string[]; instrument_sources: string[]; legacy_sources: Record<string, string>;
  timestamps_ns: (number | null)[]; files: string[]; run_metadata: Record<string, string | number>;
  file_info: Record<string, { train_ids: number[]; validity_flag: boolean[] }>;
  keys?: Record<string, Record<string, ExpectedKey | Record<string, unknown> | boolean | string[]>>;
}
interface Expected { path: string; stderr?: string[]; inc_suspect_True: Facts; inc_suspect_False?: Facts }

const NUMPY: Record<string, string> = {
  '|b1': 'bool', '|i1': 'int8', '|u1': 'uint8', '<i2': 'int16', '<u2': 'uint16', '<i4': 'int32', '<u4': 'uint32',
  '<i8': 'int64', '<u8': 'uint64', '<f2': 'float16', '<f4': 'float32', '<f8': 'float64', str: 'str',
};

function sha(data: KeyRows['data']): string {
  if (Array.isArray(data)) return createHash('sha256').update(data.join('\0')).digest('hex');
  return createHash('sha256').update(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)).digest('hex');
}

function describeKey(key: RunKey): ExpectedKey {
  const rows = key.read();
  const { counts } = key.counts();
  return {
    dtype: rows.dtype, shape: rows.shape, sha256: sha(rows.data), counts, entry_shape: key.entryShape,
    n_train_id_coords: rows.trainIds.length, train_id_coords_sha: sha(BigUint64Array.from(rows.trainIds, BigInt)),
    ...(key.units === undefined ? {} : { units: key.units }),
  };
}

function checkFacts(run: Run, facts: Facts, oneSequence = true): number {
  expect(run.trainIds).toEqual(facts.train_ids);
  const names = (kind: string): string[] => [...run.sources.values()].filter((source) => source.kind === kind).map((source) => source.name);
  expect(names('control')).toEqual(facts.control_sources);
  expect(names('instrument')).toEqual(facts.instrument_sources);
  const legacy = [...run.sources.values()].filter((source) => source.legacy !== undefined).map((source) => [source.name, source.legacy]);
  expect(Object.fromEntries(legacy)).toEqual(facts.legacy_sources);
  // The oracle's numbers went through JSON: nanoseconds since 1970 are beyond 2^53, compare as it rounds them.
  expect(run.timestamps().map((time) => (time === undefined ? null : Number(time)))).toEqual(facts.timestamps_ns);
  expect(run.files.toSorted()).toEqual(facts.files);
  let checked = 0;
  for (const [name, keys] of Object.entries(facts.keys ?? {})) {
    const source = run.sources.get(name)!;
    const wanted = Object.keys(keys).filter((key) => !key.startsWith('@'));
    expect([...source.keys.keys()].toSorted(), name).toEqual(wanted.toSorted());
    for (const key of wanted) {
      const { dtype, shape, sha256, counts, entry_shape, n_train_id_coords, train_id_coords_sha, units } = keys[key] as ExpectedKey;
      const expected = { dtype: NUMPY[dtype] ?? dtype, shape, sha256, counts, entry_shape, n_train_id_coords, train_id_coords_sha, ...(units ? { units } : {}) };
      expect(describeKey(source.keys.get(key)!), `${name}[${key}]`).toEqual(expected);
      checked += 1;
    }
    if (keys['@run_values'] && typeof keys['@run_values'] === 'object') {
      const values = Object.entries(source.runValues()).map(([key, value]) => [key, typeof value === 'bigint' || typeof value === 'number' ? Number(value) : value]);
      const asOracle = values.map(([key, value]) => [key, typeof value === 'object' ? undefined : value]);
      const scalars = Object.entries(keys['@run_values']).map(([key, value]) => [key, typeof value === 'string' && value.startsWith('[') ? undefined : value]);
      // With several sequence files upstream takes the one that the directory lists first; here it is the first by name.
      if (oneSequence) expect(Object.fromEntries(asOracle), name).toEqual(Object.fromEntries(scalars));
      else expect(asOracle.map(([key]) => String(key)).toSorted()).toEqual(scalars.map(([key]) => String(key)).toSorted());
    }
    if ('@is_run_only' in keys) expect(source.keys.size === 0, `${name} is recorded at the start only`).toBe(keys['@is_run_only']);
  }
  return checked;
}

/** Every train of every key one by one gives the rows of the whole read. */
function checkTrains(run: Run): void {
  for (const source of run.sources.values()) {
    for (const key of source.keys.values()) {
      const rows = key.read();
      const size = key.entryShape.reduce((product, length) => product * length, 1) * (rows.dtype.startsWith('[') ? key.entryBytes! : 1);
      for (const trainId of run.trainIds) {
        const at = rows.trainIds.flatMap((id, row) => (id === trainId ? [row] : []));
        const train = key.readTrain(trainId);
        if (at.length === 0) {
          expect(train).toBeUndefined();
          continue;
        }
        expect(train!.shape).toEqual(at.length === 1 ? key.entryShape : [at.length, ...key.entryShape]);
        const wanted = rows.data.slice(at[0] * size, (at.at(-1)! + 1) * size);
        expect(sha(train!.data) === sha(wanted), `${source.name}[${key.name}] of ${trainId}`).toBe(true);
        if (key.entryBytes !== undefined) {
          const target = new Uint8Array(at.length * key.entryBytes + 3);
          const into = key.readTrainInto(trainId, target)!;
          expect(into).toEqual({ dtype: rows.dtype, shape: train!.shape, bytes: at.length * key.entryBytes });
          expect(sha(target.subarray(0, into.bytes))).toBe(sha(wanted));
        }
      }
    }
  }
}

describe.skipIf(!available)('runs that EXtra-data 1.24 has read (../shared/oracles/runs)', () => {
  const names = available ? readdirSync(expectedFolder).filter((name) => name.endsWith('.json') && name !== 'raw_r0008.json') : [];
  it.each(names)('%s: every key has the same type, shape, bytes, counts, train IDs and units', async (name) => {
    const expected = JSON.parse(readFileSync(join(expectedFolder, name), 'utf8')) as Expected;
    const folder = join(runs, 'XMPL/202450/p700000', expected.path);
    const run = await openRun(folder);
    expect(checkFacts(run, expected.inc_suspect_True, name !== 'raw_r0001.json')).toBeGreaterThan(10);
    const said = (expected.stderr ?? []).filter((line) => line.startsWith('Skipping file')).map((line) => line.replace('Skipping file ', ''));
    expect(run.skipped.map(({ file }) => basename(file))).toEqual(said.toSorted());
    // Which file tells the metadata depends on the directory order upstream; here it is the first by name.
    if (!/r000[56]/.test(name)) expect(run.metadata()).toEqual(expected.inc_suspect_True.run_metadata);
    const suspects = Object.values(expected.inc_suspect_True.file_info).flatMap(({ train_ids, validity_flag }) => train_ids.filter((_, i) => !validity_flag[i]));
    expect(run.suspectTrainIds).toEqual([...new Set(suspects)].toSorted((a, b) => a - b));
    checkTrains(run);
    run.close();
    if (expected.inc_suspect_False) {
      const strict = await openRun(folder, { suspectTrains: false });
      checkFacts(strict, expected.inc_suspect_False);
      checkTrains(strict);
      strict.close();
    }
  });

  it('raw_r0008: the same train of a source in two files is refused by name', async () => {
    const error = await openRun(join(runs, 'XMPL/202450/p700000/raw/r0008')).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'EXDF_DUPLICATE_TRAINS' });
    expect(String(error)).toMatch(/2 sources.*G\/DUP\/1 has train 2000000002 in RAW-R0008-DA01-S00000\.h5 and RAW-R0008-DA02-S00000\.h5.*G\/DUP\/1:out/s);
  });
});
