import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadInstalled, mergeParts } from '@trainyard/runtime';
import { BatchError } from './batch-error.ts';
import { jobPaths, partName, readJob, readState, type Job, type JobRun } from './job.ts';
import { Work, isDone } from './work.ts';

/**
 * Merges the parts of the runs of a job (of one, when its number is given), each into its file. A run whose parts are not all there
 * is left out, and its state says so: Slurm starts the merge however the parts ended. True when every run is merged.
 */
export async function mergeRuns(folder: string, only: number | undefined, say: (text: string) => void): Promise<boolean> {
  const job = readJob(folder);
  let all = true;
  for (const run of job.runs.filter((one) => only === undefined || one.run === only)) {
    const name = jobPaths.results(folder, run.run);
    const path = jobPaths.mergeState(folder, run);
    if (isDone(path, job) && existsSync(name)) {
      say(`${name} is merged already.`);
      continue;
    }
    const work = new Work(path, job, run.trains);
    try {
      const warnings = await mergeRun(folder, job, run, say);
      work.done(run.trains, warnings);
      say(`${name}: merged from ${run.parts.length === 1 ? '1 part' : `${run.parts.length} parts`}`);
    } catch (error) {
      const { message } = error as Error;
      work.failed(message);
      say(`${name}: not merged. ${message}`);
      all = false;
    }
  }
  return all;
}

/** Gives back what was unusable in the parts. */
async function mergeRun(folder: string, job: Job, run: JobRun, say: (text: string) => void): Promise<string[]> {
  const states = run.parts.map((part) => ({ part, state: readState(jobPaths.partState(folder, run, part), job) }));
  const lacking = states.filter(({ part, state }) => state?.state !== 'done' || !existsSync(jobPaths.part(folder, run, part)));
  if (lacking.length > 0) {
    const reasons = lacking.map(({ part, state }) => `${partName(run, part)} ${state?.message ? `(${state.message})` : state ? 'did not end' : 'did not start'}`);
    throw new BatchError('JOB_PARTS', `Not done: ${reasons.slice(0, 5).join('; ')}${reasons.length > 5 ? `; and ${reasons.length - 5} more` : ''}.`);
  }
  const file = join(folder, job.code);
  await mergeParts({
    file, sets: job.sets, installed: await loadInstalled(dirname(file)), parts: run.parts.map((part) => jobPaths.part(folder, run, part)),
    onNote: say,
    out: jobPaths.results(folder, run.run),
    // Whether a file of that name may be replaced was asked at the submission.
    force: true,
  });
  return [...new Set(states.flatMap(({ state }) => state?.warnings ?? []))];
}
