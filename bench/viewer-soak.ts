/**
 * A page kept open: the demo's views at 10 trains a second in a real browser, and another that only looks. What of the server's and the page's memory
 * grows.
 *
 *     npx node --conditions=development bench/viewer-soak.ts [minutes, default 60]
 *
 * Prints a line a minute; last, the slopes by least squares over the second half.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Control, Workshop } from '../test/support/yard.ts';
import { openBrowser } from '../apps/viewer/test/browser.ts';
import { footprint } from './support/process-stat.ts';
import { slope } from './support/slope.ts';

const MINUTES = Number(process.argv[2] ?? 60);
const shop = new Workshop();
const profile = mkdtempSync(join(tmpdir(), 'viewer-soak-'));
const rows: { readonly minute: number; readonly server: number; readonly heap: number; readonly pages: number }[] = [];
try {
  const yard = shop.start(['demo']);
  const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
  const control = new Control(address);
  await control.until('trains come', (state) => state.trains.done > 20);
  const { pid } = await control.state();
  const browser = await openBrowser(profile);
  const [one, two] = [await browser.newPage(), await browser.newPage()];
  await two.goto(address);
  await one.goto(address);
  const session = await browser.newCDPSession(one);
  const began = Date.now();
  for (let minute = 1; minute <= MINUTES; minute++) {
    await new Promise((resolve) => setTimeout(resolve, began + minute * 60_000 - Date.now()));
    // Between two collections the heap says little.
    await session.send('HeapProfiler.collectGarbage');
    const heap = (await session.send('Runtime.getHeapUsage')).usedSize / 1e6;
    const { residentMb } = footprint(pid);
    const row = { minute, server: residentMb, heap, pages: rendererMb() };
    rows.push(row);
    const { trains } = await control.state();
    console.log(`${minute} min: server ${row.server.toFixed(0)} MB; page heap ${heap.toFixed(1)} MB, renderers ${row.pages.toFixed(0)} MB; ${trains.done} trains, ${trains.rate.toFixed(1)} a second, dropped ${JSON.stringify(trains.dropped)}`);
  }
  const half = rows.slice(Math.floor(rows.length / 2));
  for (const name of ['server', 'heap', 'pages'] as const) console.log(`${name}: ${slope(half.map(({ minute }) => minute), half.map((row) => row[name])).toFixed(2)} MB a minute over the second half`);
  await browser.close();
  yard.signal('SIGTERM');
  await yard.finished;
} finally {
  await shop.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
}

/** Resident megabytes of the renderers of our browser. */
function rendererMb(): number {
  let sum = 0;
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      // Renderers do not name the profile: their parent does.
      const parent = /\nPPid:\s+(\d+)/.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
      if (command.includes('--type=renderer') && parent !== undefined && ancestors(parent).some((text) => text.includes(profile))) sum += footprint(Number(name)).residentMb;
    } catch {
      // It ended meanwhile.
    }
  }
  return sum;
}

function ancestors(pid: string): string[] {
  if (Number(pid) <= 1) return [];
  const parent = /\nPPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return [readFileSync(`/proc/${pid}/cmdline`, 'utf8'), ...ancestors(parent)];
}
