import { resolve } from 'node:path';
import { BatchRefused, follow, howToEnd, jobStatus, mergeRuns, readJob, runLocal, runPart, submitJob, type Job, type JobStatus } from '@trainyard/batch';
import { YardError } from '@trainyard/core';
import { jobTable, logEnds, progressLine } from '../batch-report.ts';
import { provenanceOf } from '../provenance-of.ts';
import { EXIT, colour, onTerminal, printJson, say } from '../output.ts';
import { readSets } from '../sets.ts';
import { versionOf } from '../version.ts';

export interface SubmitOptions {
  readonly proposal: number;
  readonly runs: string;
  readonly folder: string;
  readonly data: 'raw' | 'proc';
  readonly local?: number;
  readonly parts?: number;
  readonly set?: readonly string[];
  readonly trains?: string;
  readonly partition?: string;
  readonly time?: string;
  readonly slurm?: readonly string[];
  readonly force?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** Lines of progress: often on a terminal, where they move; rarely when piped. */
const LINE_MS = onTerminal ? 400 : 5000;

/** `yard batch submit`: a list over many runs, on this machine with `--local`, else on Slurm. */
export async function submit(what: string, options: SubmitOptions): Promise<void> {
  const { proposal, runs, data, local, parts, trains, partition, time, json, force = false } = options;
  if (local !== undefined && (partition ?? time ?? options.slurm) !== undefined) throw new YardError('JOB_OPTION', '--partition, --time and --slurm are for Slurm: leave them out with --local.');
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const folder = resolve(options.folder);
  const job = await submitJob({
    file: what, proposal, runs, data, folder, sets: readSets(options.set), force, version: versionOf(),
    command: [process.execPath, ...process.execArgv, resolve(process.argv[1]!)],
    slurm: { ...(partition !== undefined && { partition }), ...(time !== undefined && { time }), extra: (options.slurm ?? []).map((text) => `--${text.replace(/^--/, '')}`) },
    ...(local !== undefined && { local }), ...(parts !== undefined && { parts }), ...(trains !== undefined && { trains }),
  }, (message) => say(colour('yellow', `warning: ${message}`)));
  const tasks = job.runs.reduce((sum, run) => sum + run.parts.length, 0);
  const where = job.slurm ? `Slurm job ${job.slurm.parts.jobId}, merge ${job.slurm.merge.jobId}` : `${local} at a time on this machine`;
  if (json) printJson({ type: 'submitted', folder, runs: job.runs.map(({ run }) => run), parts: tasks, ...(job.slurm && { slurm: { parts: job.slurm.parts.jobId, merge: job.slurm.merge.jobId } }) });
  else say(`${plural(job.runs.length, 'run')}, ${plural(tasks, 'part')} in ${folder}: ${where}`);
  if (job.slurm && !options.wait) {
    if (!json) say(`yard batch status ${folder} tells how far it is; ${howToEnd(job)} ends it.`);
    process.exit(EXIT.done);
  }
  const computing = job.local ? runLocal(folder, job.local.processes, stop.signal) : undefined;
  const last = await follow(folder, stop.signal, watcher(job, json === true));
  await computing;
  finish(stop.signal.aborted ? await jobStatus(folder) : last, json === true, stop.signal.aborted);
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}

/** Says how far it is, and at once which part failed. */
function watcher(job: Job, json: boolean): (status: JobStatus) => void {
  const startedAt = Date.now();
  const said = new Set<string>();
  let next = 0;
  const once = (key: string, text: string): void => {
    if (said.has(key)) return;
    said.add(key);
    say(`${onTerminal ? '\r\u001b[K' : ''}${text}`);
  };
  return (status) => {
    if (!json) {
      for (const part of status.runs.flatMap((run) => run.parts)) {
        if (part.state === 'failed') once(part.name, `${colour('red', `${part.name} failed: ${part.message ?? ''}`)}\n${logEnds(part.log)}`);
        if (part.message?.startsWith('it will never start')) once(`stuck ${part.name}`, colour('yellow', `${part.name}: ${part.message} (${howToEnd(job)} ends the job)`));
      }
      if (status.slurmProblem !== undefined) once(status.slurmProblem, colour('yellow', status.slurmProblem));
    }
    if (Date.now() < next) return;
    next = Date.now() + LINE_MS;
    const line = progressLine(status, (Date.now() - startedAt) / 1000);
    if (json) printJson({ type: 'progress', ...line.figures });
    else if (onTerminal) process.stderr.write(`\r\u001b[K${line.text}`);
    else say(line.text);
  };
}

function finish({ runs, job, folder }: JobStatus, json: boolean, interrupted: boolean): never {
  const warnings = runs.flatMap((run) => run.warnings.map((text) => `run ${run.run}: ${text}`));
  if (onTerminal && !json) process.stderr.write('\r\u001b[K');
  if (json) printJson({ type: 'summary', folder, runs: runs.map(({ run, state, file, message, warnings: own }) => ({ run, state, file, ...(message !== undefined && { message }), ...(own.length > 0 && { warnings: own }) })) });
  else {
    for (const text of warnings) say(colour('yellow', text));
    for (const { state, file, message } of runs) say(state === 'merged' ? `Written: ${file}` : colour('red', `${file}: ${state === 'failed' ? 'failed' : 'not finished'}${message === undefined ? '' : `. ${message}`}`));
    if (interrupted) say(job.slurm ? `The job goes on without us: yard batch status ${folder} tells how far it is; ${howToEnd(job)} ends it.` : 'Interrupted: what was merged is whole, nothing else runs.');
  }
  if (interrupted) process.exit(EXIT.interrupted);
  process.exit(runs.every(({ state }) => state === 'merged') && warnings.length === 0 ? EXIT.done : EXIT.partly);
}

/** `yard batch status`: how far a job is, from its files and from Slurm. */
export async function status(folder: string, options: { readonly json?: boolean }): Promise<void> {
  const now = await jobStatus(resolve(folder));
  if (options.json) {
    const { job, ...rest } = now;
    printJson({ id: job.id, created: job.created, source: job.source, ...rest });
  } else process.stdout.write(jobTable(now));
  process.exit(EXIT.done);
}

/** What a task of a job calls: one part. */
export async function part(folder: string, task: number, options: { readonly workers?: number }): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const whole = await runPart(resolve(folder), task, { version: versionOf(), provenance: provenanceOf, signal: stop.signal, say, ...(options.workers !== undefined && { workers: options.workers }) });
  process.exit(whole ? EXIT.done : stop.signal.aborted ? EXIT.interrupted : EXIT.partly);
}

/** `yard batch merge`: the runs whose parts are all there. */
export async function merge(folder: string, options: { readonly run?: number }): Promise<void> {
  const job = readJob(resolve(folder));
  if (options.run !== undefined && !job.runs.some(({ run }) => run === options.run)) throw new BatchRefused([{ severity: 'error', code: 'JOB_RUNS', message: `The job has no run ${options.run}; it has ${job.runs.map(({ run }) => run).join(', ')}.` }]);
  process.exit((await mergeRuns(resolve(folder), options.run, say)) ? EXIT.done : EXIT.partly);
}
