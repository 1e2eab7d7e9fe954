import { basename, dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { YardError } from '@trainyard/core';
import { threadOf } from '../crew/thread.ts';
import type { AnswerH5, AskH5, H5Answer, H5Question } from './h5-messages.ts';

/** A file that is read so slowly is given up; a thread that nobody asks is let go. */
const ANSWER_MS = 20_000;
const IDLE_MS = 60_000;
const MOST_WAITING = 100;
/** The library keeps to 2 GiB by itself; lists and texts are ours. */
const LIMITS = { maxOldGenerationSizeMb: 512 };

interface Waiting {
  readonly ask: AskH5;
  readonly done: (answer: H5Answer) => void;
}

/** Looks into the HDF5 files of a run, a stack or a results file, in a thread that may die: one question after the other. */
export class H5Browser {
  /** Name for people -> where it lies. */
  readonly #files: ReadonlyMap<string, string>;
  #worker: Worker | undefined;
  /** The first is being answered. */
  readonly #waiting: Waiting[] = [];
  #late: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #asked = 0;

  constructor(files: readonly string[]) {
    const names = files.map((file) => basename(file));
    this.#files = new Map(files.map((file, i) => [names.filter((name) => name === names[i]).length > 1 ? `${basename(dirname(file))}/${names[i]!}` : names[i]!, file]));
  }

  get names(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** `file` is one of the names. Throws `NOT_FOUND`, `H5_BUSY`, and what the file itself says. */
  async ask({ file, ...question }: H5Question): Promise<{ readonly type: string; readonly body: string | Uint8Array }> {
    const path = this.#files.get(file);
    if (path === undefined) throw new YardError('NOT_FOUND', `File not found: there is no ${JSON.stringify(file.slice(0, 100))} here; there are ${this.names.slice(0, 5).join(', ') || 'none'}.`);
    if (this.#waiting.length >= MOST_WAITING) throw new YardError('H5_BUSY', `${MOST_WAITING} questions wait for an answer already: ask again in a moment.`);
    const answer = await new Promise<H5Answer>((done) => {
      this.#waiting.push({ ask: { id: this.#asked++, question: { ...question, file: path } }, done });
      if (this.#waiting.length === 1) this.#next();
    });
    if ('message' in answer) throw new YardError(answer.code, answer.message);
    return answer;
  }

  async close(): Promise<void> {
    clearTimeout(this.#late);
    clearTimeout(this.#idle);
    for (const { done } of this.#waiting.splice(0)) done({ code: 'H5_CLOSED', message: 'The yard has ended.' });
    await this.#worker?.terminate();
  }

  #next(): void {
    clearTimeout(this.#late);
    clearTimeout(this.#idle);
    const [first] = this.#waiting;
    if (!first) {
      this.#idle = setTimeout(() => this.#end(), IDLE_MS);
      this.#idle.unref();
      return;
    }
    this.#worker ??= this.#start();
    this.#worker.postMessage(first.ask);
    this.#late = setTimeout(() => {
      this.#end();
      this.#answer({ code: 'H5_SLOW', message: `${first.ask.question.file} was not read within ${ANSWER_MS / 1000} s, and was given up.` });
    }, ANSWER_MS);
  }

  #start(): Worker {
    const worker = new Worker(threadOf(import.meta.url, 'h5-thread'), { workerData: [...this.#files.values()], resourceLimits: LIMITS });
    worker.unref();
    worker.on('message', ({ answer }: AnswerH5) => {
      if (worker === this.#worker) this.#answer(answer);
    });
    let why = 'it ended';
    worker.on('error', (error) => (why = error.message));
    worker.on('exit', () => {
      if (worker !== this.#worker) return;
      this.#worker = undefined;
      this.#answer({ code: 'H5_DIED', message: `The thread that read ${this.#waiting[0]?.ask.question.file ?? 'it'} did not survive (${why}): the file may be damaged.` });
    });
    return worker;
  }

  #answer(answer: H5Answer): void {
    this.#waiting.shift()?.done(answer);
    this.#next();
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }
}
