import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRun } from './open/open-run.ts';
import { instrument, writeFile } from './write-file.test.support.ts';

const python = spawnSync('/usr/bin/python3', ['-c', 'import h5py']).status === 0;
if (!python) console.log('skipped: virtual and large runs need python3-h5py');
const folder = mkdtempSync(join(tmpdir(), 'exdf-virtual-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!python)('a virtual file of a run', () => {
  const at = (name: string): string => join(folder, name);
  beforeAll(async () => {
    await writeFile(at('one.h5'), { trainIds: [1, 2], groups: [instrument('A/CAM/1:out', [2, 1])] });
    await writeFile(at('two.h5'), { trainIds: [3, 4], groups: [instrument('A/CAM/1:out', [1, 2], 10)] });
    const program = `
import h5py, sys, os
os.chdir(sys.argv[1])
with h5py.File('overview-virtual.h5', 'w') as f:
    f['METADATA/dataFormatVersion'] = [b'1.2']
    f['METADATA/dataSources/dataSourceId'] = [b'INSTRUMENT/A/CAM/1:out/data']
    f['INDEX/trainId'] = [1, 2, 3, 4]; f['INDEX/flag'] = [1, 1, 1, 1]
    f['INDEX/A/CAM/1:out/data/first'] = [0, 2, 3, 4]; f['INDEX/A/CAM/1:out/data/count'] = [2, 1, 1, 2]
    layout = h5py.VirtualLayout((6,), 'i4')
    layout[:3] = h5py.VirtualSource('one.h5', 'INSTRUMENT/A/CAM/1:out/data/x', (3,))
    layout[3:] = h5py.VirtualSource('two.h5', 'INSTRUMENT/A/CAM/1:out/data/x', (3,))
    f.create_virtual_dataset('INSTRUMENT/A/CAM/1:out/data/x', layout, fillvalue=0)
`;
    execFileSync('/usr/bin/python3', ['-c', program, folder]);
  });

  test('reads as the files do', async () => {
    const run = await openRun(at('overview-virtual.h5'));
    const key = run.key('A/CAM/1:out', 'data.x');
    expect(key.read()).toEqual({ dtype: 'int32', shape: [6], data: Int32Array.of(0, 1, 2, 10, 11, 12), trainIds: [1, 1, 2, 3, 4, 4] });
    expect(key.readTrain(4)!.data).toEqual(Int32Array.of(11, 12));
    run.close();
  });

  test('trains of a file that is not there are missing and say why; nothing reads as zeros', async () => {
    renameSync(at('two.h5'), at('away.h5'));
    const run = await openRun(at('overview-virtual.h5'));
    const key = run.key('A/CAM/1:out', 'data.x');
    const reason = 'two.h5 is not there';
    expect([1, 2, 3, 4].map((id) => [key.readTrain(id)?.data, key.whyMissing(id)?.reason])).toEqual([[Int32Array.of(0, 1), undefined], [Int32Array.of(2), undefined], [undefined, reason], [undefined, reason]]);
    expect(key.readTrainInto(3, new Uint8Array(8))).toBeUndefined();
    expect([key.whyMissing(3), key.whyMissing(9)]).toEqual([{ recorded: true, reason }, { recorded: false, reason: expect.stringContaining('not one of the run') }]);
    expect(key.read()).toEqual({ dtype: 'int32', shape: [3], data: Int32Array.of(0, 1, 2), trainIds: [1, 1, 2], missing: [{ trainIds: [3, 4], reason }] });
    run.close();
    renameSync(at('away.h5'), at('two.h5'));
  });
});

describe.skipIf(!python)('a file of more than 4 GB', () => {
  test('is read where its rows are', async () => {
    const path = join(folder, 'RAW-R0001-BIG01-S00000.h5');
    const program = `
import h5py, sys, numpy as np
n = 5000
with h5py.File(sys.argv[1], 'w') as f:
    f['METADATA/dataFormatVersion'] = [b'1.2']
    f['METADATA/dataSources/dataSourceId'] = [b'INSTRUMENT/A/BIG/1:out/data']
    f['INDEX/trainId'] = np.arange(1, n + 1); f['INDEX/flag'] = np.ones(n, 'i4')
    f['INDEX/A/BIG/1:out/data/first'] = np.arange(n); f['INDEX/A/BIG/1:out/data/count'] = np.ones(n, 'i8')
    # Room is taken when it is made: the last rows lie behind 4 GiB of nothing, of which the disk holds none.
    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE); dcpl.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY); dcpl.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    f.create_group('INSTRUMENT/A/BIG/1:out/data')
    space = h5py.h5s.create_simple((n, 1024, 1024)); h5py.h5d.create(f['INSTRUMENT/A/BIG/1:out/data'].id, b'x', h5py.h5t.NATIVE_UINT8, space, dcpl)
    f['INSTRUMENT/A/BIG/1:out/data/x'][n - 2:] = np.stack([np.full((1024, 1024), v, 'u1') for v in (7, 9)])
    f['INSTRUMENT/A/BIG/1:out/data/behind'] = np.arange(n, dtype='f4')
    f.create_dataset('INSTRUMENT/A/BIG/1:out/data/packed', (n,), 'i8', chunks=(100,), compression='gzip', shuffle=True)[:] = np.arange(n)
`;
    execFileSync('/usr/bin/python3', ['-c', program, path]);
    expect(statSync(path).size).toBeGreaterThan(2 ** 32);
    const run = await openRun(path);
    const x = run.key('A/BIG/1:out', 'data.x');
    expect([4999, 5000, 1].map((id) => (x.readTrain(id)!.data as Uint8Array).every((value) => value === { 4999: 7, 5000: 9, 1: 0 }[id]))).toEqual([true, true, true]);
    expect(run.trains([4998, 5000]).key('A/BIG/1:out', 'data.behind').read().data).toEqual(Float32Array.of(4997, 4999));
    expect(run.trains([1, 5000]).key('A/BIG/1:out', 'data.packed').read().data).toEqual(BigInt64Array.of(0n, 4999n));
    expect(x.entryBytes! * x.shape[0]!).toBeGreaterThan(2 ** 32);
    run.close();
    rmSync(path);
  });
});
