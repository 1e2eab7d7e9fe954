import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChildProcess } from 'node:child_process';
import { isSimArray, makeTrain, type SimValue } from '@trainyard/sim';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Workshop, type Finished } from '../support/yard.ts';
import { askPython, hasPeers, startServer, type SeenArray, type SeenTrain } from './peer.ts';

const peers = hasPeers('karabo_bridge', 'extra_data', 'h5py', 'numpy');
const runs = fileURLToPath(new URL('../../../shared/oracles/runs/XMPL/202450/p700000/', import.meta.url));
if (!existsSync(runs)) console.log('skipped: runs of the facility, which lie in ../shared beside the repository');

const shop = new Workshop();
const servers: ChildProcess[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.kill('SIGKILL');
});
afterAll(() => shop.close());

const CAMERA = 'SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output';
const XGM = 'SA3_XGM/XGM/DOOCS:output';
const VIEWS = `
import { view } from '@trainyard/core';
const camera = 'karabo#${CAMERA}[data.image.pixels]';
export const cut = view.image({ camera }, ({ camera }) => camera.slice('10:40, 20:70'));
export const total = view.scalar({ camera }, ({ camera }) => camera.sum(), { unit: 'ADU' });
export const pulses = view.vector({ xgm: 'karabo#${XGM}[data.intensityTD]' }, ({ xgm }) => xgm);
`;

function ended(finished: Finished, code = 0): Finished {
  expect(finished.code, `${finished.stdout}${finished.stderr}`).toBe(code);
  return finished;
}

function values(finished: Finished): Record<string, Record<string, number>> {
  const summary = finished.json.at(-1) as { type: string; views: Record<string, Record<string, number>> };
  expect(summary.type).toBe('summary');
  return summary.views;
}

/** As Python describes an array. */
function seen(value: SimValue): Partial<SeenArray> | SimValue {
  if (!isSimArray(value)) return value;
  const { data, shape } = value;
  return { shape: [...shape], sha: createHash('sha256').update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('hex') };
}

describe.skipIf(!peers)('the field\'s Python reads what we write', () => {
  for (const format of ['1.0', '2.2']) {
    it(`karabo_bridge.Client reads "yard sim", format ${format}: every array of every source`, async () => {
      const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--rate', '50', '--format', format, '--json']);
      const endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
      const trains = await askPython<SeenTrain>('client', endpoint, '4');
      sim.signal('SIGTERM');
      expect((await sim.finished).code).toBe(130);
      expect(trains).toHaveLength(4);
      for (const train of trains) {
        const { tid } = train[CAMERA]!;
        const expected = makeTrain(1, tid, { small: true, pulses: 2 });
        expect(Object.keys(train).sort()).toEqual([...expected.sources.keys()].sort());
        for (const [source, keys] of expected.sources) {
          expect(train[source]!.tid).toBe(tid);
          for (const [key, value] of keys) {
            const got = train[source]!.values[key];
            if (isSimArray(value)) expect(got, `${source} ${key}`).toMatchObject(seen(value) as object);
            else if (typeof value !== 'object') expect(got, `${source} ${key}`).toEqual(typeof value === 'bigint' ? Number(value) : value);
          }
        }
      }
    });
  }

  it('EXtra-data opens a written run without a warning', async () => {
    const folder = shop.path('extra', 'r0001');
    ended(await shop.run('sim', '--write', folder, '--small', '--trains', '12'));
    const [run] = await askPython<{ trains: number[]; sources: string[] }>('extra', folder);
    expect(run!.trains).toEqual(Array.from({ length: 12 }, (_, i) => 10000 + i));
    expect(run!.sources).toEqual(expect.arrayContaining([CAMERA.replace(':output', ':daqOutput'), XGM, 'SQS_SHUTTER/DEV/1']));
  });

  it('the results of a run are the same on the bridge, in the file for h5py, and in the run itself', async () => {
    const [run, out] = [shop.path('published', 'r0001'), shop.path('published', 'out.h5')];
    const views = shop.write('published/views.ts', VIEWS);
    ended(await shop.run('sim', '--write', run, '--small', '--no-detector', '--trains', '8'));
    const yard = shop.start(['run', views, '--run', run, '--publish', 'tcp://127.0.0.1:*', '--out', out, '--json']);
    const endpoint = (await yard.line(/Results are on (tcp:\S+?),/))[1]!;
    const trains = await askPython<SeenTrain>('client', endpoint, '8');
    expect(values(ended(await yard.finished))).toMatchObject({ 'views/cut': { value: 8 }, 'views/total': { value: 8 }, 'views/pulses': { value: 8 } });
    const [file] = await askPython<Record<string, SeenArray>>('h5', out);
    expect(file!['trainId']).toMatchObject({ shape: [8] });
    expect(file!['results/views/cut/data']!.shape).toEqual([8, 30, 50]);
    expect(file!['results/views/total/data']!.shape).toEqual([8]);
    expect(file!['results/views/cut/outcome']!.shape).toEqual([8]);
    trains.forEach((train, i) => {
      expect(Object.keys(train).sort()).toEqual(['yard/views/cut', 'yard/views/pulses', 'yard/views/total']);
      const camera = makeTrain(1, 10000 + i, { small: true, detector: false }).sources.get(CAMERA)!.get('data.image.pixels');
      if (camera === undefined || !isSimArray(camera)) throw new Error('the simulated camera gives no array');
      const [, width] = camera.shape as [number, number];
      const cut = Uint16Array.from({ length: 30 * 50 }, (_, at) => Number(camera.data[(10 + Math.floor(at / 50)) * width + 20 + (at % 50)]));
      expect(train['yard/views/cut']!.values['data']).toMatchObject({ dtype: '<u2', shape: [30, 50], sha: createHash('sha256').update(new Uint8Array(cut.buffer)).digest('hex') });
      expect(train['yard/views/total']!.values['data']).toBe((camera.data as Uint16Array).reduce((sum, value) => sum + value, 0));
      expect(train['yard/views/cut']!.tid).toBe(10000 + i);
    });
    const first = trains.slice(0, 3).map((train) => train['yard/views/total']!.values['data'] as number);
    expect(file!['results/views/total/data']!.first).toEqual(first);
  });
});

describe.skipIf(!peers)('we read what the field\'s own programs send', () => {
  for (const format of ['1.0', '2.2']) {
    it(`karabo-bridge-server-sim, format ${format}`, async () => {
      const { child, endpoint } = await startServer('karabo-bridge-server-sim', 'PORT', '-d', 'AGIPDModule', '-r', '-p', format);
      servers.push(child);
      const source = 'SPB_DET_AGIPD1M-1/DET/0CH0:xtdf';
      const views = shop.write(`server${format}/views.ts`, `
import { view } from '@trainyard/core';
const cells = 'karabo#${source}[image.cellId]';
export const shape = view.vector({ data: 'karabo#${source}[image.data]' }, ({ data }) => data.shape);
export const highest = view.scalar({ data: 'karabo#${source}[image.data]' }, ({ data }) => data.max());
export const cell = view.vector({ cells }, ({ cells }) => cells);
export const id = view.scalar({ id: 'internal#train_id' }, ({ id }) => id);
`);
      const out = shop.path(`server${format}`, 'out.h5');
      const finished = ended(await shop.run('run', views, '--stream', endpoint, '--trains', '0:3', '--out', out, '--json'));
      for (const counts of Object.values(values(finished))) expect(counts['value']).toBe(3);
      const [file] = await askPython<Record<string, SeenArray>>('h5', out);
      // The field's program counts train IDs from here.
      expect(file!['results/views/id/data']!.first[0]).toBeGreaterThanOrEqual(10_000_000_000);
      expect(file!['results/views/cell/data']).toMatchObject({ shape: [3, 64] });
      expect(file!['results/views/highest/data']!.first.every((value) => value > 0)).toBe(true);
    });
  }

  it.skipIf(!existsSync(runs)).each([['r0003', 'SCS_DET_DSSC1M-1'], ['r0007', 'SPB_DET_AGIPD1M-1']])('karabo-bridge-serve-files streams %s: the same bits as the run itself', async (name, detector) => {
    const run = `${runs}raw/${name}`;
    const views = shop.write(`files-${name}/views.ts`, `
import { view } from '@trainyard/core';
export const mean = view.image({ data: 'karabo#${detector}/DET/0CH0:xtdf[image.data]' }, ({ data }) => data.reshape(-1, ...data.shape.slice(-2)).mean({ axis: 0 }));
export const pulses = view.scalar({ cells: 'karabo#${detector}/DET/1CH0:xtdf[image.cellId]' }, ({ cells }) => cells.size);
export const spread = view.scalar({ data: 'karabo#${detector}/DET/1CH0:xtdf[image.data]' }, ({ data }) => data.std());
`);
    const { child, endpoint } = await startServer('karabo-bridge-serve-files', run, 'PORT');
    servers.push(child);
    const [streamed, recorded] = [shop.path(`files-${name}`, 'streamed.h5'), shop.path(`files-${name}`, 'recorded.h5')];
    const live = values(ended(await shop.run('run', views, '--stream', endpoint, '--trains', '0:4', '--out', streamed, '--json')));
    const read = values(ended(await shop.run('run', views, '--run', run, '--trains', '0:4', '--out', recorded, '--json')));
    expect(live).toEqual(read);
    expect(live['views/mean']!['value']).toBeGreaterThan(1);
    const diff = await shop.run('diff', streamed, recorded);
    expect(diff.code, diff.stdout + diff.stderr).toBe(0);
  });
});
