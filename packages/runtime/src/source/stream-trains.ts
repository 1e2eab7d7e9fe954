import { Worker } from 'node:worker_threads';
import { formatDataPath, type DataPath } from '@trainyard/core';
import type { SourceStatus, SourceTree } from '@trainyard/control';
import { checkEndpoint } from '@trainyard/karabo-bridge';
import { threadOf } from '../engine/thread.ts';
import { Matcher, type LostTrain, type MatchedTrain } from './matcher.ts';
import type { FromReceiver, Piece, ReceiveData, SeenKey, ToReceiver, Wanted } from './receive-messages.ts';
import type { ReadyTrain, TrainRange, TrainSource } from './train-source.ts';
import { StreamPaths } from './stream-paths.ts';
import { wantedOf } from './wanted.ts';

export type StreamSocket = 'REQ' | 'SUB' | 'PULL';

/** Trains that may wait for a worker. */
const CAPACITY = 8;
const WINDOW_MS = 500;

/** A Karabo bridge: one receive thread, trains matched by ID. REQ and PULL ask only when a slot is free; SUB drops the oldest. */
export class StreamTrains implements TrainSource {
  onChange = (): void => undefined;
  readonly recorded = undefined;
  readonly #endpoint: string;
  readonly #socket: StreamSocket;
  readonly #range: TrainRange;
  readonly #matcher = new Matcher(WINDOW_MS, CAPACITY);
  readonly #tree = new Map<string, readonly SeenKey[]>();
  readonly #bad: Record<string, number> = {};
  #worker: Worker | undefined;
  readonly #paths = new StreamPaths(this.#tree);
  #wanted: Wanted = {};
  #counted = 0;
  #state: SourceStatus['status'] = 'waiting';
  #message: string;
  #timer: NodeJS.Timeout | undefined;
  /** When the connection was last there, or the start; for giving up. */
  lastAlive = Date.now();
  /** Called when the train IDs began anew. */
  onRestart = (): void => undefined;

  /** Throws `BRIDGE_ENDPOINT` when the address is none. */
  constructor(endpoint: string, socket: StreamSocket, range: TrainRange) {
    checkEndpoint(endpoint, 'connect');
    this.#endpoint = endpoint;
    this.#socket = socket;
    this.#range = range;
    this.#message = `Waiting for ${endpoint}.`;
  }

  async open(): Promise<void> {
    const data: ReceiveData = { endpoint: this.#endpoint, socket: this.#socket, depth: CAPACITY, wanted: this.#wanted };
    this.#worker = new Worker(threadOf(import.meta.url, 'receiver'), { workerData: data });
    this.#worker.on('message', (message: FromReceiver) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#state = 'gone';
      this.#message = `${this.#endpoint}: ${error.message}`;
      this.onChange();
    });
    this.#timer = setInterval(() => {
      this.#free(this.#matcher.close(Date.now()));
      if (this.#matcher.waiting) this.onChange();
    }, 50);
  }

  get ended(): boolean {
    return this.#counted >= this.#range.to;
  }

  get dropped(): Readonly<Record<string, number>> {
    return { ...this.#matcher.dropped, ...this.#bad };
  }

  get status(): SourceStatus {
    return { what: this.#endpoint, kind: 'stream', status: this.ended ? 'ended' : this.#state, message: this.#message, ...(Number.isFinite(this.#range.to) && { total: this.#range.to - this.#range.from }) };
  }

  get tree(): SourceTree {
    return {
      sources: Array.from(this.#tree, ([name, keys]) => ({
        name,
        keys: keys.map(({ key, dtype, shape }) => ({ key, path: formatDataPath({ kind: 'karabo', source: name, key }), dtype, shape })),
      })),
    };
  }

  want(paths: ReadonlyMap<string, DataPath>): void {
    this.#paths.take(paths);
    this.#wanted = wantedOf(paths.values());
    this.#send({ type: 'want', wanted: this.#wanted });
  }

  takeLost(): LostTrain | undefined {
    for (;;) {
      if (this.ended) return undefined;
      const lost = this.#matcher.takeLost();
      if (!lost) return undefined;
      this.#counted += 1;
      if (this.#counted > this.#range.from && this.#paths.isSeen(lost.sources)) return lost;
    }
  }

  take(): ReadyTrain | undefined {
    for (;;) {
      if (this.ended) return undefined;
      const train = this.#matcher.take();
      if (!train) return undefined;
      this.#counted += 1;
      if (this.#counted <= this.#range.from || !this.#paths.isSeen(train.sources)) {
        this.#free(train.pieces);
        continue;
      }
      return this.#ready(train);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const worker = this.#worker;
    if (!worker) return;
    this.#worker = undefined;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ type: 'close' } satisfies ToReceiver);
    const late = setTimeout(() => void worker.terminate(), 1000);
    await ended;
    clearTimeout(late);
  }

  #ready(train: MatchedTrain): ReadyTrain {
    let held = true;
    return {
      trainId: train.trainId,
      data: train.pieces.map(({ memory, sources }) => ({ memory, sources })),
      absent: this.#paths.absent(train.sources),
      release: () => {
        if (held) this.#free(train.pieces);
        held = false;
      },
    };
  }

  #receive(message: FromReceiver): void {
    switch (message.type) {
      case 'piece':
        this.#state = 'streaming';
        this.#message = `Receiving from ${this.#endpoint}.`;
        this.lastAlive = Date.now();
        this.#free(this.#matcher.add(message, Date.now()));
        if (this.#matcher.restarted) {
          this.#matcher.restarted = false;
          this.onRestart();
        }
        break;
      case 'full':
        if (this.#socket === 'SUB') this.#free(this.#matcher.dropOldest('no worker was free'));
        break;
      case 'bad':
        this.#bad[`unreadable (${message.code})`] = (this.#bad[`unreadable (${message.code})`] ?? 0) + 1;
        this.#message = `A message of ${this.#endpoint} could not be read: ${message.message}`;
        this.lastAlive = Date.now();
        break;
      case 'status':
        if (message.state === 'connected') this.lastAlive = Date.now();
        this.#state = message.state === 'gone' ? 'gone' : this.#state === 'streaming' && message.state === 'connected' ? 'streaming' : 'waiting';
        this.#message = message.text;
        break;
      case 'tree':
        this.#tree.set(message.source, message.keys);
        this.#paths.treeChanged();
        break;
    }
    this.onChange();
  }

  #free(pieces: readonly Piece[]): void {
    for (const { id } of pieces) this.#send({ type: 'release', piece: id });
  }

  #send(message: ToReceiver): void {
    this.#worker?.postMessage(message);
  }
}
