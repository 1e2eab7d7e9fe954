import { existsSync, mkdirSync, readdirSync, rmSync, statSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { YardError, blockOf, type Reason, type TreeNode } from '@trainyard/core';
import { ResultsWriter, isBeingWritten, readResults, type JournalEntry, type ResultValue, type ResultView, type RowLabels, type TrainOutcome } from '@trainyard/nexus';
import type { Standing } from './standing.ts';

/** What a file of the sequence is begun with, besides its rows. */
export interface SequenceOptions {
  readonly folder: string;
  /** Of the files: `NAME-0001.h5`. */
  readonly name: string;
  /** So many bytes are left free on the disk. */
  readonly reserve: number;
  readonly title: string;
  readonly provenance: Readonly<Record<string, unknown>>;
}

/** A file that has grown beyond this is closed at the next block. */
const LARGE_BYTES = 4 * 1024 ** 3;
/** While nothing can be written it is tried again after so long. */
const AGAIN_MS = 10_000;

/**
 * Writes results into one file after the other, each whole and readable by itself. What cannot be written (no room, a value that no file
 * can take) costs trains, which are counted and told, and never the run.
 */
export class SequenceWriter {
  /** Something that a person should read. */
  onSay: (text: string) => void = () => undefined;
  /** Another part is wanted at the next block: a file is large enough, there is little room, or there is room again. */
  onWantsPart: () => void = () => undefined;
  readonly #options: SequenceOptions;
  #writer: ResultsWriter | undefined;
  #trains = 0;
  #lost = 0;
  #block = -1;
  #triedAt = 0;
  #isLow = false;

  /** Begins the first file. Errors: `OUT_FOLDER`, and those of `ResultsWriter.create`. */
  static async open(options: SequenceOptions): Promise<SequenceWriter> {
    const { folder } = options;
    if (existsSync(folder) && !statSync(folder).isDirectory()) throw new YardError('OUT_FOLDER', `${folder} is a file: --out takes a folder here, or the name of a new file that ends in .h5.`);
    mkdirSync(folder, { recursive: true });
    return new SequenceWriter(options);
  }

  private constructor(options: SequenceOptions) {
    this.#options = options;
  }

  /** Files of yards that were killed: what can be read of the newest. */
  async leftOver(): Promise<string | undefined> {
    const { folder, name } = this.#options;
    const parts = readdirSync(folder).filter((file) => numberOf(file, name) !== undefined && file.endsWith('.part') && !isBeingWritten(join(folder, file))).sort();
    const newest = parts.at(-1);
    if (newest === undefined) return undefined;
    const others = parts.length > 1 ? ` There are ${parts.length - 1} more.` : '';
    try {
      const file = await readResults(join(folder, newest));
      const { trainIds } = file;
      file.close();
      return `${join(folder, newest)} was not closed, since its yard was killed: it can be read as it is, with ${trainIds.length} trains${trainIds.length ? ` up to ${trainIds.at(-1)}` : ''}; final values of reducers are not in it.${others}`;
    } catch (error) {
      return `${join(folder, newest)} was not closed, since its yard was killed, and cannot be read: ${(error as Error).message}${others}`;
    }
  }

  /** Closes the file that is open, and begins the next one with what holds from this train on. While there is no room trains are not written. */
  async next(trainId: number, standing: Standing): Promise<void> {
    this.#close();
    this.#triedAt = Date.now();
    const free = this.#free();
    if (free < this.#options.reserve) {
      this.onSay(`Nothing is written to ${this.#options.folder}: its disk has ${gigabytes(free)} left, and ${gigabytes(this.#options.reserve)} stay free. The views run on; it goes on when there is room.`);
      return;
    }
    try {
      this.#writer = await this.#begin(standing.views);
    } catch (error) {
      this.onSay(`No file can be begun in ${this.#options.folder}: ${(error as Error).message} The views run on; it is tried again.`);
      return;
    }
    this.#trains = 0;
    for (const { name, value, unit } of standing.parameters) this.#writer.addParameter(name, value, unit);
    for (const entry of standing.journal) this.#writer.addJournal({ ...entry, trainId });
    if (this.#lost) this.onSay(`${this.#writer.path} goes on; ${this.#lost} trains before it were not written.`);
    this.#lost = 0;
  }

  async #begin(views: readonly ResultView[]): Promise<ResultsWriter> {
    const { folder, name, title, provenance } = this.#options;
    for (let number = Math.max(0, ...readdirSync(folder).map((file) => numberOf(file, name) ?? 0)) + 1; ; number += 1) {
      try {
        return await ResultsWriter.create(join(folder, `${name}-${String(number).padStart(4, '0')}.h5`), { title, provenance, views });
      } catch (error) {
        // Another yard that writes here was first.
        if (!['NEXUS_BUSY', 'NEXUS_EXISTS', 'EEXIST'].includes((error as { code?: string }).code ?? '')) throw error;
      }
    }
  }

  addViews(views: readonly ResultView[]): void {
    this.#write((writer) => writer.addViews(views));
  }

  addParameter(name: string, value: unknown, unit?: string): void {
    this.#write((writer) => writer.addParameter(name, value, unit));
  }

  addJournal(entry: JournalEntry): void {
    this.#write((writer) => writer.addJournal(entry));
  }

  addTrain(trainId: number, outcomes: ReadonlyMap<string, TrainOutcome>, reasons: ReadonlyMap<string, Reason>): void {
    if (this.#write((writer) => writer.addTrain(trainId, outcomes, reasons))) this.#trains += 1;
    else this.#lost += 1;
    const block = blockOf(trainId);
    if (block !== this.#block) this.#look();
    this.#block = block;
  }

  addBlock(id: string, row: Parameters<ResultsWriter['addBlock']>[1]): void {
    this.#write((writer) => writer.addBlock(id, row));
  }

  setFinal(id: string, value: ResultValue | undefined, labels: RowLabels | undefined, nodes: readonly TreeNode<unknown>[]): void {
    this.#write((writer) => writer.setFinal(id, value, labels, nodes));
  }

  /** Gives up before any train: no file is left behind. */
  abandon(): void {
    const writer = this.#writer;
    this.#writer = undefined;
    writer?.abandon();
    if (writer) rmSync(`${writer.path}.part`, { force: true });
  }

  /** The last file is closed. Throws why it cannot be. */
  close(): void {
    this.#close();
    if (this.#lost) this.onSay(`${this.#lost} trains at the end were not written.`);
  }

  /** A file without a train says nothing. */
  #close(): void {
    if (this.#trains === 0) return this.abandon();
    const writer = this.#writer;
    this.#writer = undefined;
    this.#trains = 0;
    writer?.close();
  }

  /** Gives back whether it was written; what fails ends the file, which stays as it was at its last commit. */
  #write(job: (writer: ResultsWriter) => void): boolean {
    const writer = this.#writer;
    if (!writer) return false;
    try {
      job(writer);
      return true;
    } catch (error) {
      this.#writer = undefined;
      this.#triedAt = Date.now();
      try {
        writer.abandon();
      } catch {
        // What is on disk stays as it is.
      }
      this.onSay(`${writer.path}.part was left unfinished: ${(error as Error).message} The views run on; a new file is tried.`);
      return false;
    }
  }

  /** Once a block: is there room, is the file large? */
  #look(): void {
    const free = this.#free();
    const { reserve, folder } = this.#options;
    if (!this.#writer) {
      if (Date.now() - this.#triedAt > AGAIN_MS && free > 1.5 * reserve) this.onWantsPart();
      return;
    }
    if (free < 2 * reserve && !this.#isLow) this.onSay(`The disk of ${folder} has ${gigabytes(free)} left; below ${gigabytes(reserve)} nothing more is written there.`);
    this.#isLow = free < 2 * reserve;
    if (free < reserve || (statSync(`${this.#writer.path}.part`, { throwIfNoEntry: false })?.size ?? 0) > LARGE_BYTES) this.onWantsPart();
  }

  #free(): number {
    const { bavail, bsize } = statfsSync(this.#options.folder);
    return bavail * bsize;
  }
}

/** The number of `NAME-0012.h5`, or of its `.part`. */
function numberOf(file: string, name: string): number | undefined {
  if (!file.startsWith(`${name}-`)) return undefined;
  const match = /^(\d+)\.h5(\.part(-\d+)?)?$/.exec(file.slice(name.length + 1));
  return match ? Number(match[1]) : undefined;
}

function gigabytes(bytes: number): string {
  return bytes < 1024 ** 3 ? `${(bytes / 1024 ** 2).toFixed(0)} MiB` : `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
