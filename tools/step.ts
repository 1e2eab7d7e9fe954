import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root } from './workspace.ts';

export interface StepOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Show what the program says as it says it; otherwise it is shown only when it fails. */
  readonly loud?: boolean;
}

/** The programs that npm installed here, before any other of the same name: also the Node that it brought. */
export const environment: NodeJS.ProcessEnv = { ...process.env, PATH: [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter), NX_DAEMON: 'false', NX_TUI: 'false' };

/** Runs a program in the root folder; resolved with its exit code, 1 when a signal ended it. */
export async function step(command: string, args: readonly string[], { env = {}, loud = false }: StepOptions = {}): Promise<number> {
  const child = spawn(command, args, { cwd: root, env: { ...environment, ...env }, stdio: loud ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
  if (code !== 0 && !loud) process.stdout.write(`${said.trimEnd()}\n`);
  return code;
}

/** A time as people read it: `0.8 s`, `75 s`. */
export function seconds(since: number): string {
  const passed = (Date.now() - since) / 1000;
  return `${passed.toFixed(passed < 10 ? 1 : 0)} s`;
}
