import { YardError, type Problem } from '@trainyard/core';
import { Engine, EngineRefused, ProjectFolder, type Installed, type TrainSource } from '@trainyard/runtime';
import { dirname, resolve } from 'node:path';
import { versionOf } from '../version.ts';

/** What a worker made of a list or views file. */
export interface LoadedCode {
  readonly problems: readonly Problem[];
  /** `group/view` of every view. */
  readonly views: readonly string[];
  /** Canonical texts of the data paths that views take. */
  readonly paths: readonly string[];
}

/** A source without a train: the code is loaded as for a run, and nothing is computed. */
const nothing: TrainSource = {
  onChange: () => undefined,
  open: async () => undefined,
  want: () => undefined,
  take: () => undefined,
  ended: false,
  recorded: undefined,
  status: { what: 'nothing', kind: 'run', status: 'waiting', message: '' },
  tree: { sources: [] },
  dropped: {},
  close: async () => undefined,
};

/** Loads the code in a worker that is thrown away, so that names and paths are resolved as in a real run. */
export async function loadCode(file: string, installed: Installed): Promise<LoadedCode> {
  const engine = new Engine({ file, verb: 'run', source: { ...nothing }, sinks: [], installed, version: versionOf(), watch: false, workers: 1, sets: {}, project: new ProjectFolder(dirname(resolve(file))) });
  try {
    await engine.start();
  } catch (error) {
    if (error instanceof EngineRefused) return { problems: error.problems, views: [], paths: [] };
    throw error;
  }
  const { views, paths } = engine.descriptor ?? fail(file);
  const loaded = { problems: [], views: views.map((view) => view.id), paths };
  await engine.stop();
  return loaded;
}

function fail(file: string): never {
  throw new YardError('CHECK_LOAD', `${file} was loaded, but does not say what it holds.`);
}
