import { readFileSync } from 'node:fs';

/** File systems whose files may be changed on another machine, of which nobody is told here. */
const NETWORK = /^(nfs\d*|cifs|smb\d*|smbfs|gpfs|lustre|beegfs|ceph|glusterfs|afs|9p|pvfs2|orangefs|wekafs|virtiofs|fuse(\..+)?)$/;

/**
 * Whether a path lies on a file system of the network, or one that a program makes up (FUSE): a save there may raise no event. By the kernel's
 * list of mounts; false where there is none.
 */
export function isOnNetwork(path: string, mounts = readMounts()): boolean {
  let best = '';
  let type = '';
  for (const row of mounts.split('\n')) {
    // ID PARENT DEVICE ROOT POINT OPTIONS [FIELDS...] - TYPE SOURCE OPTIONS
    const [before, after] = row.split(' - ');
    const point = unescaped(before?.split(' ')[4]);
    if (after === undefined || point === undefined) continue;
    const inside = path === point || path.startsWith(point.endsWith('/') ? point : `${point}/`);
    // What is mounted later at the same point hides what was there.
    if (inside && point.length >= best.length) [best, type] = [point, after.split(' ')[0]!];
  }
  return NETWORK.test(type);
}

/** Blanks and the like are written as `\040`. */
function unescaped(text: string | undefined): string | undefined {
  return text?.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function readMounts(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}
