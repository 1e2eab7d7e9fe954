import { spawn, type ChildProcess } from 'node:child_process';
import { AsyncResource } from 'node:async_hooks';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { YardError, type Where } from '@trainyard/core';
import { offeredMemory } from '../crew/offered-memory.ts';
import { PythonMemory } from './python-memory.ts';
import { fromPython, toPython, type PythonValue } from './python-values.ts';

const HOST = fileURLToPath(new URL('../../bin/python-host.py', import.meta.url));
/** Of what Python writes past its own streams: where it crashed stands there. */
const TAIL = 8000;
/** Of what is written past Python's own streams during one request. */
const MOST_LINES = 50;
const LONGEST_LINE = 2000;
/** With this code it ends when its files were closed. */
const LOST = 71;
/** What a program that it started keeps open is not waited for. */
const LAST_WORDS_MS = 100;
/** No view's: a timer in here is not held against the one that the process was started for. */
const outside = new AsyncResource('PythonProcess');
/** A library would start threads for every core in each of the workers' processes. */
const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', NUMEXPR_NUM_THREADS: '1' };

/** A function that is loaded, and what it is made of. */
export interface PythonLoad {
  readonly file: string;
  readonly name: string;
  readonly inputs?: readonly string[];
}
export interface PythonLoaded {
  /** By which it is called. */
  readonly id: number;
  /** Where the function is written. */
  readonly where: Where;
  /** The files of the user that it is made of so far. */
  readonly files: readonly string[];
}

interface Reply {
  readonly value?: PythonValue;
  readonly where?: Where;
  readonly files?: readonly string[];
  readonly error?: { readonly code?: string; readonly message: string; readonly where?: Where | null };
  readonly lines: readonly (readonly ['log' | 'error', string])[];
}

/**
 * One Python process beside a worker: started when it is first needed, asked one thing at a time. It ends with the worker's thread, whatever
 * ends that. What it writes are lines of the view that called it.
 */
export class PythonProcess {
  /** It ended by itself in the middle of a call: the call does not come back. */
  onDeath: (error: YardError) => void = () => undefined;
  readonly #command: string;
  readonly #loads: PythonLoad[] = [];
  readonly #memory = new PythonMemory();
  #child: ChildProcess | undefined;
  #started: Promise<void> | undefined;
  #answer: { readonly resolve: (reply: Reply) => void; readonly reject: (error: YardError) => void; readonly calling: PythonLoad | undefined } | undefined;
  #tail = '';
  #lines = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** `command`: a name that is found by PATH, or a path. */
  constructor(command: string) {
    this.#command = command;
  }

  /** Loads a function. Throws `PYTHON_MISSING`, `PYTHON_NUMPY`, `PYTHON_FUNCTION`, `PYTHON_ARGUMENTS`, `PYTHON_ENDED`, or `PYTHON_ERROR` with the line of the file that raised. */
  load(load: PythonLoad): Promise<PythonLoaded> {
    return this.#inTurn(async () => {
      await this.#start();
      const { where, files = [] } = await this.#load(load);
      return { id: this.#loads.push(load) - 1, where: where!, files };
    });
  }

  /** Calls a function that was loaded. Throws `PYTHON_ERROR` with the line that raised, `PYTHON_VALUE`, `PYTHON_MEMORY`. */
  call(id: number, values: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#inTurn(async () => {
      await this.#start();
      this.#memory.clear();
      const args = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toPython(value, this.#memory)]));
      const { value } = await this.#ask({ call: { id, arguments: args, at: this.#memory.end } }, this.#loads[id]);
      return fromPython(value!, this.#memory);
    });
  }

  /** Ends the process; with the next call there is another. */
  rest(): void {
    const child = this.#child;
    this.#child = this.#started = undefined;
    child?.kill('SIGKILL');
  }

  /** One thing after the other: they share the memory. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #load({ file, name, inputs }: PythonLoad): Promise<Reply> {
    return this.#ask({ load: { file, name, inputs: inputs ?? null } });
  }

  #start(): Promise<void> {
    return (this.#started ??= this.#launch());
  }

  async #launch(): Promise<void> {
    const memory = Math.max(2 ** 31, Math.floor(offeredMemory().offeredBytes / 2));
    const child = spawn(this.#command, [HOST, String(memory), String(process.pid)], { stdio: ['pipe', 'pipe', 'pipe', 'pipe', this.#memory.fd], env: { ...ONE_THREAD, ...process.env } });
    this.#child = child;
    this.#tail = '';
    for (const [stream, level] of [[child.stdout!, 'log'], [child.stderr!, 'error']] as const) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#tail = `${this.#tail}${text}`.slice(-TAIL);
        const lines = `${rest}${text}`.split('\n');
        rest = lines.pop()!.slice(0, LONGEST_LINE);
        for (const line of lines) if (this.#lines++ < MOST_LINES) console[level](line.slice(0, LONGEST_LINE));
      });
    }
    createInterface(child.stdio[3] as Readable).on('line', (line) => {
      const answer = this.#answer;
      this.#answer = undefined;
      answer?.resolve(JSON.parse(line) as Reply);
    });
    // A request that it does not read any more is answered by its end.
    child.stdin!.on('error', () => undefined);
    const ready = this.#wait();
    child.once('error', (error) => this.#over(child, new YardError('PYTHON_MISSING', `Python cannot be started: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? `there is no "${this.#command}" here` : error.message}. Name one that has numpy: python: /usr/bin/python3.`)));
    child.once('close', (code, signal) => this.#over(child, this.#ended(code, signal)));
    child.once('exit', (code, signal) => outside.runInAsyncScope(() => void setTimeout(() => this.#over(child, this.#ended(code, signal)), LAST_WORDS_MS)));
    const { error } = await ready;
    if (error) {
      this.#child = this.#started = undefined;
      throw new YardError(error.code ?? 'PYTHON_ERROR', `${error.message}. Install it there, or name another: python: /usr/bin/python3.`);
    }
    // It is another one than before: it knows nothing yet.
    for (const load of this.#loads) await this.#load(load);
  }

  async #ask(request: object, calling?: PythonLoad): Promise<Reply> {
    this.#lines = 0;
    const reply = this.#wait(calling);
    this.#child!.stdin!.write(`${JSON.stringify(request)}\n`);
    const { error, lines, ...rest } = await reply;
    // Here, since they belong to the view that asked.
    for (const [level, line] of lines) console[level](line);
    if (!error) return { ...rest, lines };
    throw Object.assign(new YardError(error.code ?? 'PYTHON_ERROR', error.message, error.where ?? undefined), { files: rest.files ?? [] });
  }

  #wait(calling?: PythonLoad): Promise<Reply> {
    return new Promise((resolve, reject) => (this.#answer = { resolve, reject, calling }));
  }

  #over(child: ChildProcess, error: YardError): void {
    if (this.#child !== child) return;
    this.#child = this.#started = undefined;
    const answer = this.#answer;
    this.#answer = undefined;
    if (answer?.calling) this.onDeath(error);
    else answer?.reject(error);
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): YardError {
    const how = signal ? `was ended by ${signal}` : code === LOST ? 'had its own files closed (a function closes what it has opened itself)' : `ended itself with code ${code}`;
    const files = new Set(this.#loads.map(({ file }) => file));
    const at = [...this.#tail.matchAll(/File "([^"]+)", line (\d+) in (\S+)/g)].find(([, file]) => files.has(file!));
    if (at) return new YardError('PYTHON_ENDED', `Python ${how} in ${at[3]}() at ${basename(at[1]!)}:${at[2]}`, { file: at[1]!, line: Number(at[2]), column: 1 });
    const calling = this.#answer?.calling;
    return new YardError('PYTHON_ENDED', `Python ${how}${calling ? ` in ${calling.name}() of ${basename(calling.file)}` : ''}`);
  }
}
