import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ExdfError } from '../exdf-error.ts';
import { CxiFile } from '../file/cxi-file.ts';
import { isCxi } from '../file/cxi-layout.ts';
import { RunFile, type FileState } from '../file/run-file.ts';
import { matcher } from '../select/globs.ts';
import { isFolder } from './find-run.ts';
import { goneOr } from './gone.ts';
import type { OpenFiles } from './open-files.ts';
import { RunMap } from './run-map.ts';

/** How files of a place are read. */
export interface ReadFiles {
  readonly files: OpenFiles;
  readonly include?: string;
  readonly runMap: 'off' | 'read' | 'scratch' | 'write';
  /** Files that were read before, by path: those that have not changed are kept, those that have are closed and read again. */
  readonly before: ReadonlyMap<string, RunFile>;
  readonly skipped: { file: string; reason: string }[];
}

/** The usable files of a folder (or one file), sorted by name. Errors: EXDF_NO_RUN; EXDF_GONE when files that were there before are not any more. */
export function readFiles(place: string, how: ReadFiles): RunFile[] {
  const known = [...how.before.keys()].some((path) => path === resolve(place) || dirname(path) === resolve(place));
  const paths = known ? goneOr(place, () => list(place, how.include)) : namedOr(place, () => list(place, how.include));
  for (const path of how.before.keys()) if (dirname(path) === resolve(place) && !paths.includes(path)) goneOr(path, () => statSync(path));
  const alone = !isFolder(place);
  const map = how.runMap === 'off' || alone ? undefined : new RunMap(resolve(place));
  const found: RunFile[] = [];
  for (const path of paths) {
    const file = readFile(path, map, alone, how);
    if (file) found.push(file);
  }
  if (how.include === undefined && (how.runMap === 'scratch' || how.runMap === 'write')) map?.save(found, how.runMap === 'write');
  return found;
}

function readFile(path: string, map: RunMap | undefined, alone: boolean, { files, before, skipped }: ReadFiles): RunFile | undefined {
  const last = before.get(path);
  try {
    const state = stateOf(path);
    if (last?.state.bytes === state.bytes && last.state.modified === state.modified) return last;
    // An open file reads zeros where it has grown since.
    files.release(path);
    // A folder is a run; one file alone may be a CXI file.
    if (alone && (/\.cxi$/i.test(path) || isCxi(files.open(path)))) return new CxiFile(path, files, state);
    return new RunFile(path, files, state, map?.facts(path.slice(dirname(path).length + 1), state));
  } catch (error) {
    files.release(path);
    // A file that is just being written may be in pieces for a moment: what was known of it is still true.
    if (last && (error as { code?: string }).code !== 'EXDF_GONE') return last;
    if (last) throw error;
    skipped.push({ file: path, reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** Size, and the time of the last change as Python computes it. */
function stateOf(path: string): FileState {
  return goneOr(path, () => {
    const { size, mtimeNs } = statSync(path, { bigint: true });
    return { bytes: Number(size), modified: Number(mtimeNs / 1_000_000_000n) + 1e-9 * Number(mtimeNs % 1_000_000_000n) };
  });
}

/** Paths of the HDF5 files of a folder; an overview repeats the others and is left out. */
function list(place: string, include: string | undefined): string[] {
  if (existsSync(place) && !isFolder(place)) return [resolve(place)];
  const fits = include === undefined ? () => true : matcher(include);
  return readdirSync(place).sort().filter((name) => name.endsWith('.h5') && name.toLowerCase() !== 'overview.h5' && fits(name)).map((name) => resolve(join(place, name)));
}

function namedOr<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ExdfError('EXDF_NO_RUN', place, code === 'ENOENT' ? 'There is no such folder: check the name' : `The folder cannot be read: ${code}`);
  }
}
