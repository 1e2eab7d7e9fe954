import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath, openBrowser } from '../../apps/viewer/test/browser.ts';
import { Control, Workshop } from '../support/yard.ts';

/**
 * The demo as `npm start` shows it, page by page. `TRAINYARD_PICTURES=1 npx vitest run test/browser/pictures.test.ts` takes the pictures of the documents anew, after
 * long enough that histories have a shape; they are looked at before they are committed.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const isForDocuments = process.env['TRAINYARD_PICTURES'] === '1';
const built = existsSync(join(root, 'apps/viewer/dist/index.html'));
if (!chromiumPath) console.log('skipped: the demo in a browser: no chromium found');
else if (!built) console.log('skipped: the demo in a browser: the page is not built (npm run build)');

describe.skipIf(!chromiumPath || !built)('the demo in a browser', () => {
  it('shows its views, the detector large with what lies under the pointer, its health and its editor', async () => {
    const shop = new Workshop();
    const profile = mkdtempSync(join(tmpdir(), 'pictures-'));
    try {
      cpSync(join(root, 'examples/timing-tool/views.ts'), shop.path('views.ts'));
      const yard = shop.start(['demo', shop.path('views.ts'), '--edit']);
      const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
      const browser = await openBrowser(profile, 1366, 860);
      const page = await browser.newPage();
      await page.goto(address);
      await new Control(address).until('trains are through', ({ trains }) => trains.done > (isForDocuments ? 400 : 20), 120_000);
      for (const title of ['Laser spot, smoothed', 'How the total spreads', 'Edge profile']) await expect.poll(() => page.getByRole('region', { name: title }).locator('.dot.good').count()).toBe(1);
      await take(page, 'viewer');
      const detector = page.getByRole('region', { name: 'Detector, first pulse' });
      await page.getByRole('button', { name: 'Show Detector, first pulse large' }).click();
      await expect.poll(async () => {
        const box = (await detector.locator('canvas').first().boundingBox())!;
        await page.mouse.move(box.x + box.width * (0.4 + 0.1 * Math.random()), box.y + box.height * (0.25 + 0.1 * Math.random()));
        return detector.textContent();
      }).toMatch(/module \d+, ASIC \d, ss \d+, fs \d+/);
      await take(page, 'detector', 'jpeg');
      const pages = page.getByRole('navigation', { name: 'Pages' });
      await pages.getByText('Health').click();
      await expect.poll(() => page.getByRole('row', { name: /Edge position/ }).textContent()).toMatch(/live/);
      await take(page, 'health');
      await pages.getByText('Editor').click();
      await expect.poll(() => page.locator('.monaco-box').textContent()).toContain('gaussianFilter');
      await take(page, 'editor');
      await browser.close();
    } finally {
      await shop.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    }
  }, 180_000);
});

/** Noise is no matter for PNG. */
async function take(page: Page, name: string, type: 'png' | 'jpeg' = 'png'): Promise<void> {
  if (!isForDocuments) return;
  await page.waitForTimeout(2500);
  await page.screenshot({ path: join(root, `docs/pictures/${name}.${type}`), type, ...(type === 'jpeg' && { quality: 75 }) });
}
