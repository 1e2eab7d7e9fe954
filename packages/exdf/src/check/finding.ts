/**
 * Something that is not as it should be in a run.
 *
 * Codes of files: `FILE_SKIPPED` not usable · `RUN_TRAIN_ZERO` a zero before the last train ID · `RUN_TRAIN_ORDER` train IDs that do not rise ·
 * `RUN_INDEX_MISSING` `RUN_INDEX_SHAPE` `RUN_INDEX_LENGTH` an index that is not there, has axes, or is not as long as the trains · `RUN_INDEX_RANGE` it points
 * outside the data · `RUN_INDEX_START` `RUN_INDEX_GAPS` `RUN_INDEX_OVERLAP` rows that no train has, or that two have · `RUN_TIMESTAMP_ZERO`
 * `RUN_TIMESTAMP_ORDER` times that are missing or go back · `RUN_SOURCE_EMPTY` a source in the list without data in the file · `RUN_DATA` data that cannot be
 * read · `RUN_VIRTUAL` a virtual dataset whose source is not there.
 * Codes of runs: `RUN_DUPLICATE_TRAINS` · `RUN_MAP` a run map that is wrong · `RUN_SEQUENCE` a file that is missing in a sequence · `RUN_KEYS` `RUN_MIXED` files
 * of a source that do not agree · `RUN_NUMBER` files of another run · `TRAINS_SUSPECT` · `TRAINS_GAP` · `RUN_DETECTOR` modules that do not agree.
 */
export interface Finding {
  /** Data are wrong or not there, or something is only odd. */
  readonly severity: 'error' | 'warning';
  readonly code: string;
  /** What is wrong, and what it means for who reads the run. */
  readonly message: string;
  /** Path of the file; undefined for the run as a whole. */
  readonly file?: string;
  readonly dataset?: string;
}
