import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/** A name in a folder that is there. */
export interface NameInFolder {
  readonly folder: string;
  readonly name: string;
}

/** More links on one way are a circle. */
const MOST_LINKS = 40;

/**
 * The names on which it hangs what an absolute path leads to: each symbolic link on the way, the file itself and, where a part is absent, that
 * part. A change of any of them, in a folder that is there now, may change what the path means.
 */
export function namesOn(path: string): NameInFolder[] {
  const found: NameInFolder[] = [];
  const parts = path.split('/').filter((part) => part !== '');
  let at = '/';
  for (let links = 0; parts.length > 0; ) {
    const name = parts.shift()!;
    if (name === '.') continue;
    if (name === '..') {
      at = dirname(at);
      continue;
    }
    const full = join(at, name);
    const stat = lookAt(full);
    const link = stat?.isSymbolicLink() === true;
    if (!stat || link || parts.length === 0) found.push({ folder: at, name });
    if (!stat || (link && ++links > MOST_LINKS)) return found;
    if (!link) {
      at = full;
      continue;
    }
    const target = readlinkSync(full);
    parts.unshift(...target.split('/').filter((part) => part !== ''));
    if (isAbsolute(target)) at = '/';
  }
  return found;
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
