import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { YardState } from '@trainyard/control';

/** Real `yard` processes from the sources, in a folder of their own that goes with the test. */
const MAIN = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The objects of `--json`, one per line. */
  readonly json: Record<string, unknown>[];
}

export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'yard-test-'));
  readonly #running = new Set<ChildProcess>();

  constructor() {
    mkdirSync(join(this.folder, 'runtime'));
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  write(name: string, text: string): string {
    const file = this.path(name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Starts a yard; `line(pattern)` waits for what it says. `memory`: what it is offered, in MB. */
  start(args: readonly string[], env: Record<string, string> = {}, memory?: number): RunningYard {
    const command = [process.execPath, '--conditions=development', MAIN, ...args];
    const [program, ...rest] = memory === undefined ? command : ['sh', '-c', `ulimit -m ${memory * 1000}; exec "$@"`, 'sh', ...command];
    const child = spawn(program!, rest, {
      cwd: this.folder,
      env: { ...process.env, XDG_RUNTIME_DIR: this.path('runtime'), XDG_DATA_HOME: this.path('data'), NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    child.on('exit', () => this.#running.delete(child));
    return new RunningYard(child);
  }

  /** Runs a yard to its end. */
  run(...args: string[]): Promise<Finished> {
    return this.start(args).finished;
  }

  /** Waits until it is so. */
  async eventually(what: string, isSo: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
    for (const end = Date.now() + withinMs; !(await isSo()); await new Promise((resolve) => setTimeout(resolve, 50))) {
      if (Date.now() > end) throw new Error(`It did not come to this: ${what}.`);
    }
  }

  async close(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    // A live yard outlives its supervisor for a moment: it closes its files.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  }
}

export class RunningYard {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  #stdout = '';
  #stderr = '';
  #heard: () => void = () => undefined;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout!.on('data', (data: Buffer) => {
      this.#stdout += data.toString();
      this.#heard();
    });
    child.stderr!.on('data', (data: Buffer) => {
      this.#stderr += data.toString();
      this.#heard();
    });
    this.finished = new Promise((resolve) => child.on('close', (code) => {
      this.#heard();
      resolve({ code, stdout: this.#stdout, stderr: this.#stderr, json: jsonLines(this.#stdout) });
    }));
  }

  get output(): string {
    return this.#stdout + this.#stderr;
  }

  /** The first match in what it has said or will say. */
  async line(pattern: RegExp, withinMs = 30_000): Promise<RegExpExecArray> {
    const until = Date.now() + withinMs;
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      if (this.child.exitCode !== null || Date.now() > until) throw new Error(`"${pattern.source}" was not said. It said:\n${this.output}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200);
        this.#heard = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

function jsonLines(text: string): Record<string, unknown>[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : [];
    } catch {
      return [];
    }
  });
}

/** The control endpoint of a running yard, by the address that it printed. */
export class Control {
  readonly #address: URL;
  constructor(address: string) {
    this.#address = new URL(address);
  }

  async get<T>(route: string): Promise<T> {
    const response = await fetch(new URL(`${route}${this.#address.search}`, this.#address));
    if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  state(): Promise<YardState> {
    return this.get('/api/state');
  }

  async request(verb: object): Promise<{ ok: boolean; message?: string; code?: string }> {
    const response = await fetch(new URL(`/api/control${this.#address.search}`, this.#address), { method: 'POST', body: JSON.stringify({ type: 'request', request: 1, ...verb }) });
    return (await response.json()) as { ok: boolean; message?: string; code?: string };
  }

  /** Waits until the state is as wanted. */
  async until(what: string, wanted: (state: YardState) => boolean, withinMs = 30_000): Promise<YardState> {
    const end = Date.now() + withinMs;
    let state = await this.state();
    while (!wanted(state)) {
      if (Date.now() > end) throw new Error(`It did not come to this: ${what}. The state is ${JSON.stringify(state, null, 1)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
      state = await this.state();
    }
    return state;
  }
}
