/**
 * What went wrong with a run.
 *
 * Codes: `EXDF_NO_RUN` no such folder, proposal or run · `EXDF_UNUSABLE` a folder without one readable file ·
 * `EXDF_DUPLICATE_TRAINS` one source has a train in two places · `EXDF_FILE` one file cannot be used (such files are skipped and listed) ·
 * `EXDF_GONE` a file of an open run is not there any more · `EXDF_INDEX` an index points outside the data · `EXDF_MIXED` a key changes its type or
 * shape from file to file · `EXDF_TYPE` a key whose type cannot be read · `EXDF_NO_SOURCE` and `EXDF_NO_KEY` no such name · `EXDF_SELECT` a
 * selection that fits nothing or makes no sense · `EXDF_ALIAS` aliases that cannot be read or mean two things · `EXDF_VALUES` a key that was to have one
 * value has several · `EXDF_NO_DATA` no entry at all · `EXDF_TABLE` a key that does not fit into a table · `EXDF_DETECTOR` a detector that is not
 * there, or whose modules do not fit together · `EXDF_CLOSED` used after `close()`.
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
