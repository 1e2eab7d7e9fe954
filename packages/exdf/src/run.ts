import type { NumericArray, Slice } from '@trainyard/hdf5';
import type { AliasDefinition, Aliases } from './select/aliases.ts';
import type { Selection, SelectOptions } from './select/selection.ts';
import type { TrainSelection } from './select/select-trains.ts';
import type { SingleValueOptions, SingleValue } from './single-value.ts';
import type { Table, TableKey } from './table.ts';

/** Values of numbers or text, flat in C order. Booleans are 0/1 bytes, records raw bytes. */
export interface RunData {
  /** numpy's name, `str`, or numpy's list notation for records. */
  dtype: string;
  shape: number[];
  data: NumericArray | string[];
}

/** A whole key: one train ID per row. */
export interface KeyRows extends RunData {
  trainIds: number[];
  /** Trains that have entries which cannot be read, and why; absent when there are none. Only of virtual datasets. */
  missing?: readonly MissingTrains[];
}

export interface MissingTrains {
  readonly trainIds: readonly number[];
  /** A sentence that names the file. */
  readonly reason: string;
}

/** Why a train has nothing of a key. */
export interface WhyMissing {
  /** Whether it was recorded and cannot be had: a file of a virtual dataset is not there. */
  readonly recorded: boolean;
  /** A sentence; it names the file. */
  readonly reason: string;
}

/** How a whole key is read. */
export interface ReadOptions {
  /** The part of each entry that is wanted: `[start, stop]` per axis, null for a whole axis. Not for records. */
  readonly roi?: Slice;
  /** Bytes to read into, of at least the size of the rows; not for text. */
  readonly into?: Uint8Array;
}

/**
 * A run on disk: many files seen as one table of trains, sources and keys. Everything is read when asked for, and nothing of it changes: what selects gives
 * another run, which shares the open files.
 */
export interface Run {
  /** Sorted, without repeats; suspect ones left out when the run was opened without them. */
  readonly trainIds: number[];
  /** Sorted train IDs that at least one file marks as not coming from the time server. */
  readonly suspectTrainIds: number[];
  /** By name; `X:output` also finds `X:daqOutput` and the reverse. */
  readonly sources: ReadonlyMap<string, RunSource>;
  /** What was left out or put right while recording: sources of the sections REDUCTION and ERRATA, files since 2025. */
  readonly auxiliary: ReadonlyMap<string, AuxiliarySource>;
  /** Names of the beamline's own for sources and keys; see `withAliases`. */
  readonly aliases: Aliases;
  /** Files of the folder that could not be used. */
  readonly skipped: { file: string; reason: string }[];
  readonly directory: string;
  /** Names of the files in use. */
  readonly files: string[];
  /** Entries of METADATA of the first file: dataFormatVersion, creationDate, runNumber, ... */
  metadata(): Record<string, string | number>;
  /** Nanoseconds since 1970 UTC of each train ID; undefined where no file tells (format 0.5). */
  timestamps(): (bigint | undefined)[];
  /** A source by name. Errors: EXDF_NO_SOURCE with the nearest name. */
  source(name: string): RunSource;
  /** A key by the names of source and key. Errors: EXDF_NO_SOURCE, EXDF_NO_KEY with the nearest name. */
  key(source: string, key: string): RunKey;
  /** What an alias stands for; case and `_` or `-` do not matter. Errors: EXDF_ALIAS. */
  alias(name: string): RunSource | RunKey;
  /**
   * Some sources and keys: patterns (`*`, `?`, `[abc]`) for sources and keys, a list of patterns or pairs, names with their keys, or what another run, source
   * or key has. It never has more than this run. Errors: EXDF_SELECT for a pattern that fits nothing.
   */
  select(what: Selection, keys?: string | SelectOptions, options?: SelectOptions): Run;
  /** All but those; the same patterns. */
  deselect(what: Selection, keys?: string): Run;
  /** Some trains; see `TrainSelection`. There may be none: types and values at the start of the run are still known. */
  trains(which: TrainSelection): Run;
  /** So many parts of nearly equal length, or parts of at most so many trains; never an empty one. */
  split(how: number | { readonly trains: number }): Run[];
  /** Trains and sources of several runs together. Errors: EXDF_DUPLICATE_TRAINS where a source has a train in two of them. */
  union(...others: readonly Run[]): Run;
  /** Adds aliases: a file (YAML, JSON) or names. Errors: EXDF_ALIAS for two meanings of one name. */
  withAliases(...definitions: readonly AliasDefinition[]): Run;
  /** The same, and only the sources and keys that have one; those that the run lacks are left out, or refused with `strict`. */
  onlyAliases(definitions: readonly AliasDefinition[], options?: SelectOptions & { readonly strict?: boolean }): Run;
  /** All that was recorded in one train: source -> key -> value; what has nothing in it is left out. */
  readTrain(trainId: number): ReadonlyMap<string, ReadonlyMap<string, RunData>>;
  /** Keys side by side, one row a train; see `Table`. */
  table(keys: readonly TableKey[]): Table;
  /** The run as it is on the disk now: files that grew are opened again, new ones join. The selection stays. */
  refresh(): Promise<Run>;
  /** Closes the files, also for all runs that were selected from this one or that it was selected from. */
  close(): void;
}

/** One device (control) or one of its fast channels (instrument). */
export interface RunSource {
  readonly name: string;
  readonly kind: 'control' | 'instrument';
  /** For an old name kept as a link: the source it stands for. */
  readonly legacy?: string;
  /** By name; `.value` may be omitted. A source recorded at the start of the run only has none. */
  readonly keys: ReadonlyMap<string, RunKey>;
  /** The class of the device; undefined where it was not recorded. */
  readonly deviceClass: string | undefined;
  /** Values at the start of the run by key, `.value` omitted; a control source only. */
  runValues(): Record<string, string | number | bigint | NumericArray | string[]>;
}

/** A source of the sections REDUCTION or ERRATA; its name begins with `DA01@` where several aggregators may have one of that name. */
export interface AuxiliarySource extends Omit<RunSource, 'kind'> {
  readonly kind: 'reduction' | 'errata';
}

/** One property of a source. */
export interface RunKey {
  readonly source: string;
  readonly name: string;
  readonly dtype: string;
  /** Shape of one entry. */
  readonly entryShape: number[];
  /** Rows of the whole run, then the shape of an entry. */
  readonly shape: number[];
  /** Bytes of one entry; undefined for text. */
  readonly entryBytes: number | undefined;
  /** Prefix and symbol, as `μJ`; undefined when not recorded. */
  readonly units: string | undefined;
  /** Entries in each train of the run. */
  counts(): { trainIds: number[]; counts: number[] };
  /** The train ID of each row. */
  rowTrainIds(): number[];
  /** All entries, as EXtra-data's `ndarray()` orders them: file after file, in the order of their first trains. */
  read(options?: ReadOptions): KeyRows;
  /** Entries of one train: a single entry without its first axis; undefined when there are none, or when they cannot be had (see `whyMissing`). */
  readTrain(trainId: number): RunData | undefined;
  /** The same into the caller's bytes (not for text); undefined when there are none. */
  readTrainInto(trainId: number, target: Uint8Array): { dtype: string; shape: number[]; bytes: number } | undefined;
  /** Why a train has nothing of this key; undefined when it has. */
  whyMissing(trainId: number): WhyMissing | undefined;
  /** The one value of a key that does not change over the run. Errors: EXDF_VALUES when it does, EXDF_NO_DATA. */
  asSingleValue(options?: SingleValueOptions): SingleValue;
}
