import { accessSync, chmodSync, chownSync, closeSync, constants, fdatasyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file in one step, written beside it and renamed: whoever reads it has the old one or the new one. Its mode stays, and a link is followed.
 * Where nothing may be made in its folder it is written in place. Throws what the system says, also of one that may not be written.
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const file = realpathSync(path);
  accessSync(file, constants.W_OK);
  const { mode, gid } = statSync(file);
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}.new`);
  try {
    writeWhole(beside, content, mode);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    writeFileSync(file, content);
    return;
  }
  try {
    chmodSync(beside, mode);
    keepGroup(beside, gid);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function writeWhole(path: string, content: string | Uint8Array, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeFileSync(file, content);
    fdatasyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** In a folder that a team shares the file stays the team's. */
function keepGroup(path: string, gid: number): void {
  try {
    if (statSync(path).gid !== gid) chownSync(path, -1, gid);
  } catch {
    // Not a member: it is written all the same.
  }
}
