import { workspace, type PythonFunction } from '@trainyard/core';

/** How a function is called. */
export interface PythonOptions {
  /** The interpreter, which must have numpy: a name, or a path. Default `python3`. */
  readonly python?: string;
  /** Names of its arguments, for the check when the code is loaded. */
  readonly inputs?: readonly string[];
}

/**
 * A function of a Python file, for views: `const spot = pythonFunction('./spot.py', 'spot')` at the top of the file, `({ image }) => spot({ image })` in a view.
 * Arguments go by name: arrays as numpy's (not to be written to, and gone after the train), whole numbers as int, others as float, texts, tables as dictionaries.
 * It gives an array, a number, a text, or an object of these for a dictionary; undefined for None. Relative paths start at the folder of the list or views file.
 * Throws what the function raised, with its line.
 */
export function pythonFunction(file: string, name: string, options: PythonOptions = {}): PythonFunction {
  return workspace.startPython({ file, function: name, ...options });
}
