import type { TreeNode } from '@trainyard/core';
import { Hdf5Dataset, Hdf5Group, openHdf5, type Hdf5File } from '@trainyard/hdf5';
import { NexusError } from './nexus-error.ts';
import type { ResultValue, ResultView, RowLabels } from './result-view.ts';
import type { JournalEntry } from './results-writer.ts';
import { integers } from './series-reader.ts';
import { decodeState } from './state-codec.ts';
import { ViewReader, type ResultRow } from './view-reader.ts';

/** A row of `/entry/reasons`: holds for this view from this train on, until its next row. */
export interface StoredReason {
  readonly trainId: number;
  readonly view: string;
  readonly outcome: string;
  readonly message: string;
  readonly where: string;
}

/** An open results file: its header at once, rows on demand. */
export class ResultsFile {
  readonly path: string;
  readonly title: string | undefined;
  readonly views: readonly ResultView[];
  /** Train IDs seen. */
  readonly trainIds: Float64Array;
  /** As given to `ResultsWriter.create`. */
  readonly provenance: Readonly<Record<string, unknown>>;
  /** Values of parameters at the start. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly units: Readonly<Record<string, string>>;
  readonly #file: Hdf5File;
  readonly #readers = new Map<string, ViewReader>();

  constructor(file: Hdf5File) {
    this.#file = file;
    this.path = file.filename;
    const trainId = file.get('/entry/trainId');
    const results = file.get('/entry/results');
    if (!(trainId instanceof Hdf5Dataset) || !(results instanceof Hdf5Group)) throw new NexusError('NEXUS_NOT_RESULTS', this.path, 'This HDF5 file holds no results: /entry/trainId and /entry/results are missing');
    this.trainIds = integers(trainId);
    for (const group of results.keys()) {
      for (const name of results.group(group).keys()) {
        const reader = new ViewReader(results.group(`${group}/${name}`), group, name);
        this.#readers.set(reader.view.id, reader);
      }
    }
    this.views = [...this.#readers.values()].map((reader) => reader.view);
    const title = this.#value('/entry/title');
    this.title = typeof title === 'string' ? title : undefined;
    this.provenance = parseRecord(this.#value('/entry/process/provenance'));
    const { values, units } = this.#parameters();
    this.parameters = values;
    this.units = units;
  }

  /** Rows of a view (trains with a value; blocks of a cumulative view). */
  rowCount(id: string): number {
    return this.#reader(id).rows;
  }

  /** One train ID per row. */
  rowTrainIds(id: string): Float64Array {
    return this.#reader(id).trainIds;
  }

  /** Rows of a view in order; `from` and `to` count rows. */
  *rows(id: string, from = 0, to = Infinity): Generator<ResultRow> {
    const reader = this.#reader(id);
    for (let row = from; row < Math.min(to, reader.rows); row += 1) yield reader.row(row);
  }

  /** One outcome code per entry of `trainIds`. */
  outcomes(id: string): Uint8Array {
    return this.#reader(id).outcomes;
  }

  /** The value over all trains of a cumulative view; undefined when there is none. */
  final(id: string): { readonly value: ResultValue; readonly labels?: RowLabels } | undefined {
    return this.#reader(id).final();
  }

  /** The tree nodes of a cumulative view. */
  nodes(id: string): TreeNode<unknown>[] {
    const { group, name } = this.#reader(id).view;
    const stored = this.#file.get(`/entry/state/${group}/${name}`);
    if (!(stored instanceof Hdf5Group)) return [];
    const [level, index, first, count] = ['level', 'index', 'first', 'count'].map((key) => integers(stored.dataset(key)));
    const bytes = stored.dataset('bytes').read() as Uint8Array;
    return Array.from(level, (_, i) => ({ level: level[i], index: index[i], state: decodeState(bytes.subarray(first[i], first[i] + count[i])) }));
  }

  /** What changed during the run, in order. */
  journal(): JournalEntry[] {
    return this.#table('/entry/parameters/journal', ['kind', 'name', 'value']).map(({ trainId, kind, name, value }) => ({ trainId, kind: kind, name: name, value: JSON.parse(value) as unknown }));
  }

  /** Why trains had no value. */
  reasons(): StoredReason[] {
    return this.#table('/entry/reasons', ['view', 'outcome', 'message', 'where']) as unknown as StoredReason[];
  }

  /** For the merge: rows as they are stored, see `ViewReader`. */
  reader(id: string): ViewReader {
    return this.#reader(id);
  }

  close(): void {
    this.#file.close();
  }

  #reader(id: string): ViewReader {
    const reader = this.#readers.get(id);
    if (!reader) throw new NexusError('NEXUS_VIEW', this.path, `There is no view ${id}; there are ${[...this.#readers.keys()].join(', ') || 'none'}`);
    return reader;
  }

  #value(path: string): unknown {
    const dataset = this.#file.get(path);
    if (!(dataset instanceof Hdf5Dataset)) return undefined;
    const values = dataset.read();
    const list = dataset.dtype === 'bool' ? Array.from(values as Uint8Array, Boolean) : Array.from(values as ArrayLike<unknown>);
    return dataset.shape.length === 0 ? list[0] : list;
  }

  #parameters(): { values: Record<string, unknown>; units: Record<string, string> } {
    const values: Record<string, unknown> = {};
    const units: Record<string, string> = {};
    const group = this.#file.get('/entry/parameters');
    if (!(group instanceof Hdf5Group)) return { values, units };
    for (const name of group.keys()) {
      const member = group.get(name);
      if (!(member instanceof Hdf5Dataset)) continue;
      values[name] = this.#value(member.path);
      const unit = member.attribute('units');
      if (typeof unit === 'string') units[name] = unit;
    }
    return { values, units };
  }

  #table(path: string, columns: readonly string[]): ({ trainId: number } & Record<string, string>)[] {
    const group = this.#file.get(path);
    if (!(group instanceof Hdf5Group) || !columns.every((column) => group.has(column))) return [];
    const read = columns.map((column) => group.dataset(column).read() as string[]);
    return Array.from(integers(group.dataset('trainId')), (trainId, row) => Object.assign({ trainId }, Object.fromEntries(columns.map((column, i) => [column, read[i][row]]))));
  }
}

function parseRecord(json: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(json));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Opens a results file (or a `.part`). Errors: those of `openHdf5`, NEXUS_NOT_RESULTS. */
export async function readResults(path: string): Promise<ResultsFile> {
  const file = await openHdf5(path);
  try {
    return new ResultsFile(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

