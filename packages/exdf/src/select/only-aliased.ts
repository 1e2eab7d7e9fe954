import type { Run } from '../run.ts';
import type { SelectOptions } from './selection.ts';

/**
 * The part of a run that has aliases. A source with an alias of its own comes with all its keys. Names that the run lacks are left out; with `strict` they are
 * errors: EXDF_NO_SOURCE, EXDF_NO_KEY.
 */
export function onlyAliased(run: Run, { strict = false, ...options }: SelectOptions & { readonly strict?: boolean }): Run {
  const wanted = new Map<string, Set<string> | '*'>();
  for (const { source, key } of run.aliases.values()) {
    const found = strict ? run.source(source) : run.sources.get(source);
    if (!found) continue;
    const before = wanted.get(found.name);
    if (key === undefined) wanted.set(found.name, '*');
    else if (before !== '*') {
      const name = (strict ? run.key(source, key) : found.keys.get(key))?.name;
      if (name !== undefined) wanted.set(found.name, (before ?? new Set()).add(name));
    }
  }
  return run.select(Object.fromEntries(Array.from(wanted, ([name, keys]) => [name, keys === '*' ? keys : [...keys]])), options);
}
