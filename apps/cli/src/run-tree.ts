import { findDetectors, type Run, type RunKey, type RunSource } from '@trainyard/exdf';
import { plural, shapeText, table } from './print.ts';

/** The tree of a run for people: units, entries a train, how many trains have data; equal detector modules as one. */
export function runTree(run: Run): string {
  const { trainIds } = run;
  const own = Array.from(run.sources.values()).filter((source) => source.legacy === undefined);
  const meta = run.metadata();
  const span = trainIds.length ? `, ${trainIds[0]} to ${trainIds.at(-1)} (${((trainIds.at(-1)! - trainIds[0]! + 1) / 10).toFixed(1)} s)` : '';
  const rows = [
    run.directory,
    `${plural(trainIds.length, 'train')}${span}, ${plural(run.files.length, 'file')}, ${plural(own.length, 'source')}${meta['dataFormatVersion'] === undefined ? '' : `, format ${meta['dataFormatVersion']}`}`,
  ];
  if (run.suspectTrainIds.length) rows.push(`${plural(run.suspectTrainIds.length, 'train ID')} not from the time server: ${run.suspectTrainIds.slice(0, 8).join(', ')}`);
  for (const kind of ['instrument', 'control'] as const) {
    const sources = own.filter((source) => source.kind === kind);
    if (sources.length === 0) continue;
    rows.push('', `${kind} sources`);
    for (const { name, source } of grouped(sources)) rows.push(`  ${name}`, ...keyRows(source, trainIds.length));
  }
  for (const source of run.auxiliary.values()) rows.push('', `${source.kind} ${source.name}`, ...keyRows(source, trainIds.length));
  const legacy = run.sources.size - own.length;
  if (legacy) rows.push('', `${plural(legacy, 'old name')} kept as links: ${Array.from(run.sources.values()).find((source) => source.legacy !== undefined)!.name} and the like`);
  const detectors = findDetectors(run).map(({ name, kind }) => `${name} (${kind.name})`);
  if (detectors.length) rows.push('', `detectors: ${detectors.join(', ')}`);
  const aliases = Array.from(run.aliases, ([name, { source, key }]) => [`  ${name}`, key === undefined ? source : `${source}[${key}]`]);
  if (aliases.length) rows.push('', 'aliases', table(aliases));
  return rows.join('\n');
}

/** `X/{0-15}CH0:xtdf` for modules with the same keys; any other source by itself. */
function grouped(sources: readonly RunSource[]): { name: string; source: RunSource }[] {
  const groups = new Map<string, { source: RunSource; numbers: number[] }>();
  const out: { name: string; source: RunSource }[] = [];
  for (const source of sources) {
    const match = /^(.*\/)(\d+)(CH\d+:.*)$/.exec(source.name);
    const key = match ? `${match[1]}\0${match[3]}` : source.name;
    const group = groups.get(key);
    if (group && match) group.numbers.push(Number(match[2]));
    else groups.set(key, { source, numbers: match ? [Number(match[2])] : [] });
  }
  for (const [key, { source, numbers }] of groups) {
    const [before, after] = key.split('\0');
    const modules = numbers.sort((a, b) => a - b);
    const whole = modules.length === modules.at(-1)! - modules[0]! + 1;
    out.push({ source, name: modules.length > 1 ? `${before}{${whole ? `${modules[0]}-${modules.at(-1)}` : modules.join(',')}}${after}  (${modules.length} modules; of the first:)` : source.name });
  }
  return out;
}

function keyRows(source: Pick<RunSource, 'keys'>, trains: number): string[] {
  const keys = Array.from(source.keys.values()).filter((key) => !key.name.endsWith('.timestamp'));
  if (keys.length === 0) return ['    only values at the start of the run'];
  const text = table(keys.map((key) => [`    ${key.name.replace(/\.value$/, '')}`, typeOf(key), key.units ?? '', entries(key, trains)]));
  return text.split('\n');
}

function typeOf(key: RunKey): string {
  try {
    return `${key.dtype}${key.entryShape.length ? ` ${shapeText(key.entryShape)}` : ''}`;
  } catch {
    return 'cannot be read';
  }
}

function entries(key: RunKey, trains: number): string {
  const { counts } = key.counts();
  const used = counts.filter((count) => count > 0);
  if (used.length === 0) return 'no data';
  const [least, most] = [Math.min(...used), Math.max(...used)];
  const each = most === 1 ? '' : least === most ? `${most} a train` : `${least} to ${most} a train`;
  const where = used.length === trains ? '' : `in ${used.length} of ${trains} trains`;
  return [each, where].filter(Boolean).join(', ');
}
