import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { YardError } from '@trainyard/core';
import { LIMITS, type PackedFile } from './tarball.ts';

/** The files of a pack's folder, as they would be in its tarball: without version control, links, and this installation's own packages. */
export function readFolder(folder: string): PackedFile[] {
  const files: PackedFile[] = [];
  let total = 0;
  const walk = (inside: string): void => {
    for (const name of readdirSync(join(folder, inside))) {
      const path = inside === '' ? name : `${inside}/${name}`;
      const stat = lstatSync(join(folder, path));
      if (name === '.git' || name === '.bin' || path === 'node_modules/@trainyard' || stat.isSymbolicLink()) continue;
      if (stat.isDirectory()) walk(path);
      if (!stat.isFile()) continue;
      total += stat.size;
      if (total > LIMITS.unpacked || files.length >= LIMITS.files) throw new YardError('PACK_FOLDER', `${folder} holds more than a pack may (${LIMITS.files} files, ${LIMITS.unpacked / 1e9} GB): is it the pack's own folder?`);
      files.push({ path, data: readFileSync(join(folder, path)), executable: (stat.mode & 0o100) !== 0 });
    }
  };
  walk('');
  return files;
}
