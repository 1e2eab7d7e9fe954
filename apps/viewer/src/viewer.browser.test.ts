import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { ClientMessage } from '@trainyard/control';
import { chromiumPath } from '../test/browser.ts';
import { inBrowser } from '../test/page.ts';
import { badGeneration, everything, firstTrain, outcome, type Script } from '../test/script.ts';
import { ScriptedYard } from '../test/scripted-yard.ts';

const app = fileURLToPath(new URL('..', import.meta.url));

/** A copy that lacks one property. */
function without<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  const copy = { ...object };
  delete copy[key];
  return copy;
}

if (!chromiumPath) console.log('viewer.browser.test: skipped, no chromium found (install Debian\'s chromium, or name one by CHROMIUM=/path).');

describe.skipIf(!chromiumPath)('the page in a browser', () => {
  const browser = inBrowser();
  let yard: ScriptedYard | undefined;
  let page: Page;


  async function open(script: Script, prefix = '/'): Promise<ScriptedYard> {
    yard = new ScriptedYard(script, browser.dist, prefix);
    await browser.serve(yard);
    page = await browser.open(yard.url);
    await page.evaluate(() => localStorage.clear());
    return yard;
  }
  const panel = (id: string) => page.locator(`[data-view="${id}"]`);
  const requests = (yard: ScriptedYard) => yard.heard.messages.filter((message): message is Extract<ClientMessage, { type: 'request' }> => message.type === 'request');
  /** How many colours the middle of a canvas has (a tenth of its width either side: axes and colour bar are further out). */
  const colors = (id: string) => panel(id).locator('canvas').first().evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(canvas.width * 0.4, canvas.height / 4, canvas.width / 5, canvas.height / 2);
    return new Set(new Uint32Array(data.buffer)).size;
  });

  it('shows a panel of every kind without a click, in the order of the file', async () => {
    const { script } = await open(everything(256));
    const shown = script.state.views.filter(({ hidden }) => !hidden).map(({ id }) => id);
    await expect.poll(() => page.locator('.panel').evaluateAll((panels) => panels.map((p) => p.getAttribute('data-view')))).toEqual(shown);
    await expect.poll(() => colors('TimingTool/camera')).toBeGreaterThan(20);
    await expect.poll(() => colors('views/correlation')).toBeGreaterThan(20);
    expect(await panel('views/correlation').locator('.counts').textContent()).toBe('340 pairs · 2 incomplete');
    expect(await panel('TimingTool/camera').locator('.counts').count()).toBe(0);
    await expect.poll(() => colors('TimingTool/profile')).toBeGreaterThan(2);
    await expect.poll(() => colors('views/cloud')).toBeGreaterThan(2);
    await expect.poll(() => panel('TimingTool/edge').locator('.big').textContent()).toMatch(/^51\d\.\d+ px$/);
    await expect.poll(() => panel('views/hits').locator('tbody tr').count()).toBe(3);
    await expect.poll(() => panel('views/report').locator('pre').textContent()).toContain('run 34');
    expect(await panel('views/powder').getByRole('group', { name: 'Lines' }).textContent()).toContain('unpumped');
    expect(await panel('TimingTool/edge').locator('.log').textContent()).toContain('weak edge, using the last one');
    await expect.poll(async () => Number(await panel('TimingTool/camera').locator('.facts .train').textContent())).toBeGreaterThan(firstTrain);
  });

  it('says why a view has no value, and where in the user’s file', async () => {
    await open(everything(64));
    await expect.poll(() => panel('views/pumped').textContent()).toContain('karabo#SQS_SHUTTER/DEV/1.isOpen has not been seen');
    expect(await panel('views/broken').getByRole('alert').textContent()).toContain('views.ts:18:9');
    await expect.poll(() => panel('views/correlation').textContent()).toContain('failed on 10 trains');
    await panel('views/pumped').getByRole('button', { name: 'About' }).click();
    expect(await panel('views/pumped').locator('.info').textContent()).toContain('340 missing');
  });

  it('sends what a slider does and shows what the yard acknowledged, also when another set it', async () => {
    const yard = await open(everything(64));
    await page.getByLabel('sigma px', { exact: false }).first().fill('7.5');
    await expect.poll(() => requests(yard).at(-1)).toMatchObject({ verb: 'set', group: 'TimingTool', name: 'sigma', value: 7.5 });
    await expect.poll(() => page.getByLabel('sigma, exact value').inputValue()).toBe('7.5');
    yard.change({ parameters: yard.script.state.parameters.map((p) => (p.name === 'sigma' ? { ...p, value: 3 } : p)) });
    await expect.poll(() => page.getByLabel('sigma, exact value').inputValue()).toBe('3');
    await page.getByLabel('mode').selectOption('max');
    await page.getByRole('switch').uncheck();
    await page.getByLabel('edges').fill('1, 2, 4');
    await page.getByLabel('edges').press('Enter');
    await expect.poll(() => requests(yard).slice(-3).map((r) => (r.verb === 'set' ? r.value : undefined))).toEqual(['max', false, [1, 2, 4]]);
    await page.getByRole('button', { name: 'Record dark' }).click();
    await expect.poll(() => requests(yard).at(-1)).toMatchObject({ verb: 'action', group: 'TimingTool', name: 'dark' });
    expect(await page.getByRole('button', { name: 'Record flat', exact: true }).isDisabled()).toBe(true);
    expect(await page.locator('.controls').textContent()).toContain('34 of 100 trains');
    expect(await page.locator('.controls').textContent()).toContain('point 3 of 20, train 60 of 100, 3 min left');
    await page.getByRole('button', { name: 'Cancel Delay scan' }).click();
    await expect.poll(() => requests(yard).at(-1)).toMatchObject({ verb: 'cancel', group: 'views', name: 'delayScan' });
  });

  it('shows an error of the newest save at its line, and takes it away when a save loads', async () => {
    const yard = await open(everything(64));
    yard.change({ generation: badGeneration });
    const banner = page.getByRole('alert', { name: 'Code error' });
    await expect.poll(() => banner.textContent()).toContain('views.ts:27:5');
    expect(await banner.textContent()).toContain('this.sum += image.sum();');
    expect(await banner.textContent()).toContain('@View.Scalar({ average: 25 })');
    await expect.poll(() => colors('TimingTool/camera')).toBeGreaterThan(20);
    yard.change({ generation: { number: 4, loadedAt: Date.now(), failures: 0, warnings: [] } });
    await expect.poll(() => banner.count()).toBe(0);
    expect(await page.locator('.status').textContent()).toContain('generation 4');
  });

  it('opens with the tree of sources where there are no views, and a click plots a key', async () => {
    const script = everything(64);
    const yard = await open({ ...script, state: { ...script.state, name: 'raw', views: [], parameters: [], actions: [], constants: [] } });
    await page.getByRole('searchbox').fill('xgm intens');
    await page.getByRole('button', { name: /intensityTD/ }).click();
    const path = script.tree.sources[1].keys[0].path;
    await expect.poll(() => yard.heard.messages.at(-1)).toMatchObject({ type: 'watch', wants: [{ id: path }] });
    await expect.poll(() => colors(path)).toBeGreaterThan(2);
    await page.getByRole('button', { name: /^live: why/ }).click();
    expect(await panel(path).locator('.info').textContent()).toContain('float32 400');
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: /image.pixels/ }).click();
    await expect.poll(() => colors(script.tree.sources[0].keys[0].path)).toBeGreaterThan(20);
    await page.getByRole('button', { name: /intensityTD/ }).first().click();
    await expect.poll(() => page.locator('.panel').count()).toBe(1);
  });

  it('watches only what can be seen', async () => {
    const script = everything(64);
    const camera = script.state.views[0];
    const views = [...Array.from({ length: 20 }, (_, k) => ({ ...camera, id: `views/camera${k}`, name: `camera${k}`, group: 'views' })), { ...script.state.views[2], id: 'TimingTool/edge' }];
    const values = script.values.bind(script);
    const yard = await open({ ...script, state: { ...script.state, views }, values: (train) => values(train).flatMap((value) => (value.id === camera.id ? views.slice(0, 20).map(({ id }) => ({ ...value, id })) : [value])) });
    await expect.poll(() => yard.heard.acks.get('views/camera0') ?? 0).toBeGreaterThan(3);
    const watched = () => yard.heard.messages.findLast((message) => message.type === 'watch')?.wants.map(({ id }) => id) ?? [];
    expect(watched()).not.toContain('views/camera19');
    await panel('views/camera19').scrollIntoViewIfNeeded();
    await expect.poll(watched).toContain('views/camera19');
    expect(watched()).not.toContain('views/camera0');
    await expect.poll(() => colors('views/camera19')).toBeGreaterThan(20);
  });

  it('zooms, changes colours and scale, and reads the value under the cursor', async () => {
    await open(everything(256));
    await expect.poll(() => colors('TimingTool/camera')).toBeGreaterThan(20);
    const camera = panel('TimingTool/camera');
    const box = (await camera.locator('.canvas-box').boundingBox())!;
    const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
    await page.mouse.move(...at(0.5, 0.45));
    await expect.poll(() => camera.locator('.reading').textContent()).toMatch(/^\(\d+, \d+\) {2}\d+$/);
    await page.mouse.down();
    await page.mouse.move(...at(0.6, 0.6));
    await page.mouse.up();
    await camera.getByRole('button', { name: 'whole picture' }).click();
    await expect.poll(() => camera.getByRole('button', { name: 'whole picture' }).count()).toBe(0);
    await camera.getByLabel('Colour scale').selectOption('log');
    await camera.getByLabel('Colour range').selectOption('hand');
    await camera.getByLabel('Lowest value shown').fill('1e9');
    await camera.getByLabel('Lowest value shown').press('Enter');
    await camera.getByLabel('Highest value shown').fill('2e9');
    await camera.getByLabel('Highest value shown').press('Enter');
    // Everything lies below the range now.
    await expect.poll(() => colors('TimingTool/camera')).toBe(1);
  });

  it('says that the connection is lost and comes back by itself', async () => {
    const yard = await open(everything(64));
    await expect.poll(() => colors('TimingTool/camera')).toBeGreaterThan(20);
    await yard.stop();
    await expect.poll(() => page.locator('.status').textContent()).toContain('Connection to the yard lost');
    await expect.poll(() => panel('TimingTool/camera').locator('.chip').textContent(), { timeout: 10_000 }).toBe('stale');
    const before = yard.heard.acks.get('TimingTool/camera') ?? 0;
    await yard.start(10);
    await expect.poll(() => page.locator('.status .banner').count(), { timeout: 15_000 }).toBe(0);
    await expect.poll(() => yard.heard.acks.get('TimingTool/camera') ?? 0).toBeGreaterThan(before + 2);
    expect(await panel('TimingTool/edge').locator('.log .hint').first().textContent()).toBe('3 lines');
  });

  it('says what to do when the yard was started again with another token', async () => {
    const yard = await open(everything(64));
    await expect.poll(() => colors('TimingTool/camera')).toBeGreaterThan(20);
    await yard.stop();
    yard.token = 'another';
    await yard.start(10);
    await expect.poll(() => page.locator('.status .banner').textContent(), { timeout: 10_000 }).toContain('Open the address that it prints now');
  });

  it('works below a prefix, as behind a proxy', async () => {
    await open(everything(64), '/user/me/proxy/4000/');
    await expect.poll(() => colors('TimingTool/camera')).toBeGreaterThan(20);
    expect(await page.getByRole('status').first().textContent()).toContain('Receiving from');
  });

  it('keeps the rest of the page when one panel cannot draw its value', async () => {
    const script = everything(64);
    const values = script.values.bind(script);
    // A picture without pixels.
    const broken = { '~picture': true, shape: [4, 4] } as never;
    const yard = await open({ ...script, values: (train) => values(train).map((value) => (value.id === 'views/correlation' ? { ...value, value: broken } : value)) });
    await expect.poll(() => panel('views/correlation').getByRole('alert').textContent()).toContain('could not be drawn');
    await expect.poll(() => colors('TimingTool/camera')).toBeGreaterThan(20);
    const before = yard.heard.acks.get('TimingTool/camera') ?? 0;
    await expect.poll(() => yard.heard.acks.get('TimingTool/camera') ?? 0).toBeGreaterThan(before + 2);
  });

  it('explains a yard that still waits for its source', async () => {
    const script = everything(64);
    const views = script.state.views.map((view) => without(view, 'newest'));
    const source = { ...script.state.source, status: 'waiting' as const, message: 'Nothing listens at tcp://127.0.0.1:4545 yet; trying again every second.' };
    const yard = await open({ ...script, state: { ...script.state, views, source }, values: () => [] });
    await expect.poll(() => panel('TimingTool/camera').textContent()).toContain('Nothing listens at tcp://127.0.0.1:4545 yet');
    yard.change({ views: script.state.views.map((view) => ({ ...view, newest: outcome('late', '') })), source: script.state.source });
    await expect.poll(() => panel('TimingTool/camera').textContent()).toContain('longer than its time limit');
  });
});

it('the built page, where there is one, asks for nothing outside itself', async () => {
  const file = join(app, 'dist/index.html');
  if (!existsSync(file)) return;
  const { readFile } = await import('node:fs/promises');
  expect(await readFile(file, 'utf8')).not.toMatch(/(src|href)="(https?:)?\/\//);
});
