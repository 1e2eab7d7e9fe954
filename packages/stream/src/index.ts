export { recordStream, trainIdOf, type Recorded, type RecordOptions } from './record.ts';
export { Recording } from './recording.ts';
export { FORMAT, VERSION } from './recording-format.ts';
export { RecordingWriter } from './recording-writer.ts';
export { relay, type Relayed, type RelayOptions } from './relay.ts';
export { replay, type ReplayOptions } from './replay.ts';
export { RunTrains, type RunTrainOptions } from './run-train.ts';
export { sendRun, type SendRunOptions } from './send-run.ts';
export type { ServeOptions } from './serve.ts';
