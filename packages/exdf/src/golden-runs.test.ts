import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findRun, openRun, recogniseRun, type KeyRows, type Run } from './index.ts';
import { OpenFiles } from './open/open-files.ts';
import { readFiles } from './open/read-files.ts';
import { RunTrains } from './run-trains.ts';
import { sourcesOf } from './sources.ts';

/** Written, with the expected values, by golden/make-runs.py. */
const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const at = (run: string): string => join(golden, 'runs', run);
const FIRST = 2_000_000_000;

interface KeyFacts { dtype: string; shape: number[]; sha256: string; trainIds: number[] }
interface RunFacts {
  files: Record<string, { trainIds: number[]; valid: boolean[] }>;
  keys: Record<string, Record<string, { suspect: KeyFacts; strict: KeyFacts }>>;
}
const expected = JSON.parse(readFileSync(join(golden, 'expected.json'), 'utf8')) as Record<string, RunFacts>;

function factsOf(rows: KeyRows): KeyFacts {
  const bytes = Array.isArray(rows.data) ? Buffer.from(rows.data.join('\0')) : new Uint8Array(rows.data.buffer, rows.data.byteOffset, rows.data.byteLength);
  return { dtype: rows.dtype, shape: rows.shape, sha256: createHash('sha256').update(bytes).digest('hex'), trainIds: rows.trainIds };
}

const open: Run[] = [];
async function opened(...args: Parameters<typeof openRun>): Promise<Run> {
  const run = await openRun(...args);
  open.push(run);
  return run;
}
afterEach(() => {
  for (const run of open.splice(0)) run.close();
});

const errorOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('rows', () => {
  const runs = Object.keys(expected).filter((name) => Object.keys(expected[name].keys).length > 0);
  it.each(runs.flatMap((name) => [[name, true], [name, false]] as const))('%s, suspect trains %s: every key as written', async (name, suspectTrains) => {
    const run = await opened(at(name), { suspectTrains });
    const { files, keys } = expected[name];
    const ids = Object.values(files).flatMap(({ trainIds, valid }) => trainIds.filter((_, i) => suspectTrains || valid[i]));
    expect(run.trainIds).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
    const bad = Object.values(files).flatMap(({ trainIds, valid }) => trainIds.filter((_, i) => !valid[i]));
    expect(run.suspectTrainIds).toEqual([...new Set(bad)].toSorted((a, b) => a - b));
    for (const [source, wanted] of Object.entries(keys)) {
      for (const [key, facts] of Object.entries(wanted)) {
        const found = run.sources.get(source)!.keys.get(key)!;
        const rows = found.read();
        expect(factsOf(rows), `${source}[${key}]`).toEqual(suspectTrains ? facts.suspect : facts.strict);
        expect(found.shape).toEqual(rows.shape);
        expect(found.dtype).toBe(rows.dtype);
        const { trainIds, counts } = found.counts();
        expect(trainIds).toEqual(run.trainIds);
        expect(counts).toEqual(run.trainIds.map((id) => rows.trainIds.filter((row) => row === id).length));
      }
    }
  });

  it('an index with gaps, an empty first train or a zero train ID gives each train its own rows', async () => {
    const rowsOf = async (name: string): Promise<[number, number[]][]> => {
      const key = (await opened(at(name))).sources.get('B/ADC/1:output')!.keys.get('data.x')!;
      return key.counts().trainIds.map((id) => {
        const train = key.readTrain(id);
        return [id - FIRST, train ? Array.from(train.data as Int32Array) : []];
      });
    };
    expect(await rowsOf('index-gap')).toEqual([[0, [0]], [1, [10]], [2, [40]], [3, [50]], [4, [60]]]);
    expect(await rowsOf('index-leading')).toEqual([[0, []], [1, [30]], [2, [40]], [3, [50]]]);
    expect(await rowsOf('index-backwards')).toEqual([[0, [40, 50]], [1, [20, 30]], [2, [0, 10]]]);
    expect(await rowsOf('index-zero')).toEqual([[0, [0]], [1, [10]], [3, [30]], [4, [40]]]);
  });
});

describe('one train', () => {
  it('drops the first axis of a single entry, keeps it for several, and gives nothing where there is nothing', async () => {
    const run = await opened(at('v1.0'));
    const pixels = run.sources.get('A/CAM/1:output')!.keys.get('data.image.pixels')!;
    expect(pixels.entryShape).toEqual([6, 8]);
    expect(pixels.entryBytes).toBe(96);
    expect(pixels.readTrain(FIRST)!.shape).toEqual([2, 6, 8]);
    expect(pixels.readTrain(FIRST + 3)!.shape).toEqual([6, 8]);
    expect(pixels.readTrain(FIRST + 1)).toBeUndefined();
    expect(pixels.readTrain(FIRST + 6)).toBeUndefined();
    expect(pixels.readTrain(1)).toBeUndefined();
    const target = new Uint8Array(500).fill(7);
    expect(pixels.readTrainInto(FIRST, target)).toEqual({ dtype: 'uint16', shape: [2, 6, 8], bytes: 192 });
    const direct = pixels.readTrain(FIRST)!.data as Uint16Array;
    expect(new Uint16Array(target.buffer, 0, 96)).toEqual(direct);
    expect(target[192]).toBe(7);
    expect(pixels.readTrainInto(FIRST + 1, target)).toBeUndefined();
    expect(errorOf(() => pixels.readTrainInto(FIRST, new Uint8Array(10)))).toMatchObject({ code: 'HDF5_RANGE' });
    const name = run.sources.get('A/MOTOR/1')!.keys.get('name')!;
    expect(name.readTrain(FIRST + 2)).toEqual({ dtype: 'str', shape: [], data: ['état 2'] });
  });

  it('a key that changes its shape reads train by train, and says so when read whole', async () => {
    const key = (await opened(at('reshaped'))).sources.get('E/CAM/1:output')!.keys.get('data.x')!;
    expect(key.readTrain(FIRST)!.shape).toEqual([3]);
    expect(key.readTrain(FIRST + 2)!.shape).toEqual([4]);
    expect(errorOf(() => key.read())).toMatchObject({ code: 'EXDF_MIXED' });
  });

  it('an index beyond the data is an error that names file, source and key', async () => {
    const key = (await opened(at('beyond'))).sources.get('E/ADC/1:output')!.keys.get('data.x')!;
    expect(key.readTrain(FIRST + 1)!.data).toEqual(Int32Array.of(1));
    for (const work of [() => key.read(), () => key.readTrain(FIRST + 2)]) {
      expect(errorOf(work)).toMatchObject({ code: 'EXDF_INDEX', message: expect.stringMatching(/DA01-S00000\.h5:E\/ADC\/1:output\[data\.x\]/) });
    }
  });
});

describe('names', () => {
  it('short forms find the recorded ones', async () => {
    const run = await opened(at('v1.0'));
    expect(run.sources.get('A/CAM/1:output')!.name).toBe('A/CAM/1:daqOutput');
    expect(run.sources.has('A/CAM/2:output')).toBe(false);
    const { keys } = run.sources.get('A/MOTOR/1')!;
    expect(keys.get('position')!.name).toBe('position.value');
    expect(keys.has('position')).toBe(true);
    expect(keys.get('posit')).toBeUndefined();
    expect([...keys.keys()].toSorted()).toEqual(['name.value', 'position.timestamp', 'position.value']);
  });

  it('old names are links to the new source; start-only sources have values but no keys; units carry their prefix', async () => {
    const run = await opened(at('mixed'));
    const old = run.sources.get('C/DET/OLD:xtdf')!;
    expect(old.legacy).toBe('C/DET/CORR:output');
    expect(factsOf(old.keys.get('image.data')!.read())).toEqual(expected['mixed'].keys['C/DET/CORR:output']['image.data'].suspect);
    expect(run.sources.get('C/DET/CORR:output')!.legacy).toBeUndefined();
    const start = run.sources.get('C/START/1')!;
    expect(start.kind).toBe('control');
    expect(start.keys.size).toBe(0);
    expect(start.runValues()).toEqual({ serial: 'ABC-1', gain: 1.5, roi: Int32Array.of(1, 2, 3) });
    expect(run.sources.get('C/PLAIN/1')!.keys.get('v')!.units).toBe('μm');
    expect(run.sources.get('C/PLAIN/1')!.keys.get('on')!.dtype).toBe('bool');
    expect(run.metadata()).toEqual({ dataFormatVersion: '1.3', runNumber: 7 });
    expect(run.timestamps()).toEqual([0n, 100_000_000n, 200_000_000n].map((step) => 1_721_000_000_000_000_000n + step));
    expect((await opened(at('v0.5'))).timestamps()[0]).toBeUndefined();
  });
});

describe('what cannot be used', () => {
  it('is skipped and listed with its reason', async () => {
    const run = await opened(at('mixed'));
    const reasons = run.skipped.map(({ file, reason }) => [file.replace(/.*(DA\d\d).*/, '$1'), reason]);
    expect(reasons).toEqual([
      ['DA02', expect.stringContaining('shorter than its header says')],
      ['DA03', expect.stringContaining('does not hold HDF5')],
      ['DA04', expect.stringContaining('empty')],
      ['DA05', expect.stringContaining('INDEX/trainId is missing')],
      ['DA06', expect.stringContaining('METADATA/dataSourceId is missing')],
      ['DA07', expect.stringContaining('Unknown data category "MYSTERY"')],
    ]);
    expect(run.files).toEqual(['RAW-R0007-DA01-S00000.h5']);
  });

  it('nothing usable, nothing there, nothing chosen: an error that says so', async () => {
    await expect(openRun(at('mixed'), { include: '*DA0[2-4]*' })).rejects.toMatchObject({ code: 'EXDF_UNUSABLE', message: expect.stringContaining('None of the 3 HDF5 files') });
    await expect(openRun(at('mixed'), { include: 'nothing*' })).rejects.toMatchObject({ code: 'EXDF_UNUSABLE', message: expect.stringContaining('no HDF5 file here') });
    await expect(openRun(at('no-such-run'))).rejects.toMatchObject({ code: 'EXDF_NO_RUN' });
    await expect(openRun(join(at('mixed'), 'RAW-R0007-DA03-S00000.h5'))).rejects.toMatchObject({ code: 'EXDF_UNUSABLE' });
  });

  it('a train twice in one source is refused with the source, the train and the files', async () => {
    await expect(openRun(at('duplicate'))).rejects.toMatchObject({ code: 'EXDF_DUPLICATE_TRAINS', message: expect.stringMatching(/D\/DUP\/1 has train 2000000002 in RAW-R0007-DA01-S00000\.h5 and RAW-R0007-DA02-S00000\.h5/) });
    await expect(openRun(at('twice'))).rejects.toMatchObject({ code: 'EXDF_DUPLICATE_TRAINS' });
    const half = await opened(at('duplicate'), { include: '*DA02*' });
    expect(half.trainIds).toEqual([FIRST + 2, FIRST + 3, FIRST + 4]);
  });

  it('a closed run says so', async () => {
    const run = await opened(at('v1.0'));
    const key = run.sources.get('A/MOTOR/1')!.keys.get('position')!;
    run.close();
    expect(errorOf(() => key.read())).toMatchObject({ code: 'EXDF_CLOSED' });
  });
});

describe('finding runs', () => {
  it('recognises numbers and folders', () => {
    expect(recogniseRun('p2416/r34')).toEqual({ proposal: 2416, run: 34 });
    expect(recogniseRun('p002416/proc/r0034')).toEqual({ proposal: 2416, run: 34, data: 'proc' });
    expect(recogniseRun(at('mixed'))).toBe(at('mixed'));
    expect(recogniseRun(golden)).toBeUndefined();
    expect(recogniseRun('views.ts')).toBeUndefined();
  });

  it('says what is missing and where it looked', () => {
    vi.stubEnv('EXTRA_DATA_DATA_ROOT', golden);
    expect(errorOf(() => findRun(900001, 1))).toMatchObject({ code: 'EXDF_NO_RUN', message: expect.stringContaining('EXTRA_DATA_DATA_ROOT') });
    vi.unstubAllEnvs();
  });

  it('finds a run below the data root, and joins raw and proc with the right winner', async () => {
    const root = mkdtempSync(join(tmpdir(), 'exdf-'));
    const proposal = join(root, 'XMPL', '202450', 'p700000');
    for (const [kind, run, from] of [['raw', 'r0001', 'v1.0'], ['proc', 'r0001', 'v1.2'], ['raw', 'r0002', 'mixed']] as const) {
      mkdirSync(join(proposal, kind), { recursive: true });
      symlinkSync(at(from), join(proposal, kind, run));
    }
    vi.stubEnv('EXTRA_DATA_DATA_ROOT', root);
    expect(findRun(700000, 1)).toBe(join(proposal, 'raw', 'r0001'));
    expect(findRun(700000, 1, 'proc')).toBe(join(proposal, 'proc', 'r0001'));
    expect(errorOf(() => findRun(700000, 2, 'proc'))).toMatchObject({ code: 'EXDF_NO_RUN' });
    const positions = async (where: Parameters<typeof openRun>[0]): Promise<number> => (await opened(where)).sources.get('A/MOTOR/1')!.keys.get('position')!.shape[0];
    const [raw, proc] = [await positions(at('v1.0')), await positions(at('v1.2'))];
    expect(raw).not.toBe(proc);
    expect(await positions('p700000/r1')).toBe(raw);
    expect(await positions('p700000/proc/r1')).toBe(proc);
    expect(await positions({ proposal: 700000, run: 1, data: 'all' })).toBe(proc);
    expect(await positions({ proposal: 700000, run: 1, data: 'default' })).toBe(raw);
    expect((await opened({ proposal: 700000, run: 2 })).sources.has('C/PLAIN/1')).toBe(true);
    await expect(openRun({ proposal: 700000, run: 2, data: 'all' })).rejects.toMatchObject({ code: 'EXDF_NO_RUN' });
    await expect(openRun('p700001/r1')).rejects.toMatchObject({ code: 'EXDF_NO_RUN' });
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true });
  });

  it('opens a single file', async () => {
    const run = await opened(join(at('v1.0'), 'RAW-R0007-DA01-S00000.h5'));
    expect(run.trainIds).toEqual([FIRST + 4, FIRST + 5, FIRST + 7]);
    expect(run.directory).toBe(at('v1.0'));
  });
});

it('keeps few files open, opens them again when needed, and leaves none behind', async () => {
  await opened(at('v1.0'));
  const folder = at('v1.0');
  const files = new OpenFiles(1);
  const members = readFiles(folder, { files, runMap: 'off', before: new Map(), skipped: [] });
  const trains = RunTrains.ofFiles(members, true);
  const key = sourcesOf([members], trains, folder, false).get('A/MOTOR/1')!.keys.get('position')!;
  expect(factsOf(key.read())).toEqual(expected['v1.0'].keys['A/MOTOR/1']['position.value'].suspect);
  for (const id of [FIRST, FIRST + 4, FIRST + 1]) expect(key.readTrain(id)!.shape).toEqual([]);
  expect(files.size).toBe(1);
  files.close();
  for (const each of open.splice(0)) each.close();
  const links = process.platform === 'linux' ? readdirSync('/proc/self/fd').map((fd) => errorOf(() => readlinkSync(`/proc/self/fd/${fd}`))) : [];
  expect(links.filter((name) => typeof name === 'string' && name.startsWith(folder))).toEqual([]);
});
