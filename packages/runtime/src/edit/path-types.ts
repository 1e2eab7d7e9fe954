import { aliasOf, aliases, canonicalKey, formatDataPath, otherChannel, recordedNames, type Alias } from '@trainyard/core';
import type { SourceKey, SourceTree } from '@trainyard/control';

/** Data path as a view may write it -> the TypeScript type of what arrives. */
export type PathTypes = ReadonlyMap<string, string>;

/** The types of all paths that a running yard has seen. */
export function typesOfTree({ sources }: SourceTree): PathTypes {
  const types = new Map<string, string>();
  for (const { name, keys } of sources) {
    for (const key of keys) {
      // Records and opaque bytes reach no view.
      if (/^\[|^V\d/.test(key.dtype)) continue;
      if (key.path.startsWith('karabo#')) addPath(types, name, key.key, typeOfKey(key));
      else types.set(key.path, typeOfKey(key));
    }
  }
  return types;
}

/** Every way to write a path: the canonical one first, with brackets where a source has no channel, and under the live name. */
export function addPath(types: Map<string, string>, source: string, key: string, type: string): void {
  const short = canonicalKey(key);
  const live = source.endsWith(':daqOutput') ? otherChannel(source) : undefined;
  for (const name of live === undefined ? [source] : [live, source]) {
    types.set(formatDataPath({ kind: 'karabo', source: name, key: short }), type);
    if (!name.includes(':')) types.set(`karabo#${name}[${short}]`, type);
  }
}

/** The detector of which a recorded source is one module. */
export function detectorOf(source: string): (Alias & { readonly name: string }) | undefined {
  const found = /^(.*_DET_[^/]+)\/(?:CORR|DET)\/\d+CH0:/.exec(source);
  const alias = found ? aliasOf(`${found[1]}/CAL/APPEND_CORRECTED`, aliases) : undefined;
  if (!alias) return undefined;
  const isModule = Array.from({ length: alias.modules }, (_, module) => recordedNames(alias, module)).flat().includes(source);
  return isModule ? { ...alias, name: `${found![1]}/CAL/APPEND_CORRECTED` } : undefined;
}

/** The type of a value of this dtype (numpy's name; `list`, `str`, `bool`, `int`, `float`, `bytes`, `dict`, `None` for what is no array). */
export function typeOfKey({ dtype, shape }: Pick<SourceKey, 'dtype' | 'shape'>): string {
  if (dtype === 'str' && shape.length > 0) return 'readonly string[]';
  if (dtype === 'list' || dtype === 'bytes') return 'Vector';
  if (dtype === 'dict' || dtype === 'object' || dtype === 'None' || dtype === 'undefined' || dtype === 'list of objects') return 'unknown';
  return shape.length === 0 ? typeOfOne(dtype) : typeOfArray(shape.length);
}

export function typeOfOne(dtype: string): string {
  if (dtype === 'bool') return 'boolean';
  return dtype === 'str' ? 'string' : 'number';
}

export function typeOfArray(rank: number): string {
  return ['number', 'Vector', 'Image', 'Stack'][rank] ?? `NdArray<${rank}>`;
}

/** The text of the `.d.ts`. */
export function declarationOf(types: PathTypes, what: string): string {
  const used = ['Image', 'NdArray', 'Stack', 'Vector'].filter((name) => Array.from(types.values()).some((type) => new RegExp(`\\b${name}\\b`).test(type)));
  const rows = Array.from(types).sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, type]) => `    ${JSON.stringify(path)}: ${type};`);
  return [
    `// What ${what.replaceAll('\n', ' ')} has, written by "yard types". Keep it beside your views: the editor then knows every data path.`,
    `import type { ${(used.length ? used : ['DataPaths']).join(', ')} } from '@trainyard/core';`,
    '',
    `declare module '@trainyard/core' {`,
    '  interface DataPaths {',
    ...rows,
    '  }',
    '}',
    '',
  ].join('\n');
}
