import { statSync } from 'node:fs';
import { NdArray, YardError, ndarray, type AnyTypedArray, type ArrayFile, type ArraySlice, type DType } from '@trainyard/core';
import { ARRAYS, Hdf5Error, openNow, type Hdf5File } from '@trainyard/hdf5';

/** A file of constants has a dozen. */
const MOST_ARRAYS = 10_000;
const MOST_BYTES = 2 ** 31;

/**
 * HDF5 files of arrays for the code of a worker. A view cannot wait for the HDF5 library: what is read lies contiguous or in chunks, as it is or by gzip, lzf and
 * shuffle, which needs none. A file is looked at (stat) on every call and opened again when it has changed.
 */
export class ArrayFiles {
  readonly #known = new Map<string, { readonly mark: string; readonly file: ArrayFile }>();

  /** Throws `ARRAY_FILE`. */
  open(path: string): ArrayFile {
    const mark = markOf(path);
    const known = this.#known.get(path);
    if (known?.mark === mark) return known.file;
    const others = new Map<string, string>();
    const arrays = reading(path, (file, at) => {
      const found = new Map<string, { shape: readonly number[]; dtype: DType }>();
      for (const dataset of file.datasets()) {
        at(dataset.path);
        if (!(dataset.dtype in ARRAYS)) {
          if (others.size < MOST_ARRAYS) others.set(dataset.path.replace(/^\/+/, ''), dataset.dtype);
          continue;
        }
        if (found.size >= MOST_ARRAYS) throw new YardError('ARRAY_FILE', `${path} has more than ${MOST_ARRAYS} arrays: that is no file of constants.`);
        found.set(dataset.path.replace(/^\/+/, ''), { shape: dataset.shape, dtype: dataset.dtype as DType });
      }
      return found;
    });
    const file: ArrayFile = { path, arrays, others, read: (name, slice) => readArray(path, name, slice) };
    this.#known.set(path, { mark, file });
    return file;
  }
}

function markOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    throw new YardError('ARRAY_FILE', `${path} cannot be read: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message}.`);
  }
}

function readArray(path: string, name: string, slice: ArraySlice = []): NdArray {
  return reading(path, (file, at) => {
    at(name);
    const dataset = file.dataset(name);
    const { shape, dtype } = dataset;
    if (slice.length > shape.length) throw new YardError('ARRAY_FILE', `${path}: ${name} has ${shape.length} axes, and ${slice.length} were asked for.`);
    const ranges = shape.map((length, axis) => slice[axis] ?? ([0, length] as const));
    const lengths = ranges.map(([from, to]) => to - from);
    const bytes = lengths.reduce((product, n) => product * n, dataset.itemSize);
    if (!(bytes <= MOST_BYTES)) throw new YardError('ARRAY_FILE', `${path}: ${name} has ${(bytes / 2 ** 30).toFixed(1)} GiB, and 2 are read at once: read a part of it.`);
    return ndarray(dataset.read(ranges) as AnyTypedArray, lengths, dtype === 'bool' ? { dtype } : {});
  });
}

/** `at` says which dataset is being looked at, for the message. */
function reading<T>(path: string, work: (file: Hdf5File, at: (name: string) => void) => T): T {
  let place = 'it';
  let file: Hdf5File | undefined;
  try {
    file = openNow(path);
    return work(file, (name) => (place = name.replace(/^\/+/, '')));
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error;
    const why = error.code === 'HDF5_CLOSED' ? `${place} is damaged, or not stored as it must be here: little-endian numbers, contiguous or in chunks, with no other filters than gzip, lzf and shuffle, and not virtual, nor behind an external link. Leave it out of the file, or write it so (h5repack changes filters and chunks)` : error.message;
    throw new YardError('ARRAY_FILE', `${path} cannot be read: ${why}.`);
  } finally {
    file?.close();
  }
}
