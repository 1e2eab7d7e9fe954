import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import type { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import timers from 'node:timers';
import threads from 'node:worker_threads';
import { YardError } from '@trainyard/core';
import { currentCall, type ViewCall } from './view-call.ts';
import type { ViewWarnings } from './view-warnings.ts';

/** So much a view may have left open before it is told. */
const SAID_AT = 8;
/** And before its worker is given up: far from what the process may open (`ulimit -n`), however many workers there are. */
const MOST = { handles: Math.min(256, share()), files: Math.min(512, share()) } as const;

/** Node's own: that of the global name ends with the call that started it. */
const { setImmediate: afterThis } = timers;

/** What Node calls what is open, in words. */
const WORDS: Readonly<Record<string, string>> = {
  TCPSocketWrap: 'connections', TCPServerWrap: 'servers', PipeWrap: 'pipes', UDPWrap: 'sockets', ProcessWrap: 'programs', FSEventWrap: 'watched files', StatWatcher: 'watched files',
};

/**
 * Counts what views leave open: connections, servers, programs and files. Without it a view that opens one on every train takes all that the
 * process may have, and nobody can open anything. Opening more than `MOST` throws at the view's line, and its worker is given up.
 */
export class ViewHandles {
  readonly #warnings: ViewWarnings;
  /** A view has left so much open that only the end of this worker closes it. */
  readonly #spent: (view: string, message: string) => void;
  /** Open files, by number, and who opened them. */
  readonly #files = new Map<number, string>();
  /** What was open when the call began, and when the train did. */
  #atCall = 0;
  #atTrain = 0;
  /** What the call told Node to open, which may be a moment later: in all, and since the call last waited for anything. */
  #begun = 0;
  #atOnce = 0;
  readonly #grew = new Map<string, number>();
  readonly #held = new Map<string, number>();

  constructor(warnings: ViewWarnings, spent: (view: string, message: string) => void) {
    this.#warnings = warnings;
    this.#spent = spent;
    this.#boundHandles();
    this.#countFiles();
    syncBuiltinESMExports();
  }

  /** What was open still is: whose it is, of those whose calls opened something on the train before. */
  beginTrain(): void {
    const now = handles();
    let left = now - this.#atTrain;
    this.#atTrain = now;
    for (const [view, n] of left > 0 ? this.#grew : this.#held) {
      const taken = left > 0 ? Math.min(left, n) : Math.max(left, -n);
      if (taken === 0) continue;
      left -= taken;
      this.#held.set(view, (this.#held.get(view) ?? 0) + taken);
    }
    this.#grew.clear();
  }

  begin(): void {
    this.#atCall = handles();
    this.#begun = 0;
  }

  end({ view, trainId }: ViewCall): void {
    const grew = handles() - this.#atCall;
    const perhaps = Math.max(grew, this.#begun);
    if (perhaps > 0) this.#grew.set(view, perhaps);
    const held = this.#held.get(view) ?? 0;
    if (perhaps > 0 && held >= SAID_AT) this.#warnings.say('handles', `leaves more and more open: ${inKinds()} by now; open it in a plan, or close it before it returns`, undefined, { view, trainId });
    if (held + grew > MOST.handles) this.#spent(view, `left ${inKinds()} open`);
  }

  /** One more is opened; gives back how many of this call there are, or will be. */
  #begins(): number {
    this.#begun += 1;
    if (this.#atOnce++ === 0) afterThis(() => (this.#atOnce = 0));
    return Math.max(handles() - this.#atCall, this.#atOnce);
  }

  #boundHandles(): void {
    // oxlint-disable-next-line typescript/no-this-alias -- What is bound has a `this` of its own.
    const watch = this;
    const bound = (holder: object, name: string): void => {
      const native = (holder as Record<string, (...args: unknown[]) => unknown>)[name]!;
      Object.assign(holder, { [name](this: unknown, ...args: unknown[]): unknown {
        const call = currentCall();
        if (call && (watch.#held.get(call.view) ?? 0) + watch.#begins() > MOST.handles) {
          watch.#spent(call.view, `left ${MOST.handles} connections, programs or watched files open`);
          throw new YardError('VIEW_HANDLES', `${call.view} has left ${MOST.handles} connections, programs or watched files open: open them once, in a plan, or close them before the view returns.`);
        }
        return native.apply(this, args);
      } });
    };
    bound(net.Socket.prototype, 'connect');
    bound(net.Server.prototype, 'listen');
    bound(dgram.Socket.prototype, 'bind');
    bound(childProcess.ChildProcess.prototype, 'spawn');
    bound(fs, 'watch');
    bound(fs, 'watchFile');
    const { Worker } = threads;
    Object.assign(threads, { Worker: class extends Worker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        if (currentCall()) throw new YardError('VIEW_THREAD', 'A view starts no threads: each worker of the pool computes a train of its own (--workers).');
        super(...args);
      }
    } });
  }

  /** Files have no handle in Node's list: they are counted where they are opened. */
  #countFiles(): void {
    const { open, openSync, close, closeSync, promises } = fs;
    const { open: openPromised } = promises;
    const opened = (fd: number, call: ViewCall | undefined): void => {
      if (!call) return;
      this.#files.set(fd, call.view);
      const all = [...this.#files.values()].filter((view) => view === call.view).length;
      if (all >= SAID_AT * 4 && all % SAID_AT === 0) this.#warnings.say('handles', `leaves files open: ${all} by now; close each with closeSync, or read it whole with readFileSync`, undefined, call);
      if (all > MOST.files) this.#spent(call.view, `left ${all} files open`);
    };
    const mayOpen = (): void => {
      if (currentCall() && this.#files.size > MOST.files) throw new YardError('VIEW_HANDLES', `${this.#files.size} files are open in this worker: close each with closeSync, or read it whole with readFileSync.`);
    };
    fs.openSync = (...args) => {
      mayOpen();
      const fd = openSync(...args);
      opened(fd, currentCall());
      return fd;
    };
    fs.closeSync = (fd) => {
      closeSync(fd);
      this.#files.delete(fd);
    };
    Object.assign(fs, {
      open: (...args: unknown[]) => {
        mayOpen();
        const call = currentCall();
        const done = args.at(-1) as (error: Error | null, fd: number) => void;
        if (typeof done === 'function') args[args.length - 1] = (error: Error | null, fd: number) => {
          if (!error) opened(fd, call);
          done(error, fd);
        };
        (open as (...rest: unknown[]) => void)(...args);
      },
      close: (fd: number, ...done: [((error: Error | null) => void)?]) => {
        this.#files.delete(fd);
        (close as (...rest: unknown[]) => void)(fd, ...done);
      },
    });
    promises.open = async (...args) => {
      mayOpen();
      const call = currentCall();
      const file = await openPromised(...args);
      const { fd } = file;
      opened(fd, call);
      // Its types do not say that it is one.
      (file as unknown as EventEmitter).on('close', () => this.#files.delete(fd));
      return file;
    };
  }
}

function share(): number {
  try {
    return Math.max(16, Math.floor(Number(/^Max open files\s+(\d+)/m.exec(fs.readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity) / 64));
  } catch {
    return Infinity;
  }
}

/** How many handles this thread has: connections and the like, not what ends by itself. */
function handles(): number {
  const all = process.getActiveResourcesInfo();
  let n = 0;
  for (const kind of all) if (kind in WORDS) n += 1;
  return n;
}

function inKinds(): string {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    const words = WORDS[kind];
    if (words !== undefined) counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return Array.from(counts, ([words, n]) => `${n} ${words}`).join(', ');
}
