import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { availableWorkers } from '@trainyard/runtime';
import { jobPaths, readJob, readState, type JobPart, type JobRun } from './job.ts';
import { Work } from './work.ts';

/**
 * Runs a job on this machine, so many processes at a time; each run is merged when its last part is done. Ends when all is done or
 * has failed, or when the signal comes: its processes are ended in order then. A process that dies counts as failed.
 */
export async function runLocal(folder: string, processes: number, signal: AbortSignal): Promise<void> {
  const job = readJob(folder);
  const [program, ...args] = job.command as [string, ...string[]];
  const tasks = job.runs.flatMap((run) => run.parts.map((part) => ({ run, part })));
  const workers = Math.max(1, Math.floor(availableWorkers() / Math.min(processes, tasks.length)));
  const open = new Map(job.runs.map((run) => [run, run.parts.length]));
  const merges: JobRun[] = [];
  const running = new Set<ChildProcess>();
  const kill = (): void => running.forEach((child) => child.kill('SIGTERM'));
  signal.addEventListener('abort', kill);

  /** One process with its log; what it leaves is in its state file. */
  const start = async (log: string, more: readonly string[]): Promise<string> => {
    const file = openSync(log, 'a');
    try {
      const child = spawn(program, [...args, 'batch', ...more], { stdio: ['ignore', file, file] });
      running.add(child);
      return await new Promise<string>((resolve) => {
        child.on('error', (error) => resolve(error.message));
        child.on('exit', (code, by) => resolve(by ? `ended by ${by}` : `ended with code ${code}`));
      }).finally(() => running.delete(child));
    } finally {
      closeSync(file);
    }
  };
  const compute = async ({ run, part }: { run: JobRun; part: JobPart }): Promise<void> => {
    const how = await start(jobPaths.partLog(folder, job, part), ['part', folder, String(part.task), '--workers', String(workers)]);
    settle(jobPaths.partState(folder, run, part), part.trains, how);
    open.set(run, open.get(run)! - 1);
    if (open.get(run) === 0) merges.push(run);
  };
  const merge = async (run: JobRun): Promise<void> => {
    const how = await start(jobPaths.mergeLog(folder, job, run), ['merge', folder, '--run', String(run.run)]);
    settle(jobPaths.mergeState(folder, run), run.trains, how);
  };
  /** A process that died left `running` behind, or nothing. */
  const settle = (path: string, of: number, how: string): void => {
    const state = readState(path, job)?.state;
    if (state !== 'done' && state !== 'failed' && !signal.aborted) new Work(path, job, of).failed(`its process ${how}`);
  };
  const lane = async (): Promise<void> => {
    while (!signal.aborted) {
      const run = merges.shift();
      if (run) await merge(run);
      else if (tasks.length > 0) await compute(tasks.shift()!);
      else return;
    }
  };
  try {
    await Promise.all(Array.from({ length: processes }, lane));
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
