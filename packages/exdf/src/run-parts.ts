import type { RunFile } from './file/run-file.ts';
import { countsOf } from './key-home.ts';
import type { RunTrains } from './run-trains.ts';
import type { Run } from './run.ts';
import type { Aliases } from './select/aliases.ts';
import type { Sources } from './sources.ts';

/** Where a run came from: all runs that were selected from it share it. */
export interface Origin {
  readonly directory: string;
  readonly skipped: { file: string; reason: string }[];
  /** Opens the run as it is now, keeping what has not changed. */
  readonly refresh: () => RunParts;
  readonly close: () => void;
}

/** What a run is made of. */
export interface RunParts {
  readonly origin: Origin;
  readonly trains: RunTrains;
  readonly sources: Sources;
  /** The files in use, by name. */
  readonly members: readonly RunFile[];
  readonly aliases: Aliases;
  /** How it was selected: done again after a refresh. */
  readonly steps: readonly ((run: Run) => Run)[];
}

/** The files of some sources, each once, by name. */
export function membersOf(sources: Sources): RunFile[] {
  const files = new Set(Array.from(sources.values()).flatMap(({ home }) => home.files));
  return [...files].sort(byPath);
}

export function byPath(a: RunFile, b: RunFile): number {
  if (a.path === b.path) return 0;
  return a.path < b.path ? -1 : 1;
}

/** Trains for which all, or any, of the selected keys have data. Sources that were recorded at the start of the run only do not count. */
export function trainsWithData({ sources, trains }: RunParts, all: boolean): number[] {
  const good = new Uint8Array(trains.ids.length).fill(all ? 1 : 0);
  for (const source of sources.values()) {
    for (const group of source.groups) {
      const counts = countsOf(source.home, group);
      for (let i = 0; i < good.length; i++) if ((counts[i]! > 0) !== all) good[i] = all ? 0 : 1;
    }
  }
  return trains.ids.filter((_, i) => good[i] === 1);
}
