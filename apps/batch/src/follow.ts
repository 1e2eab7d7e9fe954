import { setTimeout as sleep } from 'node:timers/promises';
import { jobStatus, type JobStatus } from './job-status.ts';

/** A file system shared by many nodes may show a last word late. */
const GRACE_MS = 10_000;
const LOCAL_MS = 500;
const SLURM_MS = { first: 1000, most: 10_000 } as const;

/**
 * Follows a job until it has ended or the signal comes, and gives back its last status; `onStatus` is told each one. Slurm is asked
 * ever less often; while its controller does not answer, nothing is taken for an end.
 */
export async function follow(folder: string, signal: AbortSignal, onStatus: (status: JobStatus) => void): Promise<JobStatus> {
  let waitMs: number = SLURM_MS.first;
  let endedAt: number | undefined;
  for (;;) {
    const status = await jobStatus(folder);
    onStatus(status);
    endedAt = status.ended ? (endedAt ?? Date.now()) : undefined;
    if (status.settled || signal.aborted || (endedAt !== undefined && Date.now() - endedAt > GRACE_MS)) return status;
    await sleep(status.job.slurm ? waitMs : LOCAL_MS, undefined, { signal }).catch(() => undefined);
    waitMs = Math.min(waitMs * 1.2, SLURM_MS.most);
  }
}
