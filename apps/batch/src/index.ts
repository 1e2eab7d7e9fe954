/** A process list over many runs: as processes on this machine or one Slurm array, merged per run, identical to a single run's. */
export { BatchError, BatchRefused } from './batch-error.ts';
export { checkJob, type CheckedJob, type JobRequest } from './check-job.ts';
export { cutRun, partsFor, type Cut } from './cut-run.ts';
export { follow } from './follow.ts';
export { howToEnd, jobPaths, partName, readJob, type Job, type JobPart, type JobRun, type WorkState } from './job.ts';
export { jobStatus, type JobStatus, type PartStatus, type RunStatus } from './job-status.ts';
export { mergeRuns } from './merge-run.ts';
export { parseRuns } from './parse-runs.ts';
export { runLocal } from './run-local.ts';
export { runPart, type PartOptions } from './run-part.ts';
export { submitJob, type Submission } from './submit-job.ts';
