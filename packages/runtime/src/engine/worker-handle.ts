import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../worker/messages.ts';
import type { WorkerData } from '../worker/worker.ts';
import type { CrashBoard } from './crash-board.ts';
import { threadOf } from './thread.ts';
import { threadTime } from './thread-time.ts';

/** Which view runs, and since when by the clock. */
export interface Running {
  readonly index: number;
  readonly forMs: number;
}

/** One worker thread as the main thread sees it. */
export class WorkerHandle {
  readonly role: WorkerData['role'];
  readonly ready: Promise<void>;
  /** Why it ended, once it has; undefined while it lives or when we ended it. */
  onDeath: (reason: string) => void = () => undefined;
  onMessage: (message: FromWorker) => void = () => undefined;
  readonly #worker: Worker;
  readonly #status = new Int32Array(new SharedArrayBuffer(8));
  #ended = false;
  #started = 0;
  #since = 0;
  #cpuAt = 0;
  #thread: string | undefined;

  constructor(role: WorkerData['role'], packFolders: Readonly<Record<string, string>>, board?: CrashBoard) {
    this.role = role;
    const place = board?.place();
    const data: WorkerData = { role, status: this.#status, packFolders, ...(place && { board: place }) };
    this.#worker = new Worker(threadOf(import.meta.url, '../worker/worker'), { workerData: data, stdout: true });
    // What views write belongs beside the messages for people: standard output is for results alone.
    this.#worker.stdout.on('data', (text: Uint8Array) => process.stderr.write(text));
    let isReady!: () => void;
    this.ready = new Promise((resolve) => (isReady = resolve));
    let reason = 'it ended by itself (process.exit?)';
    this.#worker.on('message', (message: FromWorker) => {
      if (message.type === 'ready') {
        this.#thread = message.thread;
        isReady();
      } else this.onMessage(message);
    });
    this.#worker.on('error', (error) => {
      reason = error.message;
    });
    this.#worker.on('exit', () => {
      if (place) board!.vacate(place);
      if (!this.#ended) {
        this.#ended = true;
        this.onDeath(reason);
      }
    });
    this.#worker.unref();
  }

  send(message: ToWorker): void {
    if (!this.#ended) this.#worker.postMessage(message);
  }

  /** Loads a generation; gives back its message, or throws after `limitMs` (a loop at the top of a file). */
  async load(message: Extract<ToWorker, { type: 'load' }>, limitMs: number): Promise<Extract<FromWorker, { type: 'loaded' | 'load-failed' }>> {
    await this.ready;
    return new Promise((resolve) => {
      const failed = (text: string): void => resolve({ type: 'load-failed', error: { message: text, code: 'LOAD_TIMEOUT' }, files: [] });
      const timer = setTimeout(() => failed(`The file did not finish loading within ${limitMs / 1000} s: is there an endless loop at its top?`), limitMs);
      this.onDeath = (reason) => failed(`The file ended its worker while it loaded: ${reason}`);
      this.onMessage = (answer) => {
        if (answer.type !== 'loaded' && answer.type !== 'load-failed') return;
        clearTimeout(timer);
        resolve(answer);
      };
      this.send(message);
    });
  }

  /**
   * The index of the view that is running and since when, as far as seen: called every few milliseconds by the watchdog.
   * The worker only counts; the clock is ours.
   */
  running(now: number): Running | undefined {
    const index = Atomics.load(this.#status, 1);
    const started = Atomics.load(this.#status, 0);
    if (index === 0) return undefined;
    if (started !== this.#started) {
      this.#started = started;
      this.#since = now;
      this.#cpuAt = this.#thread === undefined ? 0 : threadTime(this.#thread).cpuMs;
    }
    return { index: index - 1, forMs: now - this.#since };
  }

  /**
   * Whether the view that runs has had its time: on a busy machine it may have waited for a core, which is not its fault. A view that
   * sleeps or is stuck in a call has had it by the clock; one that was never given a core has it after twenty times as long.
   */
  isOver({ forMs }: Running, limitMs: number): boolean {
    if (forMs <= limitMs) return false;
    if (this.#thread === undefined || forMs > 20 * limitMs) return true;
    const { cpuMs, waits } = threadTime(this.#thread);
    return waits || cpuMs - this.#cpuAt >= 0.8 * limitMs;
  }

  /** Ends the thread, whatever it does; resolved when nothing of it writes any more. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
  }
}
