import { open, type FileHandle } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';

/** Before each record: a mark, its length and its checksum. */
const HEAD_BYTES = 12;
const MARK = 0x31_59_48_54;

/** Records behind one another, each with a checksum: what a killed process left half-written at the end is cut off, and nothing else is lost. */
export class RecordFile {
  readonly path: string;
  #bytes: number;
  #file: FileHandle | undefined;

  /** Goes on behind so many bytes. */
  constructor(path: string, bytes = 0) {
    this.path = path;
    this.#bytes = bytes;
  }

  /** All whole records from the start on, and their bytes; none where there is no file. */
  static read(path: string): { readonly records: readonly unknown[]; readonly bytes: number } {
    const records: unknown[] = [];
    const file = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    let at = 0;
    while (at + HEAD_BYTES <= file.length && file.readUInt32LE(at) === MARK) {
      const end = at + HEAD_BYTES + file.readUInt32LE(at + 4);
      const body = file.subarray(at + HEAD_BYTES, end);
      if (end > file.length || crc32(body) !== file.readUInt32LE(at + 8)) break;
      try {
        records.push(deserialize(body));
      } catch {
        break;
      }
      at = end;
    }
    return { records, bytes: at };
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** One that fails (no room) is written over by the next. */
  async append(record: unknown): Promise<void> {
    const body = serialize(record);
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32LE(MARK, 0);
    head.writeUInt32LE(body.length, 4);
    head.writeUInt32LE(crc32(body), 8);
    if (!this.#file) {
      this.#file = await open(this.path, existsSync(this.path) ? 'r+' : 'w');
      await this.#file.truncate(this.#bytes);
    }
    const { bytesWritten } = await this.#file.writev([head, body], this.#bytes);
    if (bytesWritten < HEAD_BYTES + body.length) throw new Error(`${this.path} took ${bytesWritten} of ${HEAD_BYTES + body.length} bytes: is the disk full?`);
    this.#bytes += bytesWritten;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}
