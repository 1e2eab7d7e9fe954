import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openHdf5 } from '@trainyard/hdf5';
import type { Run } from '../run.ts';
import { control, instrument, writeFile } from '../write-file.test.support.ts';
import { openRun } from './open-run.ts';
import { OpenFiles } from './open-files.ts';

let folder: string;
const opened: Run[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exdf-open-'));
});
afterEach(() => {
  for (const run of opened.splice(0)) run.close();
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

async function open(...args: Parameters<typeof openRun>): Promise<Run> {
  const run = await openRun(...args);
  opened.push(run);
  return run;
}
const file = (sequence: number, aggregator = 'DA01'): string => join(folder, `RAW-R0001-${aggregator}-S0000${sequence}.h5`);
const valuesOf = (run: Run): number[] => Array.from(run.key('A/MOTOR/1', 'v').read().data as Float64Array);
const errorOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a train that a source has in two files', () => {
  test('is refused by name; the first may be kept', async () => {
    await writeFile(file(0), { trainIds: [1, 2, 3], groups: [control('A/MOTOR/1', [1, 2, 3]), instrument('B/CAM/1:out', [1, 1, 1])] });
    await writeFile(file(1), { trainIds: [3, 4, 4], groups: [control('A/MOTOR/1', [30, 40, 41])] });
    await expect(openRun(folder)).rejects.toMatchObject({ code: 'EXDF_DUPLICATE_TRAINS', message: expect.stringMatching(/A\/MOTOR\/1 has train 3 in .*keep: 'first'/) });
    const run = await open(folder, { keep: 'first' });
    expect([run.trainIds, valuesOf(run), run.key('A/MOTOR/1', 'v').readTrain(3)!.data]).toEqual([[1, 2, 3, 4], [1, 2, 3, 40], Float64Array.of(3)]);
    expect(run.key('A/MOTOR/1', 'v').counts().counts).toEqual([1, 1, 1, 1]);
    expect(valuesOf((await open(folder, { include: '*S00001*', keep: 'first' })))).toEqual([30, 40]);
  });
});

describe('a run that grows', () => {
  test('is followed: files that grew are opened again, new ones join, selections stay', async () => {
    await writeFile(file(0), { trainIds: [1, 2, 3], groups: [control('A/MOTOR/1', [1, 2, 3])] });
    const run = await open(folder);
    const last = run.select('*MOTOR*', 'v').trains('-2:');
    expect([valuesOf(run), valuesOf(last)]).toEqual([[1, 2, 3], [2, 3]]);
    await writeFile(file(0), { trainIds: [1, 2, 3, 4], groups: [control('A/MOTOR/1', [1, 2, 3, 4])] });
    await writeFile(file(1), { trainIds: [5], groups: [control('A/MOTOR/1', [5]), instrument('B/CAM/1:out', [2])] });
    const now = await run.refresh();
    expect([valuesOf(now), now.sources.size, now.files.length]).toEqual([[1, 2, 3, 4, 5], 2, 2]);
    const lastNow = await last.refresh();
    expect([valuesOf(lastNow), lastNow.trainIds, [...lastNow.sources.values()].map((one) => [...one.keys.keys()])]).toEqual([[4, 5], [4, 5], [['v.value']]]);
    // The run that was opened first is what it was.
    expect([run.trainIds, valuesOf(run)]).toEqual([[1, 2, 3], [1, 2, 3]]);
  });

  test('a file in pieces is what it was; one that was not usable joins when it is whole', async () => {
    await writeFile(file(0), { trainIds: [1, 2], groups: [control('A/MOTOR/1', [1, 2])] });
    writeFileSync(file(1), '');
    const run = await open(folder);
    expect(run.skipped).toEqual([{ file: file(1), reason: expect.stringContaining('empty') }]);
    const whole = readFileSync(file(0));
    truncateSync(file(0), 1000);
    const meanwhile = await run.refresh();
    expect([meanwhile.trainIds, meanwhile.skipped.length]).toEqual([[1, 2], 1]);
    writeFileSync(file(0), whole);
    await writeFile(file(1), { trainIds: [3], groups: [control('A/MOTOR/1', [3])] });
    const then = await meanwhile.refresh();
    expect([valuesOf(then), then.skipped]).toEqual([[1, 2, 3], []]);
  });

  test('while h5py writes it, each refresh has whole trains with their values', async () => {
    if (spawnSync('/usr/bin/python3', ['-c', 'import h5py']).status !== 0) return console.log('skipped: needs python3-h5py');
    await writeFile(file(0), { trainIds: [1], groups: [control('A/MOTOR/1', [1])] });
    const program = `
import h5py, sys, shutil
path = sys.argv[1]
with h5py.File(path, 'w') as f:
    f['METADATA/dataFormatVersion'] = [b'1.2']
    f['METADATA/dataSources/dataSourceId'] = [b'CONTROL/C/GROWS/1']
    for name, dtype in (('INDEX/trainId', 'u8'), ('INDEX/flag', 'i4'), ('INDEX/C/GROWS/1/first', 'u8'), ('INDEX/C/GROWS/1/count', 'u8'), ('CONTROL/C/GROWS/1/v/value', 'f8')):
        f.create_dataset(name, (0,), dtype, maxshape=(None,), chunks=(4,))
print('made', flush=True)
n = 0
for line in sys.stdin:
    with h5py.File(path, 'a') as f:
        for name in ('INDEX/trainId', 'INDEX/flag', 'INDEX/C/GROWS/1/first', 'INDEX/C/GROWS/1/count', 'CONTROL/C/GROWS/1/v/value'): f[name].resize((n + 3,))
        f['CONTROL/C/GROWS/1/v/value'][n:] = [n + 0.5, n + 1.5, n + 2.5]
        f['INDEX/C/GROWS/1/first'][n:] = range(n, n + 3); f['INDEX/C/GROWS/1/count'][n:] = 1
        f['INDEX/trainId'][n:] = range(n + 1, n + 4); f['INDEX/flag'][n:] = 1
    n += 3
    print(n, flush=True)
`;
    const writer = spawn('/usr/bin/python3', ['-c', program, file(0, 'DA02')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: writer.stdout })[Symbol.asyncIterator]();
    try {
      await lines.next();
      let run = await open(folder);
      for (let n = 3; n <= 12; n += 3) {
        writer.stdin.write('\n');
        await lines.next();
        run = await run.refresh();
        expect(Array.from(run.key('C/GROWS/1', 'v').read().data as Float64Array)).toEqual(Array.from({ length: n }, (_, i) => i + 0.5));
      }
    } finally {
      writer.stdin.end();
      writer.kill();
    }
  });
});

describe('a run that is moved away', () => {
  test('is a named error that says what to do, at reading and at refreshing', async () => {
    for (const sequence of [0, 1]) await writeFile(file(sequence), { trainIds: [sequence + 1], groups: [control('A/MOTOR/1', [sequence + 1])] });
    const run = await open(folder);
    const moved = `${folder}-moved`;
    renameSync(folder, moved);
    try {
      // What is open can still be read; what has to be opened again cannot.
      const files = (run as unknown as { parts: { members: { files: OpenFiles }[] } }).parts.members[0]!.files;
      for (const sequence of [0, 1]) files.release(file(sequence));
      expect(errorOf(() => valuesOf(run))).toMatchObject({ code: 'EXDF_GONE', where: file(0), message: expect.stringContaining('Open it again where it is now') });
      await expect(run.refresh()).rejects.toMatchObject({ code: 'EXDF_GONE' });
    } finally {
      renameSync(moved, folder);
    }
    expect(valuesOf(await run.refresh())).toEqual([1, 2]);
    rmSync(file(1));
    await expect(run.refresh()).rejects.toMatchObject({ code: 'EXDF_GONE', where: file(1) });
  });
});

describe("EXtra-data's run map", () => {
  const entry = (name: string): Record<string, unknown> => (JSON.parse(readFileSync(join(folder, 'karabo_data_map.json'), 'utf8')) as Record<string, unknown>[]).find((one) => one['filename'] === name)!;

  test('is written when asked, read without opening the files, and ignored where the file has changed', async () => {
    await writeFile(file(0), { trainIds: [1, 2, 0], flag: [1, 0, 0], groups: [control('A/MOTOR/1', [1, 2, 0])] });
    await writeFile(file(1), { trainIds: [3], groups: [control('A/MOTOR/1', [3])] });
    (await open(folder)).close();
    expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toEqual([]);
    (await open(folder, { runMap: 'write' })).close();
    const { mtime, ...rest } = entry('RAW-R0001-DA01-S00000.h5');
    expect(rest).toEqual({ filename: 'RAW-R0001-DA01-S00000.h5', size: statSync(file(0)).size, train_ids: [1, 2], control_sources: ['A/MOTOR/1'], instrument_sources: [], legacy_sources: {}, suspect_train_indices: [1] });
    expect(Math.abs((mtime as number) - statSync(file(0)).mtimeMs / 1000)).toBeLessThan(1e-3);
    // A file of garbage with the size and time of the map: nothing of it is looked at.
    const { atime, mtime: modified } = statSync(file(1));
    const [keep, bytes] = [readFileSync(file(1)), statSync(file(1)).size];
    const noted = entry('RAW-R0001-DA01-S00001.h5');
    writeFileSync(file(1), Buffer.alloc(bytes));
    utimesSync(file(1), atime, modified);
    const map = JSON.parse(readFileSync(join(folder, 'karabo_data_map.json'), 'utf8')) as { filename: string; mtime: number }[];
    map.find((one) => one.filename === noted['filename'])!.mtime = statSync(file(1)).mtimeMs / 1000;
    writeFileSync(join(folder, 'karabo_data_map.json'), JSON.stringify(map.map((one) => (one.filename === noted['filename'] ? { ...one, mtime: Math.round(one.mtime) } : one))));
    utimesSync(file(1), atime, Math.round(statSync(file(1)).mtimeMs / 1000));
    const run = await open(folder);
    expect([run.trainIds, run.suspectTrainIds, run.skipped]).toEqual([[1, 2, 3], [2], []]);
    expect((await open(folder, { runMap: 'off' })).skipped).toHaveLength(1);
    // Its size differs: the map counts no more.
    writeFileSync(file(1), keep.subarray(0, 100));
    expect((await open(folder)).skipped).toHaveLength(1);
  });

  test('that says something else than the file is found out when the index is read', async () => {
    await writeFile(file(0), { trainIds: [1, 2], groups: [control('A/MOTOR/1', [1, 2])] });
    (await open(folder, { runMap: 'write' })).close();
    const path = join(folder, 'karabo_data_map.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"train_ids": \[\s*1,/, '"train_ids": [7,'));
    const run = await open(folder);
    expect(run.trainIds).toEqual([2, 7]);
    expect(errorOf(() => valuesOf(run))).toMatchObject({ code: 'EXDF_FILE', message: expect.stringContaining('karabo_data_map.json') });
  });

  test.each(['', '{', '{}', '[1]', '[{"filename": "RAW-R0001-DA01-S00000.h5"}]', '[{"filename": 1, "mtime": 1, "size": 1, "train_ids": ["a"], "control_sources": [], "instrument_sources": [], "legacy_sources": {}, "suspect_train_indices": []}]'])('%j is no map', async (text) => {
    await writeFile(file(0), { trainIds: [1], groups: [control('A/MOTOR/1', [1])] });
    writeFileSync(join(folder, 'karabo_data_map.json'), text);
    expect(valuesOf(await open(folder))).toEqual([1]);
  });

  test("lies in the proposal's scratch folder where there is one, and is used by the next", async () => {
    const proposal = join(folder, 'SPB', '202401', 'p900001');
    mkdirSync(join(proposal, 'scratch'), { recursive: true });
    mkdirSync(join(proposal, 'raw', 'r0007'), { recursive: true });
    await writeFile(join(proposal, 'raw', 'r0007', 'RAW-R0007-DA01-S00000.h5'), { trainIds: [1], groups: [control('A/MOTOR/1', [1])] });
    vi.stubEnv('EXTRA_DATA_DATA_ROOT', folder);
    await open('900001/7', { runMap: 'read' });
    const map = join(proposal, 'scratch', '.karabo_data_maps', 'raw_r0007.json');
    expect(existsSync(map)).toBe(false);
    await open('p900001/r7');
    expect(JSON.parse(readFileSync(map, 'utf8'))).toHaveLength(1);
    expect(valuesOf(await open('900001/raw/r0007'))).toEqual([1]);
  });

  const python = spawnSync('/usr/bin/python3', ['-c', 'import extra_data']).status === 0;
  if (!python) console.log('skipped: the exchange of run maps needs EXtra-data');
  test.skipIf(!python)("ours is taken by EXtra-data, EXtra-data's by us", async () => {
    await writeFile(file(0), { trainIds: [1, 2], flag: [1, 0], groups: [control('A/MOTOR/1', [1, 2])] });
    await writeFile(file(1), { trainIds: [3], groups: [control('A/MOTOR/1', [3]), instrument('B/CAM/1:out', [1])] });
    (await open(folder, { runMap: 'write' })).close();
    const program = `
import sys, json
from extra_data.run_files_map import RunFilesMap
from extra_data import RunDirectory
m = RunFilesMap(sys.argv[1])
known = {k: {kk: (sorted(vv) if isinstance(vv, frozenset) else vv.tolist() if hasattr(vv, 'tolist') else vv) for kk, vv in m.get(sys.argv[1] + '/' + k).items()} for k in m.files_data}
print(json.dumps([m.cache_file, known, [int(t) for t in RunDirectory(sys.argv[1]).train_ids]]))
`;
    const [path, known, ids] = JSON.parse(execFileSync('/usr/bin/python3', ['-c', program, folder], { encoding: 'utf8' })) as [string, Record<string, { train_ids: number[]; control_sources: string[] }>, number[]];
    expect([path, Object.keys(known).sort(), ids.length]).toEqual([join(folder, 'karabo_data_map.json'), ['RAW-R0001-DA01-S00000.h5', 'RAW-R0001-DA01-S00001.h5'], expect.any(Number)]);
    expect(known['RAW-R0001-DA01-S00000.h5']).toMatchObject({ train_ids: [1, 2], control_sources: ['A/MOTOR/1'] });
    rmSync(join(folder, 'karabo_data_map.json'));
    execFileSync('/usr/bin/python3', ['-c', 'import sys, extra_data; extra_data.RunDirectory(sys.argv[1])', folder]);
    expect(existsSync(join(folder, 'karabo_data_map.json'))).toBe(true);
    expect((await open(folder)).trainIds).toEqual([1, 2, 3]);
  });
});

test('a run of one file, of a file that is a link, and the bound on open files', async () => {
  await writeFile(file(0), { trainIds: [1], groups: [control('A/MOTOR/1', [1])] });
  copyFileSync(file(0), join(folder, 'any name.h5'));
  expect(valuesOf(await open(join(folder, 'any name.h5')))).toEqual([1]);
  expect((await openHdf5(file(0))).has('INDEX')).toBe(true);
  expect(new OpenFiles().size).toBe(0);
});
