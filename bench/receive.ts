/**
 * Receiving 32 and 128 MB: our client with the allocator settings that a yard starts itself with, without them, and pyzmq (with and without its
 * copy) and the facility's Python client. Same server, in turn, four different trains.
 *
 *     npx node --conditions=development bench/receive.ts [seconds per run]
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { quantile } from './support/process-stat.ts';
import { startServer } from './support/start-server.ts';

const SECONDS = process.argv[2] ?? '3';
const ALLOCATOR = { MALLOC_MMAP_MAX_: '0', MALLOC_ARENA_MAX: '1', MALLOC_TOP_PAD_: '268435456' };
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const OURS = [process.execPath, '--conditions=development', here('support/read-trains.ts')];
const clients: { name: string; command: string[]; env?: Record<string, string> }[] = [
  { name: 'ours, as a yard starts it', command: OURS, env: ALLOCATOR },
  { name: 'ours, plain allocator', command: OURS },
  { name: 'pyzmq, copy=False', command: ['/usr/bin/python3', here('peers/zmq_receive.py'), 'nocopy'] },
  { name: 'pyzmq, copy=True', command: ['/usr/bin/python3', here('peers/zmq_receive.py'), 'copy'] },
  { name: 'karabo_bridge.Client', command: ['/usr/bin/python3', here('peers/zmq_receive.py'), 'client'] },
];

async function rate(command: readonly string[], endpoint: string, env: Record<string, string> = {}): Promise<number> {
  const child = spawn(command[0]!, [...command.slice(1), endpoint, SECONDS], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  await new Promise((resolve) => child.on('exit', resolve));
  const [count, seconds] = text.split(' ').map(Number);
  return count! / seconds!;
}

for (const bytes of [32 * 1024 * 1024, 128 * 1024 * 1024]) {
  const server = await startServer(bytes, Infinity);
  const rates = clients.map((): number[] => []);
  for (let round = 0; round < 3; round++) for (const [i, { command, env }] of clients.entries()) rates[i]!.push(await rate(command, server.endpoint, env));
  await server.stop();
  const medians = rates.map((all) => quantile(all, 0.5));
  for (const [i, { name }] of clients.entries()) {
    console.log(`${bytes / 1024 / 1024} MB  ${name.padEnd(26)} ${medians[i]!.toFixed(1).padStart(7)} trains/s ${((medians[i]! * bytes) / 1e9).toFixed(2).padStart(6)} GB/s  ${(medians[0]! / medians[i]!).toFixed(2)}x`);
  }
}
