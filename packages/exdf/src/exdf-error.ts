/**
 * What went wrong with a run.
 *
 * Codes: `EXDF_NO_RUN` no such folder, proposal or run · `EXDF_UNUSABLE` a folder without one readable file ·
 * `EXDF_DUPLICATE_TRAINS` one source has a train in two places · `EXDF_FILE` one file cannot be used (such files are skipped and listed) ·
 * `EXDF_INDEX` an index points outside the data · `EXDF_MIXED` a key changes its type or shape from file to file ·
 * `EXDF_TYPE` a key whose type cannot be read · `EXDF_CLOSED` used after `close()`.
 */
export class ExdfError extends Error {
  override readonly name = 'ExdfError';
  readonly code: string;
  /** Folder, file, or `FILE:source[key]`. */
  readonly where: string;

  constructor(code: string, where: string, message: string) {
    super(`${message} (${where})`);
    this.code = code;
    this.where = where;
  }
}
