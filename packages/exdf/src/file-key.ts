import { viewOf } from '@trainyard/hdf5';
import { ExdfError } from './exdf-error.ts';
import type { KeyRows, RunData, RunKey } from './run.ts';
import type { RunFile, TrainEntries } from './run-file.ts';

/** What a key needs to know of its source. */
export interface KeyHome {
  name: string;
  kind: 'control' | 'instrument';
  /** In the order in which their rows are joined. */
  files: readonly RunFile[];
  /** All trains of the run. */
  trainIds: readonly number[];
  /** Whether a train of a file is in use. */
  included: (file: RunFile, position: number) => boolean;
}

/** Trains of one file that follow each other without a gap in the file's list. */
interface Chunk {
  file: RunFile;
  entries: TrainEntries[];
}

/** A key whose entries lie in datasets of one or more files. */
export class FileKey implements RunKey {
  readonly source: string;
  readonly name: string;
  private readonly home: KeyHome;
  private readonly path: string;
  private readonly group: string;
  private knownChunks: Chunk[] | undefined;
  private knownPlaces: Map<number, { file: RunFile; entry: TrainEntries }> | undefined;
  private knownType: { dtype: string; entryShape: number[]; entryBytes: number | undefined } | undefined;

  constructor(home: KeyHome, name: string) {
    this.home = home;
    this.source = home.name;
    this.name = name;
    const inside = name.replaceAll('.', '/');
    this.path = `/${home.kind.toUpperCase()}/${home.name}/${inside}`;
    this.group = home.kind === 'instrument' ? `${home.name}/${inside.split('/')[0]}` : home.name;
  }

  get dtype(): string {
    return this.type.dtype;
  }

  get entryShape(): number[] {
    return [...this.type.entryShape];
  }

  get entryBytes(): number | undefined {
    return this.type.entryBytes;
  }

  get shape(): number[] {
    const rows = this.chunks.reduce((sum, chunk) => sum + chunk.entries.reduce((n, entry) => n + entry.count, 0), 0);
    return [rows, ...this.type.entryShape];
  }

  get units(): string | undefined {
    const file = this.home.files.find((candidate) => candidate.dataset(this.path));
    const dataset = file?.dataset(this.path);
    if (!file || !dataset) return undefined;
    // For control data the attributes of the key's group go before those of its value.
    const parent = this.home.kind === 'control' ? file.open().get(this.path.slice(0, this.path.lastIndexOf('/'))) : undefined;
    const attribute = (name: string): string | undefined => {
      const value = (this.name.endsWith('.timestamp') ? undefined : parent?.attribute(name)) ?? dataset.attribute(name);
      return typeof value === 'string' ? value : undefined;
    };
    const symbol = attribute('unitSymbol');
    if (symbol === undefined) return undefined;
    const prefix = attribute('metricPrefixSymbol') ?? '';
    return (prefix === 'u' ? 'μ' : prefix) + symbol;
  }

  counts(): { trainIds: number[]; counts: number[] } {
    const counts = this.home.trainIds.map((trainId) => this.places.get(trainId)?.entry.count ?? 0);
    return { trainIds: [...this.home.trainIds], counts };
  }

  read(): KeyRows {
    const { dtype, entryBytes } = this.type;
    const shape = this.shape;
    const trainIds: number[] = [];
    const strings: string[] = [];
    const target = entryBytes === undefined ? undefined : this.allocate(shape[0] * entryBytes);
    let position = 0;
    for (const { file, entries } of this.chunks) {
      for (const entry of entries) for (let i = 0; i < entry.count; i += 1) trainIds.push(entry.trainId);
      for (const { first, count } of joined(entries)) {
        const dataset = this.datasetIn(file, first, count);
        if (target && entryBytes !== undefined) {
          position += dataset.readInto(target.subarray(position, position + count * entryBytes), [[first, first + count]]);
        } else {
          for (const text of dataset.read([[first, first + count]])) strings.push(text as string);
        }
      }
    }
    return { dtype, shape, data: target ? viewOf(dtype, target) : strings, trainIds };
  }

  readTrain(trainId: number): RunData | undefined {
    const place = this.places.get(trainId);
    if (!place?.entry.count) return undefined;
    const { first, count } = place.entry;
    const dataset = this.datasetIn(place.file, first, count, false);
    const entryShape = dataset.shape.slice(1);
    return { dtype: dataset.dtype, shape: count === 1 ? entryShape : [count, ...entryShape], data: dataset.read([[first, first + count]]) };
  }

  readTrainInto(trainId: number, target: Uint8Array): { dtype: string; shape: number[]; bytes: number } | undefined {
    const place = this.places.get(trainId);
    if (!place?.entry.count) return undefined;
    const { first, count } = place.entry;
    const dataset = this.datasetIn(place.file, first, count, false);
    const entryShape = dataset.shape.slice(1);
    const bytes = dataset.readInto(target, [[first, first + count]]);
    return { dtype: dataset.dtype, shape: count === 1 ? entryShape : [count, ...entryShape], bytes };
  }

  private get where(): string {
    return `${this.source}[${this.name}]`;
  }

  private get type(): { dtype: string; entryShape: number[]; entryBytes: number | undefined } {
    if (!this.knownType) {
      // Only as many files as needed: opening another may close the first.
      const holder = this.home.files.find((file) => file.dataset(this.path));
      const dataset = holder?.dataset(this.path);
      if (!dataset) throw new ExdfError('EXDF_TYPE', this.where, 'No file holds this key');
      const { dtype } = dataset;
      if (dtype === 'object') throw new ExdfError('EXDF_TYPE', this.where, 'Values of this type (references or lists of varying length) cannot be read');
      const entryShape = dataset.shape.slice(1);
      const entryBytes = dtype === 'str' ? undefined : bytesPerEntry(dataset.itemSize, dataset.innerShape, entryShape);
      this.knownType = { dtype, entryShape, entryBytes };
    }
    return this.knownType;
  }

  /** The files' trains in the order of their rows: file after file, by the first train of each stretch. */
  private get chunks(): Chunk[] {
    if (!this.knownChunks) {
      const chunks: Chunk[] = [];
      for (const file of this.home.files) {
        if (file.trainIds.length === 0 || !file.dataset(this.path)) continue;
        let open: Chunk | undefined;
        file.index(this.group).forEach((entry, position) => {
          if (!this.home.included(file, position)) open = undefined;
          else if (open) open.entries.push(entry);
          else chunks.push((open = { file, entries: [entry] }));
        });
      }
      this.knownChunks = chunks.sort((a, b) => a.entries[0].trainId - b.entries[0].trainId);
    }
    return this.knownChunks;
  }

  private get places(): Map<number, { file: RunFile; entry: TrainEntries }> {
    if (!this.knownPlaces) {
      this.knownPlaces = new Map();
      for (const { file, entries } of this.chunks) for (const entry of entries) this.knownPlaces.set(entry.trainId, { file, entry });
    }
    return this.knownPlaces;
  }

  /** The dataset in one file, checked against the index and, for whole reads, against the type of the key. */
  private datasetIn(file: RunFile, first: number, count: number, sameType = true): NonNullable<ReturnType<RunFile['dataset']>> {
    const dataset = file.dataset(this.path)!;
    const { shape } = dataset;
    if (first + count > (shape[0] ?? 0)) {
      throw new ExdfError('EXDF_INDEX', `${file.path}:${this.where}`, `The index points at rows ${first} to ${first + count - 1}, the data has ${shape[0] ?? 0}: the file is incomplete`);
    }
    if (sameType && (dataset.dtype !== this.type.dtype || String(shape.slice(1)) !== String(this.type.entryShape))) {
      const was = `${this.type.dtype} [${this.type.entryShape.join(', ')}]`;
      throw new ExdfError('EXDF_MIXED', `${file.path}:${this.where}`, `Entries change from ${was} to ${dataset.dtype} [${shape.slice(1).join(', ')}]: read it train by train`);
    }
    return dataset;
  }

  private allocate(bytes: number): Uint8Array {
    try {
      return new Uint8Array(bytes);
    } catch {
      throw new ExdfError('EXDF_TYPE', this.where, `${bytes} bytes do not fit into memory: read it train by train`);
    }
  }
}

function bytesPerEntry(itemSize: number, inner: readonly number[], entryShape: readonly number[]): number {
  return entryShape.slice(0, entryShape.length - inner.length).reduce((product, length) => product * length, itemSize);
}

/** Ranges of rows; neighbours without a gap become one. */
function joined(entries: readonly TrainEntries[]): { first: number; count: number }[] {
  const ranges: { first: number; count: number }[] = [];
  for (const { first, count } of entries) {
    if (count === 0) continue;
    const last = ranges.at(-1);
    if (last && last.first + last.count === first) last.count += count;
    else ranges.push({ first, count });
  }
  return ranges;
}
