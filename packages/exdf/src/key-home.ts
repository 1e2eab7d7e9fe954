import type { RunFile } from './file/run-file.ts';
import type { LeftOut, RunTrains } from './run-trains.ts';

/** The top group of a file in which a source lies. */
export type Section = 'CONTROL' | 'INSTRUMENT' | 'REDUCTION' | 'ERRATA';

/** What a source and its keys need to know of the run. */
export interface KeyHome {
  /** As the run has it. */
  readonly name: string;
  /** As the files have it: without the aggregator of an auxiliary source. */
  readonly recorded: string;
  readonly section: Section;
  /** In the order in which their rows are joined. */
  readonly files: readonly RunFile[];
  readonly trains: RunTrains;
  readonly leftOut?: LeftOut;
}

/** The index group of a key: control sources have one, others one for the first part of their keys. */
export function indexGroup({ section, recorded }: KeyHome, key: string): string {
  return section === 'CONTROL' ? recorded : `${recorded}/${key.split('.', 1)[0]!}`;
}

/** Whether a file has an index group, or at least data that need one: without an index they cannot be assigned to trains, and reading it says so. */
export function hasGroup({ section, recorded }: KeyHome, file: RunFile, group: string): boolean {
  if (file.dataset(`INDEX/${group}/first`)) return true;
  const names = file.namesBelow(`/${section}/${recorded}`);
  return section === 'CONTROL' ? names.length > 0 : names.some((name) => name.startsWith(`${group.slice(recorded.length + 1)}.`));
}

/** How many entries each train of the run has in an index group; files that have not the group count nothing. */
export function countsOf(home: KeyHome, group: string): Float64Array {
  const counts = new Float64Array(home.trains.ids.length);
  for (const file of home.files) {
    if (file.trainIds.length === 0 || !hasGroup(home, file, group)) continue;
    const places = home.trains.placesOf(file, home.leftOut);
    const { count } = file.index(group);
    for (let i = 0; i < places.length; i++) if (places[i]! >= 0) counts[places[i]!] = count[i]!;
  }
  return counts;
}
