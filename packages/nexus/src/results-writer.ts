import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Reason, TreeNode } from '@trainyard/core';
import { AppendFile } from './file/append-file.ts';
import { Column } from './file/column.ts';
import type { GroupNode } from './file/node.ts';
import { claimPart, finishPart, writerMark } from './part-file.ts';
import { ReasonTable } from './reason-table.ts';
import { writeState } from './state-nodes.ts';
import { TextTable } from './text-table.ts';
import { writeProvenance, writeValue } from './provenance.ts';
import { NexusError } from './nexus-error.ts';
import type { ResultValue, ResultView, RowLabels } from './result-view.ts';
import { ViewWriter } from './view-writer.ts';

/** What a view gave for one train; `value` is there when the code is 0. */
export interface TrainOutcome {
  readonly code: number;
  readonly value?: ResultValue;
  readonly labels?: RowLabels;
}

/** A change during the run: a parameter, a generation, a constant. `value` is plain data. */
export interface JournalEntry {
  /** From this train on. */
  readonly trainId: number;
  readonly kind: string;
  readonly name: string;
  readonly value: unknown;
}

export interface ResultsOptions {
  /** Replace a file of that name when this one is closed. */
  readonly force?: boolean;
  readonly title?: string;
  readonly views: readonly ResultView[];
  /** What made the file; see `writeProvenance`. */
  readonly provenance?: Readonly<Record<string, unknown>>;
  /** Longest time between commits, seconds (default 5): what a killed process loses at most. */
  readonly flushSeconds?: number;
}

/** A commit may take this part of the time at most; beyond it commits come less often. */
const COMMIT_SHARE = 20;

/**
 * Writes the results of a run. Rows are buffered and appended; what was added up to the last `flush` is a whole HDF5 file at
 * `PATH.part` at every moment, also after kill -9. `close` gives it its name.
 */
export class ResultsWriter {
  readonly path: string;
  /** Where the `.part` of an earlier, interrupted writer was moved to. */
  readonly leftOver: string | undefined;
  readonly #file: AppendFile;
  readonly #entry: GroupNode;
  readonly #results: GroupNode;
  readonly #trainId: Column;
  readonly #views: ViewWriter[] = [];
  readonly #byId = new Map<string, ViewWriter>();
  readonly #journal: TextTable;
  readonly #reasons: ReasonTable;
  readonly #force: boolean;
  readonly #flushMs: number;
  #lastTrain = -1;
  #nextFlush: number;
  #closed = false;

  /** Errors: NEXUS_EXISTS, NEXUS_NO_FILE, NEXUS_NO_FOLDER, NEXUS_BUSY, NEXUS_VIEW. */
  static async create(path: string, options: ResultsOptions): Promise<ResultsWriter> {
    const full = resolve(path);
    if (!options.force && existsSync(full)) throw new NexusError('NEXUS_EXISTS', full, 'There is a file of that name: choose another, or allow it to be replaced (--force)');
    if (existsSync(full) && !statSync(full).isFile()) throw new NexusError('NEXUS_NO_FILE', full, 'This is a folder or a device, which is never replaced: give the name of a file');
    if (!existsSync(dirname(full))) throw new NexusError('NEXUS_NO_FOLDER', dirname(full), 'There is no such folder for the results: make it, or choose another');
    const leftOver = claimPart(full);
    return new ResultsWriter(full, options, leftOver);
  }

  private constructor(path: string, options: ResultsOptions, leftOver: string | undefined) {
    this.path = path;
    this.leftOver = leftOver;
    this.#force = options.force ?? false;
    this.#flushMs = (options.flushSeconds ?? 5) * 1000;
    this.#nextFlush = Date.now() + this.#flushMs;
    this.#file = new AppendFile(`${path}.part`, writerMark());
    const { root } = this.#file;
    const entry = (this.#entry = root.group('entry', 'NXentry'));
    root.attributes.set('default', 'entry');
    root.attributes.set('creator', 'trainyard');
    entry.attributes.set('default', 'results');
    if (options.title !== undefined) writeValue(this.#file, entry, 'title', options.title);
    writeValue(this.#file, entry, 'start_time', new Date().toISOString());
    entry.members.set('trainId', (this.#trainId = new Column(this.#file, 'uint64')));
    this.#trainId.attributes.set('long_name', 'train IDs seen');
    this.#results = entry.group('results');
    const parameters = entry.group('parameters');
    this.#journal = new TextTable(this.#file, parameters, 'journal', ['kind', 'name', 'value']);
    this.#reasons = new ReasonTable(this.#file, entry);
    writeProvenance(this.#file, entry, options.provenance ?? {});
    this.addViews(options.views);
    this.flush();
  }

  /** Views that come later (a reload); for the trains before, their outcome is `none`. A view that is there already is left alone. */
  addViews(views: readonly ResultView[]): void {
    for (const view of views) {
      if (this.#byId.has(view.id)) continue;
      if (view.id !== `${view.group}/${view.name}` || view.id.split('/').length !== 2) throw new NexusError('NEXUS_VIEW', this.path, `The view ${view.id} must be called GROUP/NAME`);
      const writer = new ViewWriter(this.#file, this.#results, view, this.#trainId.rows);
      this.#views.push(writer);
      this.#byId.set(view.id, writer);
      if (view.kind !== 'text' && !this.#results.attributes.has('default')) {
        this.#results.attributes.set('default', view.group);
        this.#results.group(view.group).attributes.set('default', view.name);
      }
    }
  }

  /** One train and the outcome of every view; a view without one had nothing. Errors: NEXUS_ORDER, NEXUS_VALUE. */
  addTrain(trainId: number, outcomes: ReadonlyMap<string, TrainOutcome>, reasons?: ReadonlyMap<string, Reason>): void {
    this.#open();
    if (!(trainId > this.#lastTrain)) throw new NexusError('NEXUS_ORDER', this.path, `Train ${trainId} came after ${this.#lastTrain}: trains must come in ascending order`);
    this.#lastTrain = trainId;
    for (const writer of this.#views) {
      const outcome = outcomes.get(writer.view.id);
      const code = outcome?.code ?? 1;
      if (code === 0 && !writer.view.cumulative) this.#addRow(writer, trainId, outcome!);
      writer.addOutcome(code);
    }
    this.#trainId.pushUint64(trainId);
    if (reasons) for (const [view, reason] of reasons) this.#reasons.add(view, trainId, reason);
    if (Date.now() >= this.#nextFlush) this.flush();
  }

  #addRow(writer: ViewWriter, trainId: number, { value, labels }: TrainOutcome): void {
    if (value === undefined) throw new NexusError('NEXUS_VALUE', this.#where(writer), `Train ${trainId} has the outcome "value" and no value`);
    try {
      writer.addRow(trainId, value, labels);
    } catch (error) {
      throw new NexusError('NEXUS_VALUE', this.#where(writer), `The value of train ${trainId} cannot be stored: ${(error as Error).message}`);
    }
  }

  /** The value of one block of 64 train IDs of a cumulative view; blocks come in ascending order. */
  addBlock(id: string, row: { readonly block: number; readonly lastTrainId: number; readonly value: ResultValue; readonly labels?: RowLabels }): void {
    const writer = this.#cumulative(id);
    writer.addBlock(row.block, row.lastTrainId, row.value, row.labels);
  }

  /** The final value of a cumulative view (none when it never had one), and the tree nodes from which parts of a run are joined. */
  setFinal(id: string, value: ResultValue | undefined, labels: RowLabels | undefined, nodes: readonly TreeNode<unknown>[]): void {
    const writer = this.#cumulative(id);
    if (value !== undefined) writer.setFinal(value, labels);
    writeState(this.#file, this.#entry.group(`state/${writer.view.group}`), writer.view.name, nodes);
  }

  /** The value of a parameter at the start. */
  addParameter(name: string, value: unknown, unit?: string): void {
    this.#open();
    writeValue(this.#file, this.#entry.group('parameters'), name, value, unit);
  }

  addJournal(entry: JournalEntry): void {
    this.#open();
    this.#journal.add(entry.trainId, [entry.kind, entry.name, JSON.stringify(entry.value) ?? 'null']);
  }

  addReason(reason: Reason & { readonly view: string; readonly trainId: number }): void {
    this.#open();
    this.#reasons.add(reason.view, reason.trainId, reason);
  }

  /** Makes everything added so far safe against the end of this process. */
  flush(): void {
    this.#open();
    const start = Date.now();
    for (const writer of this.#views) writer.describe();
    this.#file.commit();
    const end = Date.now();
    this.#nextFlush = end + Math.max(this.#flushMs, (end - start) * COMMIT_SHARE);
  }

  /** Writes the rest and gives the file its name. A second call does nothing. Errors: NEXUS_EXISTS (the `.part` stays). */
  close(): void {
    if (this.#closed) return;
    writeValue(this.#file, this.#entry, 'end_time', new Date().toISOString());
    this.#closed = true;
    for (const writer of this.#views) writer.describe();
    this.#file.close();
    finishPart(this.path, this.#force);
  }

  /** Gives up: the `.part` stays as the last commit left it, for `path` nothing changes. */
  abandon(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.abandon();
  }

  #cumulative(id: string): ViewWriter {
    this.#open();
    const writer = this.#byId.get(id);
    if (!writer?.view.cumulative) throw new NexusError('NEXUS_VIEW', this.path, writer ? `The view ${id} has one row per train, not per block` : `There is no view ${id}`);
    return writer;
  }

  #where(writer: ViewWriter): string {
    return `${this.path}:/entry/results/${writer.view.id}`;
  }

  #open(): void {
    if (this.#closed) throw new NexusError('NEXUS_CLOSED', this.path, 'The results are closed');
  }
}
