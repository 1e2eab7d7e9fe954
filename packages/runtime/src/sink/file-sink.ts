import { Worker } from 'node:worker_threads';
import { YardError } from '@trainyard/core';
import type { JournalEntry } from '@trainyard/control';
import type { ResultView } from '@trainyard/nexus';
import type { FinishedTrain } from '../engine/finished-train.ts';
import type { Sink } from '../engine/sink.ts';
import { threadOf } from '../crew/thread.ts';
import type { GenerationDescriptor } from '../worker/generation.ts';
import type { BlockValue, FinalValue } from '../worker/messages.ts';
import type { FileData, FromFile, ToFile } from './file-messages.ts';

/** Trains that may wait for the disk before recorded data wait, too. */
const DEPTH = 32;
/** What may wait for it of a stream: results, and trains. */
const HELD_BYTES = 1024 ** 3;
const HELD_TRAINS = 4096;

/** The results file: rows are written by a thread of its own, in place from the workers' buffers. */
export class FileSink implements Sink {
  /** What an earlier writer left unfinished, in words. */
  readonly leftOver: string | undefined;
  onRoom: () => void = () => undefined;
  /** Something that a person should read. */
  onSay: (text: string) => void = () => undefined;
  /** The train IDs began anew: the file is closed, whole, and the results go on in another beside it. */
  onNext: (path: string) => void = () => undefined;
  readonly #worker: Worker;
  readonly #held = new Map<string, () => void>();
  readonly #closed: Promise<void>;
  #failed: YardError | undefined;
  #blockSeq = 0;
  readonly #mayLose: boolean;
  #heldBytes = 0;
  /** Trains that were not written since the disk did not keep up. */
  #lost = 0;
  #lastTaken = -1;

  /** Opens it; throws `NEXUS_EXISTS` and the like before any train is read. */
  static async open(data: FileData): Promise<FileSink> {
    return new FileSink(...(await FileSink.begin(data)), data.mayLose);
  }

  /** Starts the thread; gives back what an earlier writer left unfinished, in words. */
  protected static async begin(data: FileData): Promise<[worker: Worker, leftOver: string | undefined]> {
    const worker = new Worker(threadOf(import.meta.url, 'file-thread'), { workerData: data });
    const said: string[] = [];
    let hear: (message: FromFile) => void = () => undefined;
    const first = await new Promise<FromFile>((resolve, reject) => {
      hear = (message) => (message.type === 'said' ? said.push(message.text) : resolve(message));
      worker.on('message', hear);
      worker.once('error', reject);
    });
    worker.off('message', hear);
    if (first.type === 'failed') throw new YardError(first.code, first.message);
    if (first.type === 'open' && first.leftOver !== undefined) said.unshift(first.leftOver);
    return [worker, said.length ? said.join(' ') : undefined];
  }

  protected constructor(worker: Worker, leftOver: string | undefined, mayLose = false) {
    this.#worker = worker;
    this.#mayLose = mayLose;
    this.leftOver = leftOver;
    this.#closed = new Promise((resolve) => {
      worker.on('exit', () => resolve());
      worker.on('error', (error) => {
        this.#failed ??= new YardError('OUT_FAILED', error.message);
      });
      worker.on('message', (message: FromFile) => {
        if (message.type === 'done') {
          const key = `${message.kind}${message.seq}`;
          this.#held.get(key)?.();
          this.#held.delete(key);
          if (this.#lost && this.#held.size === 0) this.#sayLost();
          this.onRoom();
        } else if (message.type === 'failed') {
          this.#failed ??= new YardError(message.code, message.message);
          for (const release of this.#held.values()) release();
          this.#held.clear();
          this.onRoom();
        } else if (message.type === 'next') this.onNext(message.path);
        else if (message.type === 'said') this.onSay(message.text);
        else if (message.type === 'wants-part') this.wantsPart();
        else if (message.type === 'closed') resolve();
      });
    });
  }

  /** What went wrong while writing; the run goes on so that viewers see it, and ends with it. */
  get failure(): YardError | undefined {
    return this.#failed;
  }

  get full(): boolean {
    return this.#held.size >= DEPTH;
  }

  generation(descriptor: GenerationDescriptor): void {
    const views = descriptor.views.flatMap((view): ResultView[] => {
      const { id, group, name, kind, title, unit, stage, cumulative, window, hash, hidden } = view;
      if (hidden || kind === 'compute') return [];
      return [{ id, group, name, kind, stage, cumulative, hash, ...(title !== undefined && { title }), ...(unit !== undefined && { unit }), ...(window !== undefined && { window }) }];
    });
    const parameters = descriptor.params.map(({ group, name, value, spec }) => ({ name: `${group}.${name}`, value, ...(spec.unit !== undefined && { unit: spec.unit }) }));
    this.send({ type: 'views', views, parameters });
  }

  beginsPart(trainId: number): boolean {
    const anew = trainId <= this.#lastTaken;
    this.#lastTaken = trainId;
    return anew;
  }

  train(train: FinishedTrain): void {
    if (this.#failed) return;
    const memories: SharedArrayBuffer[] = [];
    const outcomes = Array.from(train.outcomes, ([id, { outcome, memory }]) => {
      if (memory !== undefined && !memories.includes(memory)) memories.push(memory);
      return { id, outcome, memory: memory === undefined ? 0 : memories.indexOf(memory) };
    });
    const bytes = memories.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (this.#mayLose && (this.#heldBytes + bytes > HELD_BYTES || this.#held.size >= HELD_TRAINS)) {
      if (this.#lost === 0) this.onSay(`The disk does not keep up: trains from ${train.trainId} on are not written. The views run on.`);
      this.#lost += 1;
      return;
    }
    train.hold();
    this.#heldBytes += bytes;
    this.#held.set(`train${train.seq}`, () => {
      this.#heldBytes -= bytes;
      train.letGo();
    });
    this.send({ type: 'train', seq: train.seq, trainId: train.trainId, outcomes, memories });
  }

  blocks(blocks: readonly BlockValue[], memory: SharedArrayBuffer | undefined, done: () => void): void {
    if (this.#failed) return done();
    const seq = this.#blockSeq++;
    this.#held.set(`blocks${seq}`, done);
    this.send({ type: 'blocks', seq, blocks, memory });
  }

  finals(finals: readonly FinalValue[], memory: SharedArrayBuffer | undefined, done: () => void = () => undefined): void {
    if (this.#failed) return done();
    const seq = this.#blockSeq++;
    this.#held.set(`finals${seq}`, done);
    this.send({ type: 'finals', seq, finals, memory });
  }

  journal(entry: JournalEntry): void {
    this.send({ type: 'journal', entry });
  }

  /** Gives up before any train: nothing is left behind. */
  async abandon(): Promise<void> {
    this.send({ type: 'abandon' });
    await this.#closed;
  }

  async close(): Promise<void> {
    this.send({ type: 'close' });
    await this.#closed;
    if (this.#lost) this.#sayLost();
    if (this.#failed) throw this.#failed;
  }

  #sayLost(): void {
    this.onSay(`${this.#lost} trains were not written, since the disk did not keep up.`);
    this.#lost = 0;
  }

  /** The thread would like to begin another file. */
  protected wantsPart(): void {
    // One file takes everything.
  }

  protected send(message: ToFile): void {
    this.#worker.postMessage(message);
  }
}
