import { existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { YardError } from '@trainyard/core';
import { recogniseRun, type RunDataKind, type RunNumber } from '@trainyard/exdf';

/** What the word WHAT on a command line may be. */
export type What =
  | { readonly kind: 'list' | 'views' | 'hdf5' | 'npy'; readonly path: string }
  | { readonly kind: 'run'; readonly where: string | RunNumber }
  | { readonly kind: 'endpoint'; readonly endpoint: string };

/** Recognises WHAT: an endpoint, a run (folder or p2416/r34), a list, a views file, an HDF5 or .npy file. Throws `WHAT_UNKNOWN`. */
export function recognise(text: string, data?: string): What {
  if (/^(tcp|ipc|inproc):\/\//.test(text)) return { kind: 'endpoint', endpoint: text };
  if (existsSync(text) && !statSync(text).isDirectory()) {
    const extension = extname(text).toLowerCase();
    if (extension === '.yaml' || extension === '.yml') return { kind: 'list', path: text };
    if (['.ts', '.mts', '.js', '.mjs', '.tsx'].includes(extension)) return { kind: 'views', path: text };
    return { kind: extension === '.npy' ? 'npy' : 'hdf5', path: text };
  }
  return { kind: 'run', where: runOf(text, data) };
}

/** The run that a text names: a folder, or p2416/r34 below EXTRA_DATA_DATA_ROOT. A folder without HDF5 files is left to the reader, which says so. */
export function runOf(text: string, data?: string): string | RunNumber {
  const found = recogniseRun(text);
  if (typeof found === 'object') return { ...found, ...(data !== undefined && found.data === undefined && { data: data as RunDataKind }) };
  if (found !== undefined || existsSync(text)) return text;
  throw new YardError('WHAT_UNKNOWN', `There is no "${text}": give a file, a run folder, p2416/r34 or an address such as tcp://127.0.0.1:4545.`);
}
