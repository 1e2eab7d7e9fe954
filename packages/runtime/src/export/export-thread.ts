import { parentPort, workerData } from 'node:worker_threads';
import type { History } from '@trainyard/control';
import type { Rendered } from '../panels/render-frame.ts';
import { exportHistories, exportValues, type ExportFormat } from './export-value.ts';

export type ToExport = { readonly format: ExportFormat; readonly list: string } & ({ readonly of: readonly Rendered[] } | { readonly histories: readonly History[]; readonly units: Readonly<Record<string, string>> });
export type Exported = { readonly bytes: Uint8Array } | { readonly code: string; readonly message: string };

/** Makes one file: a large one takes a second, which the main thread does not have. */
const what = workerData as ToExport;
let answer: Exported;
try {
  answer = { bytes: 'of' in what ? exportValues(what.of, what.format, what.list) : exportHistories(what.histories, what.units, what.format, what.list) };
} catch (error) {
  const { code = 'VALUE_FORMAT', message } = error as { code?: string; message: string };
  answer = { code, message };
}
parentPort!.postMessage(answer);
