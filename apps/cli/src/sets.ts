import { YardError } from '@trainyard/core';

/** `--set sigma=3 left.threshold=10`: name -> value as written. Throws `SET_FORM`. */
export function readSets(sets: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(sets.map((text) => {
    const at = text.indexOf('=');
    if (at <= 0) throw new YardError('SET_FORM', `"--set ${text}" must read [group.]name=value, such as --set sigma=3.`);
    return [text.slice(0, at), text.slice(at + 1)];
  }));
}
