/**
 * What went wrong with a stack or a `.npy` file.
 *
 * Codes: `STACK_MISSING` no such file · `STACK_KIND` neither `.npy` nor HDF5 · `STACK_DATASET` no dataset to choose, or several · `STACK_TYPE` elements
 * that are not numbers · `STACK_RANGE` a frame that is not there, or a buffer too small · `STACK_CLOSED` used after `close()` ·
 * `NPY_HEADER` a damaged header · `NPY_PICKLED` Python objects, which are never unpacked · `NPY_TYPE` elements without an equivalent ·
 * `NPY_TRUNCATED` shorter than its header says · `NPY_WRITE` values that do not fit their description.
 */
export class StackError extends Error {
  override readonly name = 'StackError';
  readonly code: string;
  readonly where: string;

  constructor(code: string, where: string, message: string) {
    super(`${message} (${where})`);
    this.code = code;
    this.where = where;
  }
}
