import { aliasOf, otherChannel, recordedNames, streamNames, type DataPath } from '@trainyard/core';
import type { Wanted } from './receive-messages.ts';

/** Every name under which the sources of some paths may come, with their keys. */
export function wantedOf(paths: Iterable<DataPath>): Wanted {
  const wanted = new Map<string, Set<string>>();
  for (const path of paths) {
    if (path.kind !== 'karabo') continue;
    for (const name of namesOf(path.source)) {
      const keys = wanted.get(name) ?? new Set();
      keys.add(path.key).add(`${path.key}.value`);
      wanted.set(name, keys);
    }
  }
  return Object.fromEntries(Array.from(wanted, ([name, keys]) => [name, [...keys]]));
}

/** The names that a source may have in a stream or a run, as written first. */
export function namesOf(source: string): string[] {
  const detector = aliasOf(source);
  const modules = detector ? Array.from({ length: detector.modules }, (_, m) => recordedNames(detector, m)).flat() : [];
  return [source, otherChannel(source), ...(detector ? streamNames(detector) : []), ...modules].filter((name) => name !== undefined);
}
