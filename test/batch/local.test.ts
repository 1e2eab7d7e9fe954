import { existsSync, readFileSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffResults, readResults } from '@trainyard/nexus';
import { Workshop } from '../support/yard.ts';
import { writeGappedRun } from './sim-run.support.ts';
import { VIEWS } from './views.support.ts';

const shop = new Workshop();
afterAll(() => shop.close());
const ROOT = shop.path('data root');
const runFolder = (run: number): string => join(ROOT, 'SQS', '202501', 'p000900', 'raw', `r000${run}`);
const env = { EXTRA_DATA_DATA_ROOT: ROOT };
const SUBMIT = ['batch', 'submit', 'views.ts', '--proposal', '900'];
/** 25 ms a train: there is time to look, and to end it. */
const SLOW = `import { view } from '@trainyard/core';
export const slow = view.scalar({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => {
  const until = performance.now() + 25;
  while (performance.now() < until);
  return xgm.sum();
});
`;

interface Status {
  readonly ended: boolean;
  readonly runs: readonly { readonly run: number; readonly state: string; readonly message?: string; readonly parts: readonly { readonly state: string; readonly message?: string; readonly trains: number }[] }[];
}
async function status(folder: string): Promise<Status> {
  return (await shop.run('batch', 'status', folder, '--json')).json[0] as unknown as Status;
}

beforeAll(async () => {
  shop.write('views.ts', VIEWS);
  shop.write('slow.ts', SLOW);
  for (const run of [1, 2]) await writeGappedRun(runFolder(run));
}, 180_000);

describe('yard batch submit --local', () => {
  it('leaves one file per run, identical to a single run’s', async () => {
    const done = await shop.start([...SUBMIT, '--runs', '1-2', '--folder', 'my job', '--local', '2', '--parts', '3', '--set', 'gain=3'], env).finished;
    expect(done.stderr).toContain('trains/s');
    expect(done.code).toBe(0);
    for (const run of [1, 2]) {
      expect((await shop.run('run', 'views.ts', '--run', runFolder(run), '--set', 'gain=3', '--out', `single${run}.h5`)).code).toBe(0);
      expect(await diffResults(shop.path('my job', `r000${run}.h5`), shop.path(`single${run}.h5`))).toEqual([]);
    }
    const names = readdirSync(shop.path('my job'), { recursive: true, encoding: 'utf8' }).filter((name) => /r\d{4}[^/]*\.h5$/.test(name));
    expect(names.toSorted()).toEqual(['r0001.h5', 'r0002.h5']);
    const merged = await readResults(shop.path('my job', 'r0001.h5'));
    expect(merged.provenance['parts']).toHaveLength(3);
    merged.close();
  }, 180_000);

  it('takes --trains as a single run does, and counts in each run', async () => {
    expect((await shop.start([...SUBMIT, '--runs', '1', '--folder', 'range', '--local', '2', '--parts', '2', '--trains', '20:120'], env).finished).code).toBe(0);
    expect((await shop.run('run', 'views.ts', '--run', runFolder(1), '--trains', '20:120', '--out', 'range.h5')).code).toBe(0);
    expect(await diffResults(shop.path('range', 'r0001.h5'), shop.path('range.h5'))).toEqual([]);
  }, 180_000);

  it('does not do finished work again, nor lose it', async () => {
    const before = readFileSync(shop.path('my job', 'r0001.h5'));
    const again = await shop.start([...SUBMIT, '--runs', '1', '--folder', 'my job', '--local', '1'], env).finished;
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('2 of 2 runs merged');
    expect(readFileSync(shop.path('my job', 'r0001.h5')).equals(before)).toBe(true);
    expect((await status('my job')).runs.map(({ state }) => state)).toEqual(['merged', 'merged']);
    const forced = await shop.start([...SUBMIT, '--runs', '1', '--folder', 'my job', '--local', '1', '--force', '--json'], env).finished;
    expect(forced.code).toBe(0);
    expect(forced.stdout).not.toMatch(/^[^{]/m);
    expect(forced.json.at(-1)).toMatchObject({ type: 'summary', runs: [{ run: 1, state: 'merged' }] });
  }, 180_000);

  it('refuses before anything is done, with every problem', async () => {
    const { code, stderr } = await shop.start([...SUBMIT, '--runs', '1,7-8', '--folder', 'refused', '--local', '0', '--set', 'gian=3'], env).finished;
    expect(code).toBe(2);
    for (const text of ['--local takes', 'Did you mean "gain"', 'run 7', 'run 8']) expect(stderr).toContain(text);
    expect(existsSync(shop.path('refused'))).toBe(false);
    const list = shop.write('wrong.yaml', 'trainyard: 1\nsteps:\n  - plugin: roi/rectangel\n  - plugin: nothing/such\n');
    const wrong = await shop.start(['batch', 'submit', list, '--proposal', '901', '--runs', '1', '--folder', 'refused', '--local', '1'], env).finished;
    expect(wrong.code).toBe(2);
    for (const text of ['wrong.yaml:3', 'wrong.yaml:4', 'proposal 901']) expect(wrong.stderr).toContain(text);
  }, 300_000);

  it('says that a file of a run is unusable, computes the rest, and ends with 1', async () => {
    await writeGappedRun(runFolder(3));
    truncateSync(join(runFolder(3), readdirSync(runFolder(3)).find((name) => name.includes('DA02-S00000'))!), 2000);
    const { code, stderr } = await shop.start([...SUBMIT, '--runs', '3', '--folder', 'truncated', '--local', '1'], env).finished;
    expect(stderr).toContain('DA02-S00000');
    expect(code).toBe(1);
    expect((await shop.run('run', 'views.ts', '--run', runFolder(3), '--out', 'single3.h5')).code).toBe(1);
    expect(await diffResults(shop.path('truncated', 'r0003.h5'), shop.path('single3.h5'))).toEqual([]);
  }, 180_000);

  it('is not changed by an edit while it runs; a part whose process dies is named with its log, the others are done', async () => {
    const yard = shop.start(['batch', 'submit', 'slow.ts', '--proposal', '900', '--runs', '1-2', '--folder', 'dies', '--local', '1', '--parts', '2'], env);
    const state = shop.path('dies', 'parts', 'r0001', 'part00.json');
    while (!existsSync(state)) await sleep(50);
    writeFileSync(shop.path('slow.ts'), 'nonsense');
    expect((await status('dies')).runs[0]!.state).toBe('running');
    process.kill((JSON.parse(readFileSync(state, 'utf8')) as { pid: number }).pid, 'SIGKILL');
    const { code, stderr } = await yard.finished;
    shop.write('slow.ts', SLOW);
    expect(code).toBe(1);
    expect(stderr).toContain('r0001 part 1 of 2 failed: its process ended by SIGKILL');
    expect(stderr).toContain(`| r0001 part 1 of 2: train IDs 10050`);
    expect(existsSync(shop.path('dies', 'r0001.h5'))).toBe(false);
    expect(existsSync(shop.path('dies', 'r0002.h5'))).toBe(true);
    const { runs, ended } = await status('dies');
    expect(ended).toBe(true);
    expect(runs.map(({ state }) => state)).toEqual(['failed', 'merged']);
    expect(runs[0]!.message).toContain('part 1 of 2');
    expect(runs[0]!.parts.map(({ state }) => state)).toEqual(['failed', 'done']);
  }, 180_000);

  it('ends in order when it is interrupted', async () => {
    const yard = shop.start(['batch', 'submit', 'slow.ts', '--proposal', '900', '--runs', '1', '--folder', 'interrupted', '--local', '2', '--parts', '2'], env);
    const state = shop.path('interrupted', 'parts', 'r0001', 'part01.json');
    while (!existsSync(state) || (JSON.parse(readFileSync(state, 'utf8')) as { trains: number }).trains === 0) await sleep(50);
    yard.signal('SIGINT');
    const { code, stderr } = await yard.finished;
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted');
    expect(readdirSync(shop.path('interrupted', 'parts', 'r0001')).filter((name) => name.includes('.h5'))).toEqual([]);
    expect((await status('interrupted')).runs[0]).toMatchObject({ state: 'failed', message: 'its job was interrupted', parts: [{ state: 'failed', message: 'interrupted' }, { state: 'failed', message: 'interrupted' }] });
  }, 180_000);

  it('a merge refuses what is not whole', async () => {
    for (const name of readdirSync(shop.path('my job', 'parts', 'r0001'))) if (name === 'part00.h5') renameSync(shop.path('my job', 'parts', 'r0001', name), shop.path('kept.h5'));
    rmSync(shop.path('my job', 'r0001.h5'));
    const { code, stderr } = await shop.run('batch', 'merge', 'my job');
    expect(code).toBe(1);
    expect(stderr).toContain('not merged. Not done: r0001');
    expect((await shop.run('batch', 'status', 'nowhere')).code).toBe(2);
    renameSync(shop.path('kept.h5'), shop.path('my job', 'parts', 'r0001', 'part00.h5'));
    expect((await shop.run('batch', 'merge', 'my job')).code).toBe(0);
  }, 300_000);
});
