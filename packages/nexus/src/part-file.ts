import { existsSync, renameSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { openHdf5 } from '@trainyard/hdf5';
import { NexusError } from './nexus-error.ts';

/** A `.part` of another machine counts as being written while it is younger than this. */
const FRESH_MS = 60_000;

/** What a `.part` says of its writer. */
export function writerMark(): { readonly host: string; readonly pid: number } {
  return { host: hostname(), pid: process.pid };
}

/**
 * Makes sure that `PATH.part` can be made. One that an interrupted process left is moved aside, whole as it is, and its new
 * name given back; one that is being written is refused (NEXUS_BUSY).
 */
export async function claimPart(path: string): Promise<string | undefined> {
  const part = `${path}.part`;
  if (!existsSync(part)) return undefined;
  if (await isBeingWritten(part)) throw new NexusError('NEXUS_BUSY', part, 'Another process is writing these results: wait for it, or choose another file');
  let number = 1;
  while (existsSync(`${part}-${number}`)) number += 1;
  renameSync(part, `${part}-${number}`);
  return `${part}-${number}`;
}

async function isBeingWritten(part: string): Promise<boolean> {
  try {
    const file = await openHdf5(part);
    const host = file.attribute('host');
    const pid = Number(file.attribute('pid'));
    file.close();
    if (host === hostname()) return pid !== process.pid && isAlive(pid);
  } catch {
    // Not a file of ours, or killed before its first commit.
    return false;
  }
  return Date.now() - statSync(part).mtimeMs < FRESH_MS;
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
