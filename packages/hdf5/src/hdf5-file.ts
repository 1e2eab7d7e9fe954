import { closeSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import type { File } from 'h5wasm/node';
import { attempt, cause, startLibrary } from './library.ts';
import { FileHandle } from './file-handle.ts';
import { Hdf5Error } from './hdf5-error.ts';
import { Hdf5Group } from './hdf5-group.ts';

/** `r` reads, `w` makes a new file (and empties an old one), `a` changes a file or makes it. */
export type Hdf5Mode = 'r' | 'w' | 'a';

/** An open HDF5 file: its root group, and `raw`, h5wasm's own object, for what this surface leaves out. */
export class Hdf5File extends Hdf5Group {
  override readonly kind = 'file';
  readonly filename: string;

  constructor(handle: FileHandle) {
    super(handle, '/');
    this.filename = handle.path;
  }

  get raw(): File {
    return this.file.raw;
  }

  get closed(): boolean {
    return this.file.closed;
  }

  /** Brings what was written to the disk. */
  flush(): void {
    const { report } = attempt((module) => module.flush(this.fileId));
    if (report) throw new Hdf5Error('HDF5_WRITE', this.filename, `The file cannot be flushed: ${cause(report)}`);
  }

  /** Closes the file; objects of it can no longer be used. A second call does nothing. */
  close(): void {
    this.file.close();
  }
}

/**
 * Opens an HDF5 file on the disk without loading it; offsets beyond 4 GB are fine. Works in any thread, each with its own library.
 *
 * Errors: HDF5_MISSING, HDF5_NOT_HDF5, HDF5_TRUNCATED, HDF5_DAMAGED, HDF5_ACCESS.
 */
export async function openHdf5(path: string, mode: Hdf5Mode = 'r'): Promise<Hdf5File> {
  await startLibrary();
  return openNow(path, mode);
}

/** As `openHdf5`, for callers that have awaited one `openHdf5` (or `startLibrary`) in this thread before. */
export function openNow(path: string, mode: Hdf5Mode = 'r'): Hdf5File {
  const filename = resolve(path);
  const exists = check(filename, mode);
  return new Hdf5File(new FileHandle(filename, mode === 'a' && !exists ? 'w' : mode));
}

/** Refuses what cannot be an HDF5 file before the library sees it; returns whether the file is there. */
function check(filename: string, mode: Hdf5Mode): boolean {
  let stats: Stats;
  try {
    stats = statSync(filename);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw new Hdf5Error('HDF5_ACCESS', filename, `The file cannot be looked at: ${code}`);
    if (mode === 'r') throw new Hdf5Error('HDF5_MISSING', filename, 'There is no such file: check the name');
    return false;
  }
  if (!stats.isFile()) throw new Hdf5Error('HDF5_NOT_HDF5', filename, stats.isDirectory() ? 'This is a folder, not a file' : 'This is not a regular file');
  if (mode !== 'w' && !hasSignature(filename, stats.size)) {
    throw new Hdf5Error('HDF5_NOT_HDF5', filename, stats.size === 0 ? 'The file is empty' : 'The file does not hold HDF5');
  }
  return true;
}

const SIGNATURE = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The signature stands at 0 or, behind a user block, at 512, 1024, 2048, ... */
function hasSignature(filename: string, size: number): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(filename, 'r');
  } catch (error) {
    throw new Hdf5Error('HDF5_ACCESS', filename, `The file cannot be opened: ${(error as NodeJS.ErrnoException).code}`);
  }
  try {
    const bytes = Buffer.alloc(8);
    for (let offset = 0; offset + 8 <= size; offset = offset === 0 ? 512 : offset * 2) {
      if (readSync(descriptor, bytes, 0, 8, offset) === 8 && bytes.equals(SIGNATURE)) return true;
    }
    return false;
  } finally {
    closeSync(descriptor);
  }
}
