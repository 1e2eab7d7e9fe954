/**
 * A long run with a save every ten seconds and one bad view (it throws, and spins on every 97th train), at 10 trains a second of 1 MB: what of
 * memory, threads and open files grows, and whether a train was lost.
 *
 *     npx node --conditions=development bench/soak.ts [minutes, default 30]
 *
 * Prints a line a minute; last, the slope of the resident size by least squares over the second half, and the books.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import type { EndpointFile } from '@trainyard/control';
import { Control, Workshop } from '../test/support/yard.ts';
import { footprint } from './support/process-stat.ts';
import { slope } from './support/slope.ts';
import { startServer } from './support/start-server.ts';

const MINUTES = Number(process.argv[2] ?? 30);
const SAVE_MS = 10_000;

function views(save: number): string {
  return `import { view, parameters, slider, skip } from '@trainyard/core';
import { histogram } from '@trainyard/statistics';
const p = parameters({ gain: slider(1, 0, 10) });
const image = 'karabo#DET[image.data]';
// save ${save}
export const total = view.scalar({ image }, ({ image }) => image.sum() * p.gain, { average: 25 });
export const picture = view.image({ image }, ({ image }) => image.mul(${1 + (save % 7)}));
export const spread = view.reduce(total, histogram({ bins: 100, range: [0, 1e11] }));
export const bad = view.scalar({ id: 'internal#train_id' }, ({ id }) => {
  if (id % 97 === 0) for (;;);
  if (id % 3 === 0) throw new Error('bad on purpose');
  return id % 2 ? skip('odd') : 1;
});
`;
}

const shop = new Workshop();
const server = await startServer(1024 * 1024, 10);
const rows: { minute: number; residentMb: number }[] = [];
try {
  const file = shop.write('views.ts', views(0));
  const yard = shop.start(['live', file, '--stream', server.endpoint, '--out', shop.path('out')]);
  const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
  const control = new Control(address);
  const pid = yardPid(yard.child.pid!);
  const began = Date.now();
  let save = 0;
  const saver = setInterval(() => writeFileSync(file, views(++save)), SAVE_MS);
  for (let minute = 1; minute <= MINUTES; minute++) {
    await new Promise((resolve) => setTimeout(resolve, began + minute * 60_000 - Date.now()));
    const { trains, generation, views: states } = await control.state();
    const { residentMb, threads, files } = footprint(pid);
    rows.push({ minute, residentMb });
    console.log(`${minute} min: ${residentMb.toFixed(0)} MB, ${threads} threads, ${files} files; ${trains.done} trains, generation ${generation.number}, dropped ${JSON.stringify(trains.dropped)}, bad ${JSON.stringify(states.find((one) => one.name === 'bad')?.counts)}`);
  }
  clearInterval(saver);
  const { trains, views: states } = await control.state();
  yard.signal('SIGTERM');
  const { code } = await yard.finished;
  const half = rows.slice(Math.floor(rows.length / 2));
  const books = states.map((view) => Object.values(view.counts).reduce((sum, n) => sum + n, 0));
  console.log(`${save} saves, ${trains.done} trains, left out by the server ${await server.stop()}, dropped ${JSON.stringify(trains.dropped)}, outcomes per view ${[...new Set(books)].join(' ')}, exit code ${code}`);
  console.log(`resident size ${rows[0]?.residentMb.toFixed(0)} -> ${rows.at(-1)?.residentMb.toFixed(0)} MB; slope over the second half ${slope(half.map(({ minute }) => minute), half.map(({ residentMb }) => residentMb)).toFixed(2)} MB a minute`);
} finally {
  await shop.close();
}

/** The process that runs the views: a supervised yard is a child of the one that was started. */
function yardPid(started: number): number {
  const folder = shop.path('runtime', 'trainyard');
  const found = readdirSync(folder).flatMap((name) => (name.endsWith('.json') ? [JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as EndpointFile] : []));
  return found[0]?.pid ?? started;
}
