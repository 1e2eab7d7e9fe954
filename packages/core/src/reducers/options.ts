/** Options of a reducer that can be bounded. */
export interface Bounded {
  /** Over the last so many train IDs; absent: over all trains so far. */
  readonly trains?: number | undefined;
}

/** The window of a bounded reducer, as a field of its record. */
export function windowOf({ trains }: Bounded): { readonly window?: number } {
  return trains === undefined ? {} : { window: trains };
}

/**
 * A reducer's name with all that decides what it remembers: `histogram(bins=10, range=[0, 1])`. State carries over
 * to a later generation only under the same name.
 */
export function written(name: string, options: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined).map(([key, value]) => `${key}=${textOf(value)}`);
  return given.length === 0 ? name : `${name}(${given.join(', ')})`;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([key, item]) => `${key}: ${textOf(item)}`).join(', ')}}`;
  return String(value);
}
