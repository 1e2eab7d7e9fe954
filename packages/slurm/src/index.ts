export { submitArray, submitAfter, maxArraySize, type ArrayRequest, type AfterRequest } from './submit.ts';
export { states, cancel } from './states.ts';
export { slurmId, type SlurmJob, type SlurmChunk, type SlurmOptions } from './slurm-job.ts';
export type { TaskState, TaskStatus } from './task-state.ts';
export { cleanEnvironment } from './command.ts';
export { SlurmError } from './slurm-error.ts';
