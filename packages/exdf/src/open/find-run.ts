import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ExdfError } from '../exdf-error.ts';

/** Which data of a run: as recorded, as calibrated, reduced, opened to the public, or raw and calibrated joined (see `openRun`). */
export type RunDataKind = RunFolder | 'all' | 'default';

/** Folders of a proposal that hold runs. */
export type RunFolder = 'raw' | 'proc' | 'red' | 'open';

/** A run by its numbers. */
export interface RunNumber {
  proposal: number;
  run: number;
  data?: RunDataKind;
}

/** Where the instruments' folders lie: `$EXTRA_DATA_DATA_ROOT`, else the facility's place. */
export function dataRoot(): string {
  return process.env['EXTRA_DATA_DATA_ROOT'] ?? '/gpfs/exfel/exp';
}

/**
 * The folder of a run: `$EXTRA_DATA_DATA_ROOT` (else `/gpfs/exfel/exp`) / instrument / cycle / `p002416` / `raw` / `r0034`, the
 * first instrument and cycle, in alphabetical order, that have the proposal. Errors: EXDF_NO_RUN.
 */
export function findRun(proposal: number, run: number, data: RunFolder = 'raw'): string {
  const folder = join(findProposal(proposal), data, `r${String(run).padStart(4, '0')}`);
  if (isFolder(folder)) return folder;
  throw new ExdfError('EXDF_NO_RUN', folder, `There is no ${data} data of run ${run} in proposal ${proposal}: check the numbers`);
}

/** The folder of a proposal. Errors: EXDF_NO_RUN. */
export function findProposal(proposal: number): string {
  const name = `p${String(proposal).padStart(6, '0')}`;
  for (const instrument of foldersIn(dataRoot())) {
    for (const cycle of foldersIn(join(dataRoot(), instrument))) {
      const found = join(dataRoot(), instrument, cycle, name);
      if (isFolder(found)) return found;
    }
  }
  throw new ExdfError('EXDF_NO_RUN', join(dataRoot(), '*', '*', name), `There is no proposal ${proposal}: check the number, or set EXTRA_DATA_DATA_ROOT to the folder that holds the instruments`);
}

/**
 * Whether a text names a run: `p2416/r34` or `2416/34` (also `p002416/r0034`, `p2416/proc/r34`) gives its numbers, a folder that holds
 * HDF5 files itself; anything else undefined.
 */
export function recogniseRun(what: string): string | RunNumber | undefined {
  const numbers = /^p?(\d{1,6})\/(?:(raw|proc|red|open|all|default)\/)?r?(\d{1,4})$/.exec(what);
  if (numbers && !isFolder(what)) {
    const data = numbers[2] as RunDataKind | undefined;
    return { proposal: Number(numbers[1]), run: Number(numbers[3]), ...(data && { data }) };
  }
  return isFolder(what) && listFolder(what).some((name) => name.endsWith('.h5')) ? what : undefined;
}

export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function foldersIn(path: string): string[] {
  return listFolder(path).filter((name) => isFolder(join(path, name)));
}

/** Sorted names in a folder; none when it cannot be read. */
function listFolder(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}
