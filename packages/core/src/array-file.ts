import type { DType, NdArray } from '@trainyard/nd';
import { workspace } from './workspace.ts';

/** Begin and end (not included) along each of the first axes; axes that are not named are read whole. */
export type ArraySlice = readonly (readonly [from: number, to: number])[];

/** An HDF5 file of arrays, such as constants of a detector, as it is now: its numbers are read when they are asked for. */
export interface ArrayFile {
  readonly path: string;
  /** Every dataset of numbers by its path inside the file, without the first slash. */
  readonly arrays: ReadonlyMap<string, { readonly shape: readonly number[]; readonly dtype: DType }>;
  /** Every other dataset, and what it holds instead: `string`, ... */
  readonly others?: ReadonlyMap<string, string>;
  /** A copy of one, or of a part of it: at most 2 GiB. Throws `ARRAY_FILE`. */
  read(name: string, slice?: ArraySlice): NdArray;
}

/**
 * The arrays of an HDF5 file; a relative path starts at the folder of the list or views file that is being loaded. Call the result on every train: it gives the
 * same object until the file changes, so that it may be the input of a plan. Throws `ARRAY_FILE` where the file cannot be read.
 */
export function arrayFile(path: string): () => ArrayFile {
  const base = workspace.folder;
  return () => workspace.openArrays(path, base);
}
