import { basename } from 'node:path';
import type { Hdf5Dataset, Hdf5File } from '@trainyard/hdf5';
import { ExdfError } from '../exdf-error.ts';
import type { OpenFiles } from '../open/open-files.ts';
import { numbers, perTrain, readIndex, type FileIndex } from './file-index.ts';
import { readAuxiliary, readSources, type AuxiliarySection, type FileSources } from './file-sources.ts';
import { guessValid } from './suspect-trains.ts';

/** More trains than any file has (11 days at 10 Hz): a larger index is damage. */
const MOST_TRAINS = 10_000_000;

/** What must be known of a file before anything is asked of it; a run map has it without opening the file. */
export interface FileFacts extends FileSources {
  /** In the order of the file, zeros dropped. */
  readonly trainIds: readonly number[];
  /** Whether each train ID came from the time server. */
  readonly valid: readonly boolean[];
}

/** A file as it was on the disk when its facts were read. */
export interface FileState {
  readonly bytes: number;
  /** Seconds since 1970, as the run map has them. */
  readonly modified: number;
}

/** One file of a run: its trains and sources, known at once; its index, names and data when asked for. */
export class RunFile {
  readonly path: string;
  readonly name: string;
  readonly trainIds: readonly number[];
  readonly valid: readonly boolean[];
  readonly control: ReadonlySet<string>;
  readonly instrument: ReadonlySet<string>;
  readonly legacy: ReadonlyMap<string, string>;
  readonly state: FileState;
  private readonly files: OpenFiles;
  private readonly indexes = new Map<string, FileIndex>();
  private readonly names = new Map<string, readonly string[]>();
  private knownPositions: Int32Array | undefined;
  private knownVersion: string | undefined;
  private knownAuxiliary: Map<string, AuxiliarySection> | undefined;

  /** Without `facts` the file is opened and read. Errors: EXDF_FILE, EXDF_GONE, those of opening. */
  constructor(path: string, files: OpenFiles, state: FileState, facts?: FileFacts) {
    this.path = path;
    this.name = basename(path);
    this.files = files;
    this.state = state;
    const known = facts ?? this.readFacts();
    this.trainIds = known.trainIds;
    this.valid = known.valid;
    this.control = known.control;
    this.instrument = known.instrument;
    this.legacy = known.legacy;
  }

  /** `DA01` of `RAW-R0348-DA01-S00002.h5`; undefined for another name. */
  get aggregator(): string | undefined {
    return /^[A-Z]+-R\d{4}-(\w+?)(?:-S\d{5})?\.h5$/.exec(this.name)?.[1];
  }

  /** `METADATA/dataFormatVersion`; files of the oldest format have none and are called 0.5. */
  get version(): string {
    if (this.knownVersion === undefined) {
      const found = this.open().get('METADATA/dataFormatVersion');
      const value = found?.kind === 'dataset' ? found.scalar() : undefined;
      this.knownVersion = typeof value === 'string' && value !== '' ? value : '0.5';
    }
    return this.knownVersion;
  }

  /** The HDF5 file, opened again when it was closed to stay below the bound on open files. */
  open(): Hdf5File {
    return this.files.open(this.path);
  }

  /** A dataset of the file; undefined when it is absent. */
  dataset(path: string): Hdf5Dataset | undefined {
    return this.files.dataset(this.path, path);
  }

  /** Names of the datasets below a group, with dots, in the order of the file; none where there is no such group. */
  namesBelow(base: string): readonly string[] {
    let names = this.names.get(base);
    if (!names) {
      const group = this.open().get(base);
      // A legacy name is a link: the members are named below the path that was asked for.
      names = !group || group.kind === 'dataset' ? [] : Array.from(group.datasets(), (dataset) => dataset.path.slice(base.length + 1).replaceAll('/', '.'));
      this.names.set(base, names);
    }
    return names;
  }

  /** Sources of the sections REDUCTION and ERRATA. */
  get auxiliary(): ReadonlyMap<string, AuxiliarySection> {
    this.knownAuxiliary ??= readAuxiliary(this.open());
    return this.knownAuxiliary;
  }

  /** Nanoseconds of each train ID; undefined for format 0.5. */
  timestamps(): bigint[] | undefined {
    const values = this.dataset('INDEX/timestamp')?.read();
    return values instanceof BigUint64Array || values instanceof BigInt64Array ? Array.from(this.positions, (position) => values[position] ?? 0n) : undefined;
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

  /** Where the entries of each train of the file lie, for an index group (`SOURCE` or `SOURCE/GROUP`). */
  index(group: string): FileIndex {
    let index = this.indexes.get(group);
    if (!index) this.indexes.set(group, (index = readIndex((path) => this.dataset(path), this.path, group, this.positions)));
    return index;
  }

  /** Where each train stands in INDEX/trainId. */
  private get positions(): Int32Array {
    if (!this.knownPositions) {
      const { trainIds, positions } = this.readTrainIds();
      if (trainIds.length !== this.trainIds.length || trainIds.some((id, i) => id !== this.trainIds[i])) throw new ExdfError('EXDF_FILE', this.path, 'The file has other trains than were known of it. Remove karabo_data_map.json (in the run, or in scratch/.karabo_data_maps of the proposal), or open the run with runMap: off');
      this.knownPositions = positions;
    }
    return this.knownPositions;
  }

  private readFacts(): FileFacts {
    const { trainIds, positions } = this.readTrainIds();
    this.knownPositions = positions;
    const sources = readSources(this.open(), this.version);
    return { trainIds, valid: this.readValidity(trainIds, positions), ...sources };
  }

  private readTrainIds(): { trainIds: number[]; positions: Int32Array } {
    const dataset = this.dataset('INDEX/trainId');
    if (!dataset) throw new ExdfError('EXDF_FILE', this.path, 'INDEX/trainId is missing');
    const stored = numbers(dataset);
    if (stored.length > MOST_TRAINS) throw new ExdfError('EXDF_FILE', this.path, `INDEX/trainId has ${stored.length} entries`);
    const trainIds: number[] = [];
    const positions: number[] = [];
    stored.forEach((id, position) => {
      if (id === 0) return;
      if (!Number.isSafeInteger(id)) throw new ExdfError('EXDF_FILE', this.path, `INDEX/trainId has the impossible entry ${id}`);
      trainIds.push(id);
      positions.push(position);
    });
    return { trainIds, positions: Int32Array.from(positions) };
  }

  private readValidity(trainIds: readonly number[], positions: Int32Array): boolean[] {
    if (this.version === '0.5') {
      const guessed = guessValid(trainIds);
      if (!guessed) throw new ExdfError('EXDF_FILE', this.path, 'The train IDs are in no order');
      return guessed;
    }
    const flag = this.dataset('INDEX/flag');
    if (!flag) return trainIds.map(() => true);
    // In 1.1 the flag is the index of the device that gave the train ID, 0 being the time server.
    return Array.from(perTrain(numbers(flag), positions), (value) => (this.version === '1.1' ? value === 0 : value !== 0));
  }
}
