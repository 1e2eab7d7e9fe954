import type { LogLine } from '@trainyard/control';
import type { ResultBuffer } from '../worker/buffer-ring.ts';
import type { WireOutcome } from '../worker/messages.ts';
import type { ReadyTrain } from '../source/train-source.ts';
import type { Crew } from '../crew/crew.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';

/** What a worker of the pool gave of a train: all of it or, when a view keeps others waiting, some views. */
export interface PoolResults {
  /** The views that are in it, and `RAW`. */
  readonly views: ReadonlySet<string>;
  readonly outcomes: { readonly [id: string]: WireOutcome };
  readonly times: { readonly [id: string]: number };
  readonly logs: readonly LogLine[];
  /** Where the arrays lie, and the worker that lent it. */
  readonly buffer?: ResultBuffer;
  readonly maker?: WorkerHandle;
}

/** A train on its way from the source to the sinks. */
export class Train {
  /** Ascending in the order in which trains were taken, also when the train IDs of a stream begin anew. */
  readonly seq: number;
  readonly trainId: number;
  readonly crew: Crew;
  /** When it was taken. */
  readonly since = Date.now();
  /** When it happened, see `ReadyTrain`. */
  readonly at: number | undefined;
  /** The rule by which it was dropped before any view saw it. */
  readonly dropped: string | undefined;
  /** What of the pool's was not handed on yet. */
  readonly poolLeft: Set<string>;
  /** What actions collect of it, see `TrainTask`. */
  collects: readonly string[] = [];
  /** What was handed on of the pool's, in the order in which it came. */
  readonly given: PoolResults[] = [];
  readonly #source: ReadyTrain | undefined;
  /** Workers that may read its slot, and pieces of work that will. */
  #readers = 0;

  constructor(seq: number, crew: Crew, from: ReadyTrain | { readonly trainId: number; readonly rule: string }) {
    this.seq = seq;
    this.trainId = from.trainId;
    this.crew = crew;
    this.#source = 'release' in from ? from : undefined;
    this.at = this.#source?.at;
    this.dropped = 'rule' in from ? from.rule : undefined;
    this.poolLeft = new Set(crew.graph.ofPool);
  }

  get data(): ReadyTrain['data'] {
    return this.#source?.data;
  }

  get absent(): ReadyTrain['absent'] {
    return this.#source?.absent;
  }

  /** See `ReadyTrain`. */
  get again(): boolean {
    return this.#source?.again === true;
  }

  /** See `ReadyTrain`. */
  get stays(): boolean {
    return this.#source?.stays === true;
  }

  /** One more who reads its slot; `letGo` comes for each. */
  hold(): void {
    this.#readers += 1;
  }

  /** Nobody else reads it: its slot goes back to the source. */
  letGo(): void {
    this.#readers -= 1;
    if (this.#readers === 0) this.#source?.release();
  }

  /** A thread that reads its slot does not end: the source goes on without the slot. */
  retire(): void {
    this.#source?.retire?.();
  }
}
