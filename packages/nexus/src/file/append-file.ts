import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { NexusError } from '../nexus-error.ts';
import { ByteBuilder, checksum } from './byte-builder.ts';
import { Heap } from './heap.ts';
import { writeTree } from './metadata.ts';
import { GroupNode } from './node.ts';

const SUPERBLOCK = 48;
/** Where the first value may lie; the mark stands before it. */
const START = 256;

/**
 * An HDF5 file that only grows and is whole at every moment: values are appended, and `commit` writes the description of all
 * objects to a place that the file does not use yet, then switches the superblock to it in one write of 48 bytes. A process
 * killed at any time leaves the state of its last commit. The descriptions take turns in two places.
 *
 * Format: HDF5 File Format Specification 3.0, superblock version 2; readable by every HDF5 since 1.8.
 */
export class AppendFile {
  readonly root = new GroupNode('NXroot');
  readonly path: string;
  readonly #fd: number;
  readonly #heap: Heap;
  readonly #out = new ByteBuilder();
  #end = START;
  /** The two places of descriptions; `#live` is the one that the superblock names. */
  #places = [{ address: 0, size: 0 }, { address: 0, size: 0 }];
  #live = 0;

  /** Makes the file; one that exists is an error. `mark` is a short text that `readMark` finds, whatever state the file is in. */
  constructor(path: string, mark = '') {
    this.path = path;
    this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o666);
    this.write(Buffer.from(mark.slice(0, START - SUPERBLOCK)), SUPERBLOCK);
    this.#heap = new Heap(this);
  }

  /** Room for `bytes` at the end of the file. */
  allocate(bytes: number): number {
    const address = this.#end;
    this.#end += bytes + ((8 - (bytes % 8)) % 8);
    return address;
  }

  write(bytes: Uint8Array, address: number): void {
    let done = 0;
    // Linux writes at most 2 GiB at once.
    while (done < bytes.length) done += writeSync(this.#fd, bytes, done, Math.min(bytes.length - done, 2 ** 30), address + done);
  }

  read(into: Uint8Array, address: number): void {
    let done = 0;
    while (done < into.length) {
      const count = readSync(this.#fd, into, done, Math.min(into.length - done, 2 ** 30), address + done);
      if (count === 0) throw new NexusError('NEXUS_VALUE', this.path, 'The file ends before its values: was it truncated by another program?');
      done += count;
    }
  }

  /** Makes everything appended so far part of the file. */
  commit(closing = false): void {
    const out = this.#out;
    const next = 1 - this.#live;
    out.clear();
    let place = this.#places[next];
    let root = writeTree(out, this.root, place.address, this.#heap, closing);
    if (place.size < out.length) {
      // Too large for its place: the same once more, for a new one.
      const size = closing ? out.length : Math.ceil(out.length * 1.5);
      place = this.#places[next] = { address: this.allocate(size), size };
      out.clear();
      root = writeTree(out, this.root, place.address, this.#heap, closing);
    }
    this.#heap.store();
    this.write(out.since(), place.address);
    if (fstatSync(this.#fd).size < this.#end) ftruncateSync(this.#fd, this.#end);
    if (closing) fsyncSync(this.#fd);
    this.write(this.#superblock(root), 0);
    this.#live = next;
  }

  /** Commits and closes. */
  close(): void {
    this.commit(true);
    fsyncSync(this.#fd);
    closeSync(this.#fd);
  }

  /** Closes without a commit: the file stays as the last one left it, without its mark. */
  abandon(): void {
    this.write(new Uint8Array(START - SUPERBLOCK), SUPERBLOCK);
    closeSync(this.#fd);
  }

  #superblock(root: number): Uint8Array {
    const out = new ByteBuilder();
    out.bytes(Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 2, 8, 8, 0));
    out.u64(0);
    out.undefined64();
    out.u64(this.#end);
    out.u64(root);
    out.u32(checksum(out.since()));
    return out.since();
  }
}

/** The mark of a file that is being written, or was. */
export function readMark(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(START);
    readSync(fd, bytes, 0, START, 0);
    const end = bytes.indexOf(0, SUPERBLOCK);
    return bytes.toString('utf8', SUPERBLOCK, end < 0 ? START : end);
  } finally {
    closeSync(fd);
  }
}
