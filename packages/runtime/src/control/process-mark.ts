import { readFileSync } from 'node:fs';

/** Numbers of processes are used again: with the time of its start a process is one and no other. */
export interface ProcessMark {
  readonly pid: number;
  /** Ticks since the machine started; absent where there is no /proc. */
  readonly started?: string | undefined;
}

export function ownMark(): ProcessMark {
  return { pid: process.pid, started: startOf(process.pid) };
}

/** Whether this very process runs on this machine. */
export function isRunning({ pid, started }: ProcessMark): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EPERM') return false;
  }
  return started === undefined || startOf(pid) === started;
}

function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it, in brackets, may hold blanks.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
