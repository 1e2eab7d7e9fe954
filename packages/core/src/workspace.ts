import { zeros, type DType, type NdArray } from '@trainyard/nd';
import { YardError } from './problem.ts';

/** What the runtime lends to the code that runs in a worker. Outside a worker the defaults below serve. */
export interface Workspace {
  /** The folder that relative paths of the code being loaded start at. */
  folder: string;
  /** The text of a file, read again only when the file has changed. */
  readText(path: string, folder: string): string;
  /** A result array from the worker's ring, its contents undefined; valid until the train's results are sent. */
  scratch(shape: readonly number[], dtype: DType): NdArray;
}

export const workspace: Workspace = {
  folder: '.',
  readText(path) {
    throw new YardError('NO_FILES', `"${path}" can only be read where a runtime runs the views.`);
  },
  scratch: (shape, dtype) => zeros(shape, dtype),
};

/** A result array from the worker's ring: fill all of it; it is valid until the train's results are sent. */
export function scratch(shape: readonly number[], dtype: DType = 'float32'): NdArray {
  return workspace.scratch(shape, dtype);
}
