import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ResultsWriter } from './index.ts';
import { filled, viewOf, wildTrain, wildViews, writeTrains } from './wild-run.test.support.ts';

const python = '/usr/bin/python3';
const able = existsSync(python) && spawnSync(python, ['-c', 'import h5py, numpy']).status === 0;
if (!able) console.log('skipped: reading results with h5py needs /usr/bin/python3 with h5py (Debian: python3-h5py)');

/** Reads everything, checks what NeXus and the layout promise, prints a few values. */
const CHECK = `
import h5py, json, numpy as np, sys
f = h5py.File(sys.argv[1], 'r')
assert f.attrs['NX_class'] == 'NXroot' and f['entry'].attrs['NX_class'] == 'NXentry'
entry = f['entry']
trains = entry['trainId'][...]
assert trains.dtype == np.uint64 and (np.diff(trains.astype(np.int64)) > 0).all()
count = 0
def visit(name, obj):
    global count
    for key, value in obj.attrs.items(): assert value is not None, (name, key)
    if not isinstance(obj, h5py.Dataset):
        assert obj.attrs['NX_class'].startswith('NX'), name
        return
    obj[...]
    count += 1
    if name.startswith('entry/results'):
        info = h5py.check_string_dtype(obj.dtype)
        assert info is None or (info.length is not None and info.encoding == 'utf-8'), name
        assert h5py.check_vlen_dtype(obj.dtype) is None, name
f.visititems(visit)
views = 0
for group in entry['results'].values():
    for view in group.values():
        views += 1
        assert view['outcome'].dtype == np.uint8 and len(view['outcome']) == len(trains), view.name
        assert view['outcome'].attrs['codes'] == '0 value 1 none 2 missing 3 failed 4 late 5 dropped'
        rows = len(view['trainId'])
        if 'block' in view: assert len(view['block']) == rows
        else: assert (view['trainId'][...] == trains[view['outcome'][...] == 0]).all(), view.name
        if isinstance(view.get('data'), h5py.Dataset):
            assert view.attrs['NX_class'] == 'NXdata' and view.attrs['signal'] == 'data'
            axes = view.attrs['axes']
            assert len(axes) == view['data'].ndim, (view.name, list(axes))
            if 'first' in view:
                assert len(view['first']) == len(view['count']) == rows
                for first, n in zip(view['first'][...], view['count'][...]): assert len(view['data'][first:first + n]) == n
            else:
                assert len(view['data']) == rows and axes[0] == 'trainId' and view.attrs['trainId_indices'] == 0
            for axis, name in enumerate(axes):
                if axis > 0 and name != '.': assert len(view[name]) - view['data'].shape[axis] in (0, 1), (view.name, name)
image = entry['results/views/image']
flag = entry['results/views/flag/data']
table = entry['results/views/table/data']
print(json.dumps({'views': views, 'datasets': count, 'unit': image['data'].attrs['units'], 'axes': list(image.attrs['axes']),
  'flag': str(flag.dtype), 'text': entry['results/views/text/data'].asstr()[...].tolist()[:3], 'table': sorted(table.keys()),
  'default': [f.attrs['default'], entry.attrs['default'], entry['results'].attrs['default']],
  'title': entry['title'].asstr()[()], 'version': entry['process/version'].asstr()[()], 'cite': entry['citations/cite_1/doi'].asstr()[()],
  'sigma': [entry['parameters/views.sigma'][()], entry['parameters/views.sigma'].attrs['units']]}))
`;

describe.skipIf(!able)('h5py', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-interop-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([0, 1, 2, 3, 4, 5])('reads everything and finds what NeXus promises (seed %i)', async (seed) => {
    const path = join(folder, `run${seed}.h5`);
    const writer = await ResultsWriter.create(path, { title: 'a run', views: wildViews, provenance: { version: '0.1.0', list: 'trainyard: 1', citations: [{ text: 'Doe', doi: '10.1/2' }] } });
    writer.addParameter('views.sigma', 5, 'px');
    const trains = Array.from({ length: 200 }, (_, i) => wildTrain(seed, 64_000 + i));
    writeTrains(writer, trains.slice(0, 100));
    writer.flush();
    writeTrains(writer, trains.slice(100));
    writer.setFinal('sums/total', filled('float64', [4], 1), undefined, []);
    writer.close();
    const { status, stdout, stderr } = spawnSync(python, ['-c', CHECK, path], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const texts = trains.map((train) => train.outcomes.get('views/text')!).filter(({ code }) => code === 0).slice(0, 3).map(({ value }) => value);
    expect(JSON.parse(stdout)).toMatchObject({
      views: wildViews.length, unit: 'counts', axes: ['trainId', 'y', 'x'], flag: seed % 2 === 0 ? 'bool' : 'float64', text: texts,
      default: ['entry', 'results', 'views'], title: 'a run', version: '0.1.0', cite: '10.1/2', sigma: [5, 'px'],
    });
  });

  test('reads the part of a run that is still being written', async () => {
    const path = join(folder, 'live.h5');
    const writer = await ResultsWriter.create(path, { views: [viewOf('v/x')] });
    for (let train = 0; train < 50; train += 1) {
      writer.addTrain(train, new Map([['v/x', { code: 0, value: train }]]));
      if (train === 29) writer.flush();
    }
    const { stdout } = spawnSync(python, ['-c', `import h5py; print(h5py.File('${path}.part', 'r')['entry/results/v/x/data'][...].sum())`], { encoding: 'utf8', env: { ...process.env, HDF5_USE_FILE_LOCKING: 'FALSE' } });
    expect(stdout.trim()).toBe('435.0');
    writer.close();
  });
});
