import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { SlurmError, states, type TaskState } from '@trainyard/slurm';
import { jobPaths, partName, readJob, readState, type Job, type JobPart, type JobRun, type WorkState } from './job.ts';

/** How far a part is. `lost`: it began, and its process ended without a word. */
export interface PartStatus {
  readonly task: number;
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'lost';
  readonly trains: number;
  readonly of: number;
  /** Why it failed, or waits. */
  readonly message?: string;
  /** Slurm's own word. */
  readonly slurm?: string;
  readonly log: string;
}

export interface RunStatus {
  readonly run: number;
  readonly file: string;
  readonly state: 'waiting' | 'running' | 'merging' | 'merged' | 'failed';
  readonly message?: string;
  readonly warnings: readonly string[];
  readonly parts: readonly PartStatus[];
}

export interface JobStatus {
  readonly folder: string;
  readonly job: Job;
  readonly runs: readonly RunStatus[];
  /** Every run has its last word: merged, or why not. */
  readonly settled: boolean;
  /** Nothing more will happen by itself, whether or not all have their last word. */
  readonly ended: boolean;
  /** Why Slurm could not be asked: the files tell the rest. */
  readonly slurmProblem?: string;
}

/** How far a job is: its files first, then what Slurm says of parts without a last word. Errors: JOB_NONE, JOB_UNREADABLE. */
export async function jobStatus(folder: string): Promise<JobStatus> {
  const job = readJob(folder);
  const slurm = await askSlurm(job);
  const runs = job.runs.map((run) => runStatus(folder, job, run, slurm));
  const settled = job.runs.every((run) => ['done', 'failed'].includes(readState(jobPaths.mergeState(folder, run), job)?.state ?? ''));
  const ended = settled || (job.slurm ? over(slurm.merge?.[0]) && slurm.parts!.every(over) : !processRuns(job));
  return { folder, job, runs, settled, ended, ...(slurm.problem !== undefined && { slurmProblem: slurm.problem }) };
}

interface Asked {
  readonly parts?: readonly TaskState[];
  readonly merge?: readonly TaskState[];
  readonly problem?: string;
}

async function askSlurm(job: Job): Promise<Asked> {
  if (!job.slurm) return {};
  try {
    const [parts, merge] = await Promise.all([states(job.slurm.parts), states(job.slurm.merge)]);
    return { parts, merge };
  } catch (error) {
    if (error instanceof SlurmError) return { problem: error.message };
    throw error;
  }
}

/** Ended by Slurm's word. What it has forgotten (`unknown`) is over, too: it remembers what waits or runs. */
function over(task: TaskState | undefined): boolean {
  return task !== undefined && task.status !== 'pending' && task.status !== 'running';
}

function runStatus(folder: string, job: Job, run: JobRun, slurm: Asked): RunStatus {
  const parts = run.parts.map((part) => partStatus(folder, job, run, part, slurm.parts?.[part.task]));
  const file = jobPaths.results(folder, run.run);
  const merge = readState(jobPaths.mergeState(folder, run), job);
  const base = { run: run.run, file, parts, warnings: merge?.warnings ?? [] };
  if (merge?.state === 'done' && existsSync(file)) return { ...base, state: 'merged' };
  if (merge?.state === 'failed') return { ...base, state: 'failed', ...(merge.message !== undefined && { message: merge.message }) };
  if (merge?.state === 'running' && (slurm.merge ? !over(slurm.merge[0]) : alive(merge))) return { ...base, state: 'merging' };
  if (over(slurm.merge?.[0])) return { ...base, state: 'failed', message: `its merge ended without a word${slurm.merge![0]!.slurm ? ` (${slurm.merge![0]!.slurm})` : ''}: see ${jobPaths.mergeLog(folder, job, run)}` };
  if (parts.some(({ state }) => state === 'running')) return { ...base, state: 'running' };
  if (!job.slurm && !processRuns(job)) return { ...base, state: 'failed', message: 'its job was interrupted' };
  return { ...base, state: 'waiting' };
}

function partStatus(folder: string, job: Job, run: JobRun, part: JobPart, task: TaskState | undefined): PartStatus {
  const state = readState(jobPaths.partState(folder, run, part), job);
  const base = {
    task: part.task, name: partName(run, part), trains: state?.trains ?? 0, of: state?.of ?? part.trains, log: jobPaths.partLog(folder, job, part),
    ...(task?.slurm !== undefined && { slurm: task.slurm }),
  };
  if (state?.state === 'done') return { ...base, state: 'done' };
  // A part that failed and is with Slurm again was put back by it: its node failed, or it had to make way.
  if (task?.status === 'pending') return { ...base, state: 'waiting', ...why(task) };
  if (task?.status === 'running') return { ...base, state: 'running' };
  const end = task && ENDS[task.status];
  if (state?.state === 'failed') return { ...base, state: 'failed', message: (task?.status === 'failed' ? undefined : end) ?? state.message ?? 'it failed' };
  if (task && task.status !== 'unknown') return { ...base, state: 'failed', message: end ?? `Slurm says ${task.slurm}` };
  if (task) return { ...base, state: 'lost', message: state ? 'Slurm has forgotten it, and it left no last word' : 'Slurm has forgotten it before it began' };
  if (!state) return { ...base, state: 'waiting' };
  return job.slurm || alive(state) ? { ...base, state: 'running' } : { ...base, state: 'lost', message: 'its process ended without a word' };
}

function why({ stuck, reason }: TaskState): { message?: string } {
  if (stuck !== undefined) return { message: `it will never start: ${stuck}` };
  return reason === undefined ? {} : { message: reason };
}

/** How Slurm ends a task that could not finish by itself. */
const ENDS: Readonly<Record<string, string>> = {
  timeout: 'it ran into its time limit: ask for more with --time, or cut the run into more parts with --parts',
  memory: 'it ran out of memory: ask for more with --slurm mem=64G',
  node: 'its node failed',
  preempted: 'it was preempted',
  cancelled: 'it was cancelled',
};

function processRuns({ local }: Job): boolean {
  return local !== undefined && alive(local);
}

/** Whether a process lives; on another machine nobody can tell, so it counts as alive. */
function alive({ host, pid }: Pick<WorkState, 'host' | 'pid'>): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
