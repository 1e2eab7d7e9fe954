import { mergeResults } from '@trainyard/nexus';
import type { Installed } from '../packs/load-specs.ts';
import { loadCode } from './load-code.ts';

export interface MergeRequest {
  /** The list or views file that made the parts, and the parameters that were set. */
  readonly file: string;
  readonly sets: Readonly<Record<string, string>>;
  readonly installed: Installed;
  /** Results files of the parts, in any order. */
  readonly parts: readonly string[];
  readonly out: string;
  readonly force?: boolean;
}

/**
 * Joins the parts of one run into the file that one run over all trains writes, identical by `diffResults`. Reducers over all trains
 * are folded with the user's own code, in a worker. Errors: `EngineRefused`, MERGE_REDUCER, NEXUS_PARTS, NEXUS_EXISTS.
 */
export async function mergeParts({ file, sets, installed, parts, out, force = false }: MergeRequest): Promise<void> {
  const code = await loadCode(file, sets, installed);
  try {
    await mergeResults(parts, out, { force, finalOf: (id, nodes) => code.fold(id, nodes) });
  } finally {
    await code.close();
  }
}
