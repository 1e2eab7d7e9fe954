import { afterEach, describe, expect, test } from 'vitest';
import { cleanEnvironment, states, submitArray } from './index.ts';
import { slurmError } from './slurm-error.ts';
import { slurmId, sbatchOptions, type SlurmJob } from './slurm-job.ts';
import { statusOf, stuckBy } from './task-state.ts';

const job: SlurmJob = { name: 'n', jobId: '7', chunks: [{ jobId: '7', first: 0, count: 1001 }, { jobId: '8', first: 1001, count: 5 }], array: true, submitted: '2026-01-01T00:00:00.000Z' };

test('a task is named by the array that holds it', () => {
  expect([0, 1000, 1001, 1005].map((task) => slurmId(job, task))).toEqual(['7_0', '7_1000', '8_0', '8_4']);
  expect(() => slurmId(job, 1006)).toThrow('no task 1006');
  expect(slurmId({ ...job, array: false }, 0)).toBe('7');
});

test('options are handed on', () => {
  expect(sbatchOptions({ partition: 'upex', time: 30, memory: '8G', cpus: 4, reservation: 'r', exclusive: true, extra: ['--nice=5'] }))
    .toEqual(['--partition=upex', '--reservation=r', '--time=30', '--mem=8G', '--cpus-per-task=4', '--exclusive', '--nice=5']);
});

test.each([
  ['COMPLETED', 'done'], ['CANCELLED by 2001', 'cancelled'], ['OUT_OF_MEMORY', 'memory'], ['COMPLETING', 'running'], ['NODE_FAIL', 'node'], ['SOMETHING_NEW', 'unknown'], ['', 'unknown'],
])('the state %s is %s', (slurm, status) => expect(statusOf(slurm)).toBe(status));

test('a task that never starts is told from one that waits', () => {
  expect(stuckBy('PartitionTimeLimit')).toContain('more time');
  expect(stuckBy('DependencyNeverSatisfied')).toContain('cancel');
  expect(stuckBy('job requeued in held state')).toContain('release');
  for (const reason of ['Priority', 'Resources', 'Dependency', 'BeginTime', 'JobArrayTaskLimit', 'None', 'AssocMaxJobsLimit']) expect(stuckBy(reason)).toBeUndefined();
});

test.each([
  ['sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified', 'SLURM_PARTITION'],
  ['sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)', 'SLURM_DOWN'],
  ['sbatch: error: Batch job submission failed: Requested reservation is invalid', 'SLURM_RESERVATION'],
  ['sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified', 'SLURM_ACCOUNT'],
  ['sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy', 'SLURM_LIMIT'],
  ['sbatch: error: Batch job submission failed: Requested node configuration is not available', 'SLURM_RESOURCES'],
  ['sbatch: error: Batch job submission failed: Invalid job array specification', 'SLURM_ARRAY'],
  ['sbatch: error: something new', 'SLURM_REFUSED'],
])('a complaint gets its code: %s', (complaint, code) => {
  const error = slurmError('sbatch x', complaint);
  expect(error.code).toBe(code);
  expect(error.message).not.toContain('sbatch: error');
});

test('what a surrounding job left in the environment is not handed on', () => {
  expect(cleanEnvironment({ PATH: '/bin', SLURM_JOB_ID: '1', SLURM_CONF: '/c', SBATCH_ACCOUNT: 'x', SQUEUE_FORMAT: '%i', LD_PRELOAD: 'l', SLURMY: 'k' })).toEqual({ PATH: '/bin', SLURM_CONF: '/c', SLURMY: 'k' });
});

describe('without Slurm', () => {
  const path = process.env['PATH'];
  afterEach(() => {
    process.env['PATH'] = path;
  });
  test('it is said that there is none', async () => {
    process.env['PATH'] = '/nonexistent';
    await expect(submitArray({ name: 'n', script: 'true', count: 1, folder: '/tmp' })).rejects.toMatchObject({ code: 'SLURM_MISSING' });
    await expect(states(job)).rejects.toMatchObject({ code: 'SLURM_MISSING' });
  });
});
