import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSimRun, makeTrain } from '@trainyard/sim';
import { readNpy } from '@trainyard/stack';
import { temporary, yard } from '../run-yard.test.support.ts';

const place = temporary();
const { folder: cwd, at } = place;
afterAll(place.remove);

beforeAll(async () => {
  await writeSimRun(at('r0001'), { trains: 3, small: true, pulses: 2 });
  writeFileSync(at('views.ts'), `import { view, skip } from '@trainyard/core';
export const total = view.scalar({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => xgm.sum(), { unit: 'uJ' });
export const open = view.scalar({ id: 'internal#train_id' , xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ id }) => (id === 10001 ? skip('odd') : id));
`);
  for (const [out, more] of [['a.h5', []], ['b.h5', []], ['short.h5', ['--trains', '0:2']]] as const) await yard(['run', 'views.ts', '--run', 'r0001', '--out', out, ...more], { cwd });
}, 90_000);

test('ls --json is one object: train IDs, and kind, type, shape and counts of every key', async () => {
  const { code, out, err } = await yard(['ls', 'r0001', '--json'], { cwd });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { trainIds, sources, ...rest } = JSON.parse(out) as { trainIds: number[]; sources: Record<string, { kind: string; keys: Record<string, unknown> }> };
  expect(rest).toEqual({});
  expect(trainIds).toEqual([10000, 10001, 10002]);
  expect(sources['SQS_SHUTTER/DEV/1']).toEqual({ kind: 'control', keys: { 'isOpen.value': { dtype: 'uint8', shape: [3], counts: [1, 1, 1] }, 'isOpen.timestamp': { dtype: 'uint64', shape: [3], counts: [1, 1, 1] } } });
  expect(sources['SPB_DET_AGIPD1M-1/CORR/3CH0:output']!.keys['image.data']).toEqual({ dtype: 'float32', shape: [6, 64, 16], counts: [2, 2, 2] });
  expect(Object.keys(sources).filter((name) => name.includes(':daqOutput'))).toEqual(['SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:daqOutput']);
  // Old names kept as links, as EXtra-data has them.
  expect(sources['SPB_DET_AGIPD1M-1/DET/3CH0:xtdf']).toEqual(sources['SPB_DET_AGIPD1M-1/CORR/3CH0:output']);
});

test('ls for people: units, modules as one, a results file, a list', async () => {
  const { out } = await yard(['ls', 'r0001'], { cwd });
  expect(out).toContain('CORR/{0-15}CH0:output  (16 modules');
  expect(out).toMatch(/data\.intensityTD +float32 \(100,\) +μJ/);
  const results = await yard(['ls', 'a.h5'], { cwd });
  expect(results.out).toMatch(/views\/open +scalar .*1 none/);
  writeFileSync(at('list.yaml'), 'trainyard: 1\nsteps:\n  - plugin: statistics/average\n    in: { value: "karabo#A/B/C.d" }\n');
  expect((await yard(['ls', 'list.yaml'], { cwd })).out).toMatch(/average: statistics\/average +Average over trains/);
});

test('ls of a folder without a run, and of nothing, is refused', async () => {
  mkdirSync(at('empty'));
  expect(await yard(['ls', at('empty')])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('There is no HDF5 file here') as string });
  expect(await yard(['ls', at('nothing')])).toMatchObject({ code: 2, out: '' });
});

test('read writes the stored array and one train ID per row', async () => {
  const said = await yard(['read', 'r0001', 'SPB_DET_AGIPD1M-1/CORR/0CH0:output', 'image.data', '--out', 'x.npy', '--train-ids', 'y.npy'], { cwd });
  expect(said).toMatchObject({ code: 0, out: '' });
  expect(readNpy(at('x.npy'))).toMatchObject({ dtype: 'float32', shape: [6, 64, 16] });
  expect(Array.from(readNpy(at('y.npy')).data, Number)).toEqual([10000, 10000, 10001, 10001, 10002, 10002]);
  // Short forms: `:output` for the recorded `:daqOutput`, no `.value`.
  await yard(['read', 'r0001', 'SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output', 'data.image.pixels', '--out', 'camera.npy'], { cwd });
  const sent = makeTrain(1, 10002, { small: true }).sources.get('SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output')!.get('data.image.pixels') as { data: Uint16Array };
  expect(Array.from(readNpy(at('camera.npy')).data as Uint16Array).slice(2 * 128 * 192)).toEqual(Array.from(sent.data));
  expect((await yard(['read', 'r0001', 'SQS_SHUTTER/DEV/1', 'isOpen'], { cwd })).out).toMatch(/3 trains, 10000 to 10002\nuint8 \(3,\)/);
});

test('read refuses to replace files, and names the nearest key', async () => {
  writeFileSync(at('mine.npy'), 'mine');
  const refused = await yard(['read', 'r0001', 'SQS_SHUTTER/DEV/1', 'isOpen', '--out', 'new.npy', '--train-ids', 'mine.npy'], { cwd });
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('mine.npy exists already') as string });
  expect(existsSync(at('new.npy'))).toBe(false);
  expect((await yard(['read', 'r0001', 'SQS_SHUTTER/DEV/1', 'isOpn'], { cwd })).err).toContain('Did you mean "isOpen"?');
  expect((await yard(['read', 'r0001', 'SQS_SHUTER/DEV/1', 'isOpen'], { cwd })).err).toContain('Did you mean "SQS_SHUTTER/DEV/1"?');
});

test('read of a results file: rows of the trains with a value', async () => {
  expect(await yard(['read', 'a.h5', 'views/open', '--out', 'o.npy', '--train-ids', 'oi.npy'], { cwd })).toMatchObject({ code: 0 });
  expect(Array.from(readNpy(at('o.npy')).data, Number)).toEqual([10000, 10002]);
  expect(Array.from(readNpy(at('oi.npy')).data, Number)).toEqual([10000, 10002]);
  expect((await yard(['read', 'a.h5', 'open', 'outcome'], { cwd })).out).toContain('uint8 (3,) [0 1 0]');
  expect((await yard(['read', 'a.h5', 'totl'], { cwd })).err).toContain('Did you mean "total"?');
});

test('diff: 0 identical, 1 different and where, 2 unreadable', async () => {
  expect(await yard(['diff', 'a.h5', 'b.h5'], { cwd })).toMatchObject({ code: 0, out: 'Identical: 3 trains, 2 views, every result bit for bit.\n' });
  const different = await yard(['diff', 'a.h5', 'short.h5'], { cwd });
  expect(different.code).toBe(1);
  expect(different.out).toMatch(/views\/total\/data has the shape \[3\] in one and \[2\] in the other/);
  expect((await yard(['diff', 'a.h5', 'short.h5', '--json'], { cwd })).out.trim().split('\n').at(-1)).toMatch(/^\{"type":"summary","identical":false,"differences":\d+\}$/);
  expect((await yard(['diff', 'a.h5', 'x.npy'], { cwd })).code).toBe(2);
  expect((await yard(['diff', 'a.h5', 'absent.h5'], { cwd })).code).toBe(2);
});
