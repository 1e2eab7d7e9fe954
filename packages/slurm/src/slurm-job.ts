/** One job array of Slurm; an array longer than Slurm allows becomes several. */
export interface SlurmChunk {
  /** Slurm's number. */
  readonly jobId: string;
  /** Our number of its first task; its tasks count from 0 for Slurm. */
  readonly first: number;
  readonly count: number;
}

/** A submitted job: plain data, to be kept in a file. The name is unique, since Slurm's numbers can be used again. */
export interface SlurmJob {
  readonly name: string;
  /** Of the first chunk. */
  readonly jobId: string;
  readonly chunks: readonly SlurmChunk[];
  /** Whether it is an array (also one of a single task). */
  readonly array: boolean;
  /** ISO time, just before it was submitted. */
  readonly submitted: string;
}

/** What a job needs; handed on to `sbatch` as it is. Slurm's defaults hold for what is absent. */
export interface SlurmOptions {
  readonly partition?: string;
  readonly reservation?: string;
  readonly account?: string;
  readonly qos?: string;
  readonly constraint?: string;
  /** Minutes, or `days-hours:minutes:seconds`. */
  readonly time?: number | string;
  /** Megabytes of a node, or with a unit (`32G`). */
  readonly memory?: number | string;
  /** CPUs of one task. */
  readonly cpus?: number;
  /** The whole node. */
  readonly exclusive?: boolean;
  readonly mailType?: string;
  readonly mailUser?: string;
  /** Any other of sbatch's options, as on its command line. */
  readonly extra?: readonly string[];
}

const NAMES = {
  partition: 'partition', reservation: 'reservation', account: 'account', qos: 'qos', constraint: 'constraint', time: 'time',
  memory: 'mem', cpus: 'cpus-per-task', mailType: 'mail-type', mailUser: 'mail-user',
} as const;

/** The options on sbatch's command line. */
export function sbatchOptions(options: SlurmOptions): string[] {
  const given = Object.entries(NAMES).flatMap(([key, name]) => {
    const value = options[key as keyof typeof NAMES];
    return value === undefined ? [] : [`--${name}=${value}`];
  });
  return [...given, ...(options.exclusive ? ['--exclusive'] : []), ...(options.extra ?? [])];
}

/** `ArrayJobId_TaskId`, by which Slurm's programs name our task; the bare number of a job that is no array. */
export function slurmId(job: SlurmJob, task: number): string {
  const chunk = job.chunks.find(({ first, count }) => task >= first && task < first + count);
  if (!chunk) throw new RangeError(`the job ${job.name} has no task ${task}`);
  return job.array ? `${chunk.jobId}_${task - chunk.first}` : chunk.jobId;
}
