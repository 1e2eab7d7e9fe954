import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancel, maxArraySize, states, submitAfter, submitArray, type SlurmJob, type TaskState } from './index.ts';

const scripts = fileURLToPath(new URL('../../../test/slurm/', import.meta.url));
const present = ['sbatch', 'slurmctld', 'slurmd', 'munged'].every((program) => spawnSync('which', [program]).status === 0);
const able = present && process.getuid?.() === 0;
if (!able) console.log(`skipped: tests with a real Slurm need root and Debian's slurm-wlm and munge (${present ? 'not root' : 'not installed'})`);

describe.skipIf(!able)('a real Slurm', () => {
  // Short: unix sockets lie below it.
  const root = mkdtempSync('/tmp/ys-');
  const folder = mkdtempSync('/tmp/yj-');
  const environment = { ...process.env, SLURM_ROOT: root, SLURM_PORT: String(27000 + (process.pid % 400) * 8), SLURM_NODES: '2', SLURM_USER_NAME: 'root' };
  const name = (): string => `yard-${randomUUID()}`;

  beforeAll(() => {
    execFileSync(join(scripts, 'start-slurm.sh'), { env: environment, stdio: 'inherit' });
    process.env['SLURM_CONF'] = join(root, 'slurm.conf');
    // As if we ran inside a task of another array.
    Object.assign(process.env, { SLURM_ARRAY_TASK_ID: '99', SLURM_MEM_PER_NODE: '999999', SBATCH_PARTITION: 'nonsense', SQUEUE_FORMAT: '%u' });
  }, 60_000);
  afterAll(() => {
    execFileSync(join(scripts, 'stop-slurm.sh'), ['--wipe'], { env: environment, stdio: 'inherit' });
    rmSync(folder, { recursive: true });
    rmSync(root, { recursive: true, force: true });
    for (const key of ['SLURM_CONF', 'SLURM_ARRAY_TASK_ID', 'SLURM_MEM_PER_NODE', 'SBATCH_PARTITION', 'SQUEUE_FORMAT']) delete process.env[key];
  }, 60_000);

  async function ended(job: SlurmJob): Promise<TaskState[]> {
    for (let i = 0; i < 150; i += 1) {
      const now = await states(job);
      if (now.every(({ status }) => status !== 'pending' && status !== 'running')) return now;
      await sleep(200);
    }
    throw new Error('the job does not end');
  }

  test('runs an array and what comes after it, and says what became of each task', async () => {
    const array = await submitArray({ name: name(), script: 'echo "task $YARD_TASK of $0"; sleep 0.3; exit $((YARD_TASK == 2 ? 3 : 0))', count: 4, throttle: 2, folder });
    const after = await submitAfter({ name: name(), script: 'ls logs | wc -l > count.txt', after: [array], folder });
    expect((await states(after))[0].status).toBe('pending');
    const now = await ended(array);
    expect(now.map(({ status }) => status)).toEqual(['done', 'done', 'failed', 'done']);
    expect(now.map(({ id }) => id)).toEqual([0, 1, 2, 3].map((task) => `${array.jobId}_${task}`));
    expect(now[0].node).toMatch(/^node[12]$/);
    expect((await ended(after))[0].status).toBe('done');
    expect(Number(readFileSync(join(folder, 'count.txt'), 'utf8'))).toBeGreaterThanOrEqual(4);
    const log = readdirSync(join(folder, 'logs')).find((file) => file.endsWith(`-${array.jobId}_3.log`))!;
    expect(readFileSync(join(folder, 'logs', log), 'utf8')).toContain('task 3 of');
  }, 60_000);

  test('refuses with a name for the reason', async () => {
    const submit = (options: Parameters<typeof submitArray>[0]['options']): Promise<SlurmJob> => submitArray({ name: name(), script: 'true', count: 1, folder, ...(options && { options }) });
    await expect(submit({ partition: 'nope' })).rejects.toMatchObject({ code: 'SLURM_PARTITION', message: expect.stringContaining('sinfo') as string });
    await expect(submit({ reservation: 'nope' })).rejects.toMatchObject({ code: 'SLURM_RESERVATION' });
    await expect(submit({ memory: '900G' })).rejects.toMatchObject({ code: 'SLURM_RESOURCES' });
    await expect(submit({ time: 'soon' })).rejects.toMatchObject({ code: 'SLURM_TIME' });
    await expect(submit({ extra: ['--no-such-option'] })).rejects.toMatchObject({ code: 'SLURM_OPTION' });
  });

  test('says when a task will never start', async () => {
    const job = await submitArray({ name: name(), script: 'true', count: 2, folder, options: { partition: 'short', time: 30 } });
    let now = await states(job);
    for (let i = 0; i < 50 && !now[0].stuck; i += 1) {
      await sleep(200);
      now = await states(job);
    }
    expect(now).toMatchObject([{ status: 'pending', reason: expect.stringMatching(/^Partition(TimeLimit|Config)$/) as string, stuck: expect.stringContaining('less') as string }, { status: 'pending' }]);
    await cancel(job);
    expect((await ended(job)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  }, 60_000);

  test('cuts an array that is longer than Slurm allows, and cancels some of it', async () => {
    expect(await maxArraySize()).toBe(1001);
    const job = await submitArray({ name: name(), script: 'true', count: 1004, folder, options: { extra: ['--hold'] } });
    expect(job.chunks.map(({ first, count }) => [first, count])).toEqual([[0, 1001], [1001, 3]]);
    await cancel(job, [0, 1002]);
    const now = await states(job);
    expect(now).toHaveLength(1004);
    expect([1, 1001, 1003].map((task) => now[task].status)).toEqual(['pending', 'pending', 'pending']);
    // A task cancelled before it ran is forgotten by Slurm at once.
    expect([0, 1002].map((task) => now[task].status)).toEqual(['unknown', 'unknown']);
    expect(now[1].stuck).toContain('held');
    await cancel(job);
  }, 60_000);

  test('never takes a job that it does not know for a finished one', async () => {
    const job = await submitArray({ name: name(), script: 'true', count: 1, folder });
    await ended(job);
    // The number is known, the job of that name is not.
    expect(await states({ ...job, name: name() })).toMatchObject([{ status: 'unknown' }]);
    expect(await states({ ...job, jobId: '99999', chunks: [{ jobId: '99999', first: 0, count: 2 }] })).toMatchObject([{ status: 'unknown' }, { status: 'unknown' }]);
  }, 60_000);

  test('says that the controller is down, and goes on when it is back', async () => {
    const job = await submitArray({ name: name(), script: 'sleep 5', count: 1, folder });
    for (let i = 0; i < 50 && (await states(job))[0].status === 'pending'; i += 1) await sleep(200);
    process.kill(Number(readFileSync(join(root, 'run/slurmctld.pid'), 'utf8')), 'SIGTERM');
    await sleep(1000);
    await Promise.all([
      expect(states(job)).rejects.toMatchObject({ code: 'SLURM_DOWN' }),
      expect(submitArray({ name: name(), script: 'true', count: 1, folder })).rejects.toMatchObject({ code: 'SLURM_DOWN' }),
      expect(cancel(job)).rejects.toMatchObject({ code: 'SLURM_DOWN' }),
    ]);
    execFileSync(join(scripts, 'start-slurm.sh'), { env: environment, stdio: 'inherit' });
    expect((await ended(job))[0].status).toBe('done');
  }, 120_000);
});
