import type { SourceTree } from '@trainyard/control';

/** The sources and keys that hold every word of the filter, in their name or their source's; upper and lower case are the same. */
export function filterTree(tree: SourceTree | undefined, filter: string): SourceTree['sources'] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (!tree || words.length === 0) return tree?.sources ?? [];
  return tree.sources.flatMap((source) => {
    const left = words.filter((word) => !source.name.toLowerCase().includes(word));
    const keys = source.keys.filter(({ key }) => left.every((word) => key.toLowerCase().includes(word)));
    return keys.length > 0 ? [{ ...source, keys }] : [];
  });
}
