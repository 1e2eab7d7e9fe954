import { fileURLToPath } from 'node:url';
import type { Metadata } from 'h5wasm/node';
import { Hdf5Error } from './hdf5-error.ts';

type H5wasm = typeof import('h5wasm/node');

/** The parts of h5wasm's module that its own declarations leave out. */
export type H5Module = Awaited<H5wasm['ready']> & {
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
};

export type { Metadata };

/** One running instance of the library. A file belongs to the instance that opened it. */
export interface Instance {
  module: H5Module;
  File: H5wasm['File'];
  /** Set when a damaged file made the library itself stop; nothing of this instance can be trusted afterwards. */
  broken: boolean;
  scratch: { pointer: number; bytes: number };
}

let instance: Instance | undefined;
let starting: Promise<Instance> | undefined;
let started = 0;
let working = false;
let diagnostics = '';

/**
 * Starts the library, once per thread (and again after a damaged file has stopped it). HDF5's own reports are collected
 * instead of printed, and the bundled decoders (lzf, bitshuffle, blosc, zstd, ...) are made known.
 */
export async function startLibrary(): Promise<void> {
  if (!starting || instance?.broken) {
    starting = start();
    instance = undefined;
  }
  instance = await starting;
}

async function start(): Promise<Instance> {
  const restore = collectConsole();
  let h5wasm: H5wasm;
  let module: H5Module;
  try {
    // A module is evaluated once per address: a restart needs another one.
    h5wasm = started === 0 ? await import('h5wasm/node') : ((await import(`${import.meta.resolve('h5wasm/node')}?start=${started}`)) as H5wasm);
    started += 1;
    module = (await h5wasm.ready);
  } finally {
    restore();
  }
  collectDiagnostics(module);
  try {
    module.insert_plugin_search_path(fileURLToPath(new URL('plugins', import.meta.resolve('h5wasm-plugins'))), 0);
  } catch {
    // Without the plugins only deflate, shuffle, fletcher32 and szip can be read; a read then names the missing filter.
  }
  return { module, File: h5wasm.File, broken: false, scratch: { pointer: 0, bytes: 0 } };
}

/** The running library; `openHdf5` has awaited it before anything here can be called. */
export function library(): Instance {
  if (!instance) throw new Hdf5Error('HDF5_CLOSED', '(no file)', 'The HDF5 library is not started: open a file with openHdf5() first');
  if (instance.broken) throw new Hdf5Error('HDF5_STOPPED', '(every open file)', 'A damaged file has stopped the HDF5 library: open the files again with openHdf5()');
  return instance;
}

/** HDF5 prints its error stack on file descriptor 2 of the emulated system; its write call is the one place to catch it. */
function collectDiagnostics(module: H5Module): void {
  type Write = (stream: { fd?: number }, buffer: Uint8Array, offset: number, length: number, ...rest: unknown[]) => number;
  const system = module.FS as unknown as { write: Write };
  const write = system.write.bind(system);
  system.write = (stream, buffer, offset, length, ...rest) => {
    if (stream.fd !== 2) return write(stream, buffer, offset, length, ...rest);
    if (diagnostics.length < 100_000) diagnostics += Buffer.from(buffer.buffer, buffer.byteOffset + offset, length).toString('latin1');
    return length;
  };
}

/** The library keeps the `console.error` that it finds when it starts: give it one that is silent while it works for us. */
function collectConsole(): () => void {
  const original = console.error;
  console.error = (...parts: unknown[]) => {
    if (!working) original.apply(console, parts);
  };
  return () => {
    console.error = original;
  };
}

/** What HDF5 said while `work` ran; `value` is undefined when it threw. */
export interface Attempt<T> {
  value: T | undefined;
  threw: boolean;
  /** HDF5's report, or the exception's message; empty when all went well. */
  report: string;
}

/** Runs one library call and prints nothing; what the library throws becomes the report, our own errors pass through. */
export function attempt<T>(work: (module: H5Module) => T): Attempt<T> {
  const running = library();
  diagnostics = '';
  working = true;
  try {
    const value = work(running.module);
    return { value, threw: false, report: diagnostics };
  } catch (error) {
    if (error instanceof Hdf5Error) throw error;
    // A trap or an exhausted stack leaves the library in the middle of its work; later calls could hang.
    if (error instanceof RangeError || (error instanceof Error && error.name === 'RuntimeError')) running.broken = true;
    const message = error instanceof Error ? error.message : String(error);
    return { value: undefined, threw: true, report: diagnostics || message.slice(0, 2000) };
  } finally {
    working = false;
  }
}

/* oxlint-disable no-underscore-dangle -- the C library's own names */

/** Lends `bytes` of the C heap to `use`. */
export function borrow<T>(module: H5Module, bytes: number, use: (pointer: number) => T): T {
  const pointer = module._malloc(Math.max(bytes, 8));
  if (!pointer) throw new Error(`no memory for ${bytes} bytes`);
  try {
    return use(pointer);
  } finally {
    module._free(pointer);
  }
}

/** One buffer of the C heap per thread, reused by every read and write; it grows to the largest block. */
export function scratchBuffer(bytes: number): number {
  const { module, scratch } = library();
  if (bytes > scratch.bytes || scratch.pointer === 0) {
    if (scratch.pointer) module._free(scratch.pointer);
    scratch.bytes = Math.max(bytes, 64 * 1024);
    scratch.pointer = module._malloc(scratch.bytes);
    if (!scratch.pointer) throw new Error(`no memory for a block of ${bytes} bytes`);
  }
  return scratch.pointer;
}

/* oxlint-enable no-underscore-dangle */

/** The most telling line of an HDF5 report: the deepest entry that is not about the plugin search path. */
export function cause(report: string): string {
  const lines = report.split('\n').filter((line) => /^\s*#\d+:/.test(line));
  const told = lines.filter((line) => !line.includes('H5PL'));
  const line = told.at(-1) ?? lines.at(-1) ?? report.split('\n')[0] ?? '';
  return line.replace(/^.*?\(\):\s*/, '').slice(0, 300).trim();
}
