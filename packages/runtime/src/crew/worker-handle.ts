import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../worker/messages.ts';
import { statusCell } from '../worker/run-views.ts';
import type { UserError } from '../worker/user-error.ts';
import type { ViewWarning } from '../worker/view-warnings.ts';
import type { WorkerData } from '../worker/worker.ts';
import type { CrashBoard } from './crash-board.ts';
import { exitAnyway } from './exit-anyway.ts';
import { isFromWorker } from './is-from-worker.ts';
import { threadOf } from './thread.ts';
import { endPrograms, programsEnded, threadTime } from './thread-time.ts';
import { watchNow } from './watch-clock.ts';
import { MAX_HEAP_MB, resultBytes } from './worker-limits.ts';

/** What a worker does now, and since when by the clock. */
export interface Running {
  /** The view, by its place among those of the executor; -1 where no code of the user is known to run. */
  readonly index: number;
  /** By which the worker knows the view again. */
  readonly count: number;
  readonly forMs: number;
}

/** So long a thread may take to end. One stuck in a call of the system (a read that hangs) or of the engine (a huge sort) does not end before that call. */
const END_MS = 1000;
/** A thread that does nothing for so long, or a part of its limit, sleeps or is stuck in a call: a shorter while it may wait for a lock. */
const RESTS_MS = 40;
const RESTS_MOST_MS = 100;
/** What a thread waits for may be a program that it started: it is ended when the thread has not gone by then. */
const PROGRAMS_MS = 300;

/** One worker thread as the main thread sees it. */
export class WorkerHandle {
  readonly role: WorkerData['role'];
  readonly ready: Promise<void>;
  /** Resolved when the thread has ended: nothing of it reads or writes any more. */
  readonly gone: Promise<void>;
  /** Why it ended, once it has; undefined while it lives or when we ended it. */
  onDeath: (reason: string) => void = () => undefined;
  onMessage: (message: FromWorker) => void = () => undefined;
  /** A view did something besides giving its value; at any time. */
  onWarning: (warning: ViewWarning) => void = () => undefined;
  /** A view left so much open that only the end of the worker closes it; at any time. */
  onSpent: (of: { readonly view: string; readonly message: string }) => void = () => undefined;
  readonly #worker: Worker;
  readonly #status = statusCell();
  #ended = false;
  #gone = false;
  #index = 0;
  #count = 0;
  #since = 0;
  #cpuAt = 0;
  /** Its CPU time at the last look, when it was seen to compute or to wait for a core, and how long ago that is. */
  #cpu = 0;
  #activeAt = 0;
  #restsMs = 0;
  #thread: string | undefined;
  readonly #trains: number[] = [];
  #isLoading = false;

  constructor(role: WorkerData['role'], packFolders: Readonly<Record<string, string>>, board?: CrashBoard) {
    this.role = role;
    const place = board?.place();
    const data: WorkerData = { role, status: this.#status, packFolders, resultBytes: resultBytes(), ...(place && { board: place }) };
    this.#worker = new Worker(threadOf(import.meta.url, '../worker/worker'), { workerData: data, stdout: true, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
    // What views write comes as lines of theirs. The rest is no result: standard output is for these alone.
    this.#worker.stdout.on('data', (text: Uint8Array) => process.stderr.write(text));
    let isReady!: () => void;
    let hasGone!: () => void;
    this.ready = new Promise((resolve) => (isReady = resolve));
    this.gone = new Promise((resolve) => (hasGone = resolve));
    let reason = 'it ended by itself (process.exit?)';
    this.#worker.on('message', (message: unknown) => {
      if (!isFromWorker(message)) return;
      if (message.type === 'ready') {
        this.#thread = message.thread;
        isReady();
      } else if (message.type === 'warning') this.onWarning(message.warning);
      else if (message.type === 'spent') this.onSpent(message);
      else {
        if (message.type === 'results' || message.type === 'reduced') this.#trains.shift();
        this.onMessage(message);
      }
    });
    this.#worker.on('error', (error) => {
      reason = error.message;
    });
    this.#worker.on('exit', () => {
      if (place) board!.vacate(place);
      this.#gone = true;
      alive.delete(this);
      stuck.delete(this);
      hasGone();
      if (!this.#ended) {
        this.#ended = true;
        this.onDeath(reason);
      }
    });
    this.#worker.unref();
    alive.add(this);
  }

  /** Whether it may be in a call that does not end. */
  get isBusy(): boolean {
    return this.#ended || this.#isLoading || Atomics.load(this.#status, 1) !== 0;
  }

  send(message: ToWorker): void {
    if (this.#ended) return;
    if (message.type === 'train' || message.type === 'reduce') this.#trains.push(message.trainId);
    this.#worker.postMessage(message);
  }

  /** The train that it is at, of those that it was given. */
  get trainId(): number | undefined {
    return this.#trains[0];
  }

  /** Its folder in /proc, once it is known. */
  get thread(): string | undefined {
    return this.#thread;
  }

  /** How often something of the user's began in it. */
  get count(): number {
    return Atomics.load(this.#status, 0);
  }

  /** What its heap holds, and what that refers to outside: arrays, WebAssembly. Undefined when it has ended; late while it is in a call of the engine. */
  async heap(): Promise<{ readonly heapBytes: number; readonly outsideBytes: number } | undefined> {
    try {
      const { total_heap_size, external_memory } = await this.#worker.getHeapStatistics();
      return { heapBytes: total_heap_size, outsideBytes: external_memory };
    } catch {
      return undefined;
    }
  }

  /** A load that is under way fails with this error. */
  refuse: (error: UserError) => void = () => undefined;

  /** Loads a generation; gives back its message, or throws after `limitMs` (a loop at the top of a file). */
  async load(message: Extract<ToWorker, { type: 'load' }>, limitMs: number): Promise<Extract<FromWorker, { type: 'loaded' | 'load-failed' }>> {
    await this.ready;
    this.#isLoading = true;
    return new Promise<Extract<FromWorker, { type: 'loaded' | 'load-failed' }>>((resolve) => {
      const failed = (text: string): void => resolve({ type: 'load-failed', error: { message: text, code: 'LOAD_TIMEOUT' }, files: [] });
      const timer = setTimeout(() => failed(`The file did not finish loading within ${limitMs / 1000} s: is there an endless loop at its top?`), limitMs);
      this.onDeath = (reason) => failed(`The file ended its worker while it loaded: ${reason}`);
      this.refuse = (error) => {
        clearTimeout(timer);
        resolve({ type: 'load-failed', error, files: [] });
      };
      this.onMessage = (answer) => {
        if (answer.type !== 'loaded' && answer.type !== 'load-failed') return;
        clearTimeout(timer);
        resolve(answer);
      };
      this.send(message);
    }).finally(() => (this.#isLoading = false));
  }

  /** Whether it runs what stands at the top of files. */
  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** What it does now and since when, as far as seen: called every few milliseconds by the watchdog. The worker only counts; the clock is ours. */
  running(): Running {
    const now = watchNow();
    const index = Atomics.load(this.#status, 1);
    const count = Atomics.load(this.#status, 0);
    if (count !== this.#count || index !== this.#index) {
      this.#count = count;
      this.#index = index;
      this.#noted(now);
    } else if (now - this.#since >= RESTS_MS) this.#sample(now);
    return { index: index - 1, count, forMs: now - this.#since };
  }

  /** A worker that had nothing to do is given something: what it does not begin with counts from here. */
  given(): void {
    this.running();
    this.#noted(watchNow());
  }

  #noted(now: number): void {
    this.#since = now;
    this.#cpu = this.#cpuAt = this.#thread === undefined ? 0 : threadTime(this.#thread).cpuMs;
    this.#activeAt = now;
    this.#restsMs = 0;
  }

  #sample(now: number): void {
    if (this.#thread === undefined) return;
    const { cpuMs, waits } = threadTime(this.#thread);
    // One that waits for a core may be seen waiting for something else at a moment.
    if (!waits || cpuMs !== this.#cpu) this.#activeAt = now;
    this.#restsMs = now - this.#activeAt;
    this.#cpu = cpuMs;
  }

  /** The view that runs is left to itself: after it only those that take it are run on this train. */
  leave({ count }: Running): void {
    Atomics.store(this.#status, 2, count);
  }

  /**
   * Whether the view that runs has had its time: on a busy machine it may have waited for a core, which is not its fault. A view that
   * sleeps or is stuck in a call has had it by the clock; one that was never given a core has it after twenty times as long.
   */
  isOver({ forMs }: Running, limitMs: number): boolean {
    if (forMs <= limitMs) return false;
    if (this.#thread === undefined || forMs > 20 * limitMs) return true;
    return this.#restsMs >= Math.min(Math.max(RESTS_MS, 0.4 * limitMs), RESTS_MOST_MS) || this.#cpu - this.#cpuAt >= 0.8 * limitMs;
  }

  /** Whether the thread was told to end and does not. */
  get stuck(): boolean {
    return stuck.has(this);
  }

  /** Ends the thread, whatever it does; resolved when it has gone, or when it is `stuck`. */
  async end(): Promise<void> {
    if (this.#gone) return;
    this.#ended = true;
    // Programs that it started end first: only the thread itself can take leave of them, and none is left behind.
    if (this.#thread !== undefined) await programsEnded(this.#thread);
    const terminated = this.#worker.terminate().then(() => true);
    if (await Promise.race([terminated, later(PROGRAMS_MS)])) return;
    if (this.#thread !== undefined) endPrograms(this.#thread);
    if (await Promise.race([terminated, later(END_MS - PROGRAMS_MS)])) return;
    if (!this.#gone) stuck.add(this);
  }
}

const alive = new Set<WorkerHandle>();
const stuck = new Set<WorkerHandle>();
exitAnyway(() => [...alive].some((worker) => worker.isBusy));

/** How many threads were told to end and do not. */
export function stuckThreads(): number {
  return stuck.size;
}

function later(ms: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, false);
  });
}
