import type { File } from 'h5wasm/node';
import { attempt, cause, library, type Instance } from './library.ts';
import { DirectFile } from './direct/direct-file.ts';
import { NotDirect } from './direct/file-bytes.ts';
import { Hdf5Error } from './hdf5-error.ts';

/**
 * One open file, shared by the objects of it. One that is only read is opened by the library when something is asked for that cannot be read past it: names,
 * numbers and texts of plain files never are.
 */
export class FileHandle {
  readonly path: string;
  readonly #mode: 'r' | 'w' | 'a';
  #direct: DirectFile | undefined;
  #opened: { readonly raw: File; readonly instance: Instance } | undefined;
  #closed = false;

  constructor(path: string, mode: 'r' | 'w' | 'a') {
    this.path = path;
    this.#mode = mode;
    // What somebody writes is known to the library alone until it is on the disk.
    this.#direct = mode === 'r' ? direct(() => new DirectFile(path)) : undefined;
    if (!this.#direct) void this.raw;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether the library has it open. */
  get opened(): boolean {
    return this.#opened !== undefined;
  }

  /** h5wasm's own object. Errors: HDF5_CLOSED, HDF5_TRUNCATED, HDF5_DAMAGED, HDF5_ACCESS. */
  get raw(): File {
    if (this.#closed) throw new Hdf5Error('HDF5_CLOSED', this.path, 'The file is closed');
    if (!this.#opened) this.#opened = { raw: openRaw(this.path, this.#mode), instance: library() };
    if (this.#opened.instance !== library()) throw new Hdf5Error('HDF5_CLOSED', this.path, 'The file was closed when the HDF5 library had to be started again: open it again');
    return this.#opened.raw;
  }

  get id(): bigint {
    return this.raw.file_id;
  }

  /** Asks the file itself; undefined where the library has to say, or has to say what is wrong. */
  ask<T>(question: (file: DirectFile) => T): { readonly answer: T } | undefined {
    if (this.#closed) throw new Hdf5Error('HDF5_CLOSED', this.path, 'The file is closed');
    const file = this.#direct;
    return file && direct(() => ({ answer: question(file) }));
  }

  /** Closes the file; a second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#direct?.close();
    // A stopped library has nothing left to close.
    if (!this.#opened || this.#opened.instance.broken) return;
    const { raw } = this.#opened;
    const { value, report } = attempt((module) => module.close_file(raw.file_id));
    if (value === undefined || value < 0) throw new Hdf5Error('HDF5_WRITE', this.path, `The file was not closed properly: ${cause(report)}`);
  }
}

function direct<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    // Numbers of a damaged file may ask for more memory, or a deeper walk, than there is.
    if (error instanceof NotDirect || error instanceof RangeError) return undefined;
    throw error;
  }
}

function openRaw(path: string, mode: 'r' | 'w' | 'a'): File {
  const { value, report } = attempt(() => new (library().File)(path, mode));
  if (value && value.file_id >= 0n) return value;
  if (/truncated file/.test(report)) throw new Hdf5Error('HDF5_TRUNCATED', path, `The file is shorter than its header says: copy it again (${cause(report)})`);
  throw new Hdf5Error(mode === 'r' ? 'HDF5_DAMAGED' : 'HDF5_ACCESS', path, `The file cannot be opened: ${cause(report)}`);
}
