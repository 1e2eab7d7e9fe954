import { readFileSync } from 'node:fs';
import { ownCgroups } from './own-cgroups.ts';

/** Memory in bytes. */
export interface OfferedMemory {
  /** What the process has now. */
  readonly residentBytes: number;
  /** What it has and could still get: of the machine, of its cgroups, and of `ulimit -m` where that is set. */
  readonly offeredBytes: number;
}

const PAGE = 4096;

/** Reads what memory the process has and may have. Where there is no /proc (not Linux), Node's own figures. */
export function offeredMemory(): OfferedMemory {
  const residentBytes = resident();
  try {
    const free = Math.min(Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))![1]) * 1024, cgroupRoom());
    return { residentBytes, offeredBytes: Math.min(residentBytes + free, residentLimit()) };
  } catch {
    return { residentBytes, offeredBytes: residentBytes + process.availableMemory() };
  }
}

/** What the process has, without allocating much: read fifty times a second. */
export function resident(): number {
  try {
    return Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[1]) * PAGE;
  } catch {
    return process.memoryUsage.rss();
  }
}

/** How much memory a thread has touched for the first time, in bytes, by its folder in /proc; 0 where it is not known. Memory in huge pages counts for less. */
export function touched(thread: string): number {
  try {
    return Number(readFileSync(`/proc/${thread}/stat`, 'latin1').split(') ')[1]!.split(' ')[7]) * PAGE;
  } catch {
    return 0;
  }
}

/** `ulimit -m`: the kernel takes no notice of it, a batch system or an operator means it. */
function residentLimit(): number {
  return Number(/^Max resident set\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity);
}

/** What the tightest of the process's cgroups leaves, files that are only cached not counted; Infinity without a limit. */
function cgroupRoom(): number {
  const { unified, old } = ownCgroups('memory');
  const room = [
    ...unified.map((folder) => roomIn(folder, 'memory.max', 'memory.current', 'file')),
    ...old.map((folder) => roomIn(folder, 'memory.limit_in_bytes', 'memory.usage_in_bytes', 'total_cache')),
  ];
  return Math.min(Infinity, ...room);
}

function roomIn(folder: string, limitFile: string, usageFile: string, cachedName: string): number {
  try {
    const limit = Number(readFileSync(`${folder}/${limitFile}`, 'utf8'));
    // `max` is no number, and the old interface writes a very large one for none.
    if (!(limit < 2 ** 60)) return Infinity;
    const cached = Number(new RegExp(`^${cachedName} (\\d+)`, 'm').exec(readFileSync(`${folder}/memory.stat`, 'utf8'))?.[1] ?? 0);
    return Math.max(0, limit - (Number(readFileSync(`${folder}/${usageFile}`, 'utf8')) - cached));
  } catch {
    return Infinity;
  }
}
