import { askSlurm, runSlurm, type CommandResult } from './command.ts';
import { slurmError, SlurmError } from './slurm-error.ts';
import { slurmId, type SlurmJob } from './slurm-job.ts';
import { statusOf, stuckBy, type TaskState } from './task-state.ts';

/** What Slurm's programs say of one task: everything but our number. */
type Said = Omit<TaskState, 'task' | 'id'>;

/** Raw numbers of tasks, learnt while they ran: completed jobs are listed by those alone where there is no accounting. */
const rawNumbers = new Map<string, string>();

/**
 * The state of every task of a job, by task number; complete, since the list of tasks is ours: what Slurm says nothing of is
 * `unknown`. Asked are squeue, then for tasks it has forgotten sacct, then the list of completed jobs (`sacct -c`).
 * Errors: SLURM_MISSING, SLURM_DOWN (when accounting does not answer either): never take it for an end.
 */
export async function states(job: SlurmJob): Promise<TaskState[]> {
  const said = new Map<string, Said>();
  let down: SlurmError | undefined;
  try {
    await askQueue(job, said);
  } catch (error) {
    if (!(error instanceof SlurmError) || error.code !== 'SLURM_DOWN') throw error;
    down = error;
  }
  const ids = job.chunks.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => slurmId(job, first + i)));
  const unclear = ids.some((id) => !said.has(id) || (said.get(id)!.status === 'failed' && !said.get(id)!.exit));
  if (unclear) await askAccounting(job, said);
  if (down && said.size === 0) throw down;
  return ids.map((id, task) => ({ task, id, ...(said.get(id) ?? { status: 'unknown' }) }));
}

async function askQueue(job: SlurmJob, said: Map<string, Said>): Promise<void> {
  // The reason stands last: it may hold any character.
  const args = ['--noheader', '--array', '--states=all', `--jobs=${numbers(job)}`, '--format=%F|%K|%A|%T|%j|%N|%r'];
  const { code, stdout, stderr } = await runSlurm('squeue', args);
  if (code !== 0 || /error:/i.test(stderr)) {
    // Forgotten by the controller: ended more than MinJobAge ago.
    if (/invalid job id/i.test(stderr)) return;
    throw slurmError(`squeue ${args.join(' ')}`, stderr || stdout);
  }
  for (const line of stdout.split('\n')) {
    const [arrayId, task, raw, state, name, node, ...rest] = line.split('|');
    // Slurm's numbers can be used again; the name is ours alone.
    if (arrayId === undefined || state === undefined || name?.trim() !== job.name) continue;
    // An array that never started any task and was cancelled is one row for all of them.
    const wholeArray = job.array && !/^\d+$/.test(task.trim());
    const id = job.array && !wholeArray ? `${arrayId.trim()}_${task.trim()}` : arrayId.trim();
    const reason = rest.join('|').trim();
    const status = statusOf(state);
    const stuck = status === 'pending' ? stuckBy(reason) : undefined;
    if (status !== 'pending') rawNumbers.set(`${job.name}/${raw.trim()}`, id);
    said.set(id, {
      status, slurm: state.trim(),
      ...(reason !== '' && reason !== 'None' && { reason }),
      ...(stuck !== undefined && { stuck }),
      ...(node.trim() !== '' && { node: node.trim() }),
    });
  }
  if (!job.array) return;
  for (const { jobId, count } of job.chunks) {
    const all = said.get(jobId);
    if (!all) continue;
    for (let i = 0; i < count; i += 1) if (!said.has(`${jobId}_${i}`)) said.set(`${jobId}_${i}`, all);
  }
}

async function askAccounting(job: SlurmJob, said: Map<string, Said>): Promise<void> {
  // Without a start sacct looks no further back than midnight.
  const start = new Date(Date.parse(job.submitted) - 3_600_000);
  const since = `--starttime=${localTime(start)}`;
  const result = await sacct(['--allocations', '--noheader', '--parsable2', `--jobs=${numbers(job)}`, since, '--format=JobID,State,ExitCode,JobName,NodeList']);
  if (result.code !== 0) return askCompleted(job, since, said);
  for (const line of result.stdout.split('\n')) {
    const [id, state, exit, name, node] = line.split('|');
    if (id === undefined || state === undefined || name !== job.name) continue;
    const known = said.get(id);
    // Accounting lags behind the queue: what the queue says holds, and gains its exit code.
    if (known) said.set(id, { ...known, ...exitOf(exit) });
    else for (const each of expand(id)) said.set(each, { status: statusOf(state), slurm: state, ...exitOf(exit), ...(node && { node }) });
  }
}

/** The file of completed jobs knows raw numbers only; tasks that were never seen running stay unknown. */
async function askCompleted(job: SlurmJob, since: string, said: Map<string, Said>): Promise<void> {
  const { stdout } = await sacct(['--completion', '--noheader', '--parsable2', since, '--format=JobID,State,JobName,NodeList']);
  for (const line of stdout.split('\n')) {
    const [raw, state, name, node] = line.split('|');
    if (raw === undefined || state === undefined || name !== job.name) continue;
    const id = job.array ? rawNumbers.get(`${job.name}/${raw}`) : raw;
    if (id !== undefined && !said.has(id)) said.set(id, { status: statusOf(state), slurm: state, ...(node && { node }) });
  }
}

/** Accounting is a second source: where it cannot be asked, the first one has to do. */
async function sacct(args: readonly string[]): Promise<CommandResult> {
  return runSlurm('sacct', args).catch(() => ({ code: 1, stdout: '', stderr: '' }));
}

function exitOf(text: string | undefined): { exit?: { code: number; signal: number } } {
  const match = /^(\d+):(\d+)$/.exec(text ?? '');
  return match ? { exit: { code: Number(match[1]), signal: Number(match[2]) } } : {};
}

/** `7_[0-2,5%2]` as its tasks. */
function expand(id: string): string[] {
  const match = /^(\d+)_\[([\d,-]+)(?:%\d+)?\]$/.exec(id);
  if (!match) return [id];
  return match[2].split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return Array.from({ length: Math.max(0, Math.min(to - from + 1, 1_000_000)) }, (_, i) => `${match[1]}_${from + i}`);
  });
}

const numbers = (job: SlurmJob): string => job.chunks.map((chunk) => chunk.jobId).join(',');

/** Slurm reads times without a zone as local ones. */
function localTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const CANCEL_AT_ONCE = 100;

/** Cancels a job, or some of its tasks. What has ended already stays as it is. Errors: SLURM_DOWN, SLURM_MISSING. */
export async function cancel(job: SlurmJob, tasks?: readonly number[]): Promise<void> {
  // Only what goes by our name: Slurm may have given the number to somebody else meanwhile. (scancel --name with the number of a
  // task cancels the whole array.)
  const alive = new Set((await states(job)).filter(({ status }) => status === 'pending' || status === 'running').map(({ task }) => task));
  const ids = tasks
    ? tasks.filter((task) => alive.has(task)).map((task) => slurmId(job, task))
    : job.chunks.filter(({ first, count }) => [...alive].some((task) => task >= first && task < first + count)).map((chunk) => chunk.jobId);
  for (let i = 0; i < ids.length; i += CANCEL_AT_ONCE) await askSlurm('scancel', ids.slice(i, i + CANCEL_AT_ONCE));
}
