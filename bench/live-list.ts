import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A live list (correction of 1.5 Mpx, a smoothed region, four integrations of it, their averages) beside the same in Python (karabo_bridge, numpy, scipy, pyFAI, one thread): both take every train of the same simulated
 * facility as fast as they can. Prints trains a second and CPU milliseconds a train, and their ratio.
 */
const TRAINS = Number(process.argv[2] ?? 200);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const YARD = import.meta.url.includes('/bench/') ? ['--conditions=development', here('../apps/cli/src/main.ts')] : [];

async function withSim<T>(work: (endpoint: string) => T | Promise<T>): Promise<T> {
  const sim = spawn(process.execPath, [...YARD, 'sim', '--endpoint', 'tcp://127.0.0.1:*', '--rate', '1000', '--lossless', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const endpoint = await new Promise<string>((resolve) => sim.stdout.on('data', (data: Buffer) => {
    const match = /"endpoint":"([^"]+)"/.exec(data.toString());
    if (match) resolve(match[1]!);
  }));
  try {
    return await work(endpoint);
  } finally {
    sim.kill('SIGTERM');
    await new Promise((resolve) => sim.on('exit', resolve));
  }
}

/** CPU seconds of all threads of a process, from /proc. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function ours(endpoint: string, workers: number): Promise<{ rate: number; cpuMs: number }> {
  const child = spawn(process.execPath, [...YARD, 'run', here('./live-list/views.ts'), '--stream', endpoint, '--workers', String(workers), '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let newest = { done: 0, at: 0, cpu: 0 };
  let first: typeof newest | undefined;
  await new Promise<void>((resolve) => {
    let text = '';
    child.stdout.on('data', (data: Buffer) => {
      text += data.toString();
      const lines = text.split('\n');
      text = lines.pop()!;
      for (const line of lines) {
        const message = JSON.parse(line) as { type: string; done?: number };
        if (message.type !== 'progress') continue;
        newest = { done: message.done!, at: performance.now(), cpu: cpuOf(child.pid!) };
        if (newest.done > 10) first ??= newest;
        if (first && newest.done - first.done >= TRAINS) child.kill('SIGTERM');
      }
    });
    child.on('exit', () => resolve());
  });
  const trains = newest.done - first!.done;
  return { rate: trains / ((newest.at - first!.at) / 1000), cpuMs: ((newest.cpu - first!.cpu) / trains) * 1000 };
}

function python(endpoint: string): { rate: number; cpuMs: number } {
  const { stdout, stderr } = spawnSync('/usr/bin/python3', [here('./peers/live_list.py'), endpoint, here('./live-list/geo.poni'), String(TRAINS)], { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } });
  const line = stdout.split('\n').find((one) => one.startsWith('{'));
  if (line === undefined) throw new Error(stderr);
  const { wall, cpu } = JSON.parse(line) as { wall: number; cpu: number };
  return { rate: TRAINS / wall, cpuMs: (cpu / TRAINS) * 1000 };
}

const peer = await withSim(python);
console.log(`python  1 process : ${peer.rate.toFixed(1)} trains/s, ${peer.cpuMs.toFixed(1)} ms CPU a train`);
for (const workers of [1, 2]) {
  const own = await withSim((endpoint) => ours(endpoint, workers));
  console.log(`yard    ${workers} worker(s): ${own.rate.toFixed(1)} trains/s (${(own.rate / peer.rate).toFixed(2)}x), ${own.cpuMs.toFixed(1)} ms CPU a train (${(peer.cpuMs / own.cpuMs).toFixed(2)}x less)`);
}
