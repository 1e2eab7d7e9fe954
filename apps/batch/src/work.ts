import { hostname } from 'node:os';
import { readState, writeJson, type Job, type WorkState } from './job.ts';

/** Progress is written at most so often: many tasks share one file system. */
const WRITE_MS = 1000;

/** The state file of a part or a merge, while this process works on it. */
export class Work {
  readonly #path: string;
  readonly #base: Pick<WorkState, 'job' | 'started' | 'host' | 'pid'>;
  #of: number;
  #trains = 0;
  #next = 0;

  constructor(path: string, job: Job, of: number) {
    this.#path = path;
    this.#of = of;
    this.#base = { job: job.id, started: new Date().toISOString(), host: hostname(), pid: process.pid };
    this.progress(0);
  }

  progress(trains: number, of: number = this.#of): void {
    this.#trains = trains;
    this.#of = of;
    if (Date.now() < this.#next) return;
    this.#next = Date.now() + WRITE_MS;
    this.#write({ state: 'running' });
  }

  done(trains: number, warnings: readonly string[] = []): void {
    this.#trains = trains;
    this.#write({ state: 'done', ...(warnings.length > 0 && { warnings }) });
  }

  failed(message: string): void {
    this.#write({ state: 'failed', message });
  }

  #write(state: Pick<WorkState, 'state' | 'message' | 'warnings'>): void {
    writeJson(this.#path, { ...this.#base, changed: new Date().toISOString(), trains: this.#trains, of: this.#of, ...state } satisfies WorkState);
  }
}

/** Whether somebody did this work already. */
export function isDone(path: string, job: Job): boolean {
  return readState(path, job)?.state === 'done';
}
