import { aliasOf, aliases, canonicalKey, formatDataPath, otherChannel, recordedNames, type Alias } from '@trainyard/core';
import type { Run, RunKey } from '@trainyard/exdf';
import type { Glimpse, GlimpsedKey } from './one-train.ts';

/** Data path as a view may write it -> the TypeScript type of what arrives. */
export type PathTypes = ReadonlyMap<string, string>;

/** The types of all paths of a recorded run, detectors of the alias table also as one source. */
export function typesOfRun(run: Run): PathTypes {
  const types = new Map<string, string>();
  for (const source of run.sources.values()) {
    for (const key of source.keys.values()) {
      const type = ofKey(key);
      if (type === undefined) continue;
      add(types, source.name, key.name, type);
      const whole = detectorOf(source.name);
      if (whole && (whole.pixelKeys.includes(key.name) || whole.pulseKeys.includes(key.name))) {
        const pixel = whole.pixelKeys.includes(key.name);
        for (const name of [whole.name, whole.name.replace('/CAL/APPEND_CORRECTED', '/DET')]) add(types, name, key.name, array(key.entryShape.length + (pixel ? 2 : 1)));
      }
    }
  }
  return types;
}

/** The types of all paths of a stream. */
export function typesOfStream(glimpsed: Glimpse): PathTypes {
  const types = new Map<string, string>();
  for (const [source, keys] of glimpsed.sources) for (const [key, value] of keys) add(types, source, key, ofValue(value));
  return types;
}

/** Every way to write a path: the canonical one first, with brackets where a source has no channel, and under the live name. */
function add(types: Map<string, string>, source: string, key: string, type: string): void {
  const short = canonicalKey(key);
  const live = source.endsWith(':daqOutput') ? otherChannel(source) : undefined;
  for (const name of live === undefined ? [source] : [live, source]) {
    types.set(formatDataPath({ kind: 'karabo', source: name, key: short }), type);
    if (!name.includes(':')) types.set(`karabo#${name}[${short}]`, type);
  }
}

/** The detector of which a recorded source is one module. */
function detectorOf(source: string): (Alias & { readonly name: string }) | undefined {
  const found = /^(.*_DET_[^/]+)\/(?:CORR|DET)\/\d+CH0:/.exec(source);
  const alias = found ? aliasOf(`${found[1]}/CAL/APPEND_CORRECTED`, aliases) : undefined;
  if (!alias) return undefined;
  const isModule = Array.from({ length: alias.modules }, (_, module) => recordedNames(alias, module)).flat().includes(source);
  return isModule ? { ...alias, name: `${found![1]}/CAL/APPEND_CORRECTED` } : undefined;
}

function ofKey(key: RunKey): string | undefined {
  let dtype: string;
  let entryShape: readonly number[];
  try {
    ({ dtype, entryShape } = key);
  } catch {
    return undefined;
  }
  // Records and opaque bytes reach no view.
  if (/^\[|^V\d/.test(dtype)) return undefined;
  const used = key.counts().counts.filter((count) => count > 0);
  const [least, most] = [Math.min(...used), Math.max(...used)];
  // A train with one entry comes without the axis of entries; where that changes from train to train, so does the rank.
  if (used.length && least === 1 && most > 1) return dtype === 'str' ? 'string | readonly string[]' : entryShape.length ? 'NdArray' : 'number | Vector';
  const rank = entryShape.length + (most > 1 ? 1 : 0);
  if (rank > 0) return dtype === 'str' ? 'readonly string[]' : array(rank);
  return single(dtype);
}

function ofValue({ dtype, shape }: GlimpsedKey): string {
  if (dtype === 'str' || dtype === 'bool' && shape.length === 0 || dtype === 'int' || dtype === 'float') return single(dtype);
  if (dtype === 'list') return 'Vector';
  if (dtype === 'bytes') return 'Vector';
  if (dtype === 'dict' || dtype === 'None' || dtype === 'list of objects') return 'unknown';
  return shape.length === 0 ? single(dtype) : array(shape.length);
}

function single(dtype: string): string {
  if (dtype === 'bool') return 'boolean';
  return dtype === 'str' ? 'string' : 'number';
}

function array(rank: number): string {
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
