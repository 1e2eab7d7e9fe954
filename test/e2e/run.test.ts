import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResults, diffResults } from '@trainyard/nexus';
import { writeSimRun } from '@trainyard/sim';
import { Workshop } from '../support/yard.ts';
import { VIEWS } from './views.support.ts';

const shop = new Workshop();
afterAll(() => shop.close());

type Counts = Record<'value' | 'none' | 'missing' | 'failed' | 'late' | 'dropped', number>;
interface Summary {
  type: string;
  trains: number;
  trainsPerSecond: number;
  views: Record<string, Counts>;
}

const RUN = shop.path('r0001');
const FIRST = 10_050;
const TRAINS = 150;

beforeAll(async () => {
  shop.write('views.ts', VIEWS);
  await writeSimRun(RUN, { seed: 3, firstTrainId: FIRST, trains: TRAINS, small: true });
}, 60_000);

describe('yard run on a recorded run', () => {
  it('gives every view exactly one outcome per train, and ends with the summary line', async () => {
    const { code, stdout, json } = await shop.run('run', 'views.ts', '--run', RUN, '--out', 'a.h5', '--workers', '2', '--json');
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/^[^{]/m);
    const summary = json.at(-1) as unknown as Summary;
    expect(summary.type).toBe('summary');
    expect(summary.trains).toBe(TRAINS);
    expect(summary.trainsPerSecond).toBeGreaterThan(0);
    for (const counts of Object.values(summary.views)) expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(TRAINS);
    expect(summary.views['views/smoothed']!.value).toBe(TRAINS);
    expect(summary.views['views/missing']!.missing).toBe(TRAINS);
    expect(summary.views['views/fails']!.failed).toBe(15);
    expect(summary.views['views/before']).toMatchObject({ missing: 3, value: TRAINS - 3 });
    expect(summary.views['views/pumped']!.none).toBeGreaterThan(0);
  });

  it('writes what it says: rows, outcomes, blocks, final, reasons', async () => {
    const file = await readResults(shop.path('a.h5'));
    expect(file.trainIds).toHaveLength(TRAINS);
    expect(file.rowCount('views/fails')).toBe(TRAINS - 15);
    expect(file.outcomes('views/missing').every((outcome) => outcome === 2)).toBe(true);
    const final = file.final('views/spread')!.value as { data: Float64Array };
    expect(final.data.reduce((sum, n) => sum + n, 0)).toBe(TRAINS);
    const reason = file.reasons().find((one) => one.view === 'views/fails')!;
    expect(reason.message).toContain('a three');
    expect(reason.where).toMatch(/views\.ts:\d+/);
    file.close();
  });

  it('gives the same bits with one worker and with three', async () => {
    for (const workers of ['1', '3']) {
      expect((await shop.run('run', 'views.ts', '--run', RUN, '--out', `w${workers}.h5`, '--workers', workers)).code).toBe(0);
      expect(await diffResults(shop.path('a.h5'), shop.path(`w${workers}.h5`))).toEqual([]);
    }
  });

  it('gives the same bits from the stream as from the file', async () => {
    const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--seed', '3', '--first-train', String(FIRST), '--trains', String(TRAINS), '--rate', '200', '--lossless', '--json']);
    const [, endpoint] = await sim.line(/"endpoint":"(tcp:[^"]+)"/);
    const run = await shop.run('run', 'views.ts', '--stream', endpoint!, '--trains', `0:${TRAINS}`, '--out', 's.h5', '--json');
    sim.signal('SIGTERM');
    expect(run.code).toBe(0);
    expect(await diffResults(shop.path('a.h5'), shop.path('s.h5'))).toEqual([]);
  });

  it('never overwrites a file without --force, and says so before reading anything', async () => {
    const refused = await shop.run('run', 'views.ts', '--run', RUN, '--out', 'a.h5');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/--force/);
    expect((await shop.run('run', 'views.ts', '--run', RUN, '--trains', '0:5', '--out', 'a.h5', '--force')).code).toBe(0);
  });

  it('counts --trains from 0, the end not included', async () => {
    const { json } = await shop.run('run', 'views.ts', '--run', RUN, '--trains', '10:14', '--out', 't.h5', '--json');
    expect((json.at(-1) as unknown as Summary).trains).toBe(4);
    const file = await readResults(shop.path('t.h5'));
    expect([...file.trainIds]).toEqual([FIRST + 10, FIRST + 11, FIRST + 12, FIRST + 13]);
    file.close();
  });

  it('takes --set by name and by group.name, and refuses what is not there or out of range', async () => {
    expect((await shop.run('run', 'views.ts', '--run', RUN, '--trains', '0:2', '--set', 'sigma=4', 'TimingTool.row=10')).code).toBe(0);
    const unknown = await shop.run('run', 'views.ts', '--run', RUN, '--set', 'sigmma=4', '--out', 'never.h5');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/Did you mean "sigma"/);
    expect(existsSync(shop.path('never.h5')) || existsSync(shop.path('never.h5.part'))).toBe(false);
    const range = await shop.run('run', 'views.ts', '--run', RUN, '--set', 'sigma=400');
    expect(range.code).toBe(2);
    expect(range.stderr).toMatch(/between 0\.5 and 20/);
  });

  it('--strict turns failed outcomes into exit code 1', async () => {
    expect((await shop.run('run', 'views.ts', '--run', RUN, '--trains', '0:20', '--strict')).code).toBe(1);
  });

  it('a truncated file of the run is skipped and said; the rest is computed, exit code 1', async () => {
    await writeSimRun(shop.path('r0002'), { seed: 1, firstTrainId: 10_000, trains: 10, small: true });
    writeFileSync(shop.path('r0002', 'RAW-R0002-BAD01-S00000.h5'), 'not HDF5');
    const { code, stderr } = await shop.run('run', 'views.ts', '--run', shop.path('r0002'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/BAD01/);
    const gone = await shop.run('run', 'views.ts', '--run', shop.path('r0404'));
    expect(gone.code).toBe(2);
    expect(gone.stderr).toMatch(/r0404/);
  });
});

describe('yard run on a stack of frames', () => {
  it('one frame a train, by stack#frame', async () => {
    const { writeNpy } = await import('@trainyard/stack');
    writeNpy(shop.path('frames.npy'), { dtype: 'uint16', shape: [5, 3, 4], data: Uint16Array.from({ length: 60 }, (_, i) => i) });
    shop.write('stack.ts', `import { view } from '@trainyard/core';
export const sum = view.scalar({ frame: 'stack#frame' }, ({ frame }) => frame.sum());\n`);
    const { code, json } = await shop.run('run', 'stack.ts', '--stack', 'frames.npy', '--out', 'stack.h5', '--json');
    expect(code).toBe(0);
    expect((json.at(-1) as unknown as Summary).trains).toBe(5);
    const file = await readResults(shop.path('stack.h5'));
    expect(Array.from(file.rows('stack/sum'), (row) => row.value)).toEqual([66, 210, 354, 498, 642]);
    file.close();
  });

  it('a view whose kernel is for a GPU, in the words of gpu.js', async () => {
    shop.write('kernel.ts', `import { parameters, view, type NdArray } from '@trainyard/core';
import { gpuKernel } from '@trainyard/gpu';
const p = parameters({ factor: 3 });
const scaled = gpuKernel(function (frame: number[][], factor: number) {
  let sum = 0;
  for (let k = 0; k <= this.thread.x; k += 1) sum += frame[this.thread.y]![k]!;
  return sum * factor;
}, { shape: (frame: NdArray<2>, _factor: number) => frame });
export const sums = view.image({ frame: 'stack#frame' }, async ({ frame }) => scaled(frame as NdArray<2>, p.factor));
export const corner = view.scalar({ image: sums }, ({ image }) => image.get(-1, -1));\n`);
    const { code, stdout } = await shop.run('run', 'kernel.ts', '--stack', 'frames.npy', '--out', 'kernel.h5', '--json');
    expect(code, stdout).toBe(0);
    const file = await readResults(shop.path('kernel.h5'));
    expect(Array.from(file.rows('kernel/corner'), (row) => row.value)).toEqual([0, 1, 2, 3, 4].map((i) => 3 * (4 * (12 * i + 8) + 6)));
    file.close();
  });
});
