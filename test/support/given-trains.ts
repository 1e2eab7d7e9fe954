import type { TrainSource } from '@trainyard/runtime';

/** Live trains as a test gives them, one ID after the other: they bring their train ID and nothing else. */
export class GivenTrains implements TrainSource {
  onChange = (): void => undefined;
  readonly recorded = undefined;
  readonly status = { what: 'a test', kind: 'stream', status: 'streaming', message: '' } as const;
  readonly tree = { sources: [] };
  readonly dropped = {};
  ended = false;
  #next: number;
  #waiting: number[] = [];

  constructor(first = 1000) {
    this.#next = first;
  }

  /** So many more trains. */
  give(trains: number): void {
    for (let i = 0; i < trains; i++) this.#waiting.push(this.#next++);
    this.onChange();
  }

  take(): ReturnType<TrainSource['take']> {
    const trainId = this.#waiting.shift();
    return trainId === undefined ? undefined : { trainId, data: [], release: () => undefined };
  }

  async open(): Promise<void> {
    // Trains are given when the test wants them.
  }

  want(): void {
    // Nothing is read.
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}
