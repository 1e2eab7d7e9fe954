import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { isRunning, ownMark, type ProcessMark } from '../control/process-mark.ts';

/** Which process uses a folder. */
export interface Holder extends ProcessMark {
  readonly host: string;
  /** What it is, for people: `live views.ts`. */
  readonly what: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** A holder on another machine shows by the file's time that it is alive. */
const BEAT_MS = 20_000;
const SILENT_MS = 90_000;

/** A file that says which process uses the folder that it lies in; it goes with `release`, or is taken over when its process is gone. */
export class FolderLock {
  readonly #file: string;
  readonly #own: string;
  readonly #timer: NodeJS.Timeout;

  /** Gives back the lock, or who holds it. Throws when the file cannot be made. */
  static take(file: string, what: string): FolderLock | Holder {
    const own = JSON.stringify({ host: hostname(), ...ownMark(), what, since: Date.now() } satisfies Holder);
    for (let tries = 0; ; tries += 1) {
      try {
        const fd = openSync(file, 'wx', 0o644);
        writeSync(fd, own);
        closeSync(fd);
        return new FolderLock(file, own);
      } catch (error) {
        if ((error as { code?: string }).code !== 'EEXIST' || tries === 3) throw error;
      }
      const text = read(file);
      const holder = asHolder(text);
      if (holder && isThere(holder, file)) return holder;
      // Of a process that is gone, or of one that was killed while it wrote.
      if (read(file) === text) rmSync(file, { force: true });
    }
  }

  private constructor(file: string, own: string) {
    this.#file = file;
    this.#own = own;
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    this.#timer.unref();
  }

  release(): void {
    clearInterval(this.#timer);
    if (read(this.#file) === this.#own) rmSync(this.#file, { force: true });
  }

  #beat(): void {
    try {
      utimesSync(this.#file, new Date(), new Date());
    } catch {
      // The folder is gone or full: what it holds says so.
    }
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function asHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder;
    return Number.isInteger(holder.pid) && typeof holder.host === 'string' ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isThere(holder: Holder, file: string): boolean {
  if (holder.host === hostname()) return isRunning(holder);
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < SILENT_MS;
}
