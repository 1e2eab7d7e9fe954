import type { FinishedTrain, Placed } from '../engine/finished-train.ts';
import type { Sink } from '../engine/sink.ts';
import type { GenerationDescriptor } from '../worker/generation.ts';

/** The newest value of one view, held for whoever looks next. */
export interface Newest extends Placed {
  readonly trainId: number;
  readonly train: FinishedTrain;
}

/** Keeps the newest value of every view for viewers: newest wins, nothing is copied until someone looks. */
export class LiveSink implements Sink {
  readonly isEarly = true;
  /** Called with each train, after the newest values are in place. */
  onTrain: (trainId: number) => void = () => undefined;
  readonly #newest = new Map<string, Newest>();
  #views: readonly string[] = [];

  /** Values of views that were taken out are let go, and with them the memory of workers that have ended. */
  generation({ views }: GenerationDescriptor): void {
    const ids = views.map((view) => view.id);
    for (const id of this.#views) {
      if (ids.includes(id)) continue;
      this.#newest.get(id)?.train.letGo();
      this.#newest.delete(id);
    }
    this.#views = ids;
  }

  newest(id: string): Newest | undefined {
    return this.#newest.get(id);
  }

  train(train: FinishedTrain): void {
    for (const [id, placed] of train.outcomes) {
      if (placed.outcome.code !== 0 || placed.outcome.value === undefined) continue;
      this.#newest.get(id)?.train.letGo();
      train.hold();
      this.#newest.set(id, { ...placed, trainId: train.trainId, train });
    }
    this.onTrain(train.trainId);
  }

  async close(): Promise<void> {
    for (const { train } of this.#newest.values()) train.letGo();
    this.#newest.clear();
  }
}
