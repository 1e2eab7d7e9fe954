import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { YardError, workspace, type PythonCall, type PythonFunction, type Where } from '@trainyard/core';
import { PythonProcess, type PythonLoaded } from './python-process.ts';

/** What the Python of a step is made of. */
export interface PythonCode {
  /** Where the function is written, when it is one. */
  readonly where: Where | undefined;
  /** File -> what it holds, as a hash. */
  readonly files: ReadonlyMap<string, string>;
}

/** A load that takes longer has its own words: that of the whole generation ends soon after. */
const LOAD_MS = 9000;

/** The Python of one worker: one process for each interpreter that its code names. */
export class Pythons {
  /** See `PythonProcess.onDeath`. */
  onDeath: (error: YardError) => void = () => undefined;
  /** The user's Python files, also of what did not load. */
  readonly files = new Set<string>();
  readonly #processes = new Map<string, PythonProcess>();
  #loading: Promise<PythonLoaded>[] = [];

  /** Takes the place of `workspace.startPython`. */
  start({ file, function: name, python = 'python3', inputs }: PythonCall): PythonFunction {
    const path = resolve(workspace.folder, file);
    const running = this.#process(python.includes('/') ? resolve(workspace.folder, python) : python);
    this.files.add(path);
    const loaded = running.load({ file: path, name, ...(inputs && { inputs }) });
    loaded.then(({ files }) => this.#made(files), (error: YardError & { files?: readonly string[] }) => this.#made([...(error.files ?? []), ...(error.where ? [error.where.file] : [])]));
    this.#loading.push(loaded);
    return async (values) => running.call((await loaded).id, values);
  }

  #process(command: string): PythonProcess {
    const known = this.#processes.get(command);
    if (known) return known;
    const made = new PythonProcess(command);
    made.onDeath = (error) => this.onDeath(error);
    this.#processes.set(command, made);
    return made;
  }

  #made(of: readonly string[]): void {
    for (const file of of) this.files.add(file);
  }

  /** Waits for what was asked for since the last time. Throws the first thing that is wrong with it. */
  async loaded(): Promise<PythonCode | undefined> {
    const loading = this.#loading.splice(0);
    if (loading.length === 0) return undefined;
    const all = await inTime(Promise.all(loading), [...this.files]);
    const files = new Set(all.flatMap(({ files: own }) => own));
    return { where: all.length === 1 ? all[0]!.where : undefined, files: new Map(Array.from(files, (file) => [file, hashOf(file)])) };
  }

  /** Ends the processes of a worker that seldom needs them; a call starts them again. */
  rest(): void {
    for (const one of this.#processes.values()) one.rest();
  }
}

async function inTime<T>(work: Promise<T>, files: readonly string[]): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new YardError('PYTHON_LOAD', `${files.at(-1)} was still being loaded after ${LOAD_MS / 1000} s: is there an endless loop at its top? Import what takes long inside the function.`)), LOAD_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function hashOf(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
  } catch {
    return 'absent';
  }
}
