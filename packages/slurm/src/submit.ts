import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { askSlurm, runSlurm } from './command.ts';
import { slurmError, SlurmError } from './slurm-error.ts';
import { sbatchOptions, type SlurmChunk, type SlurmJob, type SlurmOptions } from './slurm-job.ts';

export interface ArrayRequest {
  /** Unique (hold a uuid in it): by it a job is known again. */
  readonly name: string;
  /** Lines of bash; `$YARD_TASK` is the number of the task, from 0. */
  readonly script: string;
  /** Tasks. */
  readonly count: number;
  /** Tasks that may run at the same time. */
  readonly throttle?: number;
  readonly options?: SlurmOptions;
  /** Working folder, made when missing; what tasks print goes to `logs/NAME-TASK.log` there. */
  readonly folder: string;
}

export interface AfterRequest extends Omit<ArrayRequest, 'count' | 'throttle'> {
  /** Starts when all of these have ended, however they ended: it must look for itself what they left. */
  readonly after: readonly SlurmJob[];
}

/** Slurm's own default, where its configuration cannot be read. */
const MAX_ARRAY_SIZE = 1001;

/** Tasks of one array: Slurm's `MaxArraySize`, whose highest index is one less. */
export async function maxArraySize(): Promise<number> {
  const { stdout } = await runSlurm('scontrol', ['show', 'config']);
  return Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(stdout)?.[1] ?? MAX_ARRAY_SIZE);
}

/**
 * Submits an array of tasks, as several where Slurm's limit asks for it; with a throttle they run one after the other. When one of
 * them is refused, those before it are cancelled. Errors: see `SlurmError`.
 */
export async function submitArray(request: ArrayRequest): Promise<SlurmJob> {
  const { count, throttle } = request;
  if (!Number.isInteger(count) || count < 1) throw new SlurmError('SLURM_ARRAY', 'sbatch', `An array needs at least one task, not ${count}`);
  const submitted = new Date().toISOString();
  const size = count > 100 ? await maxArraySize() : count;
  const chunks: SlurmChunk[] = [];
  try {
    for (let first = 0; first < count; first += size) {
      const tasks = Math.min(size, count - first);
      const before = throttle === undefined ? undefined : chunks.at(-1)?.jobId;
      const jobId = await submit(request, first, [
        `--array=0-${tasks - 1}${throttle === undefined ? '' : `%${throttle}`}`,
        ...(before === undefined ? [] : [`--dependency=afterany:${before}`]),
      ]);
      chunks.push({ jobId, first, count: tasks });
    }
  } catch (error) {
    if (chunks.length > 0) await runSlurm('scancel', chunks.map((chunk) => chunk.jobId)).catch(() => undefined);
    throw error;
  }
  return { name: request.name, jobId: chunks[0].jobId, chunks, array: true, submitted };
}

/** Submits one job that starts after others have ended. Submit it together with them: Slurm takes a forgotten job for an ended one. */
export async function submitAfter(request: AfterRequest): Promise<SlurmJob> {
  const submitted = new Date().toISOString();
  const ids = request.after.flatMap((job) => job.chunks.map((chunk) => chunk.jobId));
  const jobId = await submit(request, 0, ids.length > 0 ? [`--dependency=afterany:${ids.join(':')}`] : []);
  return { name: request.name, jobId, chunks: [{ jobId, first: 0, count: 1 }], array: false, submitted };
}

async function submit(request: Omit<ArrayRequest, 'count'>, first: number, how: readonly string[]): Promise<string> {
  const folder = resolve(request.folder);
  // Slurm fails a job whose log folder is missing, and leaves no log of that.
  await mkdir(join(folder, 'logs'), { recursive: true });
  const array = how.some((option) => option.startsWith('--array'));
  const log = join(folder, 'logs', `${request.name}${array ? '-%A_%a' : ''}.log`);
  const args = ['--parsable', `--job-name=${request.name}`, `--chdir=${folder}`, `--output=${log}`, '--open-mode=append', ...how, ...sbatchOptions(request.options ?? {})];
  const lines = ['#!/bin/bash', `export YARD_TASK=$((\${SLURM_ARRAY_TASK_ID:-0} + ${first}))`, request.script.replace(/^#!.*\n/, '').replaceAll('\r\n', '\n'), ''];
  const { code, stdout, stderr } = await runSlurm('sbatch', args, lines.join('\n'));
  // `id` or `id;cluster`.
  const id = /^(\d+)(?:;|$)/m.exec(stdout)?.[1];
  if (code === 0 && id !== undefined) return id;
  const error = slurmError(`sbatch ${args.join(' ')}`, stderr || stdout);
  // When the answer was lost the job may be there all the same.
  if (error.code === 'SLURM_DOWN') {
    const adopted = await findByName(request.name, first).catch(() => undefined);
    if (adopted !== undefined) return adopted;
  }
  throw error;
}

/** The only job of that name, unless chunks before it have the name too. */
async function findByName(name: string, first: number): Promise<string | undefined> {
  if (first > 0) return undefined;
  const stdout = await askSlurm('squeue', ['--noheader', '--states=all', `--name=${name}`, '--format=%F']);
  const ids = new Set(stdout.split('\n').map((line) => line.trim()).filter((line) => /^\d+$/.test(line)));
  return ids.size === 1 ? [...ids][0] : undefined;
}
