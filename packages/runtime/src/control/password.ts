import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { YardError } from '@trainyard/core';
import { isSameText } from './same-text.ts';

const LEAST = 8;
const MOST_BYTES = 4096;

/**
 * The first line of a file that only its owner may read. Throws `PASSWORD_FILE`: it is absent, others may read it, or the line is too short.
 */
export function readPassword(path: string, option: string): string {
  const wrong = (what: string): never => {
    throw new YardError('PASSWORD_FILE', `${option} ${path}: ${what}`);
  };
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    return wrong(`it cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return wrong('it is no file.');
    const { mode, size } = found;
    if ((mode & 0o077) !== 0) return wrong(`others may read it; say chmod 600 ${path}.`);
    if (size > MOST_BYTES) return wrong(`it has ${size} bytes; its first line is the password.`);
    const [line = ''] = readFileSync(file, 'utf8').split(/\r?\n/);
    return line.length >= LEAST ? line : wrong(`its first line is the password, and has at least ${LEAST} characters.`);
  } finally {
    closeSync(file);
  }
}

export function isPassword(given: unknown, password: string): boolean {
  return isSameText(typeof given === 'string' ? given : '', password);
}
