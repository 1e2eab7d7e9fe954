import { accessSync, closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { YardError } from '@trainyard/core';

/** Arrays begin at multiples of this. */
const ALIGN = 64;

/**
 * Memory that the worker and its Python share: a file in memory without a name, so that nothing of it is left whatever ends. The arguments of
 * a call lie at its beginning, the result behind them; each call begins anew.
 */
export class PythonMemory {
  readonly fd: number;
  #end = 0;

  constructor() {
    const path = join(folder(), `trainyard-${process.pid}-${randomBytes(8).toString('hex')}`);
    this.fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
  }

  /** Another call: what lay there is over. */
  clear(): void {
    this.#end = 0;
  }

  /** Where the result may begin. */
  get end(): number {
    return this.#end;
  }

  /** Puts bytes in, and gives their place. Throws `PYTHON_MEMORY` when they do not fit. */
  put(bytes: Uint8Array): number {
    const at = Math.ceil(this.#end / ALIGN) * ALIGN;
    try {
      // Linux writes at most 2 GiB at once.
      for (let done = 0; done < bytes.length; ) done += writeSync(this.fd, bytes, done, Math.min(bytes.length - done, 2 ** 30), at + done);
    } catch (error) {
      throw new YardError('PYTHON_MEMORY', `The arguments (${Math.round((at + bytes.length) / 1e6)} MB) do not fit into ${folder()}, by which they go to Python: ${(error as Error).message}.`);
    }
    this.#end = at + bytes.length;
    return at;
  }

  /** Reads what Python has put there. */
  read(into: Uint8Array, at: number): void {
    for (let done = 0; done < into.length; ) {
      const count = readSync(this.fd, into, done, Math.min(into.length - done, 2 ** 30), at + done);
      if (count === 0) throw new YardError('PYTHON_MEMORY', 'Python said that it gave an array, but did not.');
      done += count;
    }
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** Memory where the machine offers it as a folder. */
function folder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}
