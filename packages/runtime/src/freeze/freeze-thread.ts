import { parentPort, workerData } from 'node:worker_threads';
import { writeFrozen, type FreezeJob } from './write-frozen.ts';

/** Writes one frozen train, away from the main thread: the trains that come meanwhile do not wait. */
export type FreezeAnswer = { readonly inputs: number } | { readonly code: string; readonly message: string };

try {
  const { inputs } = await writeFrozen(workerData as FreezeJob);
  parentPort!.postMessage({ inputs: Object.keys(inputs).length } satisfies FreezeAnswer);
} catch (error) {
  const { code = 'FREEZE', message } = error as { code?: string; message: string };
  parentPort!.postMessage({ code, message } satisfies FreezeAnswer);
}
