/**
 * How smoothly a picture of 4 Mpx (2048 x 2048, uint16) that comes at 10 trains a second is moved in a real browser: input at 60 Hz, the time between
 * frames of the screen and what the page's own thread works in each of them. Says which program drew.
 *
 *     npx node --conditions=development bench/viewer-pan.ts [seconds, default 8]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../apps/viewer/test/browser.ts';
import { Workshop } from '../test/support/yard.ts';
import { startServer } from './support/start-server.ts';

const SECONDS = Number(process.argv[2] ?? 8);
const VIEWS = `import { view } from '@trainyard/core';
export const picture = view.image({ image: 'karabo#DET[image.data]' }, ({ image }) => image.reshape([2048, 2048]));
`;
/** Times of frames, and from the beginning of each to when the page is free again. */
const WATCH = `(() => {
  const seen = window.__frames = { gaps: [], work: [] };
  const channel = new MessageChannel();
  let last = 0, begun = 0;
  channel.port1.onmessage = () => seen.work.push(performance.now() - begun);
  const frame = () => {
    const now = performance.now();
    if (last) seen.gaps.push(now - last);
    last = begun = now;
    channel.port2.postMessage(0);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()`;

const shop = new Workshop();
const profile = mkdtempSync(join(tmpdir(), 'viewer-pan-'));
const server = await startServer(8 * 1024 * 1024, 10);
try {
  const yard = shop.start(['live', shop.write('views.ts', VIEWS), '--stream', server.endpoint]);
  const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
  const browser = await openBrowser(profile);
  const page = await browser.newPage();
  await page.goto(address);
  const renderer = await page.evaluate<string>("(() => { const gl = document.createElement('canvas').getContext('webgl'); const info = gl?.getExtension('WEBGL_debug_renderer_info'); return info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : 'no WebGL'; })()");
  console.log(`2-D canvas of chromium ${browser.browser()?.version() ?? ''}, GL renderer: ${renderer}`);
  const panel = page.locator('[data-view="views/picture"]');
  await panel.getByRole('button', { name: /large/ }).click();
  await page.waitForTimeout(1500);
  const box = (await panel.locator('.canvas-box').first().boundingBox())!;
  const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
  await page.mouse.move(...middle);
  for (const [what, prepare] of [
    ['nothing moves', async () => undefined],
    ['moved at twice its size in the panel', async () => { for (let i = 0; i < 3; i++) await page.keyboard.press('+'); }],
    ['moved one to one', async () => panel.getByRole('button', { name: 'One to one' }).click()],
    ['zoomed in and out by the wheel', async () => undefined],
  ] as const) {
    await panel.locator('.canvas-box').first().focus();
    await prepare();
    await page.waitForTimeout(1500);
    await page.evaluate(WATCH);
    const end = Date.now() + SECONDS * 1000;
    if (what.startsWith('moved')) {
      await page.mouse.move(...middle);
      await page.mouse.down();
    }
    for (let i = 0; Date.now() < end; i++) {
      const next = Date.now() + 1000 / 60;
      // A figure of eight, about 900 pixels a second.
      if (what.startsWith('moved')) await page.mouse.move(middle[0] + 300 * Math.sin(i / 20), middle[1] + 150 * Math.sin(i / 10));
      else if (what.startsWith('zoomed')) await page.mouse.wheel(0, Math.sin(i / 15) > 0 ? -20 : 20);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - Date.now())));
    }
    await page.mouse.up();
    const { gaps, work } = await page.evaluate<{ gaps: number[]; work: number[] }>('window.__frames');
    console.log(`  ${what.padEnd(38)} between frames ${quantiles(gaps)}; work in a frame ${quantiles(work)}`);
  }
  await browser.close();
  yard.signal('SIGTERM');
  await yard.finished;
} finally {
  await server.stop();
  await shop.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}

function quantiles(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(part * (sorted.length - 1))] ?? NaN).toFixed(1);
  return `median ${at(0.5)} p95 ${at(0.95)} max ${at(1)} ms (${sorted.length})`;
}
