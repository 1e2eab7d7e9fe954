import { zeros, type DType, type NdArray } from '@trainyard/nd';
import type { ArrayFile } from './array-file.ts';
import { YardError } from './problem.ts';

/** A function of a Python file, as a plugin or a view asks for it. */
export interface PythonCall {
  /** The .py file; a relative path starts at the folder of the list or views file. */
  readonly file: string;
  readonly function: string;
  /** The interpreter: a name that is found by PATH, or a path. Default `python3`. */
  readonly python?: string;
  /** Names of the arguments; where they are known, the function is held against them when the code is loaded. */
  readonly inputs?: readonly string[];
}

/** Calls the function with arguments by name: arrays, numbers, texts, tables. Gives its value; throws what it raised, with its line. */
export type PythonFunction = (values: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** What the runtime lends to the code that runs in a worker. Outside a worker the defaults below serve. */
export interface Workspace {
  /** The folder that relative paths of the code being loaded start at. */
  folder: string;
  /** The text of a file, read again only when the file has changed. */
  readText(path: string, folder: string): string;
  /** The arrays of an HDF5 file: another object when the file has changed. */
  openArrays(path: string, folder: string): ArrayFile;
  /** A result array from the worker's ring, its contents undefined; valid until the train's results are sent. */
  scratch(shape: readonly number[], dtype: DType): NdArray;
  /** A Python function in a process beside the worker; to be asked for while the code is loaded, which waits until it is there. */
  startPython(call: PythonCall): PythonFunction;
}

export const workspace: Workspace = {
  folder: '.',
  readText(path) {
    throw new YardError('NO_FILES', `"${path}" can only be read where a runtime runs the views.`);
  },
  openArrays(path) {
    throw new YardError('NO_FILES', `"${path}" can only be read where a runtime runs the views.`);
  },
  scratch: (shape, dtype) => zeros(shape, dtype),
  startPython: ({ file }) => () => Promise.reject(new YardError('NO_PYTHON', `"${file}" can only be run where a runtime runs the views.`)),
};

/** A result array from the worker's ring: fill all of it; it is valid until the train's results are sent. */
export function scratch(shape: readonly number[], dtype: DType = 'float32'): NdArray {
  return workspace.scratch(shape, dtype);
}
