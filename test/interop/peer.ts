import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const PYTHON = '/usr/bin/python3';

/** Whether Debian's packages of the field are here; says plainly when not. */
export function hasPeers(...modules: readonly string[]): boolean {
  const all = spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`]).status === 0;
  if (!all) console.log(`skipped: ${PYTHON} has not all of ${modules.join(', ')}`);
  return all;
}

/** An array as Python saw it: `sha` is that of its bytes in C order. */
export interface SeenArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha: string;
  readonly first: readonly number[];
}
export type SeenTrain = Record<string, { tid: number; values: Record<string, SeenArray | number | string | boolean> }>;

/** Runs `peer.py`; gives the objects that it printed, one a line. */
export async function askPython<T>(...args: readonly string[]): Promise<T[]> {
  const child = spawn(PYTHON, [fileURLToPath(new URL('peer.py', import.meta.url)), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = ['', ''];
  child.stdout.on('data', (data: Buffer) => (said[0] += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said[1] += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`peer.py ${args.join(' ')} ended with ${code}: ${said[1]}`);
  return said[0]!.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

/** Starts one of the field's servers on a free port; resolved with its endpoint when it listens. */
export async function startServer(program: string, ...args: readonly string[]): Promise<{ child: ChildProcess; endpoint: string }> {
  const port = await freePort();
  const child = spawn(PYTHON, ['-u', `/usr/bin/${program}`, ...args.map((arg) => (arg === 'PORT' ? String(port) : arg))], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const listen = (data: Buffer): void => {
      said += data.toString();
      if (/tcp:\/\//.test(said)) resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}: ${said}`)));
  });
  return { child, endpoint: `tcp://127.0.0.1:${port}` };
}

/** A server of karabo_bridge: its endpoint, and the messages that it has sent, as `frames` of `peer.py` says them. */
export async function startPeerServer(...args: readonly string[]): Promise<{ child: ChildProcess; endpoint: string; sent: readonly string[] }> {
  const child = spawn(PYTHON, [fileURLToPath(new URL('peer.py', import.meta.url)), 'serve', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout!);
  const sent: string[] = [];
  const endpoint = await new Promise<string>((resolve, reject) => {
    lines.once('line', (line) => {
      lines.on('line', (next) => sent.push(next));
      resolve(JSON.parse(line) as string);
    });
    child.once('exit', (code) => reject(new Error(`the server of karabo_bridge ended with ${code}`)));
  });
  return { child, endpoint, sent };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
