import { didYouMean } from '@trainyard/core';
import { ExdfError } from '../exdf-error.ts';
import type { Run, RunKey, RunSource } from '../run.ts';
import { isPattern, matcher } from './globs.ts';

/**
 * Which sources and keys: a pattern for sources (`*XGM*`); a list of such patterns or of pairs of patterns for sources and keys; names of sources with names of
 * their keys, or `'*'` for all; or all that another run, source or key has.
 */
export type Selection = string | readonly (string | readonly [source: string, key: string])[] | { readonly [source: string]: readonly string[] | '*' } | Run | RunSource | RunKey;

/** Which trains stay after a selection: all by default. */
export interface SelectOptions {
  /** Only trains for which every selected source and key has data. */
  readonly requireAll?: boolean;
  /** Only trains for which at least one has data. */
  readonly requireAny?: boolean;
}

/** Source -> names of its selected keys, as recorded; undefined for all that the source has. */
export type SelectedKeys = Map<string, ReadonlySet<string> | undefined>;

/** Finds out what is selected. Errors: EXDF_SELECT for what fits nothing, EXDF_NO_SOURCE and EXDF_NO_KEY for names. */
export function selectKeys(sources: ReadonlyMap<string, RunSource>, what: Selection, keys = '*'): SelectedKeys {
  const selected: SelectedKeys = new Map();
  for (const [source, names] of wanted(sources, what, keys)) {
    const before = selected.get(source);
    if (!selected.has(source)) selected.set(source, names);
    else selected.set(source, before && names && new Set([...before, ...names]));
  }
  return selected;
}

function* wanted(sources: ReadonlyMap<string, RunSource>, what: Selection, keys: string): Generator<[string, ReadonlySet<string> | undefined]> {
  if (typeof what === 'string') yield* byPattern(sources, what, keys);
  else if (isList(what)) {
    for (const one of what) yield* typeof one === 'string' ? byPattern(sources, one, keys) : byPattern(sources, one[0], one[1]);
  } else if (isRun(what)) {
    for (const source of what.sources.values()) yield named(sources, source.name, [...source.keys.keys()]);
  } else if (isSource(what)) yield named(sources, what.name, [...what.keys.keys()]);
  else if (isKey(what)) yield named(sources, what.source, [what.name]);
  else for (const [source, names] of Object.entries(what)) yield named(sources, source, names);
}

function named(sources: ReadonlyMap<string, RunSource>, name: string, keys: readonly string[] | '*'): [string, ReadonlySet<string> | undefined] {
  const source = sourceOf(sources, name);
  return [source.name, keys === '*' ? undefined : new Set(keys.map((key) => keyOf(source, key).name))];
}

function* byPattern(sources: ReadonlyMap<string, RunSource>, sourcePattern: string, keyPattern: string): Generator<[string, ReadonlySet<string> | undefined]> {
  const candidates = isPattern(sourcePattern) ? fitting(sources, matcher(sourcePattern)) : [sources.get(sourcePattern)].filter((one) => one !== undefined);
  let any = false;
  for (const source of candidates) {
    const keys = keysOf(source, keyPattern);
    if (keys?.size === 0) continue;
    any = true;
    yield [source.name, keys];
  }
  if (any) return;
  const hint = isPattern(sourcePattern) ? '' : didYouMean(sourcePattern, sources.keys());
  const what = candidates.length ? `No key of the sources "${sourcePattern}" fits "${keyPattern}"` : `No source fits "${sourcePattern}"`;
  throw new ExdfError('EXDF_SELECT', `${sources.size} sources`, `${what}: * stands for anything, case matters.${hint}`);
}

function fitting(sources: ReadonlyMap<string, RunSource>, fits: (name: string) => boolean): RunSource[] {
  return Array.from(sources.values()).filter((source) => fits(source.name));
}

/** Names of the keys that fit; undefined for all. The `.value` of control sources may be left out of the pattern. */
function keysOf(source: RunSource, pattern: string): ReadonlySet<string> | undefined {
  if (pattern === '*') return undefined;
  if (!isPattern(pattern)) {
    const key = source.keys.get(pattern);
    return new Set(key ? [key.name] : []);
  }
  const fits = matcher(source.kind === 'control' && !/(\.value|\.timestamp|\*)$/.test(pattern) ? `${pattern}.value` : pattern);
  return new Set(Array.from(source.keys.keys()).filter(fits));
}

/** A source by name. Errors: EXDF_NO_SOURCE with the nearest name. */
export function sourceOf(sources: ReadonlyMap<string, RunSource>, name: string): RunSource {
  const found = sources.get(name);
  if (!found) throw new ExdfError('EXDF_NO_SOURCE', name, `There is no such source among the ${sources.size} of this run.${didYouMean(name, sources.keys())}`);
  return found;
}

/** A key by name. Errors: EXDF_NO_KEY with the nearest name. */
export function keyOf(source: RunSource, name: string): RunKey {
  const found = source.keys.get(name);
  if (!found) throw new ExdfError('EXDF_NO_KEY', `${source.name}[${name}]`, `The source has no such key.${didYouMean(name, source.keys.keys())}`);
  return found;
}

export function isList(what: Selection): what is readonly (string | readonly [string, string])[] {
  return Array.isArray(what);
}

export function isRun(what: Exclude<Selection, string>): what is Run {
  return 'sources' in what && what.sources instanceof Map;
}

export function isSource(what: Exclude<Selection, string>): what is RunSource {
  return 'keys' in what && what.keys instanceof Map;
}

export function isKey(what: Exclude<Selection, string>): what is RunKey {
  return 'readTrain' in what && typeof what.readTrain === 'function';
}
