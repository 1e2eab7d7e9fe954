/**
 * One and two pool workers on a view that computes for 20 ms, trains of 1 MB as fast as they are taken.
 *
 *     npx node --conditions=development bench/scaling.ts [trains]
 *
 * The view's work is counted, not timed: so much of it as takes 20 ms on one quiet core here; two workers on two cores share it.
 */
import { Workshop } from '../test/support/yard.ts';
import { startServer } from './support/start-server.ts';
import { quantile } from './support/process-stat.ts';

const TRAINS = Number(process.argv[2] ?? 1000);

/** Rounds of the view's loop that take 20 ms. */
function calibrate(): number {
  const time = (n: number): number => {
    const began = performance.now();
    work(n);
    return performance.now() - began;
  };
  time(2e6);
  return Math.round((20 / quantile([time(4e6), time(4e6), time(4e6)], 0.5)) * 4e6);
}

function work(rounds: number): number {
  let x = 0.5;
  for (let i = 0; i < rounds; i++) x = 3.9 * x * (1 - x);
  return x;
}

const rounds = calibrate();
const source = `import { view } from '@trainyard/core';
export const heavy = view.scalar({ image: 'karabo#DET[image.data]' }, ({ image }) => {
  let x = 0.5 + image.get(0, 0) * 1e-9;
  for (let i = 0; i < ${rounds}; i++) x = 3.9 * x * (1 - x);
  return x;
});
`;

async function rate(workers: number): Promise<number> {
  const shop = new Workshop();
  const server = await startServer(1024 * 1024, Infinity);
  try {
    const { json } = await shop.run('run', shop.write('views.ts', source), '--stream', server.endpoint, '--workers', String(workers), '--trains', `0:${TRAINS}`, '--json');
    return json.at(-1)!['trainsPerSecond'] as number;
  } finally {
    await server.stop();
    await shop.close();
  }
}

const rates = { one: [] as number[], two: [] as number[] };
for (let round = 0; round < 3; round++) {
  rates.one.push(await rate(1));
  rates.two.push(await rate(2));
}
const [one, two] = [quantile(rates.one, 0.5), quantile(rates.two, 0.5)];
console.log(`1 worker ${one.toFixed(1)} trains/s (${(1000 / one).toFixed(1)} ms a train), 2 workers ${two.toFixed(1)} trains/s: ${(two / one).toFixed(2)}x`);
