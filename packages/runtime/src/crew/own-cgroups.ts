import { readFileSync } from 'node:fs';

/**
 * The folders of this process's cgroups that limit a thing (`memory`, `cpu`), innermost first, of version 2 and of version 1: a limit of any of them holds.
 * Folders that cannot be seen from here (of a container's host, say) are among them. Empty where there is no /proc.
 */
export function ownCgroups(controller: string, root = ''): { readonly unified: readonly string[]; readonly old: readonly string[] } {
  let rows: string[][];
  try {
    rows = readFileSync(`${root}/proc/self/cgroup`, 'utf8').split('\n').map((row) => row.split(':'));
  } catch {
    return { unified: [], old: [] };
  }
  const unified = rows.find(([id]) => id === '0')?.[2];
  const old = rows.find(([, kinds]) => kinds?.split(',').includes(controller))?.[2];
  return {
    unified: upwards(unified).map((folder) => `${root}/sys/fs/cgroup${folder}`),
    old: upwards(old).map((folder) => `${root}/sys/fs/cgroup/${controller}${folder}`),
  };
}

/** `/a/b`, `/a`, `/`. */
function upwards(path: string | undefined): string[] {
  if (path === undefined) return [];
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from({ length: parts.length + 1 }, (_, n) => `/${parts.slice(0, parts.length - n).join('/')}`);
}
