import { ExdfError } from './exdf-error.ts';
import { FileSource } from './file-source.ts';
import type { RunFile } from './file/run-file.ts';
import { byPath, membersOf, type Origin, type RunParts } from './run-parts.ts';
import type { RunTrains } from './run-trains.ts';
import { joinAliases, type Aliases } from './select/aliases.ts';
import { sorted } from './sources.ts';

/**
 * Several runs as one: all their sources, for all their trains. `again`: a part as it is after a refresh. Errors: EXDF_DUPLICATE_TRAINS where a source has a
 * train in files of two of them, EXDF_ALIAS where an alias has two meanings.
 */
export function unionOf(all: readonly RunParts[], again: (parts: RunParts) => RunParts): RunParts {
  const [first] = all as [RunParts];
  const ids = new Set(all.flatMap(({ trains }) => trains.ids));
  const trains = first.trains.with(Array.from(Float64Array.from(ids).sort()));
  const byName = new Map<string, FileSource[]>();
  for (const { sources } of all) for (const [name, source] of sources) byName.set(name, [...(byName.get(name) ?? []), source]);
  const sources = sorted(Array.from(byName.values(), (same) => joined(same, trains, first.origin.directory)));
  const origins = [...new Set(all.map(({ origin }) => origin))];
  const origin: Origin = {
    directory: first.origin.directory,
    skipped: origins.flatMap(({ skipped }) => skipped),
    refresh: () => unionOf(all.map(again), again),
    close: () => origins.forEach((one) => one.close()),
  };
  return { origin, trains, sources, members: membersOf(sources), aliases: all.reduce<Aliases>((known, { aliases }) => joinAliases(known, aliases, 'aliases'), new Map()), steps: [] };
}

function joined(same: readonly FileSource[], trains: RunTrains, directory: string): FileSource {
  const { home: first } = same[0]!;
  // The same file may have been opened by two runs.
  const files = [...new Map(same.flatMap(({ home }) => home.files.map((file) => [file.path, file] as const))).values()].sort(byPath);
  const leftOut = new Map(same.flatMap(({ home }) => [...(home.leftOut ?? [])]));
  const home = { ...first, files, trains, ...(leftOut.size > 0 && { leftOut }) };
  const seen = new Map<number, RunFile>();
  for (const file of files) {
    for (const place of trains.placesOf(file, home.leftOut)) {
      if (place < 0) continue;
      const before = seen.get(place);
      if (before && before !== file) throw new ExdfError('EXDF_DUPLICATE_TRAINS', directory, `${first.name} has train ${trains.ids[place]} in ${before.path} and in ${file.path}: these runs cannot be put together`);
      seen.set(place, file);
    }
  }
  const all = same.some(({ selected }) => selected === undefined);
  return new FileSource(home, all ? undefined : new Set(same.flatMap(({ selected }) => [...selected!])));
}
