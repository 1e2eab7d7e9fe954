import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { startSim, writeSimRun } from '@trainyard/sim';
import { temporary, yard } from '../run-yard.test.support.ts';

const place = temporary();
const { folder: cwd, at } = place;
afterAll(place.remove);

const TSC = fileURLToPath(new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url));

function tsc(folder: string): Promise<string> {
  return new Promise((resolve) => execFile(process.execPath, [TSC, '-p', folder], (_, out) => resolve(out)));
}

test('a new folder of views checks, compiles, and is not overwritten', async () => {
  expect(await yard(['new', 'views', 'mine'], { cwd })).toMatchObject({ code: 0 });
  expect(await yard(['check', 'mine/views.ts'], { cwd })).toMatchObject({ code: 0 });
  expect(await tsc(at('mine'))).toBe('');
  expect(await yard(['new', 'views', 'mine'], { cwd })).toMatchObject({ code: 2, err: expect.stringContaining('has views.ts and tsconfig.json and README.md already') as string });
});

test('with the types of a run a misspelt path and a wrong rank are errors; without them any path passes', async () => {
  await writeSimRun(at('r0001'), { trains: 2, small: true });
  await yard(['new', 'views', 'typed'], { cwd });
  expect(await yard(['types', 'r0001', '--out', 'typed/data-paths.d.ts'], { cwd })).toMatchObject({ code: 0, out: '' });
  expect(await tsc(at('typed'))).toBe('');
  writeFileSync(at('typed/views.ts'), `import { From, View, view, type Image } from '@trainyard/core';
export const misspelt = view.image({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixel]' }, ({ camera }) => camera);
export const right = view.image({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }, ({ camera }) => camera);
export const wrongRank = view.image({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => xgm);
export const frames = view.image({ det: 'karabo#SPB_DET_AGIPD1M-1/DET[image.data]' }, ({ det }) => det.mean({ axis: 0 }).mean({ axis: 0 }));
export const delay = view.scalar({ mm: 'karabo#SQS_ILH_LAS/MOTOR/DELAY.actualPosition' }, ({ mm }) => mm + 1);
export class Group {
  @View.Image misspelt(@From('karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixel]') camera: Image) { return camera; }
}
`);
  const said = await tsc(at('typed'));
  expect(said).toContain(`Did you mean '"karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]"'?`);
  const errors = said.split('\n').filter((line) => line.startsWith(at('typed')) || /views\.ts\(/.test(line));
  expect(errors.map((line) => Number(/views\.ts\((\d+),/.exec(line)?.[1]))).toEqual([2, 4, 8]);
  rmSync(at('typed/data-paths.d.ts'));
  expect(await tsc(at('typed'))).toBe('');
});

test('an endpoint has the same paths, and a file of the user is not replaced', async () => {
  const facility = await startSim({ endpoint: 'tcp://127.0.0.1:*', small: true });
  try {
    const { code, out } = await yard(['types', facility.endpoint], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('"karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]": Image;');
    expect(out).toContain('"karabo#SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED[image.data]": NdArray<4>;');
    expect(out).toMatch(/"karabo#SQS_SHUTTER\/DEV\/1\.isOpen": (boolean|number);/);
  } finally {
    await facility.stop();
  }
  writeFileSync(at('own.d.ts'), 'declare const mine: number;\n');
  expect(await yard(['types', 'r0001', '--out', 'own.d.ts'], { cwd })).toMatchObject({ code: 2, err: expect.stringContaining('exists already') as string });
});
