import { parentPort, workerData } from 'node:worker_threads';
import type { Rendered } from '../panels/render-frame.ts';
import { exportValue, type ExportFormat } from './export-value.ts';

export interface ToExport {
  readonly of: Rendered;
  readonly format: ExportFormat;
  readonly list: string;
}
export type Exported = { readonly bytes: Uint8Array } | { readonly code: string; readonly message: string };

/** Makes one file: a large one takes a second, which the main thread does not have. */
const { of, format, list } = workerData as ToExport;
let answer: Exported;
try {
  answer = { bytes: exportValue(of, format, list) };
} catch (error) {
  const { code = 'VALUE_FORMAT', message } = error as { code?: string; message: string };
  answer = { code, message };
}
parentPort!.postMessage(answer);
