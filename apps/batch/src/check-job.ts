import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDataPath, type DataPath, type Problem } from '@trainyard/core';
import { findRun } from '@trainyard/exdf';
import { ALL_TRAINS, RecordedTrains, kindOfFile, loadCode, loadInstalled, parseTrainRange } from '@trainyard/runtime';
import { BatchRefused } from './batch-error.ts';
import { filesToCopy } from './copy-code.ts';
import { cutRun, partsFor } from './cut-run.ts';
import type { JobRun } from './job.ts';
import { parseRuns } from './parse-runs.ts';

/** What a job is asked to do, as on the command line. */
export interface JobRequest {
  readonly file: string;
  readonly proposal: number;
  readonly runs: string;
  readonly data: 'raw' | 'proc';
  readonly folder: string;
  readonly sets: Readonly<Record<string, string>>;
  /** `A:B`, counted from 0 in each run. */
  readonly trains?: string;
  /** Parts of each run; by size when absent. */
  readonly parts?: number;
  /** So many processes on this machine instead of Slurm. */
  readonly local?: number;
  readonly force: boolean;
}

/** A job that can be done. */
export interface CheckedJob {
  readonly runs: readonly JobRun[];
  /** Files to copy into the job folder. */
  readonly files: readonly string[];
  readonly warnings: readonly Problem[];
}

/** Checks the list and every run, before anything is written. Throws `BatchRefused` with all problems. */
export async function checkJob(request: JobRequest): Promise<CheckedJob> {
  const problems: Problem[] = [];
  const add = (error: unknown): void => {
    const { problems: several, code = 'JOB_REFUSED', message } = error as { problems?: readonly Problem[]; code?: string; message: string };
    problems.push(...(several ?? [{ severity: 'error' as const, code, message }]));
  };
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      add(error);
      return undefined;
    }
  };
  checkOptions(request, problems);
  const range = attempt(() => (request.trains === undefined ? ALL_TRAINS : parseTrainRange(request.trains)));
  const numbers = attempt(() => parseRuns(request.runs));
  const code = await readCode(request).catch(add);
  const paths = new Map((code?.paths ?? []).map((text): [string, DataPath] => [text, parseDataPath(text)]));
  const runs: JobRun[] = [];
  for (const run of isProposal(request) ? (numbers ?? []) : []) {
    const source = await Promise.resolve().then(() => RecordedTrains.ofRun(findRun(request.proposal, run, request.data), range ?? ALL_TRAINS)).catch(add);
    if (!source) continue;
    try {
      runs.push(planRun(source, run, paths, code?.reach ?? 0, runs, request, problems));
    } catch (error) {
      add(error);
    } finally {
      await source.close();
    }
  }
  if (problems.some(({ severity }) => severity === 'error')) throw new BatchRefused(problems);
  return { runs, files: code!.files, warnings: problems };
}

function checkOptions({ file, proposal, parts, local, data }: JobRequest, problems: Problem[]): void {
  const say = (message: string): number => problems.push({ severity: 'error', code: 'JOB_OPTION', message });
  if (!existsSync(file)) problems.push({ severity: 'error', code: 'WHAT_UNKNOWN', message: `There is no file ${file}.` });
  else if (kindOfFile(file) === undefined) problems.push({ severity: 'error', code: 'WHAT_UNKNOWN', message: `${file} is neither a process list (.yaml) nor a views file (.ts).` });
  if (!isProposal({ proposal, data })) say('--proposal takes a number, such as 2416, and --data is raw or proc.');
  for (const [name, value] of [['parts', parts], ['local', local]] as const) {
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) say(`--${name} takes a whole number from 1, not ${value}.`);
  }
}

function isProposal({ proposal, data }: Pick<JobRequest, 'proposal' | 'data'>): boolean {
  return Number.isInteger(proposal) && proposal >= 0 && ['raw', 'proc'].includes(data);
}

async function readCode({ file, sets }: JobRequest): Promise<{ paths: readonly string[]; reach: number; files: readonly string[] } | undefined> {
  if (!existsSync(file) || kindOfFile(file) === undefined) return undefined;
  const code = await loadCode(file, sets, await loadInstalled(dirname(resolve(file))));
  await code.close();
  return { paths: code.descriptor.paths, reach: code.descriptor.reach, files: filesToCopy(file, code.files, sets) };
}

function planRun(source: RecordedTrains, run: number, paths: ReadonlyMap<string, DataPath>, reach: number, before: readonly JobRun[], request: JobRequest, problems: Problem[]): JobRun {
  source.want(paths);
  const folder = findRun(request.proposal, run, request.data);
  const warn = (code: string, message: string): number => problems.push({ severity: 'warning', code, message: `run ${run}: ${message}` });
  for (const { file, reason } of source.skipped) warn('RUN_FILE', `${file} cannot be used: ${reason}`);
  for (const message of Object.values(source.absent)) warn('RUN_SOURCE', message);
  const { trainIds, bytes } = source;
  if (trainIds.length === 0) problems.push({ severity: 'error', code: 'JOB_NO_TRAINS', message: `Run ${run} has no trains${request.trains === undefined ? '' : ` in ${request.trains}`} (${folder}).` });
  else if (source.total === 0) warn('RUN_EMPTY', 'none of its trains has data for this list.');
  const wanted = request.parts ?? partsFor(trainIds.length, bytes);
  // A view that takes a running result needs all trains before: such a run is one part.
  const cuts = cutRun(trainIds, Number.isFinite(reach) && wanted > 0 ? wanted : 1);
  if (wanted > 1 && !Number.isFinite(reach)) warn('RUN_WHOLE', 'it is computed in one part, since a view takes the running result of a reducer over all trains.');
  const firstTask = before.reduce((sum, one) => sum + one.parts.length, 0);
  return { run, folder, trains: trainIds.length, first: trainIds[0] ?? 0, parts: cuts.map((cut, i) => ({ task: firstTask + i, ...cut })) };
}
