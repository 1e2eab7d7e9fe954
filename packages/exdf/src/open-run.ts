import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { startLibrary } from '@trainyard/hdf5';
import { ExdfError } from './exdf-error.ts';
import { FileRun } from './file-run.ts';
import { findRun, isFolder, recogniseRun, type RunNumber } from './find-run.ts';
import { OpenFiles } from './open-files.ts';
import { RunFile } from './run-file.ts';
import type { Run } from './run.ts';

/** How a run is opened. */
export interface RunOptions {
  /** Only files whose name fits this pattern (`*`, `?`, `[abc]`), as `*AGIPD*`. */
  include?: string;
  /** Keep trains whose ID did not come from the time server (default true, as EXtra-data does). */
  suspectTrains?: boolean;
}

/**
 * Opens a run: a folder, one file, `p2416/r34`, or numbers. Only METADATA and train IDs are read.
 *
 * By numbers, `data` chooses `raw`, `proc`, `all` (raw joined with proc, proc winning where a source is in both) or
 * `default` (the same with raw winning; proc may be absent).
 * Errors: EXDF_NO_RUN, EXDF_UNUSABLE, EXDF_DUPLICATE_TRAINS. Files that cannot be used are skipped and listed in `skipped`.
 */
export async function openRun(where: string | RunNumber, options: RunOptions = {}): Promise<Run> {
  await startLibrary();
  const target = typeof where === 'string' ? byName(where) : where;
  if (typeof target === 'string') return open([target], options);
  const { proposal, run, data = 'default' } = target;
  if (data === 'raw' || data === 'proc') return open([findRun(proposal, run, data)], options);
  // Later folders win; `default` lets raw win and does without proc.
  if (data === 'all') return open([findRun(proposal, run, 'raw'), findRun(proposal, run, 'proc')], options);
  const raw = findRun(proposal, run, 'raw');
  const proc = raw.replace(/raw([/\\]r\d+)$/, 'proc$1');
  return open(isFolder(proc) ? [proc, raw] : [raw], options);
}

function byName(where: string): string | RunNumber {
  const recognised = recogniseRun(where);
  return typeof recognised === 'object' ? recognised : where;
}

function open(places: string[], options: RunOptions): Run {
  const files = new OpenFiles();
  const skipped: { file: string; reason: string }[] = [];
  try {
    const layers = places.map((place) => usable(list(place, options.include), files, skipped));
    const directory = resolve(isFolder(places.at(-1)!) ? places.at(-1)! : dirname(places.at(-1)!));
    if (layers.every((layer) => layer.length === 0)) throw unusable(directory, skipped);
    return new FileRun({ directory, layers, files, skipped, suspectTrains: options.suspectTrains ?? true });
  } catch (error) {
    files.close();
    throw error;
  }
}

/** Paths of the HDF5 files of a folder, sorted by name; an overview repeats the others and is left out. */
function list(place: string, include?: string): string[] {
  if (place.endsWith('.h5') && !isFolder(place)) return [resolve(place)];
  let names: string[];
  try {
    names = readdirSync(place).sort();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ExdfError('EXDF_NO_RUN', place, code === 'ENOENT' ? 'There is no such folder: check the name' : `The folder cannot be read: ${code}`);
  }
  const fits = include === undefined ? () => true : matcher(include);
  return names.filter((name) => name.endsWith('.h5') && name.toLowerCase() !== 'overview.h5' && fits(name)).map((name) => resolve(join(place, name)));
}

function usable(paths: string[], files: OpenFiles, skipped: { file: string; reason: string }[]): RunFile[] {
  const found: RunFile[] = [];
  for (const path of paths) {
    try {
      found.push(new RunFile(path, files));
    } catch (error) {
      files.release(path);
      skipped.push({ file: path, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return found;
}

function unusable(directory: string, skipped: readonly { file: string; reason: string }[]): ExdfError {
  const reasons = skipped.slice(0, 5).map(({ file, reason }) => `${basename(file)}: ${reason.replace(` (${file})`, '')}`);
  const listed = reasons.length ? `None of the ${skipped.length} HDF5 files can be used: ${reasons.join('; ')}${skipped.length > 5 ? '; ...' : ''}` : 'There is no HDF5 file here: give the folder of one run';
  return new ExdfError('EXDF_UNUSABLE', directory, listed);
}

/** A file name pattern of `*`, `?` and `[abc]` (`[!abc]`), as the shell's, case-sensitive. */
function matcher(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/\[(!?)([^\]]+)\]|[*?]|[^*?[]+|\[/g, (part, not: string | undefined, set: string | undefined) => {
    if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[\\^]/g, '\\$&')}]`;
    if (part === '*') return '.*';
    return part === '?' ? '.' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  const expression = new RegExp(`^${source}$`, 's');
  return (name) => expression.test(name);
}
