import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { readMark } from './file/append-file.ts';
import { NexusError } from './nexus-error.ts';

/** A `.part` of another machine counts as being written while it is younger than this. */
const FRESH_MS = 60_000;

/** Which process writes a `.part`: machine, number, and when it started, since numbers are used again. */
export function writerMark(): string {
  return JSON.stringify({ host: hostname(), pid: process.pid, started: startOf(process.pid) });
}

/** Ticks since the machine started; undefined where there is no such process (or no /proc). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it, in brackets, may hold blanks.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/**
 * Makes sure that `PATH.part` can be made. One that an interrupted process left is moved aside, whole as it is, and its new
 * name given back; one that is being written is refused (NEXUS_BUSY).
 */
export function claimPart(path: string): string | undefined {
  const part = `${path}.part`;
  if (!existsSync(part)) return undefined;
  if (isBeingWritten(part)) throw new NexusError('NEXUS_BUSY', part, 'Another process is writing these results: wait for it, or choose another file');
  let number = 1;
  while (existsSync(`${part}-${number}`)) number += 1;
  renameSync(part, `${part}-${number}`);
  return `${part}-${number}`;
}

/** Whether the process that began this `.part` is at it still. */
export function isBeingWritten(part: string): boolean {
  let mark: { host?: unknown; pid?: unknown; started?: unknown };
  try {
    mark = JSON.parse(readMark(part)) as typeof mark;
  } catch {
    // Not a file of ours, or killed before its first byte.
    return false;
  }
  if (mark.host !== hostname()) return Date.now() - statSync(part).mtimeMs < FRESH_MS;
  const pid = Number(mark.pid);
  return isAlive(pid) && (mark.started === undefined || startOf(pid) === mark.started);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Gives a finished `.part` its name. */
export function finishPart(path: string, force: boolean): void {
  if (!force && existsSync(path)) throw new NexusError('NEXUS_EXISTS', path, `Another program made a file of that name meanwhile: the results are in ${path}.part`);
  renameSync(`${path}.part`, path);
}
