import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { startLibrary } from '@trainyard/hdf5';
import { ExdfError } from '../exdf-error.ts';
import { FileRun } from '../file-run.ts';
import type { RunFile } from '../file/run-file.ts';
import type { RunParts } from '../run-parts.ts';
import { RunTrains } from '../run-trains.ts';
import type { Run } from '../run.ts';
import { addAliases, type Aliases } from '../select/aliases.ts';
import { sourcesOf } from '../sources.ts';
import { findProposal, findRun, isFolder, recogniseRun, type RunNumber } from './find-run.ts';
import { OpenFiles } from './open-files.ts';
import { readFiles } from './read-files.ts';

/** How a run is opened. */
export interface RunOptions {
  /** Only files whose name fits this pattern (`*`, `?`, `[abc]`), as `*AGIPD*`. */
  readonly include?: string;
  /** Keep trains whose ID did not come from the time server (default true, as EXtra-data does). */
  readonly suspectTrains?: boolean;
  /** Of a train that a source has in two files, take that of the first by name; without it such a run is refused. */
  readonly keep?: 'first';
  /**
   * EXtra-data's map of the run: `scratch` (default) reads one and writes it into the proposal's scratch folder where there is one, `write` also into the
   * run's folder, `read` only reads, `off` opens every file.
   */
  readonly runMap?: 'off' | 'read' | 'scratch' | 'write';
}

/**
 * Opens a run: a folder, one file, `p2416/r34`, or numbers. Only METADATA and train IDs are read.
 *
 * By numbers, `data` chooses `raw`, `proc`, `red`, `open`, `all` (raw joined with proc, proc winning where a source is in both) or
 * `default` (the same with raw winning; proc may be absent), and the proposal's file of aliases is read.
 * Errors: EXDF_NO_RUN, EXDF_UNUSABLE, EXDF_DUPLICATE_TRAINS, EXDF_ALIAS. Files that cannot be used are skipped and listed in `skipped`.
 */
export async function openRun(where: string | RunNumber, options: RunOptions = {}): Promise<Run> {
  await startLibrary();
  const recognised = typeof where === 'string' ? recogniseRun(where) : where;
  if (typeof recognised !== 'object') return open([where as string], options, new Map());
  const aliasFile = join(findProposal(recognised.proposal), 'usr', 'extra-data-aliases.yml');
  return open(placesOf(recognised), options, existsSync(aliasFile) ? addAliases(new Map(), [aliasFile]) : new Map());
}

/** Later folders win. */
function placesOf({ proposal, run, data = 'default' }: RunNumber): string[] {
  if (data === 'all') return [findRun(proposal, run, 'raw'), findRun(proposal, run, 'proc')];
  if (data !== 'default') return [findRun(proposal, run, data)];
  const raw = findRun(proposal, run, 'raw');
  const proc = raw.replace(/raw([/\\]r\d+)$/, 'proc$1');
  return isFolder(proc) ? [proc, raw] : [raw];
}

function open(places: readonly string[], options: RunOptions, aliases: Aliases): Run {
  const files = new OpenFiles();
  try {
    return new FileRun(partsOf(places, options, aliases, files, new Map()));
  } catch (error) {
    files.close();
    throw error;
  }
}

function partsOf(places: readonly string[], options: RunOptions, aliases: Aliases, files: OpenFiles, before: ReadonlyMap<string, RunFile>): RunParts {
  const { include, suspectTrains = true, keep, runMap = 'scratch' } = options;
  const skipped: { file: string; reason: string }[] = [];
  const layers = places.map((place) => readFiles(place, { files, runMap, before, skipped, ...(include !== undefined && { include }) }));
  const last = places.at(-1)!;
  const directory = resolve(isFolder(last) ? last : dirname(last));
  const members = layers.flat();
  if (members.length === 0) throw unusable(directory, skipped);
  const trains = RunTrains.ofFiles(members, suspectTrains);
  const sources = sourcesOf(layers, trains, directory, keep === 'first');
  const refresh = (): RunParts => partsOf(places, options, aliases, files, new Map(members.map((file) => [file.path, file])));
  return { origin: { directory, skipped, refresh, close: () => files.close() }, trains, sources, members, aliases, steps: [] };
}

function unusable(directory: string, skipped: readonly { file: string; reason: string }[]): ExdfError {
  const reasons = skipped.slice(0, 5).map(({ file, reason }) => `${basename(file)}: ${reason.replace(` (${file})`, '')}`);
  const listed = reasons.length ? `None of the ${skipped.length} HDF5 files can be used: ${reasons.join('; ')}${skipped.length > 5 ? '; ...' : ''}` : 'There is no HDF5 file here: give the folder of one run';
  return new ExdfError('EXDF_UNUSABLE', directory, listed);
}
