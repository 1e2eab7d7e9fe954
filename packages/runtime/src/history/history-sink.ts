import type { History } from '@trainyard/control';
import type { FinishedTrain } from '../engine/finished-train.ts';
import type { Sink } from '../engine/sink.ts';
import type { GenerationDescriptor } from '../worker/generation.ts';
import { HistoryFiles } from './history-files.ts';
import { ScalarHistory } from './scalar-history.ts';

/** Numbers of which the past is kept; beyond, the one that is no view goes that was given nothing for the longest time. */
const MOST_IDS = 256;

/**
 * Keeps the past of each scalar view, and of numbers of the stream while somebody looks at them. An edit of a view does not end its past; train IDs
 * that begin anew do, since those before mean others now: what is on disk is put aside. Of recorded data that are played each value stays with its train.
 */
export class HistorySink implements Sink {
  readonly isEarly = true;
  #views = new Map<string, string>();
  #histories: Map<string, ScalarHistory>;
  readonly #files: HistoryFiles | undefined;
  readonly #isPlayed: boolean;
  /** The newest train that something came of: views are at different ones. */
  #newest: Pick<FinishedTrain, 'seq' | 'trainId'>;
  /** The first that was seen of those whose IDs began anew. */
  #began = { seq: -Infinity, trainId: Infinity };

  /** With a folder it survives the process. `played`: trains come in any order. */
  constructor({ folder, played = false, onNote = () => undefined }: { readonly folder?: string | undefined; readonly played?: boolean; readonly onNote?: (text: string) => void } = {}) {
    this.#files = folder === undefined ? undefined : new HistoryFiles(folder, onNote);
    this.#histories = this.#files?.open() ?? new Map<string, ScalarHistory>();
    this.#isPlayed = played;
    this.#newest = { seq: -Infinity, trainId: Math.max(-Infinity, ...Array.from(this.#histories.values(), ({ last }) => last)) };
  }

  generation({ views }: GenerationDescriptor): void {
    this.#views = new Map(views.map(({ id, kind }) => [id, kind]));
  }

  train({ seq, trainId, outcomes }: FinishedTrain): void {
    if (!this.#isPlayed && seq > this.#newest.seq) {
      if (trainId < this.#newest.trainId) this.#beginAnew({ seq, trainId });
      this.#newest = { seq, trainId };
    }
    // A slow view is still at the trains before.
    if (seq < this.#began.seq && trainId > this.#began.trainId) return;
    for (const [id, { outcome: { code, value } }] of outcomes) {
      if (code !== 0 || (this.#views.get(id) ?? 'scalar') !== 'scalar') continue;
      const number = typeof value === 'number' ? value : typeof value === 'boolean' || typeof value === 'bigint' ? Number(value) : Number.NaN;
      if (Number.isFinite(number)) this.#add(id, trainId, number);
    }
  }

  /** Undefined where nothing is known, and nothing is to come. */
  query(id: string, from: number, to: number, points: number): History | undefined {
    const history = this.#histories.get(id) ?? (this.#views.get(id) === 'scalar' ? new ScalarHistory() : undefined);
    return history?.query(id, from, to, points);
  }

  async close(): Promise<void> {
    await this.#files?.close();
  }

  #beginAnew(train: Pick<FinishedTrain, 'seq' | 'trainId'>): void {
    this.#began = train;
    // Another map: the one before may be on its way to the disk.
    this.#histories = new Map();
    this.#files?.beginAnew(this.#histories);
  }

  #add(id: string, trainId: number, value: number): void {
    let history = this.#histories.get(id);
    if (!history) this.#histories.set(id, (history = new ScalarHistory(this.#isPlayed)));
    if (this.#isPlayed) history.put(trainId, value);
    // A train that is shown once more is known already.
    else if (!(trainId <= history.last)) {
      history.add(trainId, value);
      this.#files?.add(id, trainId, value);
    }
    if (this.#histories.size > MOST_IDS) this.#dropOldest();
  }

  /** Views of the code stay, however many there are: who looks at numbers of the stream cannot take their past. */
  #dropOldest(): void {
    const others = [...this.#histories].filter(([id]) => this.#views.get(id) !== 'scalar').sort(([, a], [, b]) => b.last - a.last);
    while (this.#histories.size > MOST_IDS && others.length) this.#histories.delete(others.pop()![0]);
  }
}
