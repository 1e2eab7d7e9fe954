import { Cursor, NotDirect, type FileBytes } from './file-bytes.ts';
import { decodeFixed } from '../types.ts';

/** Collections kept: texts of one dataset lie in few of them. */
const MOST_COLLECTIONS = 64;
const MOST_BYTES = 256 * 1024 * 1024;

/** Texts of variable length: the elements of a dataset name their places in global heaps (format specification III.E). */
export class TextHeap {
  readonly #file: FileBytes;
  readonly #collections = new Map<number, Map<number, Buffer>>();

  constructor(file: FileBytes) {
    this.#file = file;
  }

  /** The texts that elements as stored stand for; one that was never written is empty. */
  texts(elements: Buffer): string[] {
    const each = 8 + this.#file.offsetBytes;
    const texts: string[] = [];
    for (let at = 0; at + each <= elements.length; at += each) {
      const length = elements.readUInt32LE(at);
      const address = this.#file.offsetBytes === 8 ? Number(elements.readBigUInt64LE(at + 4)) : elements.readUIntLE(at + 4, this.#file.offsetBytes);
      const index = elements.readUInt32LE(at + each - 4);
      if (length === 0 || address === 0) {
        texts.push('');
        continue;
      }
      const bytes = this.#collection(address).get(index);
      if (!bytes || bytes.length < length) throw new NotDirect('a text outside its heap');
      texts.push(decodeFixed(bytes.subarray(0, length)));
    }
    return texts;
  }

  /** One object of a global heap. */
  object(address: number, index: number): Cursor {
    const bytes = this.#collection(address).get(index);
    if (!bytes) throw new NotDirect('an object outside its heap');
    return new Cursor(bytes, this.#file);
  }

  #collection(address: number): Map<number, Buffer> {
    const known = this.#collections.get(address);
    if (known) return known;
    const file = this.#file;
    const head = file.at(address, 8 + file.lengthBytes);
    head.expect('GCOL');
    head.skip(4);
    const size = head.length();
    if (size > MOST_BYTES) throw new NotDirect(`a heap of ${size} bytes`);
    const body = file.at(address, size);
    body.skip(8 + file.lengthBytes);
    const objects = new Map<number, Buffer>();
    while (body.left >= 8 + file.lengthBytes) {
      const index = body.u16();
      body.skip(6);
      const bytes = body.length();
      // Number 0 is the free space at the end.
      if (index === 0) break;
      objects.set(index, body.slice(bytes));
      body.skip(Math.min(body.left, (8 - (bytes % 8)) % 8));
    }
    if (this.#collections.size >= MOST_COLLECTIONS) this.#collections.clear();
    this.#collections.set(address, objects);
    return objects;
  }
}
