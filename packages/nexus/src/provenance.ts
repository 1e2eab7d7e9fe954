import { Fixed, type Space } from './file/column.ts';
import { GroupNode } from './file/node.ts';

/**
 * Keys of the provenance that tell how a file came about, not what is in it: they may differ between the parts of one run
 * and are not compared. Everything else must be the same for `mergeResults`.
 */
export const circumstances: readonly string[] = ['argv', 'command', 'host', 'user', 'cwd', 'pid', 'started', 'finished', 'range', 'trains', 'workers', 'part', 'parts', 'environment', 'device'];

/**
 * Writes `/entry/process` (NXprocess: `program`, `version`, and every other key as a dataset: text, number, list of text, or a
 * group of texts), `/entry/citations` (NXcite) from `citations: {text, doi?}[]`, and all of it once more as JSON in
 * `/entry/process/provenance`, which is what `readResults` gives back.
 */
export function writeProvenance(space: Space, entry: GroupNode, provenance: Readonly<Record<string, unknown>>): void {
  const process = new GroupNode('NXprocess');
  entry.members.set('process', process);
  if (!('program' in provenance)) writeValue(space, process, 'program', 'trainyard');
  for (const [key, value] of Object.entries(provenance)) if (key !== 'citations' && key !== 'provenance') writeValue(space, process, key, value);
  writeValue(space, process, 'provenance', JSON.stringify(provenance));
  const citations = Array.isArray(provenance['citations']) ? (provenance['citations'] as unknown[]) : [];
  citations.forEach((citation, i) => {
    const { text, doi } = citation as { text?: unknown; doi?: unknown };
    const cite = entry.group('citations').group(`cite_${i + 1}`, 'NXcite');
    if (typeof text === 'string') writeValue(space, cite, 'description', text);
    if (typeof doi === 'string') writeValue(space, cite, 'doi', doi);
  });
}

/** Writes plain data as a dataset: text, numbers, booleans and lists of them as such, records as groups, the rest as JSON. */
export function writeValue(space: Space, parent: GroupNode, name: string, value: unknown, unit?: string): void {
  const key = name.replaceAll('/', '_') || '_';
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((entry) => typeof entry === 'string')) {
    for (const [inner, entry] of Object.entries(value)) writeValue(space, parent.group(key), inner, entry);
    return;
  }
  const dataset = datasetOf(space, value);
  if (unit !== undefined) dataset.attributes.set('units', unit);
  parent.members.set(key, dataset);
}

function datasetOf(space: Space, value: unknown): Fixed {
  if (typeof value === 'number') return new Fixed(space, 'float64', [], Float64Array.of(value));
  if (typeof value === 'boolean') return new Fixed(space, 'bool', [], Uint8Array.of(value ? 1 : 0));
  if (Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'number')) return new Fixed(space, 'float64', [value.length], Float64Array.from(value));
  const texts = Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string') ? value : undefined;
  const entries = texts ?? [typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null')];
  return new Fixed(space, { text: Math.max(1, ...entries.map((text) => Buffer.byteLength(text))) }, texts ? [texts.length] : [], entries);
}
