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
  readonly ss: number;
  readonly fs: number;
  /** Keys with one entry per pixel: live `(module, fs, ss, pulse)`, recorded `(pulse, ss, fs)` per module. */
  readonly pixelKeys: readonly string[];
  /** Keys with one entry per pulse, the same for all modules. */
  readonly pulseKeys: readonly string[];
}

const xtdf = { modules: 16, firstModule: 0, pixelKeys: ['image.data', 'image.gain', 'image.mask'], pulseKeys: ['image.pulseId', 'image.cellId', 'image.trainId'] } as const;

function megapixel(detector: string, ss: number, fs: number): Alias {
  const name = `{instrument}_DET_${detector}`;
  return { live: `${name}/CAL/APPEND_CORRECTED`, recorded: [`${name}/CORR/{module}CH0:output`, `${name}/DET/{module}CH0:xtdf`], ss, fs, ...xtdf };
}

/** The table as it ships. */
export const aliases: readonly Alias[] = [
  megapixel('AGIPD1M-1', 512, 128),
  megapixel('AGIPD1M1', 512, 128),
  megapixel('LPD1M-1', 256, 256),
  megapixel('DSSC1M-1', 128, 512),
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
    const parts = liveNames(row.live).map((pattern) => match(pattern, source)).find((found) => found !== undefined);
    if (parts) return { ...row, parts };
  }
  return undefined;
}

/** The names under which a recorded run may hold module `module` of an alias, best first. */
export function recordedNames(alias: Alias & { readonly parts: Record<string, string> }, module: number): string[] {
  const fill = { ...alias.parts, module: String(module + alias.firstModule) };
  return alias.recorded.map((pattern) => pattern.replace(/\{(\w+)\}/g, (_, part: string) => fill[part as keyof typeof fill] ?? ''));
}

/** `.../CAL/APPEND_CORRECTED`, as file servers write it `.../DET/APPEND`, and `.../DET` for the detector as a whole. */
function liveNames(pattern: string): string[] {
  const detector = pattern.replace(/\/CAL\/APPEND_CORRECTED$/, '');
  return [pattern, `${detector}/DET/APPEND`, `${detector}/DET`];
}

/** The names under which a stream may send what an alias stands for, best first. */
export function streamNames(alias: Alias & { readonly parts: Record<string, string> }): string[] {
  return liveNames(alias.live).map((pattern) => pattern.replace(/\{(\w+)\}/g, (_, part: string) => alias.parts[part] ?? ''));
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
