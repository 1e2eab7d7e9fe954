/**
 * How fast results are written, beside h5py writing the same: `node --conditions=development bench/write-results.ts`.
 * 1000 and 10000 trains of 200 scalars, and 200 images of 1 Mpx float32 (inputs rotate). Prints one JSON object per line.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResultsWriter, diffResults, mergeResults, type ResultView, type TrainOutcome } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-nexus-'));
const view = (name: string, kind: 'scalar' | 'image'): ResultView => ({ id: `v/${name}`, group: 'v', name, kind, stage: 'pool', cumulative: false });

async function scalars(trains: number): Promise<void> {
  const views = Array.from({ length: 200 }, (_, i) => view(`s${i}`, 'scalar'));
  const path = join(folder, 'scalars.h5');
  const values = views.map(() => ({ code: 0, value: 0 }));
  const outcomes = new Map<string, TrainOutcome>(views.map(({ id }, i) => [id, values[i]!]));
  const start = performance.now();
  const writer = await ResultsWriter.create(path, { force: true, views });
  const before = process.memoryUsage().heapUsed;
  const loop = performance.now();
  for (let train = 0; train < trains; train += 1) {
    for (let i = 0; i < 200; i += 1) values[i]!.value = train + i / 7;
    writer.addTrain(train, outcomes);
  }
  const added = performance.now();
  const heap = process.memoryUsage().heapUsed - before;
  writer.close();
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ what: `${trains} trains x 200 scalars`, seconds, usPerTrain: ((added - loop) * 1000) / trains, heapBytesPerTrain: Math.round(heap / trains), megabytes: statSync(path).size / 1e6 }));
  const merging = performance.now();
  await mergeResults([path], join(folder, 'merged.h5'), { force: true, finalOf: async () => undefined });
  console.log(JSON.stringify({ what: `merge of ${trains} x 200 scalars`, seconds: (performance.now() - merging) / 1000, differences: (await diffResults(path, join(folder, 'merged.h5'))).length }));
}

async function images(count: number): Promise<void> {
  const inputs = Array.from({ length: 8 }, (_, i) => Float32Array.from({ length: 1024 * 1024 }, (_, k) => k * (i + 1)));
  const path = join(folder, 'images.h5');
  const start = performance.now();
  const writer = await ResultsWriter.create(path, { force: true, views: [view('image', 'image')] });
  for (let train = 0; train < count; train += 1) {
    writer.addTrain(train, new Map([['v/image', { code: 0, value: { dtype: 'float32', shape: [1024, 1024], data: inputs[train % 8]! } }]]));
  }
  const added = performance.now();
  writer.close();
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ what: `${count} images of 1 Mpx float32`, seconds, secondsWithoutSync: (added - start) / 1000, megabytesPerSecond: (count * 4.194304) / seconds }));
}

const PYTHON = `
import h5py, numpy as np, time, json, os, sys
folder = sys.argv[1]
def put(ds, n, v):
    ds.resize(n + 1, axis=0); ds[n] = v
for trains in (1000,):
    t = time.time()
    f = h5py.File(folder + '/py.h5', 'w')
    sets = [(f.create_dataset(f'v/s{i}/data', (0,), maxshape=(None,), dtype='f8', chunks=(8192,)), f.create_dataset(f'v/s{i}/trainId', (0,), maxshape=(None,), dtype='u8', chunks=(8192,)), f.create_dataset(f'v/s{i}/outcome', (0,), maxshape=(None,), dtype='u1', chunks=(65536,))) for i in range(200)]
    for n in range(trains):
        for i, (d, t_, o) in enumerate(sets):
            put(d, n, n + i / 7); put(t_, n, n); put(o, n, 0)
    f.close()
    print(json.dumps({'what': f'h5py, row by row: {trains} trains x 200 scalars', 'seconds': time.time() - t}))
    t = time.time()
    f = h5py.File(folder + '/py.h5', 'w')
    for i in range(200):
        f.create_dataset(f'v/s{i}/data', data=np.arange(trains) + i / 7); f.create_dataset(f'v/s{i}/trainId', data=np.arange(trains, dtype='u8')); f.create_dataset(f'v/s{i}/outcome', data=np.zeros(trains, 'u1'))
    f.close()
    print(json.dumps({'what': f'h5py, all at the end: {trains} trains x 200 scalars', 'seconds': time.time() - t}))
imgs = [np.arange(1024 * 1024, dtype='f4').reshape(1024, 1024) * (i + 1) for i in range(8)]
t = time.time()
f = h5py.File(folder + '/pyi.h5', 'w')
d = f.create_dataset('v/image/data', (0, 1024, 1024), maxshape=(None, 1024, 1024), dtype='f4', chunks=(1, 1024, 1024))
for n in range(200): put(d, n, imgs[n % 8])
f.flush(); t1 = time.time(); fd = os.open(folder + '/pyi.h5', os.O_RDWR); os.fsync(fd); f.close()
print(json.dumps({'what': 'h5py: 200 images of 1 Mpx float32', 'seconds': time.time() - t, 'secondsWithoutSync': t1 - t, 'megabytesPerSecond': 200 * 4.194304 / (time.time() - t)}))
`;



await scalars(1000);
await scalars(10_000);
await images(200);
await images(200);
spawnSync('/usr/bin/python3', ['-c', PYTHON, folder], { stdio: 'inherit' });
rmSync(folder, { recursive: true });
