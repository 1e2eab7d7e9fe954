export { ResultsWriter, type ResultsOptions, type TrainOutcome, type JournalEntry } from './results-writer.ts';
export type { ResultView, ResultValue, ArrayValue, SeriesValue, RowLabels } from './result-view.ts';
export { circumstances } from './provenance.ts';
export { encodeState, decodeState } from './state-codec.ts';
export { NexusError } from './nexus-error.ts';
