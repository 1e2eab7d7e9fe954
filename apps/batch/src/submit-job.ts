import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { relative, resolve } from 'node:path';
import type { SlurmOptions } from '@trainyard/slurm';
import { BatchError, BatchRefused } from './batch-error.ts';
import { checkJob, type JobRequest } from './check-job.ts';
import { copyCode } from './copy-code.ts';
import { howToEnd, jobPaths, writeJson, type Job } from './job.ts';
import { jobStatus } from './job-status.ts';
import { parseRuns } from './parse-runs.ts';
import { submitSlurm } from './run-slurm.ts';

export interface Submission extends JobRequest {
  readonly version: string;
  /** How this yard is called: Node, its options, the main file. */
  readonly command: readonly string[];
  readonly slurm: SlurmOptions;
}

/**
 * Checks everything, makes the job folder and, but for a local job, submits it; `onWarning` is told what is not quite right.
 * Errors: `BatchRefused` with all problems (nothing was written then), `SlurmError`.
 */
export async function submitJob(submission: Submission, onWarning: (message: string) => void): Promise<Job> {
  const folder = resolve(submission.folder);
  const [checked, there] = await Promise.allSettled([checkJob(submission), mayUse(folder, submission)]);
  const problems = [checked, there].flatMap((one) => (one.status === 'rejected' ? asProblems(one.reason) : []));
  if (problems.length > 0 || checked.status === 'rejected') throw new BatchRefused(problems.filter(({ message }, i) => problems.findIndex((other) => other.message === message) === i));
  const { runs, files, warnings } = checked.value;
  for (const { message } of warnings) onWarning(message);
  // Merged files of an earlier job stay until the new ones take their place.
  for (const old of [jobPaths.job(folder), jobPaths.code(folder), jobPaths.parts(folder), jobPaths.logs(folder)]) rmSync(old, { recursive: true, force: true });
  mkdirSync(jobPaths.logs(folder), { recursive: true });
  const code = copyCode(submission.file, files, jobPaths.code(folder));
  const job: Job = {
    schema: 'trainyard-job-1', id: randomUUID(), created: new Date().toISOString(), version: submission.version, command: submission.command,
    code: relative(folder, code), source: resolve(submission.file), sets: submission.sets, proposal: submission.proposal, data: submission.data, runs,
    ...(submission.local !== undefined && { local: { processes: submission.local, pid: process.pid, host: hostname() } }),
  };
  writeJson(jobPaths.job(folder), job);
  if (job.local) return job;
  try {
    return await submitSlurm(folder, submission.slurm);
  } catch (error) {
    // Nothing runs: as if it had not been tried.
    for (const made of [jobPaths.job(folder), jobPaths.code(folder), jobPaths.logs(folder)]) rmSync(made, { recursive: true, force: true });
    throw error;
  }
}

/** Refuses a folder that holds a job, or results of one of its runs: finished work is neither done again nor replaced unless that is asked for. */
async function mayUse(folder: string, { force, runs: wanted }: Submission): Promise<void> {
  if (!existsSync(jobPaths.job(folder))) {
    const results = force ? [] : parseRuns(wanted).map((run) => jobPaths.results(folder, run)).filter((path) => existsSync(path));
    if (results.length > 0) throw new BatchError('JOB_THERE', `There are results already: ${results.join(', ')}. Choose another --folder, or --force to replace them.`);
    return;
  }
  const { job, runs, ended } = await jobStatus(folder);
  const parts = runs.flatMap((run) => run.parts);
  const done = `${runs.filter(({ state }) => state === 'merged').length} of ${runs.length} runs merged, ${parts.filter(({ state }) => state === 'done').length} of ${parts.length} parts done`;
  if (!ended) throw new BatchError('JOB_THERE', `The job in ${folder} is still running (${done}): end it first (${howToEnd(job)}), or choose another --folder.`);
  if (!force) throw new BatchError('JOB_THERE', `There is a job in ${folder} already (${done}): "yard batch status ${folder}" tells more. Choose another --folder, or --force to do all of it again.`);
}

function asProblems(error: unknown): BatchRefused['problems'] {
  if (error instanceof BatchRefused) return error.problems;
  const { code = 'JOB_REFUSED', message } = error as { code?: string; message: string };
  return [{ severity: 'error', code, message }];
}
