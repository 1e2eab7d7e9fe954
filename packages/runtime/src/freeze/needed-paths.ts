import { parseDataPath, type DataPath } from '@trainyard/core';
import type { GenerationDescriptor } from '../worker/generation.ts';

/** The data paths that a view needs, by its own inputs and those of the views that it takes; without a view those of all. */
export function neededPaths({ views, paths }: Pick<GenerationDescriptor, 'views' | 'paths'>, view?: string): ReadonlyMap<string, DataPath> {
  if (view === undefined) return new Map(paths.map((text) => [text, parseDataPath(text)]));
  const byId = new Map(views.map((one) => [one.id, one]));
  const found = new Map<string, DataPath>();
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    for (const { from } of byId.get(id)?.inputs ?? []) {
      if (from.startsWith('view#')) visit(from.slice('view#'.length));
      else found.set(from, parseDataPath(from));
    }
  };
  visit(view);
  return found;
}
