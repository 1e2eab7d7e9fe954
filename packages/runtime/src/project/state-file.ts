import { open, rename } from 'node:fs/promises';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { YardError } from '@trainyard/core';
import type { Checkpoint, CheckpointPart } from '../worker/checkpoint.ts';

/** The first line of the file. The number grows when its layout changes. */
const MAGIC = 'trainyard state ';
const VERSION = 1;

interface Head {
  readonly lastTrainId: number;
  readonly savedAt: number;
  readonly parts: readonly (Omit<CheckpointPart, 'bytes'> & { readonly name: string; readonly bytes: number; readonly crc: number })[];
}

/**
 * What reducers remember, on disk: a line with the version, a line with the head (JSON), then the bytes of the parts. Written beside and renamed, in the
 * background, one at a time; of those that come meanwhile the newest is next.
 */
export class StateFile {
  readonly path: string;
  onProblem: (message: string) => void = () => undefined;
  #next: Checkpoint | undefined;
  #writing: Promise<void> | undefined;
  #said = '';

  constructor(path: string) {
    this.path = path;
  }

  /** The last one that was written; undefined when there is none. One that cannot be read is put aside and that is said: nothing else stops. */
  read(): Checkpoint | undefined {
    if (!existsSync(this.path)) return undefined;
    try {
      return decode(readFileSync(this.path));
    } catch (error) {
      const aside = `${this.path}.unreadable`;
      try {
        renameSync(this.path, aside);
      } catch {
        // It is replaced by the next one.
      }
      this.onProblem(`What averages and other running results remembered cannot be read, they start anew: ${(error as Error).message} The file was put aside as ${aside}.`);
      return undefined;
    }
  }

  write(checkpoint: Checkpoint): void {
    this.#next = checkpoint;
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
  }

  /** Resolved when the newest is written. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#next) {
      const checkpoint = this.#next;
      this.#next = undefined;
      try {
        await this.#put(checkpoint);
        this.#said = '';
      } catch (error) {
        const { message } = error as Error;
        if (message !== this.#said) this.onProblem(`What averages and other running results remember cannot be kept: ${message}`);
        this.#said = message;
      }
    }
  }

  async #put(checkpoint: Checkpoint): Promise<void> {
    const file = await open(`${this.path}.new`, 'w', 0o644);
    try {
      await file.writev(encode(checkpoint));
      // So that a power cut leaves the old one or the new one, too.
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(`${this.path}.new`, this.path);
  }
}

function encode({ lastTrainId, parts }: Checkpoint): Uint8Array<ArrayBuffer>[] {
  const entries = Object.entries(parts);
  const head: Head = { lastTrainId, savedAt: Date.now(), parts: entries.map(([name, { bytes, ...part }]) => ({ name, ...part, bytes: bytes.byteLength, crc: crc32(bytes) })) };
  return [Buffer.from(`${MAGIC}${VERSION}\n${JSON.stringify(head)}\n`), ...entries.map(([, { bytes }]) => bytes)];
}

function decode(file: Buffer<ArrayBuffer>): Checkpoint {
  const damaged = (what: string): YardError => new YardError('STATE_FILE', `${what}.`);
  const first = file.indexOf(10);
  const magic = file.toString('latin1', 0, Math.max(0, Math.min(first, 40)));
  if (!magic.startsWith(MAGIC)) throw damaged('It is no state file of Trainyard');
  if (magic !== `${MAGIC}${VERSION}`) throw damaged(`It was written by another version of Trainyard (layout ${magic.slice(MAGIC.length)}, this one reads ${VERSION})`);
  const second = file.indexOf(10, first + 1);
  let head: Head;
  try {
    head = JSON.parse(file.toString('utf8', first + 1, second)) as Head;
  } catch {
    throw damaged('Its head is damaged');
  }
  if (!Number.isInteger(head.lastTrainId) || !Array.isArray(head.parts)) throw damaged('Its head is damaged');
  const parts: Record<string, CheckpointPart> = {};
  let at = second + 1;
  for (const { name, hash, lastTrainId, bytes, crc } of head.parts) {
    const part = new Uint8Array(file.subarray(at, at + bytes));
    if (part.byteLength !== bytes || crc32(part) !== crc) throw damaged(`The state of ${name} is damaged`);
    parts[name] = { hash, lastTrainId, bytes: part };
    at += bytes;
  }
  return { lastTrainId: head.lastTrainId, parts, left: {} };
}
