import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileFacts, FileState, RunFile } from '../file/run-file.ts';
import { dataRoot } from './find-run.ts';

/** One file in a run map, as EXtra-data writes it. */
interface MapEntry {
  readonly filename: string;
  readonly mtime: number;
  readonly size: number;
  readonly train_ids: readonly number[];
  readonly control_sources: readonly string[];
  readonly instrument_sources: readonly string[];
  readonly legacy_sources: Readonly<Record<string, string>>;
  readonly suspect_train_indices: readonly number[];
}

const NAME = 'karabo_data_map.json';

/**
 * EXtra-data's run map: what is in each file of a run, so that a run of hundreds of files opens without opening them. It lies in the run's folder, or in
 * `scratch/.karabo_data_maps` of the proposal. An entry counts while the file has the size and time that it says.
 */
export class RunMap {
  readonly #directory: string;
  readonly #entries = new Map<string, MapEntry>();
  /** The file that was read; undefined when there was none. */
  readonly path: string | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    const found = places(directory).filter((path) => existsSync(path)).map((path) => ({ path, modified: statSync(path).mtimeMs }));
    for (const { path } of found.sort((a, b) => b.modified - a.modified)) {
      const entries = read(path);
      if (!entries) continue;
      this.path = path;
      for (const entry of entries) this.#entries.set(entry.filename, entry);
      break;
    }
  }

  /** What is known of a file; undefined when nothing is, or when the file has changed since. */
  facts(name: string, { bytes, modified }: FileState): FileFacts | undefined {
    const entry = this.#entries.get(name);
    if (entry?.size !== bytes || entry.mtime !== modified) return undefined;
    const valid = entry.train_ids.map(() => true);
    for (const place of entry.suspect_train_indices) valid[place] = false;
    return { trainIds: entry.train_ids, valid, control: new Set(entry.control_sources), instrument: new Set(entry.instrument_sources), legacy: new Map(Object.entries(entry.legacy_sources)) };
  }

  /**
   * Writes the map for others to use when files were read that it had not: into the proposal's scratch folder, where it has one, or into the run's own
   * folder with `inRun`. Where that is not allowed nothing happens: a map only saves time.
   */
  save(files: readonly RunFile[], inRun: boolean): void {
    const entries = files.filter((file) => dirname(file.path) === this.#directory).map(entryOf);
    if (entries.every((entry) => same(this.#entries.get(entry.filename), entry))) return;
    const [own, ...scratch] = places(this.#directory);
    const text = `${JSON.stringify(entries.sort((a, b) => (a.filename < b.filename ? -1 : 1)), null, 2)}`;
    for (const path of inRun ? [own!, ...scratch] : scratch) if (write(path, text)) return;
  }
}

/** Where maps of a run may lie: first in its folder. */
function places(directory: string): string[] {
  const real = realpathSync(directory);
  // On the archive the kind of data comes first: .../raw/SPB/202450/p700000/r0001; online behind the proposal.
  const parts = /^.+\/(raw|proc|red|open)\/(\w+)\/(\w+)\/(p\d+)\/(r\d+)$/.exec(real) ?? reordered(/^.+\/(\w+)\/(\w+)\/(p\d+)\/(raw|proc)\/(r\d+)$/.exec(real));
  if (!parts) return [join(directory, NAME)];
  const [, kind, instrument, cycle, proposal, run] = parts as unknown as [string, string, string, string, string, string];
  const scratch = join(dataRoot(), instrument, cycle, proposal, 'scratch');
  return [join(directory, NAME), ...(existsSync(scratch) ? [join(scratch, '.karabo_data_maps', `${kind}_${run}.json`)] : [])];
}

function reordered(parts: RegExpExecArray | null): string[] | undefined {
  return parts ? [parts[0], parts[4]!, parts[1]!, parts[2]!, parts[3]!, parts[5]!] : undefined;
}

/** Entries that are whole; undefined when the file cannot be read or is something else. */
function read(path: string): MapEntry[] | undefined {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(found) ? found.filter(isEntry) : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is MapEntry {
  const entry = value as Partial<Record<keyof MapEntry, unknown>> | null;
  if (typeof entry !== 'object' || entry === null) return false;
  const numbers = [entry.train_ids, entry.suspect_train_indices].every((list) => Array.isArray(list) && list.every((one) => Number.isSafeInteger(one) && (one as number) >= 0));
  const texts = [entry.control_sources, entry.instrument_sources].every((list) => Array.isArray(list) && list.every((one) => typeof one === 'string'));
  // Older maps lack entries that came later: what they do not say is read from the files.
  return typeof entry.filename === 'string' && typeof entry.mtime === 'number' && typeof entry.size === 'number' && numbers && texts && typeof entry.legacy_sources === 'object' && entry.legacy_sources !== null;
}

function entryOf(file: RunFile): MapEntry {
  return {
    filename: file.name,
    mtime: file.state.modified,
    size: file.state.bytes,
    train_ids: file.trainIds,
    control_sources: [...file.control].sort(),
    instrument_sources: [...file.instrument].sort(),
    legacy_sources: Object.fromEntries([...file.legacy].sort(([a], [b]) => (a < b ? -1 : 1))),
    suspect_train_indices: file.valid.flatMap((valid, i) => (valid ? [] : [i])),
  };
}

function same(known: MapEntry | undefined, entry: MapEntry): boolean {
  return known?.mtime === entry.mtime && known.size === entry.size;
}

/** Whether the map could be written; readers see the old or the new one, whole. */
function write(path: string, text: string): boolean {
  const beside = join(dirname(path), `${basename(path)}.${process.pid}.${Math.trunc(performance.now() * 1000)}`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, text, { flag: 'wx' });
    renameSync(beside, path);
    return true;
  } catch {
    try {
      unlinkSync(beside);
    } catch {
      // It was never made.
    }
    return false;
  }
}
