import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
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
  /** Train IDs began anew with the first of them. */
  readonly anew: boolean;
  readonly trainId: Float64Array;
  readonly value: Float64Array;
}
interface Waiting {
  readonly anew: boolean;
  readonly trainId: number[];
  readonly value: number[];
}

/**
 * Histories on disk: `N.snapshot` has all of them when log N was begun, `N.log` what came since, written every two seconds. Snapshots are
 * written beside and renamed, so a process that is killed loses two seconds.
 */
export class HistoryFiles {
  readonly #folder: string;
  readonly #onProblem: (text: string) => void;
  readonly #logBytes: number;
  #number = 0;
  #log: RecordFile | undefined;
  #snapshotBytes = 0;
  #waiting = new Map<string, Waiting[]>();
  #count = 0;
  #lost = 0;
  #histories: ReadonlyMap<string, ScalarHistory> = new Map();
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #said = '';

  constructor(folder: string, onProblem: (text: string) => void, logBytes = LOG_BYTES) {
    this.#folder = folder;
    this.#onProblem = onProblem;
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

  add(id: string, trainId: number, value: number, anew: boolean): void {
    if (!this.#log) return;
    if (this.#count >= MOST_WAITING) {
      this.#lost += 1;
      return;
    }
    this.#count += 1;
    const batches = this.#waiting.get(id) ?? [];
    if (anew || batches.length === 0) batches.push({ anew, trainId: [], value: [] });
    this.#waiting.set(id, batches);
    const last = batches.at(-1)!;
    last.trainId.push(trainId);
    last.value.push(value);
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
    const log = this.#log;
    if (!log) return;
    if (this.#count) {
      const waiting = this.#waiting;
      const batches = Array.from(waiting, ([id, list]) => list.map(({ anew, trainId, value }): Batch => ({ id, anew, trainId: Float64Array.from(trainId), value: Float64Array.from(value) }))).flat();
      await log.append(batches);
      // Not before it is written: a full disk is tried again, with what came meanwhile.
      for (const [id, list] of waiting) {
        const written = batches.filter((batch) => batch.id === id).map(({ trainId }) => trainId.length);
        for (const [i, count] of written.entries()) {
          list[i]!.trainId.splice(0, count);
          list[i]!.value.splice(0, count);
          this.#count -= count;
        }
        const left = list.flatMap((one, i) => (one.trainId.length ? [i < written.length ? { ...one, anew: false } : one] : []));
        if (left.length) waiting.set(id, left);
        else waiting.delete(id);
      }
      this.#said = '';
      if (this.#lost) this.#onProblem(`${this.#lost} values are not in the history that survives a restart: the disk did not keep up.`);
      this.#lost = 0;
    }
    if (log.bytes > Math.max(this.#logBytes, this.#snapshotBytes / 4)) await this.#fold(log);
  }

  /** The next log is begun, then all is written as it is now; values that come meanwhile are in both, and count once. */
  async #fold(before: RecordFile): Promise<void> {
    const number = this.#number + 1;
    this.#log = new RecordFile(this.#path(number, 'log'));
    this.#number = number;
    await before.close();
    const path = this.#path(number, 'snapshot');
    const snapshot = new RecordFile(`${path}.new`);
    try {
      for (const [id, history] of this.#histories) await snapshot.append({ id, stored: history.store() });
    } finally {
      await snapshot.close();
    }
    await rename(`${path}.new`, path);
    this.#snapshotBytes = snapshot.bytes;
    for (const name of readdirSync(this.#folder)) if (Number.parseInt(name, 10) < number) await rm(join(this.#folder, name), { force: true });
  }

  #problem(error: unknown): void {
    const text = `The history of numbers cannot be kept in ${this.#folder}: ${(error as Error).message} It is kept in memory only.`;
    if (text !== this.#said) this.#onProblem(text);
    this.#said = text;
  }
}

function replay(histories: Map<string, ScalarHistory>, { id, anew, trainId, value }: Batch): void {
  let history = histories.get(id);
  if (!history || anew) histories.set(id, (history = new ScalarHistory()));
  for (const [i, train] of trainId.entries()) if (!(train <= history.last)) history.add(train, value[i]!);
}
