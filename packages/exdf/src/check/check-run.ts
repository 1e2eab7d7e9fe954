import { basename, dirname } from 'node:path';
import { ExdfError } from '../exdf-error.ts';
import { FileRun } from '../file-run.ts';
import type { RunFile } from '../file/run-file.ts';
import { openRun, type RunOptions } from '../open/open-run.ts';
import { RunMap } from '../open/run-map.ts';
import type { RunNumber } from '../open/find-run.ts';
import type { Run } from '../run.ts';
import { checkFile } from './check-file.ts';
import { checkSources } from './check-sources.ts';
import type { Finding } from './finding.ts';

/**
 * Opens a run and looks for everything that is wrong with it: what EXtra-data's validation finds, what its files say differently, and what cannot be read. Give
 * the run back with `close()`. Errors: those of `openRun`, but for trains in two files, which are a finding.
 */
export async function checkRun(where: string | RunNumber, options: RunOptions = {}): Promise<{ readonly run: Run; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  // A run map may be what is wrong: everything is read from the files.
  const run = await openRun(where, { ...options, runMap: 'off' }).catch((error: unknown) => {
    if (!(error instanceof ExdfError && error.code === 'EXDF_DUPLICATE_TRAINS')) throw error;
    findings.push({ severity: 'error', code: 'RUN_DUPLICATE_TRAINS', message: error.message });
    return openRun(where, { ...options, runMap: 'off', keep: 'first' });
  });
  const { members } = (run as FileRun).parts;
  for (const { file, reason } of run.skipped) findings.push({ severity: 'warning', code: 'FILE_SKIPPED', message: `${basename(file)} is not used: ${reason.replace(` (${file})`, '')}`, file });
  for (const file of members) findings.push(...checkFile(file));
  findings.push(...suspects(run), ...gaps(run), ...runMap(members), ...sequences(members, run.skipped), ...numbersOfRun(members), ...checkSources(run));
  return { run, findings };
}

function suspects({ suspectTrainIds }: Run): Finding[] {
  if (suspectTrainIds.length === 0) return [];
  return [{ severity: 'warning', code: 'TRAINS_SUSPECT', message: `${suspectTrainIds.length} train ${suspectTrainIds.length === 1 ? 'ID does' : 'IDs do'} not come from the time server: ${few(suspectTrainIds)}. They are read like the others.` }];
}

/** Trains between the first and the last that no file has. Suspect IDs may be anything: they are left out of the count. */
function gaps({ trainIds, suspectTrainIds }: Run): Finding[] {
  const suspect = new Set(suspectTrainIds);
  const sure = trainIds.filter((id) => !suspect.has(id));
  const found: string[] = [];
  let absent = 0;
  for (let i = 1; i < sure.length; i++) {
    const [from, to] = [sure[i - 1]! + 1, sure[i]! - 1];
    const missing = to - from + 1 - suspectTrainIds.filter((id) => id >= from && id <= to).length;
    if (missing <= 0) continue;
    absent += missing;
    found.push(from === to ? String(from) : `${from} to ${to}`);
  }
  if (absent === 0) return [];
  return [{ severity: 'warning', code: 'TRAINS_GAP', message: `${absent} ${absent === 1 ? 'train is' : 'trains are'} in no file: ${few(found)}.` }];
}

/** Entries of a run map that look valid and say something else than the file. */
function runMap(members: readonly RunFile[]): Finding[] {
  const findings: Finding[] = [];
  for (const folder of new Set(members.map((file) => dirname(file.path)))) {
    const map = new RunMap(folder);
    for (const file of members) {
      const facts = dirname(file.path) === folder ? map.facts(file.name, file.state) : undefined;
      if (!facts) continue;
      const same = String(facts.trainIds) === String(file.trainIds) && String(facts.valid) === String(file.valid) && names(facts.control) === names(file.control) && names(facts.instrument) === names(file.instrument);
      if (!same) findings.push({ severity: 'error', code: 'RUN_MAP', message: `${map.path} says other trains or sources of ${file.name} than the file: remove the map`, file: map.path! });
    }
  }
  return findings;
}

function names(sources: ReadonlySet<string>): string {
  return [...sources].sort().join('\n');
}

/** Files of an aggregator are numbered from 0: one that is missing is a part of the run that was not copied, or not written. */
function sequences(members: readonly RunFile[], skipped: readonly { readonly file: string }[]): Finding[] {
  const numbers = new Map<string, Set<number>>();
  for (const path of [...members.map((file) => file.path), ...skipped.map(({ file }) => file)]) {
    const parts = /^(.*)-S(\d{5})\.h5$/.exec(path);
    if (parts) numbers.set(parts[1]!, (numbers.get(parts[1]!) ?? new Set()).add(Number(parts[2])));
  }
  return Array.from(numbers, ([stem, there]) => {
    const absent = Array.from({ length: Math.max(...there) + 1 }, (_, i) => i).filter((i) => !there.has(i));
    return absent.length ? [{ severity: 'warning' as const, code: 'RUN_SEQUENCE', message: `${basename(stem)} has no file ${few(absent.map((i) => `S${String(i).padStart(5, '0')}`))}: a part of the run is missing` }] : [];
  }).flat();
}

/** Files that say of themselves that they belong to another run than the first. */
function numbersOfRun(members: readonly RunFile[]): Finding[] {
  const byNumber = new Map<string, RunFile[]>();
  for (const file of members) {
    const { proposalNumber, runNumber } = file.metadata();
    if (runNumber === undefined) continue;
    const id = `run ${runNumber}${proposalNumber === undefined ? '' : ` of proposal ${proposalNumber}`}`;
    byNumber.set(id, [...(byNumber.get(id) ?? []), file]);
  }
  const [, ...others] = [...byNumber].sort(([, a], [, b]) => b.length - a.length);
  return others.map(([id, files]) => ({ severity: 'warning', code: 'RUN_NUMBER', message: `${few(files.map(({ name }) => name))} ${files.length === 1 ? 'says that it is' : 'say that they are'} of ${id}, unlike the others` }));
}

/** At most six of a list. */
export function few(items: readonly (string | number)[]): string {
  return items.length <= 6 ? items.join(', ') : `${items.slice(0, 5).join(', ')} and ${items.length - 5} more`;
}
