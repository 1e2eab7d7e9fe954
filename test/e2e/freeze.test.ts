import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResults } from '@trainyard/nexus';
import { writeSimRun } from '@trainyard/sim';
import { Control, Workshop, type RunningYard } from '../support/yard.ts';

const shop = new Workshop();
afterAll(() => shop.close());

const CAMERA = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';
const VIEWS = `import { parameters, view } from '@trainyard/core';
const p = parameters({ offset: 0 });
export const line = view.vector({ camera: '${CAMERA}' }, ({ camera }) => camera.mean({ axis: 0 }), { hidden: true });
export const edge = view.scalar({ line, open: 'karabo#SQS_SHUTTER/DEV/1.isOpen', id: 'internal#train_id' }, ({ line, open, id }) => {
  if (id % 10 === 7) throw new Error('a seven, ' + typeof open);
  return line.argmax() + p.offset;
});
export const five = view.scalar({ edge }, ({ edge }) => edge, { average: 5 });
export const ordered = view.scalar({ five, id: 'internal#train_id' }, ({ five, id }) => {
  if (id % 10 === 4) throw new Error('a four');
  return five;
});
`;
const MENDED = VIEWS.replace(`throw new Error('a seven, ' + typeof open)`, 'return typeof open === "boolean" ? -1 : -2').replace(`throw new Error('a four')`, 'return -4');

describe('freeze this train', { timeout: 90_000 }, () => {
  let sim: RunningYard;
  let endpoint: string;
  let file: string;
  let at: string;
  beforeAll(async () => {
    file = shop.write('live/views.ts', VIEWS);
    sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--rate', '20', '--json']);
    endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
  });

  it('of a stream: saved with what the view needs, a run as any other', async () => {
    const yard = shop.start(['live', file, '--stream', endpoint, '--set', 'offset=1000']);
    const control = new Control((await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]);
    await control.until('both have failed, in the order of trains twice', (state) => ['views/edge', 'views/ordered'].every((id) => (state.views.find((view) => view.id === id)?.counts.failed ?? 0) >= 3));
    const frozen = await shop.run('freeze', 'edge', '--pid', String(yard.child.pid));
    expect([frozen.code, frozen.stderr]).toEqual([0, expect.stringMatching(/frozen\/edge-\d*7: 2 inputs of train \d+, failed: a seven, boolean\. yard retry edge-\d+ /) as string]);
    const freeze = async (name: string, next = false) => (await control.request({ verb: 'freeze', name, next })).message;
    expect(await freeze('edge')).toMatch(/is there already/);
    expect(await freeze('ordered')).toMatch(/frozen\/ordered-\d*4: /);
    expect(await freeze('line')).toMatch(/views\/line has not failed/);
    expect(await freeze('edgge')).toMatch(/Did you mean "edge"/);
    expect(await freeze('five', true)).toMatch(/frozen\/five-\d+: 2 inputs/);
    yard.signal('SIGTERM');
    await yard.finished;

    const [folder] = readdirSync(shop.path('live/frozen')).filter((name) => name.startsWith('edge-'));
    at = shop.path('live/frozen', folder!);
    const record = JSON.parse(readFileSync(`${at}/frozen.json`, 'utf8')) as { where: object; parameters: object };
    expect(record).toMatchObject({ view: 'views/edge', outcome: 'failed', where: { file: '../../views.ts', line: 5 }, parameters: { 'views.offset': { value: 1000, default: 0 } }, inputs: { 'karabo#SQS_SHUTTER/DEV/1.isOpen': expect.stringMatching(/^(true|false)$/) as string } });
    const ls = await shop.run('ls', at, '--json');
    expect(ls.json[0]).toMatchObject({ trainIds: [Number(folder!.slice('edge-'.length))] });
  });

  it('is retried on every save until it works', async () => {
    writeFileSync(file, VIEWS);
    const once = await shop.run('retry', at, '--once');
    expect([once.code, once.stdout]).toEqual([1, expect.stringMatching(/live\/views\.ts:5:\d+: views\/edge failed: a seven, boolean/) as string]);
    const retrying = shop.start(['retry', at, '--keep']);
    await retrying.line(/views\.ts:5:\d+: views\/edge failed/);
    writeFileSync(file, VIEWS.replace('return line.argmax()', 'return (line.argmax()'));
    await retrying.line(/views\.ts:6:\d+|Expected/);
    writeFileSync(file, MENDED);
    const { code, stdout } = await retrying.finished;
    expect([code, stdout]).toEqual([0, expect.stringMatching(/views\/edge = -1\n/) as string]);
  });

  it('kept as a test, is run by check', async () => {
    writeFileSync(file, MENDED);
    const whole = await shop.run('check', file);
    expect([whole.code, whole.stdout]).toEqual([0, expect.stringMatching(/1 frozen train, 1 as kept/) as string]);
    writeFileSync(file, MENDED.replace('? -1', '? -3'));
    const other = await shop.run('check', file);
    expect([other.code, other.stdout]).toEqual([2, expect.stringMatching(/frozen\/edge-\d+: train \d+ does not give what was kept, and now: views\/edge\/data: 1 of 1 values differ, first at \[0\]: -1 and -3.*FROZEN_DIFFERS/) as string]);
    writeFileSync(file, VIEWS);
    expect((await shop.run('check', file)).stdout).toMatch(/views\.ts:5:\d+: error: frozen\/edge-\d+: views\/edge is failed .*FROZEN_OUTCOME/);
  });

  it('of a run: with the trains that it looks back on, so that averages are what they were', async () => {
    shop.write('recorded/views.ts', `${VIEWS}export const slow = view.scalar({ id: 'internal#train_id' }, ({ id }) => { for (const end = performance.now() + 150; performance.now() < end; ); return id; });\n`);
    const run = shop.path('r0001');
    await writeSimRun(run, { seed: 3, firstTrainId: 30_000, trains: 600, small: true, detector: false });
    const yard = shop.start(['run', 'recorded/views.ts', '--run', run, '--set', 'offset=7', '--workers', '2', '--out', 'recorded.h5']);
    const pid = ['--pid', String(yard.child.pid)];
    for (const [view, ...how] of [['ordered'], ['five', '--train', 'now']]) {
      let said = '';
      for (const until = Date.now() + 40_000; Date.now() < until && !said.includes(`frozen/${view}-`); ) said = (await shop.run('freeze', view!, ...how, ...pid)).stderr;
      expect(said).toContain(`frozen/${view}-`);
    }
    yard.signal('SIGTERM');
    expect((await yard.finished).code).toBe(130);
    const results = await readResults(shop.path('recorded.h5'));
    const folder = readdirSync(shop.path('recorded/frozen')).find((name) => name.startsWith('five-'))!;
    const trainId = Number(folder.slice('five-'.length));
    const { earlier } = JSON.parse(readFileSync(shop.path('recorded/frozen', folder, 'frozen.json'), 'utf8')) as { earlier: number[] };
    expect(earlier).toEqual([4, 3, 2, 1].map((n) => trainId - n).filter((id) => id >= 30_000));
    const row = [...results.rows('views/five')].find((one) => one.trainId === trainId);
    results.close();
    const retried = await shop.run('retry', shop.path('recorded/frozen', folder), '--once', '--json');
    expect(retried.json[0]).toMatchObject(row ? { outcome: 'value', value: JSON.stringify(row.value) } : { outcome: 'missing' });
    const ordered = await shop.run('retry', shop.path('recorded/frozen', readdirSync(shop.path('recorded/frozen')).find((name) => name.startsWith('ordered-'))!), '--once');
    expect([ordered.code, ordered.stdout]).toEqual([1, expect.stringMatching(/recorded\/views\.ts:10:\d+: views\/ordered failed: a four/) as string]);
  });
});
