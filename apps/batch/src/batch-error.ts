import type { Problem } from '@trainyard/core';

/**
 * Why a job cannot be done as asked.
 *
 * Codes: `JOB_NONE` no job in this folder · `JOB_UNREADABLE` one of another version · `JOB_TASK` no such part · `JOB_THERE` the folder has a
 * job already · `JOB_RUNS` unreadable run numbers · `JOB_OPTION` an option out of range · `JOB_NO_TRAINS` a run without trains to compute ·
 * `JOB_FILE_NAME` a file that must not be copied into the folder · `JOB_PARTS` parts are not done · `JOB_INTERRUPTED`.
 */
export class BatchError extends Error {
  override readonly name = 'BatchError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A job is refused before anything is written or submitted: all its problems at once. */
export class BatchRefused extends Error {
  override readonly name = 'BatchRefused';
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
  }
}
