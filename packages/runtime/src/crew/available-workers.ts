import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ownCgroups } from './own-cgroups.ts';

/** How many workers fit here: by affinity (and cpuset), cgroups and Slurm's grant, never by the machine's core count alone. */
export function availableWorkers(): number {
  const slurm = Number(process.env['SLURM_CPUS_PER_TASK']);
  const limits = [availableParallelism(), cgroupCpus(), Number.isInteger(slurm) && slurm > 0 ? slurm : Infinity];
  return Math.max(1, Math.floor(Math.min(...limits)));
}

/** The cores' worth of time that the tightest of the process's cgroups grants; at least 1, Infinity without a limit. */
export function cgroupCpus(root = ''): number {
  const { unified, old } = ownCgroups('cpu', root);
  const granted = [
    ...unified.map((folder) => quotient(...(read(`${folder}/cpu.max`).split(' ') as [string, string?]))),
    ...old.map((folder) => quotient(read(`${folder}/cpu.cfs_quota_us`), read(`${folder}/cpu.cfs_period_us`))),
  ];
  return Math.max(1, Math.min(Infinity, ...granted));
}

/** `max`, or -1 of version 1, is no limit; nor is a file that is not there. */
function quotient(quota: string, period = ''): number {
  return Number(quota) > 0 && Number(period) > 0 ? Number(quota) / Number(period) : Infinity;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
