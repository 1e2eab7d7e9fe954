import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { BatchError } from './batch-error.ts';

/** A word in quotes, or one between the marks of YAML. */
const WORDS = /(["'`])((?:(?!\1)[^\\\n]|\\.)*)\1|[^\s"'`,[\]{}]+/g;

/**
 * The files that a job needs: the code itself, and what it names by a relative path (a geometry, a mask), each below the folder
 * that they have in common. Absolute paths are read where they are. Errors: JOB_FILE_NAME.
 */
export function filesToCopy(file: string, code: readonly string[], sets: Readonly<Record<string, string>>): string[] {
  const found = new Set([resolve(file), ...code]);
  for (const one of code) for (const match of readFileSync(one, 'utf8').matchAll(WORDS)) add(found, dirname(one), match[2] ?? match[0]);
  for (const value of Object.values(sets)) add(found, dirname(resolve(file)), value);
  for (const one of found) {
    if (/r\d{4}.*\.h5$/.test(basename(one))) throw new BatchError('JOB_FILE_NAME', `The list names ${one}: in a job folder only results are called like runs, so it is not copied there. Write its absolute path, or give it another name.`);
  }
  return [...found];
}

function add(found: Set<string>, folder: string, word: string): void {
  if (word.length > 1000 || !/[./]/.test(word) || isAbsolute(word)) return;
  const path = resolve(folder, word);
  if (existsSync(path) && statSync(path).isFile()) found.add(path);
}

/** Copies files into an empty folder as they lie to each other; gives back the path of `file` there. A later edit changes nothing for the job. */
export function copyCode(file: string, files: readonly string[], into: string): string {
  const source = resolve(file);
  const top = commonFolder([source, ...files]);
  for (const one of files) {
    const target = join(into, relative(top, one));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(one, target);
  }
  const [from, to] = [dirname(source), join(into, relative(top, dirname(source)))];
  // Constants that were recorded (darks), and packs that lie beside the list.
  const constants = join('.trainyard', 'state', 'constants');
  if (existsSync(join(from, constants))) cpSync(join(from, constants), join(to, constants), { recursive: true });
  if (existsSync(join(from, 'node_modules'))) symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'));
  return join(to, basename(source));
}

function commonFolder(files: readonly string[]): string {
  let top = dirname(files[0]!);
  while (files.some((one) => relative(top, one).startsWith('..'))) top = dirname(top);
  return top;
}
