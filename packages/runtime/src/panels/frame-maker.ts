import { Worker } from 'node:worker_threads';
import type { Rendition } from '@trainyard/control';
import { threadOf } from '../crew/thread.ts';
import type { Newest } from '../sink/live-sink.ts';
import type { Wire } from '../worker/wire.ts';
import { Frame } from './frame.ts';
import type { FromPanels, ToPanels } from './panel-messages.ts';
import { renderFrame, type Rendered } from './render-frame.ts';

/** Values with more elements are the thread's. */
const SMALL = 65536;
/** Jobs that the thread has at once: it does not wait for the next, and begins it with what is newest. */
const AHEAD = 2;
/** A thread that died is started again so much later, at the earliest. */
const AGAIN_MS = 300;

interface Job {
  readonly id: string;
  readonly as: Rendition;
  /** Asked when its turn comes. */
  readonly newest: () => Newest | undefined;
  readonly made: (frame: Frame | undefined) => void;
}

/** Makes frames: of small values at once, of large ones in a thread, which is started with the first of them. */
export class FrameMaker {
  onSay: (text: string) => void = () => undefined;
  #worker: Worker | undefined;
  #mayStartAt = 0;
  #hasSaid = false;
  #isClosed = false;
  readonly #waiting: Job[] = [];
  readonly #running = new Map<number, { readonly job: Job; readonly newest: Newest }>();
  #next = 0;

  /** Calls `made` with the frame of what is newest when it is begun; of a small value before this returns. */
  make(job: Job): void {
    const newest = job.newest();
    if (!newest) return job.made(undefined);
    if (newest.memory === undefined || elements(newest.outcome.value) <= SMALL) {
      const bytes = renderFrame(renderedOf(job.id, newest), job.as);
      job.made(bytes && new Frame(newest.train.seq, newest.train.at, bytes.slice()));
      return;
    }
    this.#waiting.push(job);
    this.#feed();
  }

  /** Frames under way are given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.length = 0;
    const worker = this.#worker;
    this.#died();
    await worker?.terminate();
  }

  #feed(): void {
    if (this.#isClosed) return;
    if (!this.#worker && this.#waiting.length) {
      const wait = this.#mayStartAt - Date.now();
      if (wait > 0) return void setTimeout(() => this.#feed(), wait + 1).unref();
      this.#start();
    }
    while (this.#running.size < AHEAD && this.#waiting.length) {
      const job = this.#waiting.shift()!;
      const newest = job.newest();
      if (!newest) job.made(undefined);
      else {
        const number = this.#next++;
        newest.train.hold();
        this.#running.set(number, { job, newest });
        this.#send({ type: 'make', job: number, of: renderedOf(job.id, newest), as: job.as });
      }
    }
  }

  #start(): void {
    const worker = (this.#worker = new Worker(threadOf(import.meta.url, 'panel-thread'), { name: 'panels' }));
    worker.unref();
    let why = 'it ended by itself';
    worker.on('error', (error) => (why = error.message));
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#mayStartAt = Date.now() + AGAIN_MS;
      if (!this.#hasSaid) this.onSay(`The thread that makes pictures for viewers has ended (${why}); it is started again. Views and files are not touched by it.`);
      this.#hasSaid = true;
      this.#died();
      this.#feed();
    });
    worker.on('message', ({ job: number, buffer, bytes }: FromPanels) => {
      // It was given up, and its jobs with it.
      if (this.#worker !== worker) return;
      const { job, newest } = this.#running.get(number)!;
      this.#running.delete(number);
      newest.train.letGo();
      const { seq, at } = newest.train;
      job.made(buffer && new Frame(seq, at, new Uint8Array(buffer, 0, bytes), () => {
        if (this.#worker === worker) worker.postMessage({ type: 'back', buffer } satisfies ToPanels, [buffer]);
      }));
      this.#feed();
    });
  }

  #send(message: ToPanels): void {
    this.#worker!.postMessage(message);
  }

  #died(): void {
    this.#worker = undefined;
    const lost = [...this.#running.values()];
    this.#running.clear();
    for (const { job, newest } of lost) {
      newest.train.letGo();
      job.made(undefined);
    }
  }
}

function renderedOf(id: string, { trainId, train, outcome, memory }: Newest): Rendered {
  return { id, trainId, at: train.at, wire: outcome.value, memory };
}

/** How many numbers its arrays have, about. */
function elements(wire: Wire): number {
  if (typeof wire !== 'object' || wire === null) return 1;
  if ('~at' in wire) return wire.shape.reduce((product, n) => product * n, 1);
  if ('~typed' in wire) return elements(wire['~typed']);
  if ('~labelled' in wire) return elements(wire['~labelled']);
  if ('~list' in wire) return wire['~list'].length;
  return Object.values(wire['~map']).reduce<number>((sum, one) => sum + elements(one), 0);
}
