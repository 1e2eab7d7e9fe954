import { basename } from 'node:path';
import { Hdf5Error, type Hdf5Dataset, type Hdf5File } from '@trainyard/hdf5';
import { ExdfError } from './exdf-error.ts';
import { guessValid } from './suspect-trains.ts';
import type { OpenFiles } from './open-files.ts';

/** Where the entries of one train lie in a dataset of a file. */
export interface TrainEntries {
  trainId: number;
  first: number;
  count: number;
}

/** More trains than any file has (11 days at 10 Hz): a larger index is damage. */
const MOST_TRAINS = 10_000_000;

/** One file of a run: its trains and sources, read at once; its index and data when asked for. */
export class RunFile {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** In the order of the file, zeros dropped. */
  readonly trainIds: number[];
  /** Position of each train in the index (zeros in the middle of the file keep theirs). */
  private readonly positions: number[];
  /** Whether each train ID came from the time server. */
  readonly valid: boolean[];
  readonly control = new Set<string>();
  readonly instrument = new Set<string>();
  private readonly files: OpenFiles;
  private readonly indexes = new Map<string, TrainEntries[]>();

  constructor(path: string, files: OpenFiles) {
    this.path = path;
    this.name = basename(path);
    this.files = files;
    const file = this.open();
    const stored = numbers(find(file, 'INDEX/trainId', path));
    if (stored.length > MOST_TRAINS) throw new ExdfError('EXDF_FILE', path, `INDEX/trainId has ${stored.length} entries`);
    this.trainIds = [];
    this.positions = [];
    stored.forEach((id, position) => {
      if (id === 0) return;
      if (!Number.isSafeInteger(id)) throw new ExdfError('EXDF_FILE', path, `INDEX/trainId has the impossible entry ${id}`);
      this.trainIds.push(id);
      this.positions.push(position);
    });
    this.version = text(file.get('METADATA/dataFormatVersion')) ?? '0.5';
    this.readSources(file);
    this.valid = this.readValidity(file);
  }

  /** The HDF5 file, opened again when it was closed to stay below the bound on open files. */
  open(): Hdf5File {
    return this.files.open(this.path);
  }

  /** A dataset of the file; undefined when it is absent. */
  dataset(path: string): Hdf5Dataset | undefined {
    return this.files.dataset(this.path, path);
  }

  /** Nanoseconds of each train ID; undefined for format 0.5. */
  timestamps(): bigint[] | undefined {
    const values = this.dataset('INDEX/timestamp')?.read();
    return values instanceof BigUint64Array || values instanceof BigInt64Array ? this.positions.map((position) => values[position] ?? 0n) : undefined;
  }

  /** Entries of METADATA, lists left out. */
  metadata(): Record<string, string | number> {
    if (this.version === '0.5') return { dataFormatVersion: '0.5' };
    const entries: Record<string, string | number> = {};
    const group = this.open().group('METADATA');
    for (const name of group.keys()) {
      const member = group.get(name);
      const value = member?.kind === 'dataset' ? member.scalar() : undefined;
      if (value !== undefined) entries[name] = typeof value === 'bigint' ? Number(value) : value;
    }
    return entries;
  }

  /** Entries of each train of the file for an index group (`SOURCE` or `SOURCE/GROUP`), in file order. */
  index(group: string): TrainEntries[] {
    let entries = this.indexes.get(group);
    if (!entries) {
      entries = this.readIndex(group);
      this.indexes.set(group, entries);
    }
    return entries;
  }

  private readIndex(group: string): TrainEntries[] {
    const base = `INDEX/${group}`;
    const firstDataset = this.dataset(`${base}/first`);
    if (!firstDataset) throw new ExdfError('EXDF_INDEX', this.path, `${base}/first is missing: the data cannot be assigned to trains`);
    const first = this.perTrain(numbers(firstDataset));
    const countDataset = this.dataset(`${base}/count`);
    if (countDataset) {
      const count = this.perTrain(numbers(countDataset));
      return this.trainIds.map((trainId, i) => ({ trainId, first: first[i], count: count[i] }));
    }
    // Format 0.1: the last entry and whether the train has data, instead of a count.
    const last = this.perTrain(numbers(find(this.open(), `${base}/last`, this.path)));
    const status = this.perTrain(numbers(find(this.open(), `${base}/status`, this.path)));
    return this.trainIds.map((trainId, i) => ({ trainId, first: first[i], count: status[i] ? Math.max(0, last[i] - first[i] + 1) * status[i] : 0 }));
  }

  /**
   * Values at the positions of the trains. Normally index arrays cover every position of INDEX/trainId; one that has
   * exactly one entry per non-zero train instead was written without the zeros.
   */
  private perTrain(values: number[]): number[] {
    const compact = values.length === this.trainIds.length && (this.positions.at(-1) ?? -1) >= values.length;
    return this.positions.map((position, i) => values[compact ? i : position] ?? 0);
  }

  private readSources(file: Hdf5File): void {
    const where = Number.parseFloat(this.version) < 1 ? 'METADATA/dataSourceId' : 'METADATA/dataSources/dataSourceId';
    for (const id of find(file, where, this.path).read()) {
      if (typeof id !== 'string') throw new ExdfError('EXDF_FILE', this.path, `${where} does not hold text`);
      if (id === '') continue;
      const slash = id.indexOf('/');
      const category = slash < 0 ? id : id.slice(0, slash);
      const rest = slash < 0 ? '' : id.slice(slash + 1);
      if (category === 'CONTROL') this.control.add(rest);
      else if (category === 'INSTRUMENT') this.instrument.add(withoutGroup(rest));
      else if (category !== 'Karabo_TimerServer') throw new ExdfError('EXDF_FILE', this.path, `Unknown data category "${category}" in ${where}`);
    }
  }

  private readValidity(file: Hdf5File): boolean[] {
    if (this.version === '0.5') {
      const guessed = guessValid(this.trainIds);
      if (!guessed) throw new ExdfError('EXDF_FILE', this.path, 'The train IDs are in no order');
      return guessed;
    }
    const flag = file.get('INDEX/flag');
    if (flag?.kind !== 'dataset') return this.trainIds.map(() => true);
    // In 1.1 the flag is the index of the device that gave the train ID, 0 being the time server.
    return this.perTrain(numbers(flag)).map((value) => (this.version === '1.1' ? value === 0 : value !== 0));
  }
}

/** `DEVICE:channel/group` without the group. */
function withoutGroup(id: string): string {
  const colon = id.indexOf(':');
  const slash = id.indexOf('/', colon < 0 ? 0 : colon);
  return colon < 0 || slash < 0 ? id : id.slice(0, slash);
}

function find(file: Hdf5File, path: string, where: string): Hdf5Dataset {
  const found = file.get(path);
  if (found?.kind !== 'dataset') throw new ExdfError('EXDF_FILE', where, `${path} is missing`);
  return found;
}

function numbers(dataset: Hdf5Dataset): number[] {
  const values = dataset.read();
  if (values.length > 0 && typeof values[0] === 'string') throw new Hdf5Error('HDF5_KIND', dataset.where, 'Numbers were expected, this is text');
  return Array.from(values as ArrayLike<number | bigint>, Number);
}

function text(found: ReturnType<Hdf5File['get']>): string | undefined {
  const value = found?.kind === 'dataset' ? found.scalar() : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
