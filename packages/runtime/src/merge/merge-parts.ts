import { mergeResults, type MergeOptions } from '@trainyard/nexus';
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
  /** Told what a person should read: a view that has no final value, and why. */
  readonly onNote?: (text: string) => void;
}

/**
 * Joins the parts of one run into the file that one run over all trains writes, identical by `diffResults`. Reducers over all trains
 * are folded with the user's own code, in a worker; one that cannot join them leaves its view without a final value, as in one run.
 * Errors: `EngineRefused`, NEXUS_PARTS, NEXUS_EXISTS.
 */
export async function mergeParts({ file, sets, installed, parts, out, force = false, onNote }: MergeRequest): Promise<void> {
  const code = await loadCode(file, sets, installed);
  try {
    const finalOf: MergeOptions['finalOf'] = (id, nodes) => code.fold(id, nodes).catch((error: unknown) => {
      onNote?.(`${id} has no final value: ${(error as Error).message}`);
      return undefined;
    });
    await mergeResults(parts, out, { force, finalOf });
  } finally {
    await code.close();
  }
}
