import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detector, openRun } from '@trainyard/exdf';
import { openHdf5 } from '@trainyard/hdf5';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Workshop } from '../support/yard.ts';
import { hasPeers, PYTHON } from './peer.ts';

/** `yard export cxi`, beside what EXtra-data writes, and CXI files as runs. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const root = fileURLToPath(new URL('../../../shared/oracles/runs/', import.meta.url));
const oracle = existsSync(join(root, 'expected'));
if (!oracle) console.log('skipped: the runs of ../shared/oracles are not there');
const peers = hasPeers('h5py', 'extra_data');
if (!peers && process.env['TRAINYARD_CI'] === '1') throw new Error('h5py or extra_data is not there');

interface Seen { shape: number[]; dtype: string; virtual: boolean; fill: string | null; sha256: string | null; texts: string[] | null; files: string[] | null }
function python(...args: readonly string[]): Record<string, Seen> & { links: { data_1: string; axes: string } } {
  const done = spawnSync(PYTHON, [fileURLToPath(new URL('cxi.py', import.meta.url)), ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  expect(done.status, done.stderr).toBe(0);
  return JSON.parse(done.stdout) as ReturnType<typeof python>;
}
const sha = (data: ArrayBufferView): string => createHash('sha256').update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('hex');

const shop = new Workshop();
beforeAll(async () => {
  expect((await shop.run('sim', '--write', 'night/r0001', '--small', '--trains', '5', '--pulses', '3')).code).toBe(0);
});
afterAll(() => shop.close());

test.skipIf(!oracle || !peers)('the file of EXtra-data, dataset by dataset', async () => {
  const told = (JSON.parse(readFileSync(join(root, 'expected/proc_r0001.json'), 'utf8')) as { virtual_cxi: Record<string, Omit<Seen, 'fill'> & { fillvalue: string | null }> }).virtual_cxi;
  const { code, json } = await shop.run('export', 'cxi', join(root, 'XMPL/202450/p700000/proc/r0001'), '--out', 'agipd.cxi', '--json');
  expect([code, json.at(-1)]).toEqual([0, expect.objectContaining({ detector: 'SPB_DET_AGIPD1M-1', frames: 6, trains: 3 })]);
  const seen = python('tree', shop.path('agipd.cxi'));
  const { links, ...datasets } = seen;
  expect(Object.keys(datasets).sort()).toEqual(Object.keys(told).sort());
  for (const [name, { shape, dtype, virtual, fillvalue, sha256 }] of Object.entries(told)) {
    expect([name, seen[name]!.shape, seen[name]!.virtual]).toEqual([name, shape, virtual]);
    // Names are text of fixed length here, of variable length there.
    if (dtype !== 'object') expect([name, seen[name]!.dtype, seen[name]!.fill, seen[name]!.sha256]).toEqual([name, dtype, fillvalue, sha256]);
  }
  expect(links).toEqual({ data_1: '/entry_1/instrument_1/detector_1', axes: 'experiment_identifier:module_identifier:y:x' });
  expect(seen['entry_1/experiment_identifier']!.texts).toEqual(['2000000000:0', '2000000000:4', '2000000001:0', '2000000001:4', '2000000002:0', '2000000002:4']);
});

describe.skipIf(!oracle)('of every detector of the reference runs, read back as a run', () => {
  test.each([['raw/r0001', 'AGIPD1M'], ['proc/r0001', 'AGIPD1M'], ['raw/r0002', 'LPD1M'], ['raw/r0003', 'DSSC1M'], ['raw/r0004', 'JUNGFRAU']])('%s', async (run, kind) => {
    const out = `${run.replace('/', '-')}.cxi`;
    expect((await shop.run('export', 'cxi', join(root, 'XMPL/202450/p700000', run), '--detector', kind, '--out', out)).code).toBe(0);
    const [from, cxi] = [await openRun(join(root, 'XMPL/202450/p700000', run), { runMap: 'off' }), await openRun(shop.path(out))];
    const det = detector(from, kind);
    const key = cxi.key('detector_1', 'image.data');
    expect(cxi.trainIds).toEqual(det.trainIds);
    expect([key.dtype, key.counts().counts]).toEqual([det.pixels.dtype, det.frameCounts]);
    expect(sha(key.read().data as Uint16Array)).toBe(sha(det.pixels.frames().data));
    expect(Array.from(cxi.key('detector_1', 'image.pulseId').read().data as BigUint64Array, Number)).toEqual(det.pulseIds().flat());
    from.close();
    cxi.close();
  });
});

test.skipIf(!oracle || !peers)("EXtra-data's own file reads as ours does", async () => {
  const run = join(root, 'XMPL/202450/p700000/raw/r0001');
  const done = spawnSync(PYTHON, [fileURLToPath(new URL('cxi.py', import.meta.url)), 'write', run, shop.path('theirs.cxi')], { encoding: 'utf8' });
  expect(done.status, done.stderr).toBe(0);
  expect((await shop.run('export', 'cxi', run, '--raw', '--out', 'ours.cxi')).code).toBe(0);
  const [theirs, ours] = [await openRun(shop.path('theirs.cxi')), await openRun(shop.path('ours.cxi'))];
  expect(theirs.trainIds).toEqual(ours.trainIds);
  for (const name of ['image.data', 'image.pulseId', 'image.trainId', 'image.cellId']) {
    const [a, b] = [theirs, ours].map((one) => one.key('detector_1', name).read());
    expect([name, a!.dtype, a!.shape, sha(a!.data as Uint16Array)]).toEqual([name, b!.dtype, b!.shape, sha(b!.data as Uint16Array)]);
  }
  theirs.close();
  ours.close();
});

test('a views file gives the same of the CXI file as of the run; the two may move together', async () => {
  const views = (path: string): string => `import { view } from '@trainyard/core';
export const total = view.scalar({ data: '${path}' }, ({ data }) => data.nansum());
export const shape = view.vector({ data: '${path}' }, ({ data }) => [...data.shape]);
`;
  shop.write('run.ts', views('karabo#SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED[image.data]'));
  shop.write('cxi.ts', views('karabo#detector_1[image.data]'));
  expect((await shop.run('export', 'cxi', 'night/r0001', '--out', 'night/frames.cxi')).stderr).toMatch(/15 frames of 5 trains, 16 of 16 modules/);
  renameSync(shop.path('night'), shop.path('moved'));
  expect((await shop.run('run', 'run.ts', '--run', 'moved/r0001', '--out', 'run.h5')).code).toBe(0);
  expect((await shop.run('run', 'cxi.ts', '--run', 'moved/frames.cxi', '--out', 'cxi.h5')).code).toBe(0);
  for (const name of ['total', 'shape']) {
    const [a, b] = await Promise.all([['run', 'run.h5'], ['cxi', 'cxi.h5']].map(async ([group, path]) => {
      const file = await openHdf5(shop.path(path!));
      const values = Array.from(file.dataset(`entry/results/${group}/${name}/data`).read() as Float64Array);
      file.close();
      return values;
    }));
    expect(a).toEqual(b);
    expect(a!.length).toBeGreaterThan(0);
  }
  // A file of the run that cannot be had is told, and nothing is filled in for it.
  rmSync(shop.path('moved/r0001/CORR-R0001-AGIPD07-S00000.h5'));
  const { stdout } = await shop.run('run', 'cxi.ts', '--run', 'moved/frames.cxi', '--out', 'less.h5', '--json');
  expect(stdout).toMatch(/"missing":5/);
  renameSync(shop.path('moved'), shop.path('night'));
});

describe('what is refused', () => {
  test.each([
    [['night/r0001', '--out', 'no/such/folder.cxi'], 'OUT_FOLDER'],
    [['night/r0001', '--out', 'x.cxi', '--fill', 'data=blue'], 'EXPORT_FILL'],
    [['night/r0001', '--out', 'x.cxi', '--detector', 'DSSC1M'], 'EXDF_DETECTOR'],
    [['night/r0001', '--out', 'x.cxi', '--min-modules', '17'], 'EXDF_DETECTOR'],
    [['nowhere', '--out', 'x.cxi'], 'WHAT_UNKNOWN'],
  ])('%j', async (args, code) => {
    const done = await shop.run('export', 'cxi', ...args);
    expect([done.code, done.stderr]).toEqual([2, expect.stringContaining(`(${code})`)]);
    expect(existsSync(shop.path('x.cxi'))).toBe(false);
  });

  test('CXI files that are none', async () => {
    mkdirSync(shop.path('odd'), { recursive: true });
    const write = async (name: string, trains: readonly number[] | undefined, frames: number | undefined): Promise<string> => {
      const file = await openHdf5(shop.path(`odd/${name}.cxi`), 'w');
      file.createDataset('cxi_version', { data: Int32Array.of(160) });
      if (frames !== undefined) file.createDataset('entry_1/instrument_1/detector_1/data', { data: new Float32Array(frames * 6), shape: [frames, 2, 3] });
      if (trains) file.createDataset('entry_1/trainId', { data: BigUint64Array.from(trains, BigInt) });
      file.close();
      return shop.path(`odd/${name}.cxi`);
    };
    await expect(openRun(await write('empty', undefined, undefined))).rejects.toThrow(/has no frames/);
    await expect(openRun(await write('apart', [1, 2, 1], 3))).rejects.toThrow(/train 1 do not lie together/);
    await expect(openRun(await write('short', [1, 2], 3))).rejects.toThrow(/2 entries for 3 frames/);
    await expect(openRun(await write('zero', [0, 2], 2))).rejects.toThrow(/impossible entry 0/);
    // Of another facility: nobody says of which train the frames are.
    const plain = await openRun(await write('plain', undefined, 3));
    expect([plain.trainIds, plain.key('detector_1', 'image.data').readTrain(2)!.shape, plain.metadata()['dataFormatVersion']]).toEqual([[1, 2, 3], [2, 3], 'CXI 1.6']);
    plain.close();
  });
});
