import { fileURLToPath } from 'node:url';
import * as h5wasm from 'h5wasm/node';
import type { Metadata } from 'h5wasm/node';
import { Hdf5Error } from './hdf5-error.ts';

/** The parts of h5wasm's module that its own declarations leave out. */
export type H5Module = Awaited<typeof h5wasm.ready> & {
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
};

export type { Metadata };

let startedModule: H5Module | undefined;
let starting: Promise<H5Module> | undefined;
let diagnostics = '';

/**
 * Starts the library once per thread. HDF5's own reports on standard error are collected instead of printed, and the
 * bundled decoders (lzf, bitshuffle, blosc, zstd, ...) are made known.
 */
export function startLibrary(): Promise<H5Module> {
  starting ??= (async () => {
    const started = (await h5wasm.ready) as H5Module;
    collectDiagnostics(started);
    try {
      started.insert_plugin_search_path(fileURLToPath(new URL('plugins', import.meta.resolve('h5wasm-plugins'))), 0);
    } catch {
      // Without the plugins only deflate, shuffle, fletcher32 and szip can be read; a read then names the missing filter.
    }
    startedModule = started;
    return started;
  })();
  return starting;
}

/** The started library; `openHdf5` has awaited it before anything here can be called. */
export function library(): H5Module {
  if (!startedModule) throw new Hdf5Error('HDF5_CLOSED', '(no file)', 'The HDF5 library is not started: open a file with openHdf5() first');
  return startedModule;
}

/** HDF5 prints its error stack on file descriptor 2 of the emulated system; its write call is the one place to catch it. */
function collectDiagnostics(started: H5Module): void {
  type Write = (stream: { fd?: number; nfd?: number }, buffer: Uint8Array, offset: number, length: number, ...rest: unknown[]) => number;
  const system = started.FS as unknown as { write: Write };
  const write = system.write.bind(system);
  system.write = (stream, buffer, offset, length, ...rest) => {
    if (stream.fd !== 2) return write(stream, buffer, offset, length, ...rest);
    if (diagnostics.length < 100_000) diagnostics += Buffer.from(buffer.buffer, buffer.byteOffset + offset, length).toString('latin1');
    return length;
  };
}

/** What HDF5 said while `work` ran; `value` is undefined when it threw. */
export interface Attempt<T> {
  value: T | undefined;
  threw: boolean;
  /** HDF5's report, or the exception's message; empty when all went well. */
  report: string;
}

/** Runs one library call; never throws, never prints. */
export function attempt<T>(work: (module: H5Module) => T): Attempt<T> {
  const module = library();
  diagnostics = '';
  try {
    const value = work(module);
    return { value, threw: false, report: diagnostics };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { value: undefined, threw: true, report: diagnostics || message.slice(0, 2000) };
  }
}

/** The most telling line of an HDF5 report: the deepest entry that is not about the plugin search path. */
export function cause(report: string): string {
  const lines = report.split('\n').filter((line) => /^\s*#\d+:/.test(line));
  const told = lines.filter((line) => !/H5PL/.test(line));
  const line = told.at(-1) ?? lines.at(-1) ?? report.split('\n')[0] ?? '';
  return line.replace(/^.*?\(\):\s*/, '').slice(0, 300).trim();
}
