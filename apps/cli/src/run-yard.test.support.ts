import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface YardPlace {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `yard ...` from the sources in a process of its own, to its end. */
export async function yard(args: readonly string[], place: YardPlace = {}): Promise<Said> {
  const child = spawned(args, place);
  let [out, err] = ['', ''];
  child.stdout!.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr!.on('data', (part: Buffer) => (err += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

/** Starts it and goes on; ended with the test at the latest. */
export function startYard(args: readonly string[], place: YardPlace = {}): ChildProcess {
  const child = spawned(args, place);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const LIMIT_MS = 60_000;

function spawned(args: readonly string[], { cwd, env }: YardPlace): ChildProcess {
  return spawn(process.execPath, ['--conditions=development', MAIN, ...args], { cwd, env: { ...process.env, NODE_OPTIONS: '', YARD_DEBUG: '', ...env }, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS, killSignal: 'SIGKILL' });
}

/** A folder that goes with the test file. */
export function temporary(): { readonly folder: string; readonly at: (name: string) => string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'yard-test-'));
  return { folder, at: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 }) };
}

/** The first line that a process writes to its standard output. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('\n')) resolve(text.split('\n')[0]!);
    });
    child.once('exit', (code) => reject(new Error(`It ended with ${code} before it said anything.`)));
  });
}
