import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import type { JobStatus } from '@trainyard/batch';

const TAIL_BYTES = 4096;
const TAIL_LINES = 6;

/** The last lines of a log, indented; where it is when it is empty. */
export function logEnds(path: string): string {
  if (!existsSync(path)) return `    (no log: ${path})`;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    const lines = bytes.toString().trimEnd().split('\n').slice(-TAIL_LINES);
    return [`    ${path}:`, ...lines.map((line) => `    | ${line}`)].join('\n');
  } finally {
    closeSync(file);
  }
}

/** How far all parts are together: rate over the whole time, and what is left at that rate. */
export function progressLine({ runs }: JobStatus, seconds: number): { readonly text: string; readonly figures: Readonly<Record<string, number>> } {
  const parts = runs.flatMap((run) => run.parts);
  const trains = parts.reduce((sum, part) => sum + part.trains, 0);
  const of = parts.reduce((sum, part) => sum + part.of, 0);
  const rate = seconds > 0 ? trains / seconds : 0;
  const count = (state: string): number => parts.filter((part) => part.state === state).length;
  const left = rate > 0 ? (of - trains) / rate : Infinity;
  const failed = count('failed') + count('lost');
  const merged = runs.filter(({ state }) => state === 'merged').length;
  return {
    text: `${trains} of ${of} trains (${Math.floor((trains / Math.max(1, of)) * 100)} %), ${rate.toFixed(1)} trains/s${Number.isFinite(left) && trains < of ? `, ${duration(left)} left` : ''}; parts: ${count('done')} of ${parts.length} done, ${count('running')} running${failed ? `, ${failed} failed` : ''}; ${merged} of ${runs.length} runs merged`,
    figures: { trains, of, trainsPerSecond: rate, parts: parts.length, done: count('done'), running: count('running'), failed, merged },
  };
}

/** A line per run, and one per part that is not simply done. */
export function jobTable({ runs, folder, job, slurmProblem }: JobStatus): string {
  const rows = [`${folder}: ${job.source}, submitted ${job.created}`];
  if (slurmProblem !== undefined) rows.push(`Slurm: ${slurmProblem}`);
  for (const run of runs) {
    const done = run.parts.filter(({ state }) => state === 'done').length;
    rows.push(`r${String(run.run).padStart(4, '0')}  ${run.state.padEnd(8)} ${done} of ${run.parts.length} parts  ${run.state === 'merged' ? run.file : (run.message ?? '')}`.trimEnd());
    for (const text of run.warnings) rows.push(`       warning: ${text}`);
    for (const part of run.parts) {
      if (part.state === 'done') continue;
      rows.push(`       part ${part.task}  ${part.state.padEnd(8)} ${part.trains} of ${part.of} trains${part.slurm === undefined ? '' : `  ${part.slurm}`}${part.message === undefined ? '' : `  ${part.message}`}`);
      if (part.state === 'failed' || part.state === 'lost') rows.push(logEnds(part.log).replace(/^ {4}/gm, '         '));
    }
  }
  return `${rows.join('\n')}\n`;
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
