import { aliasOf, didYouMean, otherChannel, parseDataPath, recordedNames, streamNames } from '@trainyard/core';

/** The sources of a run or stream, each with the names of its keys. */
export type KnownSources = ReadonlyMap<string, ReadonlySet<string>>;

/** Data paths that a run or stream cannot serve, each with the reason and the nearest name. `what` is `run` or `stream`. */
export function absentPaths(paths: Iterable<string>, sources: KnownSources, what: 'run' | 'stream'): Map<string, string> {
  const absent = new Map<string, string>();
  for (const text of paths) {
    const path = parseDataPath(text);
    if (path.kind === 'stack') absent.set(text, `${text}: this is a ${what}, not a stack of frames; --stack gives one.`);
    if (path.kind !== 'karabo') continue;
    const found = namesOf(path.source).filter((name) => sources.has(name));
    if (found.length === 0) absent.set(text, `This ${what} has no source ${path.source}.${didYouMean(path.source, sources.keys())} Views that cannot do without it will be "missing".`);
    else if (!found.some((name) => hasKey(sources.get(name)!, path.key))) {
      const keys = Array.from(sources.get(found[0]!)!, (key) => key.replace(/\.value$/, ''));
      absent.set(text, `${found[0]} has no key ${path.key} in this ${what}.${didYouMean(path.key, keys)} Views that cannot do without it will be "missing".`);
    }
  }
  return absent;
}

function hasKey(keys: ReadonlySet<string>, key: string): boolean {
  return keys.has(key) || keys.has(`${key}.value`);
}

/** Every name under which a source may come, live and recorded. */
function namesOf(source: string): string[] {
  const detector = aliasOf(source);
  const modules = detector ? Array.from({ length: detector.modules }, (_, module) => recordedNames(detector, module)).flat() : [];
  return [source, otherChannel(source), ...(detector ? streamNames(detector) : []), ...modules].filter((name) => name !== undefined);
}
