import { statSync } from 'node:fs';
import { appendFile, mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Lines that may wait for a slow disk. */
const WAITING = 1000;

/** A text file of bounded size: when it is full it becomes `PATH.1`, that one `PATH.2`, and the last one goes. Written in the background. */
export class RotatedFile {
  readonly #path: string;
  readonly #bytes: number;
  readonly #files: number;
  #size: number;
  #lines: string[] = [];
  #left = 0;
  #writing: Promise<void> | undefined;

  /** `files` of about `bytes` each, the one that is written among them. */
  constructor(path: string, bytes: number, files: number) {
    this.#path = path;
    this.#bytes = bytes;
    this.#files = files;
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Adds a line. Never waits and never throws: when the disk does not keep up lines are left out, and how many is said. */
  write(line: string): void {
    if (this.#lines.length < WAITING) this.#lines.push(`${line}\n`);
    else this.#left += 1;
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
  }

  /** Resolved when all is written. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#lines.length) {
      const lines = this.#lines.splice(0);
      if (this.#left) lines.push(`(${this.#left} lines were left out: the disk did not keep up)\n`);
      this.#left = 0;
      const text = lines.join('');
      try {
        await mkdir(dirname(this.#path), { recursive: true });
        if (this.#size >= this.#bytes) await this.#rotate();
        await appendFile(this.#path, text);
        this.#size += Buffer.byteLength(text);
      } catch {
        // A log that cannot be written (no room, no right) must not end what it tells of.
        this.#left += lines.length;
      }
    }
  }

  async #rotate(): Promise<void> {
    for (let n = this.#files - 1; n > 0; n -= 1) {
      await rename(n === 1 ? this.#path : `${this.#path}.${n - 1}`, `${this.#path}.${n}`).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
    this.#size = 0;
  }
}
