import { inWords } from '../worker/in-words.ts';
import { offeredMemory, resident, touched } from './offered-memory.ts';

/** A worker as the watch sees it. */
export interface WatchedWorker {
  /** Its folder in /proc, once it is known. */
  readonly thread: string | undefined;
  /** How often something of the user's began in it. */
  readonly count: number;
  /** What its own heap holds, and what that refers to outside (typed arrays, WebAssembly); undefined when it does not answer. */
  heap(): Promise<{ readonly heapBytes: number; readonly outsideBytes: number } | undefined>;
}

/** What to do about memory. */
export interface MemoryActions<W> {
  readonly workers: () => Iterable<W>;
  /** What this worker does now has taken too much, so many in words: end it. */
  readonly end: (worker: W, took: string) => void;
  /** This worker holds more and more, over many trains: have a fresh one take its place between two of them, at once where there is no room left. */
  readonly renew: (worker: W, held: string, atOnce: boolean) => void;
  readonly note: (text: string) => void;
}

/** Of what is offered the process takes so much; the rest is for what a view takes before it is found, and for the system's files. */
const SHARE = 0.7;
const LOOK_MS = 25;
/** Growth in one look after which the workers are asked, and how often they are asked anyway. */
const STEP_BYTES = 2 ** 24;
const ASK_EVERY_MS = 1000;
/** JavaScript's own objects in one call: a large heap is slow to collect, and beyond 800 MB V8 may find that a table has no room and ends the whole process. */
const MOST_HEAP_BYTES = 7e8;
/** What a worker holds more than it did when it was young, before it is renewed: of the ceiling, or of JavaScript's objects. */
const LEAK_SHARE = 0.15;
const LEAK_HEAP_BYTES = 4e8;
const YOUNG_MS = 3000;
/** A worker that answers late for the first time, since it is in a call of the engine, held no more than this before. */
const MOST_AT_FIRST_BYTES = 1e8;
const RENEW_EVERY_MS = 5000;
const NOTE_EVERY_MS = 600_000;

/** What is known of one worker. */
interface Known {
  readonly since: number;
  /** By its thread, ever, and since it answered the last time. */
  touched: number;
  touchedSince: number;
  /** Its part of what the process gained in the last second or so. */
  gained: number;
  /** What it says that it holds: of JavaScript's own, and with what that refers to. */
  heap: number;
  held: number;
  /** The same at its first answer, when its plans were built (-1 before), and when the call that runs began. */
  first: number;
  settledHeap: number;
  settled: number;
  callHeap: number;
  callHeld: number;
  /** By which the call is known. */
  count: number;
  asking: boolean;
  ended: boolean;
}

/**
 * Keeps the process out of the hands of the system's memory killer, which would end it whole. Limits of workers do not cap typed arrays, so
 * what the process has is looked at; when it comes to its share, the worker that took it is ended: first the one whose heap says that it
 * holds much more than when its call began, else the one whose thread touched most fresh memory (shared memory is in nobody's heap). What stays resident after that, since
 * an allocator keeps it, raises the ceiling: only growth counts.
 */
export class MemoryWatch<W extends WatchedWorker> {
  readonly #actions: MemoryActions<W>;
  readonly #known = new Map<W, Known>();
  readonly #timer: NodeJS.Timeout;
  #offered = 0;
  #offeredAt = -Infinity;
  #resident = 0;
  #askedAt = -Infinity;
  #sharedAt = 0;
  /** What is resident although nobody holds it. */
  #floor = 0;
  #endedAt = -Infinity;
  #renewedAt = -Infinity;
  #notedAt = -Infinity;

  constructor(actions: MemoryActions<W>) {
    this.#actions = actions;
    this.#timer = setInterval(() => this.look(performance.now()), LOOK_MS);
    this.#timer.unref();
  }

  /** From here on workers are ended, in bytes. */
  get ceiling(): number {
    return Math.max(SHARE * this.#offered, this.#floor + (this.#offered - this.#floor) / 2);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  look(now: number): void {
    const before = this.#resident;
    this.#resident = resident();
    this.#floor = Math.min(this.#floor, this.#resident);
    const grew = this.#resident - before;
    const due = now - this.#askedAt > ASK_EVERY_MS;
    if (grew < STEP_BYTES && !due && this.#resident < this.ceiling / 2) return;
    if (now - this.#offeredAt > (this.#resident > this.ceiling / 2 ? ASK_EVERY_MS / 4 : ASK_EVERY_MS)) {
      this.#offered = offeredMemory().offeredBytes;
      this.#offeredAt = now;
    }
    this.#share(now, Math.max(0, grew));
    if (due) this.#askedAt = now;
    for (const [worker, known] of this.#known) if (due || known.touchedSince > STEP_BYTES) void this.#ask(worker, known);
    if (this.#resident > this.ceiling) this.#judge(now);
  }

  /** Whose the growth of the process is: of those who touched fresh memory meanwhile, in proportion. */
  #share(now: number, grew: number): void {
    const fresh = new Map<Known, number>();
    for (const worker of this.#actions.workers()) {
      const sum = worker.thread === undefined ? 0 : touched(worker.thread);
      let known = this.#known.get(worker);
      if (!known) this.#known.set(worker, (known = { since: now, touched: sum, touchedSince: 0, gained: 0, heap: 0, held: 0, first: -1, settledHeap: -1, settled: -1, callHeap: 0, callHeld: 0, count: -1, asking: false, ended: false }));
      if (known.count !== worker.count) [known.count, known.callHeap, known.callHeld] = [worker.count, known.heap, known.first < 0 ? MOST_AT_FIRST_BYTES : known.held + known.touchedSince];
      const bytes = Math.max(0, sum - known.touched);
      known.touched = sum;
      known.touchedSince += bytes;
      fresh.set(known, bytes);
    }
    const all = [...fresh.values()].reduce((sum, bytes) => sum + bytes, 0);
    const kept = 2 ** ((this.#sharedAt - now) / 1000);
    this.#sharedAt = now;
    for (const [worker, known] of this.#known) {
      const bytes = fresh.get(known);
      if (bytes === undefined) this.#known.delete(worker);
      else known.gained = known.gained * kept + (all > 0 ? (grew * bytes) / all : 0);
    }
  }

  async #ask(worker: W, known: Known): Promise<void> {
    if (known.asking || known.ended) return;
    known.asking = true;
    const answer = await worker.heap();
    known.asking = false;
    if (!answer) return;
    const now = performance.now();
    known.touchedSince = 0;
    known.heap = answer.heapBytes;
    known.held = answer.heapBytes + answer.outsideBytes;
    if (known.first < 0) known.first = Math.min(known.held, MOST_AT_FIRST_BYTES);
    if (known.settled < 0 && now - known.since > YOUNG_MS) [known.settledHeap, known.settled] = [known.heap, known.held];
    if (known.heap - known.callHeap > MOST_HEAP_BYTES) this.#end(worker, known, known.heap - known.callHeap);
    else this.#renewIfFull(worker, known, now);
  }

  /** The process has its share: who took it? */
  #judge(now: number): void {
    const suspects = [...this.#known].filter(([, known]) => !known.ended);
    const enough = Math.max(2 ** 26, (LEAK_SHARE * this.ceiling) / Math.max(1, suspects.length));
    const called = largest(suspects, grownInCall);
    if (called && called.bytes > enough) return this.#end(called.worker, called.known, called.bytes);
    const kept = largest(suspects, leaked);
    if (kept && kept.bytes > enough && now - this.#renewedAt > RENEW_EVERY_MS) {
      // Nobody can tell whose it is: the view that runs may have taken nothing.
      this.#renewedAt = now;
      return this.#actions.renew(kept.worker, inWords(kept.bytes), true);
    }
    const took = largest(suspects, (known) => known.gained);
    if (took && took.bytes > enough) return this.#end(took.worker, took.known, took.bytes);
    // The memory of workers that were ended comes back late, or is kept by the allocator for the next ones.
    this.#floor = Math.max(this.#floor, this.#resident);
    if (this.#endedAt === -Infinity && now - this.#notedAt > NOTE_EVERY_MS) {
      this.#notedAt = now;
      this.#actions.note(`Memory is short: this yard has ${inWords(this.#resident)} of the ${inWords(this.#offered)} that it may have, and it is not the views. Fewer workers (--workers) or fewer sources take less.`);
    }
  }

  #end(worker: W, known: Known, bytes: number): void {
    if (known.ended) return;
    known.ended = true;
    this.#endedAt = performance.now();
    this.#actions.end(worker, inWords(bytes));
  }

  /** A worker that holds more and more is renewed while there is room for it. */
  #renewIfFull(worker: W, known: Known, now: number): void {
    if (known.ended || known.settled < 0 || now - this.#renewedAt < RENEW_EVERY_MS) return;
    if (grownInCall(known) > LEAK_HEAP_BYTES / 4) return;
    const full = this.#resident > 0.6 * this.ceiling && leaked(known) > LEAK_SHARE * this.ceiling;
    if (!full && known.heap - known.settledHeap < LEAK_HEAP_BYTES) return;
    this.#renewedAt = now;
    this.#actions.renew(worker, inWords(leaked(known)), false);
  }
}

/** What it holds more than when its plans were built, or at first. */
function leaked({ held, first, settled }: Known): number {
  return first < 0 ? 0 : held - Math.max(first, settled);
}

/** What it holds more than when the call that runs began. One that does not answer is in a call of the engine: what it touched since is its own. */
function grownInCall({ held, touchedSince, callHeld }: Known): number {
  return held + touchedSince - callHeld;
}

function largest<W>(of: readonly (readonly [W, Known])[], measure: (known: Known) => number): { readonly worker: W; readonly known: Known; readonly bytes: number } | undefined {
  return of.map(([worker, known]) => ({ worker, known, bytes: measure(known) })).sort((a, b) => b.bytes - a.bytes)[0];
}
