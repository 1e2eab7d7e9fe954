/**
 * The one canonical form of a source's data, live and recorded: slow axis first, `(pulse, module, ss, fs)`.
 * A row of the table says which live names and which recorded names are the same thing, and how the live axes are ordered.
 * Only sources in the table are reordered; any other array keeps its shape.
 */
export interface Alias {
  /** The live source; `{...}` captures a part of the name. */
  readonly live: string;
  /** The recorded sources, one per module: `{module}` counts from `firstModule`. */
  readonly recorded: readonly string[];
  readonly modules: number;
  readonly firstModule: number;
  /** Keys with one entry per pixel: live `(module, fs, ss, pulse)`, recorded `(pulse, ss, fs)` per module. */
  readonly pixelKeys: readonly string[];
  /** Keys with one entry per pulse, the same for all modules. */
  readonly pulseKeys: readonly string[];
}

const xtdf = { pixelKeys: ['image.data', 'image.gain', 'image.mask'], pulseKeys: ['image.pulseId', 'image.cellId', 'image.trainId'] } as const;

/** The table as it ships; a list may add rows (`aliases:`). */
export const aliases: readonly Alias[] = [
  ...(['AGIPD1M-1', 'AGIPD1M1'] as const).map((name) => ({
    live: `{instrument}_DET_${name}/CAL/APPEND_CORRECTED`,
    recorded: [`{instrument}_DET_${name}/CORR/{module}CH0:output`, `{instrument}_DET_${name}/DET/{module}CH0:xtdf`],
    modules: 16, firstModule: 0, ...xtdf,
  })),
  { live: '{instrument}_DET_LPD1M-1/CAL/APPEND_CORRECTED', recorded: ['{instrument}_DET_LPD1M-1/CORR/{module}CH0:output', '{instrument}_DET_LPD1M-1/DET/{module}CH0:xtdf'], modules: 16, firstModule: 0, ...xtdf },
  { live: '{instrument}_DET_DSSC1M-1/CAL/APPEND_CORRECTED', recorded: ['{instrument}_DET_DSSC1M-1/CORR/{module}CH0:output', '{instrument}_DET_DSSC1M-1/DET/{module}CH0:xtdf'], modules: 16, firstModule: 0, ...xtdf },
];

/** The part of a pattern's names that matched, or undefined. */
function match(pattern: string, name: string): Record<string, string> | undefined {
  const groups: string[] = [];
  const source = pattern.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, (_, part: string) => {
    groups.push(part);
    return part === 'module' ? '(\\d+)' : '([^/]+?)';
  });
  const found = new RegExp(`^${source}$`).exec(name);
  return found ? Object.fromEntries(groups.map((part, i) => [part, found[i + 1]!])) : undefined;
}

/** The row for a source as the user's list names it (the live name), with its parts filled in. */
export function aliasOf(source: string, table: readonly Alias[] = aliases): (Alias & { readonly parts: Record<string, string> }) | undefined {
  for (const row of table) {
    // Also `SPB_DET_AGIPD1M-1/DET`, the short name of a detector as a whole.
    const parts = match(row.live, source) ?? match(row.live.replace(/\/CAL\/APPEND_CORRECTED$/, '/DET'), source);
    if (parts) return { ...row, parts };
  }
  return undefined;
}

/** The names under which a recorded run may hold module `module` of an alias, best first. */
export function recordedNames(alias: Alias & { readonly parts: Record<string, string> }, module: number): string[] {
  const fill = { ...alias.parts, module: String(module + alias.firstModule) };
  return alias.recorded.map((pattern) => pattern.replace(/\{(\w+)\}/g, (_, part: string) => fill[part as keyof typeof fill] ?? ''));
}

/** The live source that an alias stands for. */
export function liveName(alias: Alias & { readonly parts: Record<string, string> }): string {
  return alias.live.replace(/\{(\w+)\}/g, (_, part: string) => alias.parts[part] ?? '');
}

/** `:output` live is `:daqOutput` recorded, and back; undefined where there is nothing to change. */
export function otherChannel(source: string): string | undefined {
  if (source.endsWith(':output')) return source.replace(/:output$/, ':daqOutput');
  if (source.endsWith(':daqOutput')) return source.replace(/:daqOutput$/, ':output');
  return undefined;
}

/** The key without a trailing `.value`: the canonical one. */
export function canonicalKey(key: string): string {
  return key.endsWith('.value') ? key.slice(0, -'.value'.length) : key;
}
