import type { NumericArray } from '@trainyard/hdf5';

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
}

/** A run on disk: many files seen as one table of trains, sources and keys. Everything is read when asked for. */
export interface Run {
  /** Sorted, without repeats; suspect ones left out when the run was opened without them. */
  readonly trainIds: number[];
  /** Sorted train IDs that at least one file marks as not coming from the time server. */
  readonly suspectTrainIds: number[];
  /** By name; `X:output` also finds `X:daqOutput` and the reverse. */
  readonly sources: ReadonlyMap<string, RunSource>;
  /** Files of the folder that could not be used. */
  readonly skipped: { file: string; reason: string }[];
  readonly directory: string;
  /** Names of the files in use. */
  readonly files: string[];
  /** Entries of METADATA of the first file: dataFormatVersion, creationDate, runNumber, ... */
  metadata(): Record<string, string | number>;
  /** Nanoseconds since 1970 UTC of each train ID; undefined where no file tells (format 0.5). */
  timestamps(): (bigint | undefined)[];
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
  /** Values at the start of the run by key, `.value` omitted; a control source only. */
  runValues(): Record<string, string | number | bigint | NumericArray | string[]>;
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
  /** All entries, as EXtra-data's `ndarray()` orders them: file after file, in the order of their first trains. */
  read(): KeyRows;
  /** Entries of one train: a single entry without its first axis; undefined when there are none. */
  readTrain(trainId: number): RunData | undefined;
  /** The same into the caller's bytes (not for text); undefined when there are none. */
  readTrainInto(trainId: number, target: Uint8Array): { dtype: string; shape: number[]; bytes: number } | undefined;
}
