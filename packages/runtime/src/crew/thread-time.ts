import { readFileSync, readdirSync } from 'node:fs';

/** Kernel ticks a second: 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/**
 * CPU time of a thread, by its folder in /proc, and whether it waits for something else than a core. Where there is no /proc (not
 * Linux), or the thread has gone: no time, and waiting, so that the clock decides.
 */
export function threadTime(thread: string): { readonly cpuMs: number; readonly waits: boolean } {
  try {
    const [state, ...fields] = readFileSync(`/proc/${thread}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return { cpuMs: (Number(fields[10]) + Number(fields[11])) * TICK_MS, waits: state !== 'R' };
  } catch {
    return { cpuMs: 0, waits: true };
  }
}

/** A thread that computes does not come to it. */
const LEAVE_MS = 50;

/** Ends the programs that a thread started, and waits a moment for the thread to take note of it: else they stay in the list of processes as long as we do. */
export async function programsEnded(thread: string): Promise<void> {
  if (programsOf(thread).length === 0) return;
  endPrograms(thread);
  for (const end = performance.now() + LEAVE_MS; programsOf(thread).length > 0 && performance.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Ends the programs that a thread started and waits for (`execSync`), with those that they started. Of no effect where there is no /proc. */
export function endPrograms(thread: string): void {
  for (const program of programsOf(thread)) {
    for (const task of tasksOf(program)) endPrograms(`${program}/task/${task}`);
    try {
      process.kill(program, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

function programsOf(thread: string): number[] {
  try {
    return readFileSync(`/proc/${thread}/children`, 'utf8').split(' ').filter((pid) => pid !== '').map(Number);
  } catch {
    return [];
  }
}

function tasksOf(program: number): string[] {
  try {
    return readdirSync(`/proc/${program}/task`);
  } catch {
    return [];
  }
}
