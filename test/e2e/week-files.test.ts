import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlockTree, blockOf } from '@trainyard/core';
import { sum } from '@trainyard/core/reducers';
import { diffResults, mergeResults, readResults, type ResultsFile } from '@trainyard/nexus';
import { Workshop, type RunningYard } from '../support/yard.ts';
import { end, live as liveOf, newest, yardOf, type Live } from './week.support.ts';

/** `yard live --out FOLDER`: closed files in turn, each whole by itself. */
const shop = new Workshop();
let sim: RunningYard;
let endpoint: string;
beforeAll(async () => {
  sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--rate', '100', '--lossless', '--first-train', '20032', '--json']);
  endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
});
afterAll(() => shop.close());

const VIEWS = `import { parameters, slider, view } from '@trainyard/core';
import { histogram, sum } from '@trainyard/core/reducers';
const p = parameters({ gain: slider(1, 0, 10) });
export const total = view.scalar({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }, ({ camera }) => camera.mean() * p.gain);
export const one = view.scalar({ id: 'internal#train_id' }, () => 1);
export const trains = view.reduce(one, sum());
export const spread = view.reduce(total, histogram({ bins: 20, range: [0, 1000] }));
`;
const live = (folder: string, ...more: string[]): Promise<Live> => liveOf(shop, endpoint, VIEWS, folder, '--socket', 'REQ', '--out', shop.path(folder, 'out'), '--file-trains', '64', ...more);
const files = (folder: string): string[] => readdirSync(shop.path(folder, 'out')).sort();
const counted = (file: ResultsFile): number => (file.final('views/trains')!.value as { data: Float64Array }).data[0]!;

it('each is cut at a block, says what its own trains give, and is what yard run gives of them; all together are one', async () => {
  rmSync(shop.path('turn'), { recursive: true, force: true });
  const { yard, address } = await live('turn');
  await shop.eventually('there is a whole one and a next', async () => files('turn').some((name) => name >= 'views-0003'), 40_000);
  const shown = (await newest(address, 'views/trains')).value as number;
  await end(yard);
  const names = files('turn');
  expect(names).toEqual(names.map((_, i) => `views-000${i + 1}.h5`));
  let seen = 0;
  for (const name of names) {
    const file = await readResults(shop.path('turn/out', name));
    expect(new Set([...file.trainIds].map(blockOf)).size, name).toBe(1);
    expect([counted(file), file.rowCount('views/trains'), file.rowCount('views/total')]).toEqual([file.trainIds.length, 1, file.trainIds.length]);
    expect(file.journal().map(({ kind }) => kind)).toEqual(['generation']);
    seen += file.trainIds.length;
    file.close();
  }
  // What is shown goes on over the files.
  expect(shown).toBeGreaterThan(65);

  const whole = (await Promise.all(names.map(async (name) => {
    const file = await readResults(shop.path('turn/out', name));
    const first = file.trainIds.length === 64 ? file.trainIds[0] : undefined;
    file.close();
    return first === undefined ? [] : [{ name, first }];
  }))).flat();
  expect(whole.length).toBeGreaterThan(0);
  const { name, first } = whole[0]!;
  const run = `run${process.hrtime.bigint()}`;
  await shop.run('sim', '--write', run, '--small', '--no-detector', '--first-train', String(first), '--trains', '64');
  expect((await shop.run('run', 'turn/views.ts', '--run', run, '--out', 'run.h5', '--force')).code).toBe(0);
  expect(await diffResults(shop.path('run.h5'), shop.path('turn/out', name))).toEqual([]);

  await mergeResults(names.map((one) => shop.path('turn/out', one)), shop.path('all.h5'), {
    force: true,
    finalOf: async (id, nodes) => {
      if (id !== 'views/trains') return undefined;
      const reducer = sum();
      return { value: reducer.result(new BlockTree(reducer, nodes.map((node) => ({ ...node, state: (node.state as { state: never }).state }))).total()!) as number };
    },
  });
  const all = await readResults(shop.path('all.h5'));
  expect([all.trainIds.length, counted(all)]).toEqual([seen, seen]);
  all.close();
}, 90_000);

it('kill -9 costs the open file at most: it is named, what is in it can be read, and the next start has the next number', async () => {
  const one = await live('killed');
  await shop.eventually('two are closed', async () => files('killed').includes('views-0002.h5'));
  const before = files('killed');
  process.kill(await yardOf(one), 'SIGKILL');
  await one.yard.finished;
  const left = files('killed');
  const part = left.find((name) => name.endsWith('.part'))!;
  expect(left.filter((name) => !name.endsWith('.part')).length).toBeGreaterThanOrEqual(before.length - 1);
  for (const name of left) {
    const file = await readResults(shop.path('killed/out', name));
    expect(file.views.map(({ id }) => id)).toContain('views/total');
    file.close();
  }
  const two = await live('killed');
  await two.yard.line(new RegExp(`${part} was not closed, since its yard was killed: it can be read as it is, with \\d+ trains`));
  await end(two.yard);
  const number = Number(/-(\d+)\.h5/.exec(part)![1]);
  expect(files('killed')).toContain(`views-${String(number + 1).padStart(4, '0')}.h5`);
  expect(files('killed')).toContain(part);
}, 60_000);

it('a crash goes on in the next file; a stream that begins anew, too', async () => {
  const own = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--rate', '40', '--first-train', '50000', '--json']);
  const [, at] = await own.line(/"endpoint":"(tcp:[^"]+)"/);
  const one = await liveOf(shop, at!, VIEWS, 'anew', '--out', shop.path('anew/out'));
  own.signal('SIGTERM');
  await own.finished;
  shop.start(['sim', '--endpoint', at!, '--small', '--no-detector', '--rate', '40', '--first-train', '1000']);
  await one.control.until('the train IDs are small again', (state) => (state.trains.lastTrainId ?? 1e9) < 40_000, 20_000);
  await one.control.until('some of them', (state) => state.trains.lastTrainId! > 1010 && state.trains.lastTrainId! < 40_000);
  await end(one.yard);
  const both = await Promise.all(files('anew').map((name) => readResults(shop.path('anew/out', name))));
  expect(both.map((file) => file.trainIds[0]! < 40_000)).toEqual([false, true]);
  for (const file of both) {
    expect(counted(file)).toBe(file.trainIds.length);
    file.close();
  }
}, 60_000);

describe('for h5py', () => {
  const python = spawnSync('/usr/bin/python3', ['-c', 'import h5py']).status === 0;
  if (!python && process.env['TRAINYARD_CI'] === '1') throw new Error('h5py is not there');
  it.skipIf(!python)('each file opens by itself', async () => {
    const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', `
import glob, h5py
for name in sorted(glob.glob('${shop.path('turn/out')}/*.h5')):
    with h5py.File(name) as f:
        trains = f['entry/trainId'][:]
        assert f['entry/results/views/trains/final'][()] == len(trains) == len(f['entry/results/views/total/data'])
        assert 'end_time' in f['entry']
print('good')
`], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toBe('good\n');
  });
});
