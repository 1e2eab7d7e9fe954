import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffResults } from '@trainyard/nexus';
import { RunningYard, Workshop } from '../support/yard.ts';
import { writeGappedRun } from './sim-run.support.ts';
import { VIEWS } from './views.support.ts';

const scripts = fileURLToPath(new URL('../slurm/', import.meta.url));
const main = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));
const present = ['sbatch', 'slurmctld', 'slurmd', 'munged', 'runuser'].every((program) => spawnSync('which', [program]).status === 0);
const why = process.getuid?.() !== 0 ? 'not root' : present ? undefined : 'not installed';
if (why !== undefined) console.log(`skipped: batch on a real Slurm needs root and Debian's slurm-wlm and munge (${why})`);

if (why !== undefined && process.env['TRAINYARD_CI'] === '1') {
  it('a real Slurm is there', () => {
    throw new Error(`TRAINYARD_CI=1, and there is no real Slurm to test with: ${why}`);
  });
}

/** What `yard batch status --json` says of the parts of the first run. */
interface Status {
  readonly runs: readonly { readonly state: string; readonly message?: string; readonly parts: readonly { readonly state: string; readonly message?: string; readonly slurm?: string }[] }[];
}

describe.skipIf(why !== undefined)('yard batch submit on a real Slurm', () => {
  const shop = new Workshop();
  // Short: unix sockets lie below it.
  const root = mkdtempSync('/tmp/yb-');
  const slurm = { ...process.env, SLURM_ROOT: root, SLURM_PORT: String(30_500 + (process.pid % 300) * 4), SLURM_NODES: '2', SLURM_USER_NAME: 'tester' };
  const dataRoot = shop.path('data root');
  const folder = (name: string): string => shop.path('of tester', name);
  let user = 'tester';

  /** A yard of the plain user, as if inside a task of another array. */
  function start(...args: string[]): RunningYard {
    const variables = Object.entries({ PATH: process.env['PATH']!, HOME: shop.path('of tester'), NO_COLOR: '1', SLURM_CONF: join(root, 'slurm.conf'), EXTRA_DATA_DATA_ROOT: dataRoot, SLURM_ARRAY_TASK_ID: '99', SBATCH_PARTITION: 'nonsense', SLURM_MEM_PER_NODE: '999999' });
    return new RunningYard(spawn('runuser', ['-u', user, '--', 'env', '-i', ...variables.map(([name, value]) => `${name}=${value}`), process.execPath, '--conditions=development', main, 'batch', ...args], { cwd: shop.folder, stdio: ['ignore', 'pipe', 'pipe'] }));
  }
  const status = async (name: string): Promise<Status> => (await start('status', folder(name), '--json').finished).json[0] as unknown as Status;

  beforeAll(async () => {
    execFileSync(join(scripts, 'start-slurm.sh'), { env: slurm, stdio: 'inherit' });
    chmodSync(shop.folder, 0o755);
    // A checkout in root's home is out of the plain user's reach.
    if (spawnSync('runuser', ['-u', user, '--', 'test', '-r', main]).status !== 0) user = 'root';
    shop.write('of tester/views.ts', VIEWS);
    shop.write('slow.ts', `import { view } from '@trainyard/core';
export const slow = view.scalar({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => {
  const until = performance.now() + 200;
  while (performance.now() < until);
  return xgm.sum();
});
`);
    const [uid, gid] = ['-u', '-g'].map((which) => Number(execFileSync('id', [which, user], { encoding: 'utf8' })));
    chownSync(shop.path('of tester'), uid!, gid!);
    for (const run of [1, 2]) await writeGappedRun(join(dataRoot, 'SQS', '202501', 'p000900', 'raw', `r000${run}`));
  }, 180_000);
  afterAll(async () => {
    execFileSync(join(scripts, 'stop-slurm.sh'), ['--wipe'], { env: slurm, stdio: 'inherit' });
    rmSync(root, { recursive: true, force: true });
    await shop.close();
  }, 180_000);

  it('waits until merged; identical to the same with --local, and to a single run', async () => {
    const views = shop.path('of tester', 'views.ts');
    const done = await start('submit', views, '--proposal', '900', '--runs', '1-2', '--folder', folder('my job'), '--parts', '3', '--set', 'gain=3', '--partition', 'main', '--time', '10', '--slurm', 'cpus-per-task=1', 'comment=of a test', '--wait').finished;
    expect(done.code, done.stderr).toBe(0);
    const local = await shop.start(['batch', 'submit', views, '--proposal', '900', '--runs', '1-2', '--folder', 'local', '--parts', '2', '--set', 'gain=3', '--local', '2'], { EXTRA_DATA_DATA_ROOT: dataRoot }).finished;
    expect(local.code).toBe(0);
    for (const run of ['r0001.h5', 'r0002.h5']) expect(await diffResults(join(folder('my job'), run), shop.path('local', run))).toEqual([]);
    expect((await shop.run('run', views, '--run', join(dataRoot, 'SQS/202501/p000900/raw/r0002'), '--set', 'gain=3', '--out', 'single.h5')).code).toBe(0);
    expect(await diffResults(join(folder('my job'), 'r0002.h5'), shop.path('single.h5'))).toEqual([]);
    const { runs } = await status('my job');
    expect(runs.map(({ state }) => state)).toEqual(['merged', 'merged']);
    expect(runs[0]!.parts.map(({ slurm: word }) => word)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
  }, 300_000);

  it('names a part that was cancelled, merges the other run, and ends with 1', async () => {
    // A second try has a folder of its own.
    const cancelled = `cancelled ${Date.now()}`;
    const yard = start('submit', shop.path('slow.ts'), '--proposal', '900', '--runs', '1-2', '--folder', folder(cancelled), '--parts', '2', '--wait');
    const [, job] = await yard.line(/Slurm job (\d+)/);
    while (!existsSync(join(folder(cancelled), 'parts', 'r0001', 'part01.json'))) await sleep(100);
    expect((await status(cancelled)).runs[0]!.parts[1]!.state).toBe('running');
    execFileSync('scancel', [`${job}_1`], { env: { ...process.env, SLURM_CONF: join(root, 'slurm.conf') } });
    const { code, stderr } = await yard.finished;
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/r0001 part 2 of 2 failed: it was cancelled\n.*-\d+_1\.log:\n/);
    const { runs } = await status(cancelled);
    expect(runs.map(({ state }) => state)).toEqual(['failed', 'merged']);
    expect(runs[0]!.parts[1]).toMatchObject({ state: 'failed', message: 'it was cancelled', slurm: 'CANCELLED' });
    expect(readdirSync(folder(cancelled)).filter((name) => name.endsWith('.h5'))).toEqual(['r0002.h5']);
  }, 300_000);

  it('goes on when the one who waits leaves; a job that runs is not started again', async () => {
    const yard = start('submit', shop.path('slow.ts'), '--proposal', '900', '--runs', '1', '--folder', folder('left'), '--wait');
    await yard.line(/Slurm job (\d+)/);
    await sleep(1500);
    execFileSync('pkill', ['-INT', '--parent', String(yard.child.pid)]);
    const { code, stderr } = await yard.finished;
    expect(code).toBe(130);
    expect(stderr).toContain('goes on without us');
    const again = await start('submit', shop.path('slow.ts'), '--proposal', '900', '--runs', '1', '--folder', folder('left'), '--force').finished;
    expect(again.code).toBe(2);
    const [, scancel] = /end it first \(scancel ([\d ]+)\)/.exec(again.stderr)!;
    execFileSync('scancel', scancel!.split(' '), { env: { ...process.env, SLURM_CONF: join(root, 'slurm.conf') } });
  }, 180_000);

  it('refuses what Slurm refuses, and leaves nothing', async () => {
    const { code, stderr } = await start('submit', shop.path('slow.ts'), '--proposal', '900', '--runs', '1', '--folder', folder('refused'), '--partition', 'nonsense', '--wait').finished;
    expect(code).toBe(2);
    expect(stderr).toContain('There is no such partition');
    expect(existsSync(join(folder('refused'), 'job.json'))).toBe(false);
  }, 300_000);
});
