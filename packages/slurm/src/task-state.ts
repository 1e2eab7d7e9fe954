/** What became of a task, in the words that decide what to do next. */
export type TaskStatus = 'pending' | 'running' | 'done' | 'failed' | 'timeout' | 'memory' | 'node' | 'preempted' | 'cancelled' | 'unknown';

export interface TaskState {
  /** Our number, from 0. */
  readonly task: number;
  /** `ArrayJobId_TaskId`. */
  readonly id: string;
  /** `unknown`: Slurm has forgotten it (also when it was cancelled before it ran), or never said. Only what the task left on disk can tell; never take it for `done`. */
  readonly status: TaskStatus;
  /** Slurm's own word: `OUT_OF_MEMORY`. */
  readonly slurm?: string;
  /** Slurm's reason for a pending or failed task. */
  readonly reason?: string;
  /** Why a pending task will never start, and what to do. */
  readonly stuck?: string;
  /** Exit code and signal; codes from 128 on are shown less 128 by Slurm. */
  readonly exit?: { readonly code: number; readonly signal: number };
  readonly node?: string;
}

const STATUS: Readonly<Record<string, TaskStatus>> = {
  PENDING: 'pending', CONFIGURING: 'pending', REQUEUED: 'pending', REQUEUE_FED: 'pending', REQUEUE_HOLD: 'pending', SPECIAL_EXIT: 'pending', RESV_DEL_HOLD: 'pending',
  RUNNING: 'running', COMPLETING: 'running', SUSPENDED: 'running', RESIZING: 'running', SIGNALING: 'running', STAGE_OUT: 'running', STOPPED: 'running',
  COMPLETED: 'done', FAILED: 'failed', TIMEOUT: 'timeout', DEADLINE: 'timeout', OUT_OF_MEMORY: 'memory', NODE_FAIL: 'node', BOOT_FAIL: 'node',
  PREEMPTED: 'preempted', CANCELLED: 'cancelled', REVOKED: 'cancelled',
};

/** Our word for Slurm's (`CANCELLED by 2001` too); `unknown` for one that is not known. */
export function statusOf(slurm: string): TaskStatus {
  return STATUS[/^[A-Z_]+/.exec(slurm)?.[0] ?? ''] ?? 'unknown';
}

/** Reasons with which a pending task waits for ever, unless somebody does something. */
const STUCK: readonly (readonly [RegExp, string])[] = [
  [/^PartitionTimeLimit/, 'it asks for more time than its partition gives: submit again with less'],
  [/^(PartitionNodeLimit|PartitionConfig|BadConstraints)/, 'its partition does not give what it asks for (CPUs, memory, features, time): submit again with less'],
  [/^(PartitionDown|PartitionInactive)/, 'its partition is closed: choose another, or ask the operators'],
  [/^DependencyNeverSatisfied/, 'a job that it waits for has failed: cancel it'],
  [/^(ReservationDeleted|Reservation$)/, 'its reservation has not begun or is gone: submit again without it'],
  [/^(InvalidAccount|InvalidQOS|AccountNotAllowed|QOSNotAllowed)/, 'its account or quality of service is not allowed: submit again with another'],
  [/(WallDurationPerJob|MaxWall|MaxCpuPerJob|MaxMemPerJob|MaxNodePerJob|MaxTRESPerJob|MaxTRESPerNode|MaxCpuPerNode)/, 'it asks for more than your account may use in one job: submit again with less'],
  [/^(JobHeldUser|JobHeldAdmin|JobHoldMaxRequeue|job requeued in held state|launch failed requeued held)/, 'it is held: release it with scontrol release, or cancel it'],
];

/** Why a task with that reason will never start; undefined when it only waits. */
export function stuckBy(reason: string): string | undefined {
  return STUCK.find(([pattern]) => pattern.test(reason))?.[1];
}
