export { openRun, type RunOptions } from './open-run.ts';
export { findRun, recogniseRun, type RunDataKind, type RunNumber } from './find-run.ts';
export { ExdfError } from './exdf-error.ts';
export type { KeyRows, Run, RunData, RunKey, RunSource } from './run.ts';
export { writeTrains, type TrainKey, type TrainToWrite } from './write-trains.ts';
