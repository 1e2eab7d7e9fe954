import { basename } from 'node:path';
import { ExdfError } from './exdf-error.ts';
import { FileSource } from './file-source.ts';
import type { RunFile } from './file/run-file.ts';
import type { KeyHome } from './key-home.ts';
import type { LeftOut, RunTrains } from './run-trains.ts';

/** Sources by name; `X:output` finds `X:daqOutput` and the reverse when only the other was recorded. */
export class Sources extends Map<string, FileSource> {
  override get(name: string): FileSource | undefined {
    return super.get(name) ?? super.get(otherName(name));
  }

  override has(name: string): boolean {
    return super.has(name) || super.has(otherName(name));
  }
}

function otherName(name: string): string {
  if (name.endsWith(':output')) return name.replace(/:output$/, ':daqOutput');
  return name.replace(/:daqOutput$/, ':output');
}

/** Names in one order everywhere: by their characters. */
export function sorted(sources: Iterable<FileSource>): Sources {
  return new Sources([...sources].sort((a, b) => (a.name < b.name ? -1 : 1)).map((source) => [source.name, source]));
}

/**
 * The sources of layers of files. A source of a later layer replaces the whole source of the same name in an earlier one. `keepFirst`: of a train that a
 * source has twice the first is taken, in the order of the files. Errors: EXDF_DUPLICATE_TRAINS without it.
 */
export function sourcesOf(layers: readonly (readonly RunFile[])[], trains: RunTrains, directory: string, keepFirst: boolean): Sources {
  const owners = new Map<string, { section: KeyHome['section']; files: RunFile[] }>();
  for (const layer of layers) {
    const own = new Map<string, { section: KeyHome['section']; files: RunFile[] }>();
    for (const file of layer) {
      for (const [section, names] of [['CONTROL', file.control], ['INSTRUMENT', file.instrument]] as const) {
        for (const name of names) {
          const known = own.get(name);
          if (known) known.files.push(file);
          else own.set(name, { section, files: [file] });
        }
      }
    }
    for (const [name, owner] of own) owners.set(name, owner);
  }
  const leftOut = repeated(owners, trains, directory, keepFirst);
  return sorted(Array.from(owners, ([name, { section, files }]) => new FileSource({ name, recorded: name, section, files, trains, ...leftOut(files) })));
}

/** Sources of REDUCTION and ERRATA. Several aggregators may have one of a name, about other trains: then the aggregator goes before it. */
export function auxiliaryOf(files: readonly RunFile[], trains: RunTrains): Sources {
  const owners = new Map<string, Map<string, RunFile[]>>();
  const sections = new Map<string, 'REDUCTION' | 'ERRATA'>();
  for (const file of files) {
    for (const [source, section] of file.auxiliary) {
      const byAggregator = owners.get(source) ?? new Map<string, RunFile[]>();
      owners.set(source, byAggregator);
      sections.set(source, section);
      const aggregator = file.aggregator ?? file.name;
      byAggregator.set(aggregator, [...(byAggregator.get(aggregator) ?? []), file]);
    }
  }
  const sources: FileSource[] = [];
  for (const [recorded, byAggregator] of owners) {
    for (const [aggregator, own] of byAggregator) {
      // As EXtra-data has it: a name that ends in that of a source of the same files can mean only one.
      const plain = byAggregator.size === 1 && own.some((file) => [...file.control, ...file.instrument].some((source) => recorded.endsWith(source)));
      sources.push(new FileSource({ name: plain ? recorded : `${aggregator}@${recorded}`, recorded, section: sections.get(recorded)!, files: own, trains }));
    }
  }
  return sorted(sources);
}

type Repeats = { readonly leftOut: LeftOut } | { readonly first: { readonly trainId: number; readonly files: readonly string[] } } | undefined;

/** A train twice in one source leaves no way to say which is right. Gives for each set of files what is left out of it. */
function repeated(owners: ReadonlyMap<string, { readonly files: RunFile[] }>, trains: RunTrains, directory: string, keepFirst: boolean): (files: readonly RunFile[]) => { leftOut?: LeftOut } {
  // Sources of the same aggregator share their files: look at each set of files once.
  const verdicts = new Map<string, Repeats>();
  const conflicts: string[] = [];
  const idOf = (files: readonly RunFile[]): string => files.map((file) => file.path).join('\n');
  for (const [name, { files }] of owners) {
    const id = idOf(files);
    if (!verdicts.has(id)) verdicts.set(id, repeatsIn(files, trains, keepFirst));
    const found = verdicts.get(id);
    if (found && 'first' in found) conflicts.push(`${name} has train ${found.first.trainId} in ${found.first.files.join(' and ')}`);
  }
  if (conflicts.length > 0) {
    const more = conflicts.length > 10 ? `; and ${conflicts.length - 10} more sources` : '';
    throw new ExdfError(
      'EXDF_DUPLICATE_TRAINS',
      directory,
      `${conflicts.length} source${conflicts.length > 1 ? 's have' : ' has'} one train more than once: ${conflicts.slice(0, 10).join('; ')}${more}. Move one of the files away, choose files with include, or take the first of each with keep: 'first'`,
    );
  }
  return (files) => {
    const found = verdicts.get(idOf(files));
    return found && 'leftOut' in found ? { leftOut: found.leftOut } : {};
  };
}

function repeatsIn(files: readonly RunFile[], trains: RunTrains, keepFirst: boolean): Repeats {
  // Files whose trains follow each other, as nearly all do, cannot have one twice.
  const spans = files.map((file) => risingSpan(file, trains));
  const rising = spans.filter((span) => span !== undefined && span[1] >= 0).sort((a, b) => a![0] - b![0]);
  if (!spans.includes(undefined) && rising.every((span, i) => i === 0 || span![0] > rising[i - 1]![1])) return undefined;
  const seen = new Map<number, RunFile>();
  const leftOut = new Map<RunFile, Set<number>>();
  for (const file of files) {
    const places = trains.placesOf(file);
    for (const [position, place] of places.entries()) {
      if (place < 0) continue;
      const before = seen.get(place);
      if (before && !keepFirst) return { first: { trainId: file.trainIds[position]!, files: [...new Set([basename(before.path), file.name])] } };
      if (before) leftOut.set(file, (leftOut.get(file) ?? new Set()).add(position));
      else seen.set(place, file);
    }
  }
  return leftOut.size ? { leftOut } : undefined;
}

/** First and last place in the list of a file's trains when they rise strictly; undefined when they do not. A file without trains has none. */
function risingSpan(file: RunFile, trains: RunTrains): [number, number] | undefined {
  let [first, last] = [Infinity, -Infinity];
  for (const place of trains.placesOf(file)) {
    if (place < 0) continue;
    if (place <= last) return undefined;
    first = Math.min(first, place);
    last = place;
  }
  return first === Infinity ? [-1, -1] : [first, last];
}
