import { readFileSync, readdirSync } from 'node:fs';

/** CPU seconds of all threads of a process, from /proc. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident megabytes, threads and open files of a process. */
export function footprint(pid: number): { readonly residentMb: number; readonly threads: number; readonly files: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
  return { residentMb: of('VmRSS') / 1024, threads: of('Threads'), files: readdirSync(`/proc/${pid}/fd`).length };
}

/** Median, and the value below which a part of the sorted numbers lies. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}
