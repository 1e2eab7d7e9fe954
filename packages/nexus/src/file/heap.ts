import { ByteBuilder } from './byte-builder.ts';

/** Where a text of variable length lies: a collection and an index in it. */
export interface HeapEntry {
  readonly address: number;
  readonly index: number;
  readonly length: number;
}

/** What the heap needs of its file. */
interface Space {
  allocate(bytes: number): number;
  write(bytes: Uint8Array, address: number): void;
}

const COLLECTION = 4096;
const HEADER = 16;

/** The texts of attributes and the mappings of virtual datasets (HDF5's global heap): each once, collections filled one after the other. */
export class Heap {
  readonly #file: Space;
  readonly #entries = new Map<unknown, HeapEntry>();
  #open: { address: number; bytes: Uint8Array; used: number; count: number; dirty: boolean } | undefined;

  constructor(file: Space) {
    this.#file = file;
  }

  intern(text: string): HeapEntry {
    return this.keep(text, () => Buffer.from(text, 'utf8'));
  }

  /** The entry of `what`, made of its bytes when it is asked for the first time. */
  keep(what: unknown, bytes: () => Uint8Array): HeapEntry {
    let entry = this.#entries.get(what);
    if (!entry) this.#entries.set(what, (entry = this.#add(bytes())));
    return entry;
  }

  #add(content: Uint8Array): HeapEntry {
    const padded = content.length + ((8 - (content.length % 8)) % 8);
    const need = HEADER + padded;
    if (!this.#open || this.#open.used + need > this.#open.bytes.length) {
      this.store();
      const size = Math.max(COLLECTION, HEADER + need);
      this.#open = { address: this.#file.allocate(size), bytes: new Uint8Array(size), used: HEADER, count: 0, dirty: true };
      this.#open.bytes.set([0x47, 0x43, 0x4f, 0x4c, 1]);
      new DataView(this.#open.bytes.buffer).setBigUint64(8, BigInt(size), true);
    }
    const open = this.#open;
    const index = (open.count += 1);
    const header = new ByteBuilder();
    header.u16(index);
    header.u16(1);
    header.u32(0);
    header.u64(content.length);
    open.bytes.set(header.since(), open.used);
    open.bytes.fill(0, open.used + HEADER, open.used + need);
    open.bytes.set(content, open.used + HEADER);
    open.used += need;
    open.dirty = true;
    return { address: open.address, index, length: content.length };
  }

  /** Writes the collection that is being filled, its rest marked as free. */
  store(): void {
    const open = this.#open;
    if (!open?.dirty) return;
    const free = open.bytes.length - open.used;
    if (free >= HEADER) {
      open.bytes.fill(0, open.used, open.used + HEADER);
      new DataView(open.bytes.buffer).setBigUint64(open.used + 8, BigInt(free), true);
    }
    this.#file.write(open.bytes, open.address);
    open.dirty = false;
  }
}
