import { basename } from 'node:path';
import type { Problem } from '@trainyard/core';
import { openRun, type Run, type RunNumber } from '@trainyard/exdf';

/** What is wrong with a recorded run, and a sentence of what is there. Errors of opening are thrown. */
export async function checkRun(where: string | RunNumber): Promise<{ problems: Problem[]; sentence: string; unusable: number }> {
  const run = await openRun(where);
  try {
    const problems: Problem[] = [...skippedFiles(run), ...suspects(run), ...gaps(run), ...brokenSources(run)];
    const { trainIds } = run;
    const span = trainIds.length ? ` (${trainIds[0]} to ${trainIds.at(-1)})` : '';
    return { problems, unusable: run.skipped.length, sentence: `${run.directory}: ${run.files.length} files, ${run.sources.size} sources, ${trainIds.length} trains${span}.` };
  } finally {
    run.close();
  }
}

/** Problems that a run's files have, without the run's folder in each. */
export function skippedFiles(run: Run): Problem[] {
  return run.skipped.map(({ file, reason }) => ({ severity: 'warning', code: 'FILE_SKIPPED', message: `${basename(file)} is not used: ${reason.replace(` (${file})`, '')}` }));
}

function suspects({ suspectTrainIds }: Run): Problem[] {
  if (suspectTrainIds.length === 0) return [];
  return [{ severity: 'warning', code: 'TRAINS_SUSPECT', message: `${suspectTrainIds.length} train ${suspectTrainIds.length === 1 ? 'ID does' : 'IDs do'} not come from the time server: ${few(suspectTrainIds)}. They are read like the others.` }];
}

/** Trains between the first and the last that no file has. Suspect IDs may be anything: they are left out of the count. */
function gaps({ trainIds, suspectTrainIds }: Run): Problem[] {
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

/** Keys of which the index points beyond the data, or that cannot be read at all. */
function brokenSources(run: Run): Problem[] {
  const problems: Problem[] = [];
  for (const source of run.sources.values()) {
    if (source.legacy !== undefined) continue;
    try {
      for (const key of source.keys.values()) {
        void key.dtype;
        const { counts, trainIds } = key.counts();
        const last = counts.findLastIndex((count) => count > 0);
        // The last rows are the ones that an unfinished file lacks.
        if (last >= 0 && (key.entryBytes ?? 0) < 1 << 24) key.readTrain(trainIds[last]!);
      }
    } catch (error) {
      problems.push({ severity: 'warning', code: (error as { code?: string }).code ?? 'SOURCE_BROKEN', message: `${source.name}: ${(error as Error).message}` });
    }
  }
  return problems;
}

function few(items: readonly (string | number)[]): string {
  return items.length <= 6 ? items.join(', ') : `${items.slice(0, 5).join(', ')} and ${items.length - 5} more`;
}
