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
 * that begin anew do: the values before are dropped, since their train IDs mean others now.
 */
export class HistorySink implements Sink {
  readonly isEarly = true;
  #views = new Map<string, string>();
  readonly #histories: Map<string, ScalarHistory>;
  readonly #files: HistoryFiles | undefined;

  /** With a folder it survives the process. */
  constructor(folder?: string, onProblem: (text: string) => void = () => undefined) {
    this.#files = folder === undefined ? undefined : new HistoryFiles(folder, onProblem);
    this.#histories = this.#files?.open() ?? new Map<string, ScalarHistory>();
  }

  generation({ views }: GenerationDescriptor): void {
    this.#views = new Map(views.map(({ id, kind }) => [id, kind]));
  }

  train({ trainId, outcomes }: FinishedTrain): void {
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

  #add(id: string, trainId: number, value: number): void {
    let history = this.#histories.get(id);
    const anew = history !== undefined && trainId < history.last;
    // A train that is shown once more is known already.
    if (trainId === history?.last) return;
    if (!history || anew) this.#histories.set(id, (history = new ScalarHistory()));
    history.add(trainId, value);
    this.#files?.add(id, trainId, value, anew);
    if (this.#histories.size > MOST_IDS) this.#dropOldest();
  }

  /** Views of the code stay, however many there are: who looks at numbers of the stream cannot take their past. */
  #dropOldest(): void {
    const others = [...this.#histories].filter(([id]) => this.#views.get(id) !== 'scalar').sort(([, a], [, b]) => b.last - a.last);
    while (this.#histories.size > MOST_IDS && others.length) this.#histories.delete(others.pop()![0]);
  }
}
