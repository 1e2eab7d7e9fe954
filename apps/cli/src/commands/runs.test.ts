import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { openHdf5 } from '@trainyard/hdf5';
import { writeSimRun } from '@trainyard/sim';
import { temporary, yard } from '../run-yard.test.support.ts';

const place = temporary();
const { folder: cwd, at } = place;
afterAll(place.remove);

const lines = (out: string): Record<string, unknown>[] => out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

test('check of a run: each problem with its file and dataset', async () => {
  await writeSimRun(at('r0001'), { trains: 4, small: true, detector: false });
  const path = at('r0001/RAW-R0001-DA01-S00000.h5');
  const file = await openHdf5(path, 'a');
  const group = file.group('INDEX').get('SA3_XGM/XGM/DOOCS:output/data') as ReturnType<typeof file.group>;
  group.dataset('count').write(BigUint64Array.of(1n, 1n, 1n, 9n));
  file.close();
  const { code, out } = await yard(['check', 'r0001', '--json'], { cwd });
  const problems = lines(out);
  expect(problems.at(-1)).toEqual({ type: 'summary', errors: 1, warnings: 0 });
  expect(problems[0]).toMatchObject({ type: 'problem', severity: 'error', code: 'RUN_INDEX_RANGE', where: { file: path }, dataset: expect.stringMatching(/^INSTRUMENT\/SA3_XGM\/XGM\/DOOCS:output\/data\//) });
  expect(code).toBe(2);
  // A file of a run by itself has data paths, too.
  const types = await yard(['types', path], { cwd });
  expect(types.out).toContain('"karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]"');
});

const python = spawnSync('/usr/bin/python3', ['-c', 'import h5py']).status === 0;
if (!python) console.log('skipped: virtual datasets need python3-h5py');
describe.skipIf(!python)('a virtual file of which a source is not there', () => {
  test('ls, check and read say so; nothing reads as zeros', async () => {
    mkdirSync(at('v'), { recursive: true });
    execFileSync('/usr/bin/python3', ['-c', `
import h5py, sys, os
os.chdir(sys.argv[1])
for name, ids in (('one', [1, 2]), ('two', [3, 4])):
    with h5py.File(name + '.h5', 'w') as f: f['x'] = [float(i) for i in ids]
layout = h5py.VirtualLayout((4,), 'f8')
layout[:2] = h5py.VirtualSource('one.h5', 'x', (2,)); layout[2:] = h5py.VirtualSource('two.h5', 'x', (2,))
with h5py.File('all.h5', 'w') as f:
    f['METADATA/dataFormatVersion'] = [b'1.2']; f['METADATA/dataSources/dataSourceId'] = [b'INSTRUMENT/A/B/1:out/data']
    f['INDEX/trainId'] = [1, 2, 3, 4]; f['INDEX/flag'] = [1, 1, 1, 1]
    f['INDEX/A/B/1:out/data/first'] = [0, 1, 2, 3]; f['INDEX/A/B/1:out/data/count'] = [1, 1, 1, 1]
    f.create_virtual_dataset('INSTRUMENT/A/B/1:out/data/x', layout)
with h5py.File('plain.cxi', 'w') as f: f.create_virtual_dataset('entry_1/data', layout)
`, at('v')]);
    renameSync(at('v/two.h5'), at('v/away.h5'));
    const [check, plain, tree, read, cxi] = await Promise.all([
      yard(['check', 'v/all.h5', '--json'], { cwd }), yard(['check', 'v/plain.cxi'], { cwd }), yard(['ls', 'v/plain.cxi'], { cwd }),
      yard(['read', 'v/all.h5', 'A/B/1:out', 'data.x', '--out', 'x.npy', '--train-ids', 'ids.npy'], { cwd }), yard(['read', 'v/plain.cxi', '/entry_1/data'], { cwd }),
    ]);
    expect([check.code, lines(check.out)[0]]).toEqual([2, expect.objectContaining({ code: 'RUN_VIRTUAL', dataset: 'INSTRUMENT/A/B/1:out/data/x', message: expect.stringContaining('two.h5 is not there; 1 of 2 parts') })]);
    expect([plain.code, plain.out]).toEqual([2, expect.stringContaining('two.h5 is not there')]);
    expect(tree.out).toContain('data  float64 (4,)  virtual, 2 parts, 1 absent');
    expect([read.code, read.err]).toEqual([1, expect.stringContaining('warning: 2 trains are left out: two.h5 is not there (TRAINS_MISSING)')]);
    const npy = readFileSync(at('x.npy'));
    expect([-16, -8].map((from) => npy.readDoubleLE(npy.length + from))).toEqual([1, 2]);
    expect([cxi.code, cxi.err]).toEqual([2, expect.stringContaining('READ_MISSING')]);
    renameSync(at('v/away.h5'), at('v/two.h5'));
    expect((await yard(['read', 'v/plain.cxi', '/entry_1/data'], { cwd })).out).toContain('[1 2 3 4]');
  });
});
