import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { slurmId, type SlurmJob } from '@trainyard/slurm';
import { BatchError } from './batch-error.ts';

/**
 * The job folder, and all that is known of a job:
 *
 *     job.json                    what is to be done (`Job`); written by `submit` alone
 *     code/                       the list, the views files and what they name, as they were at the submission
 *     parts/r0034/part00.h5       results of a part of a run, whole once its state says `done`
 *     parts/r0034/part00.json     its state (`WorkState`); written by the process that computes it
 *     parts/r0034/merge.json      the state of the run's merge
 *     logs/                       what each process said: task-0012.log, merge-r0034.log; on Slurm NAME-ID_TASK.log and merge-NAME.log
 *     r0034.h5                    the results of a run; no other file of this form has rNNNN in its name
 *
 * Each file has one writer and changes by being replaced, so that any node may read it at any moment.
 */
export interface Job {
  readonly schema: 'trainyard-job-1';
  /** A uuid; states of an earlier job in the same folder do not count. */
  readonly id: string;
  readonly created: string;
  readonly version: string;
  /** How this yard is called: Node, its options, the main file. */
  readonly command: readonly string[];
  /** The list or views file below the job folder, and where it came from. */
  readonly code: string;
  readonly source: string;
  /** `--set`: name -> value as written. */
  readonly sets: Readonly<Record<string, string>>;
  readonly proposal: number;
  readonly data: 'raw' | 'proc';
  readonly runs: readonly JobRun[];
  /** On this machine, so many processes at a time; else on Slurm. */
  readonly local?: { readonly processes: number; readonly pid: number; readonly host: string };
  readonly slurm?: { readonly parts: SlurmJob; readonly merge: SlurmJob };
}

export interface JobRun {
  readonly run: number;
  /** The run's folder. */
  readonly folder: string;
  /** Trains of the run that are asked for, and the first of them. */
  readonly trains: number;
  readonly first: number;
  readonly parts: readonly JobPart[];
}

/** Train IDs `from` up to but not `to`: whole blocks of 64 but for the ends of the run. */
export interface JobPart {
  /** Its number in the job, from 0. */
  readonly task: number;
  readonly from: number;
  readonly to: number;
  readonly trains: number;
}

/** How far a part, or a merge, is. */
export interface WorkState {
  readonly job: string;
  readonly state: 'running' | 'done' | 'failed';
  /** Trains done, of how many. */
  readonly trains: number;
  readonly of: number;
  readonly started: string;
  readonly changed: string;
  readonly host: string;
  readonly pid: number;
  /** Why it failed. */
  readonly message?: string;
  /** What was unusable on the way: the results are there without it. */
  readonly warnings?: readonly string[];
}

const runName = (run: number): string => `r${String(run).padStart(4, '0')}`;
const two = (n: number): string => String(n).padStart(2, '0');

/** Paths in a job folder. */
export const jobPaths = {
  job: (folder: string): string => join(folder, 'job.json'),
  code: (folder: string): string => join(folder, 'code'),
  logs: (folder: string): string => join(folder, 'logs'),
  parts: (folder: string): string => join(folder, 'parts'),
  results: (folder: string, run: number): string => join(folder, `${runName(run)}.h5`),
  part: (folder: string, { run, parts }: JobRun, part: JobPart): string => join(folder, 'parts', runName(run), `part${two(parts.indexOf(part))}.h5`),
  partState: (folder: string, { run, parts }: JobRun, part: JobPart): string => join(folder, 'parts', runName(run), `part${two(parts.indexOf(part))}.json`),
  mergeState: (folder: string, { run }: JobRun): string => join(folder, 'parts', runName(run), 'merge.json'),
  partLog: (folder: string, { slurm }: Job, { task }: JobPart): string => join(folder, 'logs', slurm ? `${slurm.parts.name}-${slurmId(slurm.parts, task)}.log` : `task-${String(task).padStart(4, '0')}.log`),
  mergeLog: (folder: string, { slurm }: Job, { run }: JobRun): string => join(folder, 'logs', slurm ? `${slurm.merge.name}.log` : `merge-${runName(run)}.log`),
} as const;

/** `r0034 part 3 of 12`, or `r0034` where there is one. */
export function partName({ run, parts }: JobRun, part: JobPart): string {
  return parts.length === 1 ? runName(run) : `${runName(run)} part ${parts.indexOf(part) + 1} of ${parts.length}`;
}

/** The command that ends a job. */
export function howToEnd({ slurm, local }: Job): string {
  return slurm ? `scancel ${[slurm.parts, slurm.merge].flatMap(({ chunks }) => chunks.map(({ jobId }) => jobId)).join(' ')}` : `kill ${local?.pid ?? ''}`;
}

/** Reads a job. Errors: JOB_NONE, JOB_UNREADABLE. */
export function readJob(folder: string): Job {
  const path = jobPaths.job(folder);
  if (!existsSync(path)) throw new BatchError('JOB_NONE', `There is no job in ${folder} (no job.json): give the folder that "yard batch submit --folder" was given.`);
  const job = readJson(path) as Job | undefined;
  if (job?.schema !== 'trainyard-job-1' || !Array.isArray(job.runs)) throw new BatchError('JOB_UNREADABLE', `${path} is not a job of this version of Trainyard.`);
  return job;
}

/** The run and the part of a task. Errors: JOB_TASK. */
export function findTask(job: Job, task: number): { readonly run: JobRun; readonly part: JobPart } {
  for (const run of job.runs) for (const part of run.parts) if (part.task === task) return { run, part };
  throw new BatchError('JOB_TASK', `The job has no part number ${task}; it has ${job.runs.reduce((sum, run) => sum + run.parts.length, 0)}, counted from 0.`);
}

/** The state that a file holds for this job; undefined when there is none. */
export function readState(path: string, job: Job): WorkState | undefined {
  const state = readJson(path) as WorkState | undefined;
  return state?.job === job.id ? state : undefined;
}

/** Replaces a file by one with this value. */
export function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.new`;
  writeFileSync(beside, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(beside, path);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
