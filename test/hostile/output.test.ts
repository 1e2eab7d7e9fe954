import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readResults } from '@trainyard/nexus';
import { Workshop } from '../support/yard.ts';

/** Where results may not go, what is no range, and ends that come at a bad moment. */
const shop = new Workshop();
beforeAll(async () => {
  shop.write('views.ts', `import { view } from '@trainyard/core';
export const id = view.scalar({ cam: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]', id: 'internal#train_id' }, ({ id }) => id);
`);
  await shop.run('sim', '--write', 'r0001', '--small', '--no-detector', '--trains', '5');
});
afterAll(() => shop.close());
const run = (...more: string[]) => shop.run('run', 'views.ts', '--run', 'r0001', '--json', '--workers', '1', ...more);

test.each<[what: string, before: () => void, args: string[], says: RegExp]>([
  ['a file that is there', () => writeFileSync(shop.path('there.h5'), 'precious'), ['--out', 'there.h5'], /--force/],
  ['a folder, also with --force', () => mkdirSync(shop.path('folder.h5'), { recursive: true }), ['--out', 'folder.h5', '--force'], /a folder or a device/],
  ['a pipe, also with --force', () => void execFileSync('mkfifo', [shop.path('pipe.h5')]), ['--out', 'pipe.h5', '--force'], /a folder or a device/],
  ['a folder that is not there', () => undefined, ['--out', 'no/such/x.h5'], /no such folder/],
  ['a range beyond the run', () => undefined, ['--trains', '100:200', '--out', 'x.h5'], /has 5 trains: there are none in 100:200/],
  ['a range backwards', () => undefined, ['--trains', '4:2', '--out', 'x.h5'], /holds no train/],
  ['no range', () => undefined, ['--trains', 'a:b', '--out', 'x.h5'], /takes A:B/],
  ['a port that is none', () => undefined, ['--port', '99999', '--out', 'x.h5'], /cannot listen at port 99999/],
])('%s', async (_, before, args, says) => {
  before();
  const { code, stdout, stderr } = await run(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(says);
  expect(readdirSync(shop.folder).filter((name) => name.startsWith('x.h5') || name.endsWith('.part'))).toEqual([]);
  if (existsSync(shop.path('there.h5'))) expect(readFileSync(shop.path('there.h5'), 'utf8')).toBe('precious');
});

test('an interrupt while a view hangs: once more ends it, the file is whole', async () => {
  shop.write('hang.ts', `import { view } from '@trainyard/core';
const cam = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';
export const hangs = view.scalar({ cam, id: 'internal#train_id' }, ({ id }) => { while (id % 5 === 4); return id; }, { timeoutMs: 60_000 });
`);
  const yard = shop.start(['run', 'hang.ts', '--run', 'r0001', '--json', '--workers', '1', '--out', 'hang.h5', '--port', '0']);
  await yard.line(/"done":4/);
  yard.signal('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 600));
  yard.signal('SIGINT');
  const { code, json } = await yard.finished;
  expect([code, json.at(-1)]).toEqual([130, expect.objectContaining({ trains: 5, views: { 'hang/hangs': expect.objectContaining({ value: 4, late: 1 }) } })]);
  const results = await readResults(shop.path('hang.h5'));
  expect(results.trainIds).toHaveLength(5);
  results.close();
});

test('an interrupt while the file loads is an interrupt, not a fault of the file', async () => {
  shop.write('slow.ts', `import { view } from '@trainyard/core';
await new Promise((resolve) => setTimeout(resolve, 5000));
export const a = view.scalar({ id: 'internal#train_id' }, ({ id }) => id);
`);
  const out = `slow-${Date.now()}.h5`;
  const yard = shop.start(['run', 'slow.ts', '--run', 'r0001', '--json', '--out', out]);
  while (!existsSync(shop.path(`${out}.part`))) await new Promise((resolve) => setTimeout(resolve, 50));
  await new Promise((resolve) => setTimeout(resolve, 300));
  yard.signal('SIGINT');
  const { code, stderr, json } = await yard.finished;
  expect(stderr).not.toMatch(/error/i);
  expect([code, json.at(-1)]).toEqual([130, expect.objectContaining({ type: 'summary', trains: 0 })]);
}, 60_000);
