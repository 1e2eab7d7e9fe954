/**
 * What the runtime adds to each train and each view: empty views (each reads one pixel), 1, 10 and 100 of them, trains of 1 kB and 32 MB, taken as
 * fast as they come, beside a loop that only receives and decodes the same trains.
 *
 *     npx node --conditions=development bench/overhead.ts [seconds per row]
 *
 * Prints per row milliseconds a train (median of three), what is above the loop, and CPU milliseconds; last, the slope per view.
 */
import { spawn } from 'node:child_process';
import { Workshop } from '../test/support/yard.ts';
import { cpuSeconds, quantile } from './support/process-stat.ts';
import { startServer } from './support/start-server.ts';

const SECONDS = Number(process.argv[2] ?? 4);
const ROUNDS = 3;

function views(count: number): string {
  const lines = Array.from({ length: count }, (_, i) => `export const v${i} = view.scalar({ image: 'karabo#DET[image.data]' }, ({ image }) => image.get(0, ${i}));`);
  return `import { view } from '@trainyard/core';\n${lines.join('\n')}\n`;
}

/** Milliseconds and CPU milliseconds a train of a yard with so many views. */
async function yard(bytes: number, count: number): Promise<{ wall: number; cpu: number }> {
  const shop = new Workshop();
  const server = await startServer(bytes, Infinity);
  try {
    const running = shop.start(['run', shop.write('views.ts', views(count)), '--stream', server.endpoint, '--workers', '1', '--json']);
    const seen: { done: number; at: number; cpu: number }[] = [];
    const until = Date.now() + 60_000;
    let known = 0;
    while (Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const progress = [...running.output.matchAll(/"type":"progress".*?"done":(\d+)/g)];
      if (progress.length > known) {
        known = progress.length;
        seen.push({ done: Number(progress.at(-1)![1]), at: performance.now(), cpu: cpuSeconds(running.child.pid!) });
      }
      const [first, last] = [seen.find(({ done }) => done > 20), seen.at(-1)];
      if (first && last && last.at - first.at >= SECONDS * 1000) break;
    }
    running.signal('SIGTERM');
    await running.finished;
    const [first, last] = [seen.find(({ done }) => done > 20)!, seen.at(-1)!];
    const trains = last.done - first.done;
    return { wall: (last.at - first.at) / trains, cpu: ((last.cpu - first.cpu) * 1000) / trains };
  } finally {
    await server.stop();
    await shop.close();
  }
}

/** The same trains through the bridge client alone. */
async function loop(bytes: number): Promise<number> {
  const server = await startServer(bytes, Infinity);
  try {
    const script = `
      import { BridgeClient, decode, isBridgeArray, release } from '${new URL('../packages/karabo-bridge/src/index.ts', import.meta.url).href}';
      const client = new BridgeClient({ endpoint: '${server.endpoint}', socket: 'REQ', timeoutMs: 20000 });
      let began, count = 0, sum = 0;
      for (let i = 0; ; i++) {
        const frames = await client.next();
        const image = decode(frames).get('DET').values.get('image.data');
        sum += image.bytes[0];
        release(frames);
        if (i === 20) began = performance.now();
        if (i > 20 && performance.now() - began > ${SECONDS * 1000}) { console.log((performance.now() - began) / (i - 20)); process.exit(); }
      }`;
    const env = { ...process.env, MALLOC_MMAP_MAX_: '0', MALLOC_ARENA_MAX: '1', MALLOC_TOP_PAD_: '268435456' };
    const child = spawn(process.execPath, ['--conditions=development', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'], env });
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    await new Promise((resolve) => child.on('exit', resolve));
    return Number(text);
  } finally {
    await server.stop();
  }
}

async function median<T>(work: () => Promise<T>, of: (value: T) => number): Promise<T> {
  const values: T[] = [];
  for (let i = 0; i < ROUNDS; i++) values.push(await work());
  return values.sort((a, b) => of(a) - of(b))[Math.floor(ROUNDS / 2)]!;
}

for (const bytes of [1024, 32 * 1024 * 1024]) {
  const bare = quantile([await loop(bytes), await loop(bytes), await loop(bytes)], 0.5);
  console.log(`${bytes} B, loop that only receives: ${bare.toFixed(3)} ms a train`);
  const walls = new Map<number, number>();
  for (const count of [1, 10, 100]) {
    const { wall, cpu } = await median(() => yard(bytes, count), (row) => row.wall);
    walls.set(count, wall);
    console.log(`${bytes} B, ${String(count).padStart(3)} views: ${wall.toFixed(3)} ms a train, ${(wall - bare).toFixed(3)} above the loop; CPU of all threads ${cpu.toFixed(3)} ms`);
  }
  console.log(`${bytes} B: ${(((walls.get(100)! - walls.get(1)!) / 99) * 1000).toFixed(1)} us a view`);
}
