import { Worker } from 'node:worker_threads';
import type { SourceStatus, StreamStatus } from '@trainyard/control';
import { RateMeter } from '../engine/rate-meter.ts';
import { threadOf } from '../crew/thread.ts';
import type { FromReceiver, Piece, ReceiveData, ToReceiver, Wanted } from './receive-messages.ts';
import { ShareWatch } from './share-watch.ts';
import { policyOf, type StreamSettings } from './stream-address.ts';

/** What a stream's matching says of it, for its sentence. */
export interface Standing {
  readonly dropped: Readonly<Record<string, number>>;
  /** Its train IDs are far from those of the other streams, where they are. */
  readonly apart: number | undefined;
  /** Its trains come so many IDs after those of the others were closed. */
  readonly behind: number | undefined;
}

/** One stream: its receive thread, and what is known of how it goes. */
export class Stream {
  readonly settings: StreamSettings;
  readonly index: number;
  /** When the connection was last there, or its thread began to look for it; milliseconds since 1970, Infinity before. */
  lastAlive = Infinity;
  /** Trains come, or come no more. */
  onTurn = (): void => undefined;
  /** Sources without a train ID, and what they send in its place. */
  readonly untimed = new Map<string, string>();
  readonly #onMessage: (message: FromReceiver, stream: Stream) => void;
  readonly #rate = new RateMeter();
  readonly #share = new ShareWatch();
  /** What never was a piece of a train, by rule. */
  readonly #dropped: Record<string, number> = {};
  #worker: Worker | undefined;
  #wanted: Wanted = {};
  #state: SourceStatus['status'] = 'waiting';
  readonly #receiving: string;
  #message: string;
  #received = 0;
  #open = 0;
  #lastTrainId: number | undefined;

  constructor(settings: StreamSettings, index: number, onMessage: (message: FromReceiver, stream: Stream) => void) {
    this.settings = settings;
    this.index = index;
    this.#onMessage = onMessage;
    this.#message = `Waiting for ${settings.endpoint}.`;
    this.#receiving = `Receiving from ${settings.endpoint}.`;
  }

  /** Starts its thread; resolved when that is ready to ask. `depth`: trains that may wait or be worked on at once. */
  async open(depth: number): Promise<void> {
    const data: ReceiveData = { settings: this.settings, stream: this.index, depth, wanted: this.#wanted };
    this.#worker = new Worker(threadOf(import.meta.url, 'receiver'), { workerData: data });
    this.#worker.on('message', (message: FromReceiver) => {
      this.#note(message);
      this.#onMessage(message, this);
    });
    this.#worker.on('error', (error) => {
      this.lastAlive = Math.min(this.lastAlive, Date.now());
      const message: FromReceiver = { type: 'status', state: 'gone', text: `The receive thread of ${this.settings.endpoint} ended: ${error.message}` };
      this.#note(message);
      this.#onMessage(message, this);
    });
    await new Promise<void>((resolve) => this.#worker!.once('message', () => resolve()).once('exit', () => resolve()));
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
    this.send({ type: 'want', wanted });
  }

  send(message: ToReceiver): void {
    this.#worker?.postMessage(message);
  }

  /** So many trains may be had besides, for they wait for other streams. */
  mayHave(open: number): void {
    if (open === this.#open) return;
    this.#open = open;
    this.send({ type: 'open', trains: open });
  }

  /** Gives a slot back. */
  release({ id, lost }: Piece): void {
    if (lost === undefined) this.send({ type: 'release', piece: id });
  }

  /** A thread that reads it does not end. */
  retire({ id }: Piece): void {
    this.send({ type: 'retire', piece: id });
  }

  /** Connected, and trains come. */
  get streaming(): boolean {
    return this.#state === 'streaming';
  }

  /** One sentence: what is happening. */
  get message(): string {
    return this.#message;
  }

  get dropped(): Readonly<Record<string, number>> {
    return this.#dropped;
  }

  status(standing: Standing, ended: boolean): StreamStatus {
    const hint = this.#hint(standing);
    return {
      what: this.settings.endpoint,
      status: ended ? 'ended' : this.#state,
      message: this.#message,
      ...(hint !== undefined && { hint }),
      policy: policyOf(this.settings),
      rate: this.#rate.rate(),
      received: this.#received,
      ...(this.#lastTrainId !== undefined && { lastTrainId: this.#lastTrainId }),
      dropped: { ...this.#dropped, ...standing.dropped },
    };
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    this.#worker = undefined;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ type: 'close' } satisfies ToReceiver);
    const late = setTimeout(() => void worker.terminate(), 1000);
    await ended;
    clearTimeout(late);
  }

  #note(message: FromReceiver): void {
    const { endpoint } = this.settings;
    switch (message.type) {
      case 'piece':
        this.#came(message.trainId, message.delayed !== true);
        break;
      case 'passed':
        this.#dropped[message.rule] = (this.#dropped[message.rule] ?? 0) + 1;
        if (message.trainId !== undefined) this.#came(message.trainId, message.delayed !== true);
        else this.lastAlive = Date.now();
        break;
      case 'bad': {
        const rule = `unreadable (${message.code})`;
        this.#dropped[rule] = (this.#dropped[rule] ?? 0) + 1;
        this.#message = `A message of ${endpoint} could not be read: ${message.message}`;
        this.lastAlive = Date.now();
        break;
      }
      case 'status':
        if (message.state === 'gone') this.#share.clear();
        else this.lastAlive = Date.now();
        this.#state = message.state === 'gone' ? 'gone' : this.#state === 'streaming' && message.state === 'connected' ? 'streaming' : 'waiting';
        this.#message = message.text.endsWith('.') ? message.text : `${message.text}.`;
        this.onTurn();
        break;
      case 'untimed':
        if (message.sends === undefined) this.untimed.delete(message.source);
        else this.untimed.set(message.source, message.sends);
        break;
    }
  }

  #came(trainId: number, asked: boolean): void {
    const isNews = this.#state !== 'streaming';
    this.#state = 'streaming';
    this.#message = this.#receiving;
    if (isNews) this.onTurn();
    this.lastAlive = Date.now();
    this.#received += 1;
    this.#lastTrainId = trainId;
    this.#rate.tick(this.lastAlive);
    if (this.settings.socket !== 'SUB') this.#share.add(trainId, asked);
  }

  /** What looks wrong although trains come. */
  #hint({ apart, behind }: Standing): string | undefined {
    const { endpoint, socket } = this.settings;
    if (apart !== undefined) return `Its trains (newest ${this.#lastTrainId}) are far from those of the other streams (${apart}) and cannot be matched with them: its train IDs began anew, or a clock is wrong.`;
    if (behind !== undefined) return `Its trains come ${behind} train IDs after those of the other streams, too late to be matched: half a second is waited, and ten trains.`;
    const share = this.#share.share;
    if (share) {
      return `Only every ${share.every === 2 ? '2nd' : '3rd'} train arrives here (${share.came} of the last 100 IDs): either ${endpoint} sends no more, or another of its clients takes the others, for a ${socket} socket shares trains between its clients. A SUB socket does not.`;
    }
    const [first] = this.untimed;
    if (first) return `${first[0]}${this.untimed.size > 1 ? ` and ${this.untimed.size - 1} more` : ''} sends ${first[1]}: its data belong to no train.`;
    return undefined;
  }
}
