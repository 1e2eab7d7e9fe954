import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordFile } from './record-file.ts';
import { ScalarHistory, type StoredHistory } from './scalar-history.ts';

const FLUSH_MS = 2000;
/** A log that is longer, and than a quarter of what it adds to, is folded into the next snapshot. */
const LOG_BYTES = 8 * 1024 * 1024;
/** Values that may wait for a slow disk. */
const MOST_WAITING = 1_000_000;

/** Values of one number that came since the last record. */
interface Batch {
  readonly id: string;
  readonly trainId: Float64Array;
  readonly value: Float64Array;
}
type Waiting = Map<string, { readonly trainId: number[]; readonly value: number[] }>;

/**
 * Histories on disk: `N.snapshot` has all of them when log N was begun, `N.log` what came since, written every two seconds. Snapshots are
 * written beside and renamed, so a process that is killed loses two seconds. Where train IDs begin anew the folder as it is gets the end `-before`, in place
 * of one that has it.
 */
export class HistoryFiles {
  readonly #folder: string;
  readonly #onNote: (text: string) => void;
  readonly #logBytes: number;
  #number = 0;
  #log: RecordFile | undefined;
  #snapshotBytes = 0;
  #waiting: Waiting = new Map();
  /** Of before the train IDs began anew: to be written, then put aside. */
  #before: Waiting | undefined;
  #count = 0;
  #lost = 0;
  #histories: ReadonlyMap<string, ScalarHistory> = new Map();
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #said = '';

  constructor(folder: string, onNote: (text: string) => void, logBytes = LOG_BYTES) {
    this.#folder = folder;
    this.#onNote = onNote;
    this.#logBytes = logBytes;
  }

  /** What was known when the last process ended, however it ended; from now on what is added is kept. Files that cannot be read are as none. */
  open(): Map<string, ScalarHistory> {
    const histories = new Map<string, ScalarHistory>();
    this.#histories = histories;
    try {
      mkdirSync(this.#folder, { recursive: true });
      const numbers = (kind: string): number[] => readdirSync(this.#folder).flatMap((name) => (new RegExp(String.raw`^\d{1,9}\.${kind}$`).test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => a - b);
      const snapshot = numbers('snapshot').at(-1);
      if (snapshot !== undefined) {
        const { records, bytes } = RecordFile.read(this.#path(snapshot, 'snapshot'));
        this.#snapshotBytes = bytes;
        for (const { id, stored } of records as { id: string; stored: StoredHistory }[]) histories.set(id, ScalarHistory.restore(stored));
      }
      const logs = numbers('log').filter((number) => number >= (snapshot ?? 0));
      this.#number = logs.at(-1) ?? snapshot ?? 0;
      for (const number of logs) {
        const { records, bytes } = RecordFile.read(this.#path(number, 'log'));
        for (const batches of records as Batch[][]) for (const batch of batches) replay(histories, batch);
        this.#log = new RecordFile(this.#path(number, 'log'), bytes);
      }
      this.#log ??= new RecordFile(this.#path(this.#number, 'log'));
      for (const name of readdirSync(this.#folder)) if (Number.parseInt(name, 10) < (snapshot ?? 0) || name.endsWith('.new')) rmSync(join(this.#folder, name));
    } catch (error) {
      this.#problem(error);
    }
    this.#timer = setInterval(() => void this.#flush(), FLUSH_MS).unref();
    return histories;
  }

  /** Train IDs begin anew: what is kept is put aside, and from now on all that is added is kept in these. */
  beginAnew(histories: ReadonlyMap<string, ScalarHistory>): void {
    this.#histories = histories;
    // Anew within two seconds: what is kept longer is put aside.
    if (this.#before) for (const { trainId } of this.#waiting.values()) this.#count -= trainId.length;
    this.#before ??= this.#waiting;
    this.#waiting = new Map();
  }

  add(id: string, trainId: number, value: number): void {
    if (!this.#log) return;
    if (this.#count >= MOST_WAITING) {
      this.#lost += 1;
      return;
    }
    this.#count += 1;
    const waiting = this.#waiting.get(id) ?? { trainId: [], value: [] };
    this.#waiting.set(id, waiting);
    waiting.trainId.push(trainId);
    waiting.value.push(value);
  }

  /** All that was added is written. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.#flush();
    await this.#log?.close();
  }

  #path(number: number, kind: 'log' | 'snapshot'): string {
    return join(this.#folder, `${number}.${kind}`);
  }

  #flush(): Promise<void> {
    return (this.#writing ??= this.#write().catch((error: unknown) => this.#problem(error)).finally(() => (this.#writing = undefined)));
  }

  async #write(): Promise<void> {
    if (this.#before) await this.#putAside(this.#before);
    const log = this.#log;
    if (!log) return;
    if (this.#count) {
      await this.#append(log, this.#waiting);
      this.#said = '';
      if (this.#lost) this.#onNote(`${this.#lost} values are not in the history that survives a restart: the disk did not keep up.`);
      this.#lost = 0;
    }
    // What is not yet put aside is not what would be written.
    if (!this.#before && log.bytes > Math.max(this.#logBytes, this.#snapshotBytes / 4)) await this.#fold(log);
  }

  async #append(log: RecordFile, waiting: Waiting): Promise<void> {
    const batches = Array.from(waiting, ([id, { trainId, value }]): Batch => ({ id, trainId: Float64Array.from(trainId), value: Float64Array.from(value) }));
    await log.append(batches);
    // Not before it is written: a full disk is tried again, with what came meanwhile.
    for (const { id, trainId: { length } } of batches) {
      const { trainId, value } = waiting.get(id)!;
      trainId.splice(0, length);
      value.splice(0, length);
      this.#count -= length;
      if (trainId.length === 0) waiting.delete(id);
    }
  }

  /** A folder that cannot be put aside stays as it is. */
  async #putAside(before: Waiting): Promise<void> {
    const log = this.#log;
    if (!log) return;
    if (before.size) await this.#append(log, before);
    await log.close();
    this.#before = undefined;
    const aside = `${this.#folder}-before`;
    try {
      await rm(aside, { recursive: true, force: true });
      await rename(this.#folder, aside);
      await mkdir(this.#folder);
    } catch (error) {
      this.#log = undefined;
      throw error;
    }
    this.#number = 0;
    this.#snapshotBytes = 0;
    this.#log = new RecordFile(this.#path(0, 'log'));
    this.#onNote(`Train IDs began anew, and so did the history of numbers: the one before is in ${aside}.`);
  }

  /** The next log is begun, then all is written as it is now; values that come meanwhile are in both, and count once. */
  async #fold(before: RecordFile): Promise<void> {
    const histories = this.#histories;
    const number = this.#number + 1;
    this.#log = new RecordFile(this.#path(number, 'log'));
    this.#number = number;
    await before.close();
    const path = this.#path(number, 'snapshot');
    const snapshot = new RecordFile(`${path}.new`);
    try {
      for (const [id, history] of histories) await snapshot.append({ id, stored: history.store() });
    } finally {
      await snapshot.close();
    }
    await rename(`${path}.new`, path);
    this.#snapshotBytes = snapshot.bytes;
    for (const name of readdirSync(this.#folder)) if (Number.parseInt(name, 10) < number) await rm(join(this.#folder, name), { force: true });
  }

  #problem(error: unknown): void {
    const text = `The history of numbers cannot be kept in ${this.#folder}: ${(error as Error).message} It is kept in memory only.`;
    if (text !== this.#said) this.#onNote(text);
    this.#said = text;
  }
}

function replay(histories: Map<string, ScalarHistory>, { id, trainId, value }: Batch): void {
  let history = histories.get(id);
  if (!history) histories.set(id, (history = new ScalarHistory()));
  for (const [i, train] of trainId.entries()) if (!(train <= history.last)) history.add(train, value[i]!);
}
