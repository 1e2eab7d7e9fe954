export { ResultsWriter, type ResultsOptions, type TrainOutcome, type JournalEntry } from './results-writer.ts';
export type { ResultView, ResultValue, ArrayValue, SeriesValue, RowLabels } from './result-view.ts';
export { readResults, ResultsFile, type StoredReason } from './results-file.ts';
export type { ResultRow } from './view-reader.ts';
export { diffResults, type Difference } from './diff-results.ts';
export { mergeResults, type MergeOptions } from './merge-results.ts';
export { circumstances } from './provenance.ts';
export { encodeState, decodeState } from './state-codec.ts';
export { NexusError } from './nexus-error.ts';
