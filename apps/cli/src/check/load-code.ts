import type { Problem } from '@trainyard/core';
import { EngineRefused, loadCode as load, type Installed } from '@trainyard/runtime';

/** What a worker made of a list or views file. */
export interface LoadedCode {
  readonly problems: readonly Problem[];
  /** `group/view` of every view. */
  readonly views: readonly string[];
  /** Canonical texts of the data paths that views take. */
  readonly paths: readonly string[];
}

/** Loads the code in a worker that is thrown away, so that names and paths are resolved as in a real run. */
export async function loadCode(file: string, installed: Installed): Promise<LoadedCode> {
  try {
    const code = await load(file, {}, installed);
    const { views, paths } = code.descriptor;
    await code.close();
    return { problems: [], views: views.map((view) => view.id), paths };
  } catch (error) {
    if (error instanceof EngineRefused) return { problems: error.problems, views: [], paths: [] };
    throw error;
  }
}
