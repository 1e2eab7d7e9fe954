import { YardError } from '@trainyard/core';

/** A name that people gave: letters, digits, space, `-_.`, at most 60, so that it is a plain file name. Throws `NAME`. */
export function keptName(text: string): string {
  const name = text.normalize('NFC');
  if (!/^[\p{L}\p{N}_-][\p{L}\p{N} ._-]{0,59}$/u.test(name) || name.endsWith(' ')) throw new YardError('NAME', 'A name has letters, digits, spaces, "-", "_" and ".", begins with none of " .", and has at most 60 characters.');
  return name;
}
