import { readFileSync } from 'node:fs';

/**
 * How many processes the kernel has ended for want of memory: in our cgroup where that is counted (version 2 or 1), else on the whole machine.
 * Zero where nothing is known.
 */
export function oomKills(root = ''): number {
  const groups = read(`${root}/proc/self/cgroup`);
  const version2 = /^0::(.*)$/m.exec(groups)?.[1];
  const version1 = /^\d+:[^:]*\bmemory\b[^:]*:(.*)$/m.exec(groups)?.[1];
  const files = [
    ...(version2 === undefined ? [] : [`${root}/sys/fs/cgroup${version2}/memory.events`]),
    ...(version1 === undefined ? [] : [`${root}/sys/fs/cgroup/memory${version1}/memory.oom_control`]),
    `${root}/proc/vmstat`,
  ];
  for (const file of files) {
    const count = /^oom_kill (\d+)$/m.exec(read(file))?.[1];
    if (count !== undefined) return Number(count);
  }
  return 0;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
