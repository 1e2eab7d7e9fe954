import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openHdf5 } from '@trainyard/hdf5';
import { openRun } from '../open/open-run.ts';
import { control, instrument, writeFile, type FileSpec } from '../write-file.test.support.ts';
import { checkRun } from './check-run.ts';
import type { Finding } from './finding.ts';

const root = fileURLToPath(new URL('../../../../../shared/oracles/runs/', import.meta.url));
const available = existsSync(join(root, 'expected'));
if (!available) console.log('skipped: the runs of ../shared/oracles are not there');

async function check(where: string): Promise<readonly Finding[]> {
  const { run, findings } = await checkRun(where);
  run.close();
  return findings;
}

/** What upstream's sentence is called here. */
const CODES: readonly (readonly [RegExp, string])[] = [
  [/^Could not open HDF5 file/, 'FILE_SKIPPED'], [/^Zeroes in trainId/, 'RUN_TRAIN_ZERO'], [/^Train IDs are not strictly/, 'RUN_TRAIN_ORDER'], [/^Index referring to data/, 'RUN_INDEX_RANGE'],
  [/^Index first \/ count are not 1D/, 'RUN_INDEX_SHAPE'], [/^Index (has wrong|first & count)/, 'RUN_INDEX_LENGTH'], [/^Index doesn't start/, 'RUN_INDEX_START'], [/^Gaps/, 'RUN_INDEX_GAPS'],
  [/^Overlaps/, 'RUN_INDEX_OVERLAP'], [/^Zeroes in Timestamp/, 'RUN_TIMESTAMP_ZERO'], [/^Timestamp is decreasing/, 'RUN_TIMESTAMP_ORDER'], [/^Incorrect data map/, 'RUN_MAP'],
];
const codeOf = (message: string): string => CODES.find(([sentence]) => sentence.test(message))?.[1] ?? message;
const known = new Set(CODES.map(([, code]) => code));

describe.skipIf(!available)('runs that EXtra-data 1.24 has validated', () => {
  const names = available ? readdirSync(join(root, 'expected')).filter((name) => /^raw_r000[1-7]\.json$/.test(name)) : [];
  test.each(names)('%s: the same problems', async (name) => {
    const { path, validation_problems: told } = JSON.parse(readFileSync(join(root, 'expected', name), 'utf8')) as { path: string; validation_problems: { msg: string; file: string; dataset?: string }[] };
    const ours = (await check(join(root, 'XMPL/202450/p700000', path))).filter(({ code }) => known.has(code)).map(({ code, file, dataset }) => [code, basename(file!), dataset]);
    // Of the padding of format 0.1 upstream says two things: that it is there, and that its zeros overlap.
    const wanted = told.filter(({ msg, file }) => !(msg.startsWith('Overlaps') && told.some((other) => other.file === file && other.msg.startsWith('Index has wrong')))).map(({ msg, file, dataset }) => [codeOf(msg), file, dataset]);
    const order = (list: unknown[][]): string[] => list.map((one) => JSON.stringify(one)).sort();
    expect(order(ours)).toEqual(order(wanted));
  });

  test('the same train of a source in two files', async () => {
    const findings = await check(join(root, 'XMPL/202450/p700000/raw/r0008'));
    expect(findings.find(({ code }) => code === 'RUN_DUPLICATE_TRAINS')).toMatchObject({ severity: 'error', message: expect.stringContaining('G/DUP/1 has train 2000000002') });
  });
});

const folder = mkdtempSync(join(tmpdir(), 'exdf-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});
const file = (sequence: number, aggregator = 'DA01'): string => join(folder, `RAW-R0001-${aggregator}-S0000${sequence}.h5`);
const ids = [1, 2, 3, 4];
const good = (): FileSpec => ({ trainIds: ids, groups: [control('A/MOTOR/1', [1, 2, 3, 4]), instrument('A/CAM/1:out', [1, 1, 1, 1])] });
const withIndex = (first: number[], count: number[], rows = 4): FileSpec => ({ trainIds: ids, groups: [{ source: 'A/CAM/1:out', group: 'data', first, count, keys: { 'data.x': { data: Int32Array.from({ length: rows }, (_, i) => i) }, 'data.y': { data: new Float32Array(rows) } } }] });

test('nothing is found in a good run', async () => {
  await writeFile(file(0), good());
  expect(await check(folder)).toEqual([]);
  expect(await check(file(0))).toEqual([]);
});

describe('what is wrong is found, by name', () => {
  test.each([
    ['an index beyond the data', withIndex([0, 1, 2, 3], [1, 1, 1, 2]), ['error RUN_INDEX_RANGE'], /points at 5 rows, \/INSTRUMENT\/A\/CAM\/1:out\/data\/x has 4, and so have 1 more/],
    ['gaps', withIndex([0, 1, 3, 4], [1, 1, 1, 1], 5), ['warning RUN_INDEX_GAPS'], /after train 2 of the file \(1 \+ 1, then 3\)/],
    ['rows that two trains have', withIndex([0, 0, 1, 2], [1, 1, 1, 1]), ['error RUN_INDEX_OVERLAP'], /after train 1 of the file \(0 \+ 1, then 0\)/],
    ['a train without data that names another row', withIndex([0, 1, 0, 2], [1, 1, 0, 1]), ['warning RUN_INDEX_GAPS', 'warning RUN_INDEX_OVERLAP'], /goes back/],
    ['a late start', withIndex([1, 2, 3, 4], [1, 1, 1, 1], 5), ['warning RUN_INDEX_START'], /begin at 1/],
    ['a short index', withIndex([0, 1, 2], [1, 1, 1]), ['error RUN_INDEX_LENGTH'], /3 entries for 4 trains: the last trains have no data/],
    ['a long index', withIndex([0, 1, 2, 3, 0], [1, 1, 1, 1, 0]), ['warning RUN_INDEX_LENGTH'], /5 entries for 4 trains: those of train IDs that are zero, or behind the last/],
    ['an index beyond the data behind a zero among the train IDs', { trainIds: [10, 0, 12], groups: [{ source: 'A/CAM/1:out', group: 'data', first: [0, 1, 2], count: [1, 1, 3], keys: { 'data.x': { data: Int32Array.of(1, 2, 3) } } }] }, ['error RUN_INDEX_RANGE', 'warning RUN_INDEX_LENGTH', 'warning RUN_TRAIN_ZERO', 'warning TRAINS_GAP'], /points at 5 rows/],
    ['first and count that differ', withIndex([0, 1, 2, 3], [1, 1, 1]), ['error RUN_INDEX_LENGTH'], /first has 4 entries, count 3/],
    ['zeros among the train IDs', { ...withIndex([0, 1, 2, 3], [1, 1, 1, 1]), trainIds: [1, 0, 3, 4] }, ['warning TRAINS_GAP', 'warning RUN_TRAIN_ZERO', 'warning RUN_INDEX_LENGTH'], /the first at 1/],
    ['train IDs that go back', { ...withIndex([0, 1, 2, 3], [1, 1, 1, 1]), trainIds: [1, 3, 2, 4] }, ['warning RUN_TRAIN_ORDER'], /first at 1 \(3, then 2\)/],
    ['a train that the clock did not give', { ...good(), flag: [1, 1, 0, 1] }, ['warning TRAINS_SUSPECT'], /1 train ID does not come/],
  ] as const)('%s', async (_, spec, wanted, says) => {
    await writeFile(file(0), spec as unknown as FileSpec);
    const findings = await check(folder);
    expect(findings.map(({ severity, code }) => `${severity} ${code}`).sort()).toEqual([...wanted].sort());
    expect(findings.map(({ message }) => message).join('\n')).toMatch(says);
  });

  test('times that go back, or are missing', async () => {
    const times = (name: string, values: bigint[]): FileSpec['groups'][number] => ({ section: 'CONTROL', source: name, first: [0, 1, 2, 3], count: [1, 1, 1, 1], keys: { 'v.value': { data: new Float64Array(4) }, 'v.timestamp': { data: BigUint64Array.from(values) } } });
    await writeFile(file(0), { trainIds: ids, groups: [times('A/BACK/1', [1721000000000000002n, 1721000000000000001n, 1721000000000000003n, 0n]), times('A/ZERO/1', [1n, 0n, 3n, 4n])] });
    expect((await check(folder)).map(({ code, dataset }) => [code, dataset])).toEqual([['RUN_TIMESTAMP_ORDER', 'CONTROL/A/BACK/1/v/timestamp'], ['RUN_TIMESTAMP_ZERO', 'CONTROL/A/ZERO/1/v/timestamp']]);
  });

  test('no index, and an index with two axes', async () => {
    await writeFile(file(0), good());
    const odd = await openHdf5(file(0), 'a');
    odd.createDataset('INSTRUMENT/A/CAM/1:out/other/z', { data: Int32Array.of(1, 2, 3, 4) });
    odd.createDataset('INSTRUMENT/A/CAM/1:out/wide/z', { data: Int32Array.of(1, 2, 3, 4) });
    for (const name of ['first', 'count']) odd.createDataset(`INDEX/A/CAM/1:out/wide/${name}`, { data: new BigUint64Array(4), shape: [2, 2] });
    odd.close();
    expect((await check(folder)).filter(({ dataset }) => dataset?.startsWith('INDEX')).map(({ code, dataset }) => [code, dataset])).toEqual([['RUN_INDEX_MISSING', 'INDEX/A/CAM/1:out/other'], ['RUN_INDEX_SHAPE', 'INDEX/A/CAM/1:out/wide']]);
  });

  test('files that do not agree, are missing, cut short, or of another run', async () => {
    await writeFile(file(0), good());
    await writeFile(file(2), { trainIds: [9], groups: [{ section: 'CONTROL', source: 'A/MOTOR/1', first: [0], count: [1], keys: { 'v.value': { data: Float32Array.of(1) }, 'w.value': { data: Float32Array.of(1) } } }] });
    await writeFile(file(0, 'DA02'), good());
    truncateSync(file(0, 'DA02'), 3000);
    for (const [path, number] of [[file(0), 1], [file(2), 8]] as const) {
      const one = await openHdf5(path, 'a');
      one.createDataset('METADATA/runNumber', { data: Uint32Array.of(number) });
      one.close();
    }
    const findings = await check(folder);
    expect(findings.map(({ code }) => code).sort()).toEqual(['FILE_SKIPPED', 'RUN_KEYS', 'RUN_MIXED', 'RUN_NUMBER', 'RUN_SEQUENCE', 'TRAINS_GAP']);
    const says = (code: string): string => findings.find((one) => one.code === code)!.message;
    expect(says('RUN_KEYS')).toBe('A/MOTOR/1: RAW-R0001-DA01-S00002.h5 lacks v.timestamp and has w.value, which RAW-R0001-DA01-S00000.h5 has not');
    expect(says('RUN_MIXED')).toContain('changes from float64 [] to float32 []');
    expect(says('RUN_SEQUENCE')).toContain('RAW-R0001-DA01 has no file S00001');
    expect(says('RUN_NUMBER')).toContain('RAW-R0001-DA01-S00002.h5 says that it is of run 8');
  });

  test('a source without data, a map that is wrong', async () => {
    await writeFile(file(0), { trainIds: ids, groups: [{ source: 'A/NONE/1:out', group: 'data', first: [0, 0, 0, 0], count: [0, 0, 0, 0], keys: {} }, control('A/MOTOR/1', [1, 2, 3, 4])] });
    (await openRun(folder, { runMap: 'write' })).close();
    expect((await check(folder)).map(({ code }) => code)).toEqual(['RUN_SOURCE_EMPTY']);
    const map = join(folder, 'karabo_data_map.json');
    writeFileSync(map, readFileSync(map, 'utf8').replace('A/MOTOR/1', 'A/MOTOR/2'));
    expect(await check(folder)).toContainEqual(expect.objectContaining({ severity: 'error', code: 'RUN_MAP', file: map }));
  });

  test('modules that do not agree, and those that are not there', async () => {
    for (const [module, counts] of [[0, [1, 2]], [3, [1, 1]]] as const) {
      const name = `A_DET_LPD1M-1/DET/${module}CH0:xtdf`;
      const rows = counts[0] + counts[1];
      await writeFile(file(0, `LPD0${module}`), { trainIds: [1, 2], groups: [{ source: name, group: 'image', first: [0, counts[0]], count: counts, keys: { 'image.data': { data: new Uint16Array(rows * 4), shape: [2, 2] }, 'image.pulseId': { data: new BigUint64Array(rows) } } }] });
    }
    expect((await check(folder)).map(({ code, message }) => [code, message])).toEqual([['RUN_DETECTOR', expect.stringContaining('In train 2 module 0 has 2 frames, module 3 1')]]);
    rmSync(file(0, 'LPD03'));
    expect((await check(folder)).map(({ message }) => message)).toEqual(['A_DET_LPD1M-1 (LPD1M) has no module 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15']);
  });

  const python = spawnSync('/usr/bin/python3', ['-c', 'import h5py']).status === 0;
  test.skipIf(!python)('a virtual dataset of which a file is not there; a damaged chunk', async () => {
    await writeFile(join(folder, 'part.h5'), { trainIds: ids, groups: [instrument('A/CAM/1:out', [1, 1, 1, 1])] });
    execFileSync('/usr/bin/python3', ['-c', `
import h5py, sys, os
os.chdir(sys.argv[1])
with h5py.File('part.h5') as p, h5py.File('virtual.h5', 'w') as f:
    for name in ('METADATA', 'INDEX'): p.copy(name, f)
    layout = h5py.VirtualLayout((4,), 'i4'); layout[:] = h5py.VirtualSource('part.h5', 'INSTRUMENT/A/CAM/1:out/data/x', (4,))
    f.create_virtual_dataset('INSTRUMENT/A/CAM/1:out/data/x', layout)
`, folder]);
    const path = join(folder, 'virtual.h5');
    expect(await check(path)).toEqual([]);
    renameSync(join(folder, 'part.h5'), join(folder, 'away.h5'));
    expect(await check(path)).toEqual([{ severity: 'error', code: 'RUN_VIRTUAL', file: path, dataset: 'INSTRUMENT/A/CAM/1:out/data/x', message: expect.stringContaining('part.h5 is not there; 1 of 1 parts') }]);
    execFileSync('/usr/bin/python3', ['-c', `
import h5py, sys
with h5py.File(sys.argv[1], 'r+') as f:
    del f['INSTRUMENT/A/CAM/1:out/data/x']
    d = f.create_dataset('INSTRUMENT/A/CAM/1:out/data/x', (4,), 'i4', chunks=(4,), compression='gzip', fletcher32=True); d[:] = [1, 2, 3, 4]
    info = d.id.get_chunk_info(0); at = info.byte_offset
with open(sys.argv[1], 'r+b') as f: f.seek(at + 3); f.write(b'\\xff\\xff\\xff')
`, path]);
    expect(await check(path)).toEqual([expect.objectContaining({ severity: 'error', code: 'HDF5_READ', message: expect.stringContaining('A/CAM/1:out[data.x]') })]);
  });
});
