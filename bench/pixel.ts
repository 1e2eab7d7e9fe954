/**
 * From a train's own timestamp to its picture on a screen: a real browser with one image of 1 Mpx and five line panels at 10 trains a second, the
 * views working up to 50 ms. The page acknowledges a value after the browser has painted it, so the figure holds the way back, too. The server's own
 * part (train to results in the sinks' hands) is given apart, and which program drew.
 *
 *     npx node --conditions=development bench/pixel.ts [seconds, default 60]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Control, Workshop } from '../test/support/yard.ts';
import { openBrowser } from '../apps/viewer/test/browser.ts';
import { startServer } from './support/start-server.ts';
import { cpuSeconds } from './support/process-stat.ts';

const SECONDS = Number(process.argv[2] ?? 60);
const VIEWS = `import { view, parameters, slider } from '@trainyard/core';
const p = parameters({ workMs: slider(20, 0, 60, 'ms') });
const image = { image: 'karabo#DET[image.data]' } as const;
export const picture = view.image(image, ({ image }) => {
  for (const end = performance.now() + p.workMs; performance.now() < end; );
  return image;
});
export const rows = view.vector(image, ({ image }) => image.mean({ axis: 1 }));
export const row0 = view.vector(image, ({ image }) => image.slice('0, :'));
export const row9 = view.vector(image, ({ image }) => image.slice('9, :').astype('float32').mul(2));
export const corner = view.scalar(image, ({ image }) => image.get(0, 0));
export const mean = view.scalar(image, ({ image }) => image.slice('0:100, :').mean());
`;

const shop = new Workshop();
const profile = mkdtempSync(join(tmpdir(), 'pixel-'));
const server = await startServer(2 * 1024 * 1024, 10);
try {
  const yard = shop.start(['live', shop.write('views.ts', VIEWS), '--stream', server.endpoint]);
  const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
  const control = new Control(address);
  await control.until('trains come', (state) => state.trains.done > 20);
  const browser = await openBrowser(profile);
  const page = await browser.newPage();
  await page.goto(address);
  // As a text: this program knows nothing of a page's types.
  const renderer = await page.evaluate<string>("(() => { const gl = document.createElement('canvas').getContext('webgl'); const info = gl?.getExtension('WEBGL_debug_renderer_info'); return info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : 'no WebGL'; })()");
  await page.locator('.panel').nth(5).waitFor();
  for (const workMs of [5, 20, 50]) {
    await control.request({ verb: 'set', group: 'views', name: 'workMs', value: workMs });
    const before = cpuSeconds((await control.state()).pid);
    // The last minute is what is read: all of it with this setting.
    await new Promise((resolve) => setTimeout(resolve, Math.max(SECONDS, 5) * 1000));
    const state = await control.state();
    console.log(`views of ${workMs} ms; drawn by a 2-D canvas of ${browser.browser()?.version() ?? 'chromium'}, GL renderer: ${renderer}; the yard took ${(((cpuSeconds(state.pid) - before) / SECONDS) * 100).toFixed(0)} % of a core`);
    for (const view of state.views) {
      const row = (timing: { p50: number; p95: number; p99: number } | null | undefined): string => (timing ? `median ${timing.p50.toFixed(0)} p95 ${timing.p95.toFixed(0)} p99 ${timing.p99.toFixed(0)} ms` : 'nothing');
      console.log(`  ${view.name.padEnd(8)} train -> painted ${row(view.pixel?.lastMinute)}; of these train -> result ${row(view.age?.lastMinute)}`);
    }
  }
  await browser.close();
  yard.signal('SIGTERM');
  await yard.finished;
} finally {
  await server.stop().catch(() => NaN);
  await shop.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
}
