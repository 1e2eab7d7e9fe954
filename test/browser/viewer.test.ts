import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { decodeHistory } from '@trainyard/control';
import { chromiumPath, openBrowser } from '../../apps/viewer/test/browser.ts';
import { Control, Workshop, type RunningYard } from '../support/yard.ts';
import { forwardPort, proxyBelow } from './forward.ts';

/** The viewer as people have it: a real yard on the simulated facility, its built page in a real browser. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const built = existsSync(join(root, 'apps/viewer/dist/index.html'));
if (!chromiumPath) console.log('skipped: the viewer in a browser: no chromium found');
else if (!built) console.log('skipped: the viewer in a browser: the page is not built (npm run build)');

const VIEWS = `import { cut, parameters, rectangle, slider, view } from '@trainyard/core';
const p = parameters({ gain: slider(2, 0, 10), roi: rectangle([100, 50, 400, 350], { on: 'spot' }) });
const camera = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';
export const spot = view.image({ camera }, ({ camera }) => camera.slice('350:750, 1000:1500'), { title: 'Laser spot' });
export const total = view.scalar({ spot }, ({ spot }) => cut(spot, p.roi).mean() * p.gain, { title: 'Total', unit: 'ADU' });
export const covered = view.scalar({ spot }, ({ spot }) => cut(spot, p.roi).size, { title: 'Covered', unit: 'px' });
export const pulses = view.vector({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => xgm, { title: 'Pulse energies', unit: 'uJ' });
`;

describe.skipIf(!chromiumPath || !built)('the viewer on the simulated facility', () => {
  const shop = new Workshop();
  const profile = mkdtempSync(join(tmpdir(), 'viewer-e2e-'));
  const errors: string[] = [];
  let browser: BrowserContext;
  let facility: RunningYard;
  let yard: RunningYard;
  let address: string;
  let control: Control;
  let views: string;

  beforeAll(async () => {
    facility = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--no-detector']);
    const [endpoint] = await facility.line(/tcp:\/\/127\.0\.0\.1:\d+/);
    views = shop.write('night/views.ts', VIEWS);
    yard = shop.start(['live', views, '--stream', endpoint, '--edit', '--workers', '1']);
    [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
    control = new Control(address);
    [browser] = await Promise.all([openBrowser(profile, 1366, 768), control.until('trains come', ({ trains }) => trains.done > 5)]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await shop.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    expect(errors).toEqual([]);
  });

  async function open(at: string, on = browser): Promise<Page> {
    const page = await on.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => /Content Security Policy/.test(message.text()) && errors.push(message.text()));
    onTestFinished(() => page.close());
    await page.goto(at);
    return page;
  }
  const panel = (page: Page, title: string) => page.getByRole('region', { name: title, exact: true });
  const shows = (page: Page, title: string) => expect.poll(async () => Number(await panel(page, title).locator('.train').textContent({ timeout: 1000 }).catch(() => '0')), { timeout: 20_000 }).toBeGreaterThan(0);
  const parameter = async (name: string) => (await control.state()).parameters.find((one) => one.name === name)!.value;

  it('shows every view and a raw key by a click, and says how long it took to the screen', async () => {
    const page = await open(address);
    for (const title of ['Laser spot', 'Total', 'Pulse energies']) await shows(page, title);
    await page.getByRole('button', { name: 'Sources' }).click();
    await page.getByRole('searchbox').fill('shutter');
    await page.getByRole('button', { name: /isOpen/ }).click();
    await shows(page, 'isOpen');
    const { views: states } = await control.until('a picture was painted', ({ views: all }) => (all.find(({ name }) => name === 'spot')?.pixel?.count ?? 0) > 3);
    expect(states.find(({ name }) => name === 'spot')!.pixel!.all!.p50).toBeGreaterThan(1);
    await page.getByRole('button', { name: 'Health' }).or(page.getByRole('link', { name: 'Health' })).click();
    await expect.poll(() => page.locator('main, .page').first().textContent()).toContain('total');
  });

  it('a region that is dragged changes what the view sums, and the file when it is told so', async () => {
    const page = await open(address);
    await shows(page, 'Laser spot');
    const before = await parameter('roi');
    const handle = panel(page, 'Laser spot').getByRole('button', { name: /roi, bottom right/ });
    // Hovering waits until it stays where it is.
    await handle.hover();
    await page.mouse.down();
    const box = (await handle.boundingBox())!;
    await page.mouse.move(box.x - 20, box.y - 25, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => parameter('roi')).not.toEqual(before);
    // The last of the values that went out while it was dragged.
    let settled = await parameter('roi');
    await shop.eventually('the region stays', async () => {
      const last = settled;
      await new Promise((resolve) => setTimeout(resolve, 400));
      settled = await parameter('roi');
      return JSON.stringify(last) === JSON.stringify(settled);
    });
    const [x0, y0, x1, y1] = settled as number[];
    expect([x0, y0]).toEqual([100, 50]);
    expect(x1).toBeLessThan(400);
    expect(y1).toBeLessThan(350);
    // What the view gives follows it.
    await expect.poll(() => panel(page, 'Covered').locator('.big').textContent()).toBe(`${(x1 - x0) * (y1 - y0)} px`);
    await page.getByRole('button', { name: /write.*(roi|source)/i }).first().click();
    await expect.poll(() => readFileSync(views, 'utf8')).toContain(`rectangle([${x0}, ${y0}, ${x1}, ${y1}], { on: 'spot' })`);
    // Nothing else of the file.
    expect(readFileSync(views, 'utf8').replace(/rectangle\(\[.*?\]/, '')).toBe(VIEWS.replace(/rectangle\(\[.*?\]/, ''));
  });

  it('an error in the editor is shown at its line as it is typed; what fails when it runs, too, with its train; mended, it runs', async () => {
    const page = await open(`${address}#page=editor`);
    await page.locator('.monaco-box .view-line').first().waitFor({ timeout: 20_000 });
    const { generation: { number } } = await control.state();
    const problems = async () => (await page.getByRole('list', { name: 'Problems' }).getByRole('listitem').allTextContents()).join('\n');
    await page.locator('.monaco-box .view-line').first().click();
    /** The last line anew: the editor closes brackets by itself, and takes what is typed over them. */
    const lastLine = async (code: string) => {
      await page.keyboard.press('Control+End');
      // The whole line, also where it is wrapped.
      await page.keyboard.press('Control+l');
      await page.keyboard.type(`export const bad = view.scalar({ spot }, ({ spot }) => ${code});`);
    };
    await lastLine("spot.slize('0')");
    await expect.poll(problems, { timeout: 25_000 }).toContain('slize');
    // What the types allow, and the array does not.
    await lastLine("spot.slice('0, 0').get(9999)");
    await expect.poll(problems).toBe('');
    await page.keyboard.press('Control+s');
    const failing = await control.until('it fails', ({ views: all, generation }) => generation.number > number && (all.find(({ name }) => name === 'bad')?.counts.failed ?? 0) > 2);
    expect(failing.views.find(({ name }) => name === 'bad')!.newest!.where!.line).toBe(8);
    await expect.poll(problems).toMatch(/train \d+/);
    await lastLine("spot.slice('0, 0').sum()");
    await page.keyboard.press('Control+s');
    await control.until('the mended view has values', ({ views: all, generation }) => generation.error === undefined && (all.find(({ name }) => name === 'bad')?.counts.value ?? 0) > 2);
    await expect.poll(problems).toBe('');
    expect(readFileSync(views, 'utf8')).toContain("spot.slice('0, 0').sum());");
  });

  it('a save on disk that does not load is said at its line, the old code runs on', async () => {
    const page = await open(address);
    await shows(page, 'Total');
    const good = readFileSync(views, 'utf8');
    writeFileSync(views, good.replace("view.scalar({ spot }", 'view.scalar({ spot: "view#spto" }'));
    await expect.poll(() => page.getByRole('alert', { name: 'Code error' }).textContent()).toMatch(/views\.ts:\d+|spot/);
    writeFileSync(views, good);
    await expect.poll(() => page.getByRole('alert', { name: 'Code error' }).count()).toBe(0);
  });

  it('a second browser that may only look sees the same by a link, and changes nothing', async () => {
    const page = await open(address);
    await panel(page, 'Pulse energies').getByRole('button', { name: 'Show Pulse energies large' }).click();
    await expect.poll(() => page.evaluate<string>('location.hash')).toMatch(/./);
    const look = /To look only: (\S+)/.exec(yard.output)![1]!;
    const colleague = mkdtempSync(join(tmpdir(), 'viewer-e2e-'));
    onTestFinished(() => rmSync(colleague, { recursive: true, force: true, maxRetries: 10 }));
    const second = await openBrowser(colleague, 1366, 768);
    onTestFinished(() => second.close());
    const other = await open(`${look}${await page.evaluate<string>('location.hash')}`, second);
    await shows(other, 'Pulse energies');
    expect(await panel(other, 'Total').count()).toBe(0);
    expect(await other.getByRole('button', { name: 'Editor' }).or(other.getByRole('link', { name: 'Editor' })).count()).toBe(0);
    await other.getByRole('button', { name: 'Show Pulse energies with the others' }).click();
    await expect.poll(() => other.getByRole('slider', { name: /gain/ }).first().isDisabled()).toBe(true);
  });

  it('comes through a forwarded port, and below the prefix of a proxy that is named', async () => {
    const { port, search } = new URL(address);
    const forward = await forwardPort(Number(port));
    onTestFinished(() => forward.close());
    await shows(await open(`http://localhost:${forward.port}/${search}`), 'Laser spot');
    const proxy = await proxyBelow('/user/me/proxy/4000/', Number(port));
    onTestFinished(() => proxy.close());
    const page = await open(`http://127.0.0.1:${proxy.port}/user/me/proxy/4000/${search}`);
    await shows(page, 'Laser spot');
    await page.getByRole('button', { name: 'Editor' }).or(page.getByRole('link', { name: 'Editor' })).click();
    await page.locator('.monaco-box .view-line').first().waitFor({ timeout: 20_000 });
  });

  it('the yard crashes and comes back: the page goes on by itself, with the history that was there', async () => {
    const page = await open(address);
    await shows(page, 'Total');
    const { pid, trains } = await control.state();
    process.kill(pid, 'SIGSEGV');
    await expect.poll(() => page.getByRole('alert').first().textContent({ timeout: 1000 }).catch(() => '')).toMatch(/lost|Not connected/);
    await expect.poll(async () => (await control.state().catch(() => undefined))?.pid ?? pid, { timeout: 20_000 }).not.toBe(pid);
    await expect.poll(async () => Number(await panel(page, 'Total').locator('.train').textContent()), { timeout: 20_000 }).toBeGreaterThan(trains.lastTrainId! + 5);
    await expect.poll(() => page.locator('.status .banner').count()).toBe(0);
    const { search } = new URL(address);
    const history = decodeHistory(new Uint8Array(await (await fetch(new URL(`/api/history${search}&id=views/total&points=2000`, address))).arrayBuffer()));
    // Of long before: what is kept is written every two seconds.
    expect(history.first).toBeLessThan(trains.lastTrainId! - 30);
  });
});
