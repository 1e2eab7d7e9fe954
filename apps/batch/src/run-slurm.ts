import { cancel, submitAfter, submitArray, type SlurmOptions } from '@trainyard/slurm';
import { jobPaths, readJob, writeJson, type Job } from './job.ts';

/**
 * Submits a job: one array over all parts of all runs, and a merge after it, however the parts end. The folder is enough to follow it.
 * Errors: see `SlurmError`; nothing is left in the queue then.
 */
export async function submitSlurm(folder: string, options: SlurmOptions): Promise<Job> {
  const job = readJob(folder);
  const yard = job.command.map(quoted).join(' ');
  const runs = job.runs.map(({ run }) => run);
  const name = `r${runs[0]}${runs.length > 1 ? `-${runs.at(-1)}` : ''}-p${job.proposal}-${job.id}`;
  const parts = await submitArray({
    name, folder, options,
    count: job.runs.reduce((sum, run) => sum + run.parts.length, 0),
    script: `exec ${yard} batch part ${quoted(folder)} "$YARD_TASK"`,
  });
  const merge = await submitAfter({
    name: `merge-${name}`, folder, options, after: [parts],
    script: `exec ${yard} batch merge ${quoted(folder)}`,
  }).catch(async (error: unknown) => {
    await cancel(parts).catch(() => undefined);
    throw error;
  });
  const submitted: Job = { ...job, slurm: { parts, merge } };
  writeJson(jobPaths.job(folder), submitted);
  return submitted;
}

/** A word for bash, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
