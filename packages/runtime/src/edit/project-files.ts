import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, realpathSync, writeFileSync } from 'node:fs';
import { lstat, mkdir, readFile, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { YardError } from '@trainyard/core';
import type { EditFile } from '@trainyard/control';
import { replaceFile } from '../write/replace-file.ts';

/** A file's text, and what it is known by when it is saved. */
export interface FileText {
  readonly text: string;
  readonly hash: string;
}

const ENDINGS = /\.(ts|tsx|mts|js|mjs|yaml|yml|py)$/;
export const FILE_LIMIT = 1_000_000;
/** A folder may be somebody's home: what is nearest is shown. */
const MOST_FILES = 1000;
const MOST_FOLDERS = 300;
const DEEPEST = 6;

/**
 * The code below one folder, to read and to write: views, lists, Python. Nothing else is reached: no file with another ending, in `node_modules` or
 * below a name with a dot in front, and nothing outside, whichever way a link leads.
 */
export class ProjectFiles {
  readonly #folder: string;
  /** One after the other, so that nothing is saved between a look at a file and its replacement. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = realpathSync(folder);
  }

  /** Sorted by path; `used` are absolute paths. */
  async list(used: ReadonlySet<string>): Promise<EditFile[]> {
    const files: EditFile[] = [];
    const folders = [''];
    for (let i = 0; i < folders.length && i < MOST_FOLDERS && files.length < MOST_FILES; i++) {
      const folder = folders[i]!;
      // A folder that may not be read has no files to edit.
      for (const entry of await readdir(join(this.#folder, folder), { withFileTypes: true }).catch(() => [])) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) {
          if (isOpen(entry.name) && path.split('/').length < DEEPEST) folders.push(path);
        } else if (isPath(path)) {
          const file = await this.#inside(path).catch(() => undefined);
          const info = file === undefined ? undefined : await stat(file).catch(() => undefined);
          if (info?.isFile()) files.push({ path, bytes: info.size, used: used.has(join(this.#folder, path)) || used.has(file!), ...(info.size > FILE_LIMIT && { tooLarge: true as const }) });
        }
      }
    }
    return files.slice(0, MOST_FILES).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Throws `NOT_FOUND`, `PATH`, `TOO_LARGE`, `NOT_TEXT`. */
  async read(path: string): Promise<FileText> {
    const bytes = await this.#bytes(path);
    if (!bytes) throw new YardError('NOT_FOUND', `There is no file ${path} here.`);
    return { text: textOf(bytes, path), hash: hashOf(bytes) };
  }

  /**
   * Saves a file in place of the one that was read, known by its hash; without one a new file, and its folders. Gives back the new hash. Throws `CONFLICT` when it has changed
   * since, or is there already, and what `read` does.
   */
  write(path: string, bytes: Uint8Array, hash: string | undefined): Promise<string> {
    const done = this.#writing.then(() => this.#write(path, bytes, hash));
    this.#writing = done.catch(() => undefined);
    return done;
  }

  async #write(path: string, bytes: Uint8Array, hash: string | undefined): Promise<string> {
    if (bytes.byteLength > FILE_LIMIT) throw new YardError('TOO_LARGE', `A file has at most ${FILE_LIMIT} bytes here; this has ${bytes.byteLength}.`);
    textOf(bytes, path);
    const before = await this.#bytes(path);
    if (before && hash === undefined) throw new YardError('CONFLICT', `${path} is there already: open it first.`);
    if (!before && hash !== undefined) throw new YardError('CONFLICT', `${path} is no longer there: save it as a new file.`);
    if (before && hash !== hashOf(before)) throw new YardError('CONFLICT', `${path} was changed by somebody else since it was opened.`);
    if (before) replaceFile(await this.#inside(path), bytes);
    else create(join(await this.#makeFolder(path), path.split('/').at(-1)!), bytes);
    return hashOf(bytes);
  }

  async #bytes(path: string): Promise<Uint8Array | undefined> {
    const file = await this.#inside(path);
    const info = await stat(file).catch(() => undefined);
    if (!info) return undefined;
    if (!info.isFile()) throw new YardError('NOT_FOUND', `${path} is no file.`);
    if (info.size > FILE_LIMIT) throw new YardError('TOO_LARGE', `${path} has ${info.size} bytes; what is edited here has at most ${FILE_LIMIT}.`);
    return readFile(file);
  }

  /** One after the other, each made in one that was looked at: a link on the way is followed only where it leads to ours. */
  async #makeFolder(path: string): Promise<string> {
    const names = path.split('/').slice(0, -1);
    if (names.length >= DEEPEST) throw new YardError('PATH', `${path} is too deep: files are shown up to ${DEEPEST - 1} folders down.`);
    let folder = this.#folder;
    for (const [i, name] of names.entries()) {
      await mkdir(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      folder = await this.#folderInside(`${names.slice(0, i + 1).join('/')}/x.ts`);
    }
    return folder;
  }

  /** Where a path really leads: itself, when there is no such file yet. Throws `PATH` when that is none of ours. */
  async #inside(path: string): Promise<string> {
    if (!isPath(path)) throw new YardError('PATH', `${JSON.stringify(path.slice(0, 100))} is no file that is edited here: these end in .ts, .yaml or .py (or .tsx, .mts, .js, .mjs, .yml), below the folder of the list.`);
    const file = join(this.#folder, path);
    const link = await lstat(file).catch(() => undefined);
    if (!link) return join(await this.#folderInside(path), path.split('/').at(-1)!);
    const real = await realpath(file).catch(() => undefined);
    if (real === undefined || !isPath(relative(this.#folder, real).split(sep).join('/'))) throw new YardError('PATH', `${path} leads out of the folder that is edited here.`);
    return real;
  }

  /** Where the folder of a file really is: itself, when there is none yet, below one that is ours. */
  async #folderInside(path: string): Promise<string> {
    const folder = dirname(join(this.#folder, path));
    const link = await lstat(folder).catch((error: NodeJS.ErrnoException) => error.code === 'ENOENT' ? undefined : notFound(path));
    if (!link) return join(await this.#folderInside(relative(this.#folder, folder)), basename(folder));
    const real = await realpath(folder).catch(() => undefined);
    if (real === undefined || !(await stat(real)).isDirectory()) return notFound(path);
    if (real !== this.#folder && !isPath(`${relative(this.#folder, real).split(sep).join('/')}/x.ts`)) throw new YardError('PATH', `${path} leads out of the folder that is edited here.`);
    return real;
  }
}

function notFound(path: string): never {
  throw new YardError('NOT_FOUND', `There is no folder for ${path}.`);
}

/** A plain path of a file with one of our endings. */
function isPath(path: string): boolean {
  // oxlint-disable-next-line no-control-regex -- which is what must not be in it
  return path.length <= 300 && !/[\\\u0000-\u001f\u007f]/.test(path) && ENDINGS.test(path) && path.split('/').every(isOpen);
}

function isOpen(name: string): boolean {
  return name !== '' && !name.startsWith('.') && name !== 'node_modules';
}

/** Makes a file that is not there, not even as a link that leads nowhere. */
function create(path: string, bytes: Uint8Array): void {
  let file: number;
  try {
    file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o666);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? new YardError('CONFLICT', `${path} is there already.`) : error;
  }
  try {
    writeFileSync(file, bytes);
  } finally {
    closeSync(file);
  }
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new YardError('NOT_TEXT', `${path} is no text in UTF-8: it cannot be edited here.`);
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
