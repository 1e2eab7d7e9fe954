import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, hostname, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { availableWorkers, endpointFolder, packStore } from '@trainyard/runtime';
import type { Finding } from './finding.ts';

const OLDEST_NODE = 24;

/** What this machine and account give: Node, cores, memory, folders. */
export function lookAtMachine(): Finding[] {
  return [node(), cores(), memory(), runtimeFolder(), store(), sharedMemory()];
}

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const path = realpathSync(process.execPath);
  const from = /node_modules[/\\]node-[\w-]+[/\\]/.test(path) ? 'brought along by npm' : 'of this machine';
  const text = `${process.versions.node}, ${from}: ${path}`;
  return major >= OLDEST_NODE ? { what: 'node', state: 'ok', text } : { what: 'node', state: 'broken', text: `${text}; Trainyard needs ${OLDEST_NODE} or newer: npm install brings it along, call "npx yard"` };
}

/** How many cores are used, and which of the bounds it was. */
function cores(): Finding {
  const bounds = [`${cpus().length} in ${hostname()}`, `${availableParallelism()} by affinity`];
  const quota = cgroupQuota();
  if (quota !== undefined) bounds.push(`${quota} by cgroup`);
  const slurm = process.env['SLURM_CPUS_PER_TASK'];
  bounds.push(slurm === undefined ? 'no SLURM_CPUS_PER_TASK' : `SLURM_CPUS_PER_TASK=${slurm}`);
  const workers = availableWorkers();
  return { what: 'cores', state: workers > 1 ? 'ok' : 'note', text: `${workers} worker${workers > 1 ? 's' : ''} (${bounds.join(', ')})` };
}

function cgroupQuota(): number | undefined {
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').trim().split(' ').map(Number);
    return quota !== undefined && period !== undefined && quota > 0 ? quota / period : undefined;
  } catch {
    return undefined;
  }
}

function memory(): Finding {
  const limit = process.constrainedMemory();
  const bounded = limit > 0 && limit < totalmem();
  return { what: 'memory', state: 'ok', text: `${gigabytes(totalmem())}${bounded ? `, of which this session may use ${gigabytes(limit)}` : ''}` };
}

function runtimeFolder(): Finding {
  const folder = process.env['XDG_RUNTIME_DIR'];
  if (!folder) return { what: 'XDG_RUNTIME_DIR', state: 'note', text: `not set: running yards are found through ${endpointFolder()}` };
  if (!existsSync(folder)) return { what: 'XDG_RUNTIME_DIR', state: 'broken', text: `${folder} does not exist: yard ps, why, top and ctl would find nothing; unset it or make it` };
  if (!writable(folder)) return { what: 'XDG_RUNTIME_DIR', state: 'broken', text: `${folder} cannot be written: unset it, or point it to a folder of yours` };
  const open = (statSync(folder).mode & 0o077) !== 0;
  return { what: 'XDG_RUNTIME_DIR', state: open ? 'note' : 'ok', text: open ? `${folder} is open to others; the files that yard puts there are not` : folder };
}

function store(): Finding {
  const folder = packStore();
  return writable(nearest(folder)) ? { what: 'pack store', state: 'ok', text: folder } : { what: 'pack store', state: 'note', text: `${folder} cannot be written: packs are added by its owner, or elsewhere with TRAINYARD_PACKS` };
}

function sharedMemory(): Finding {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return { what: '/dev/shm', state: 'ok', text: `${gigabytes(bavail * bsize)} free` };
  } catch {
    return { what: '/dev/shm', state: 'note', text: 'not there; Trainyard itself does without' };
  }
}

function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(bytes < 10 * 2 ** 30 ? 1 : 0)} GiB`;
}
