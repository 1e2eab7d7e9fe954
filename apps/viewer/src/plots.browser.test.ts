import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeHistory, type Note, type PanelSpec } from '@trainyard/control';
import { ndarray } from '@trainyard/nd';
import { chromiumPath } from '../test/browser.ts';
import { inBrowser } from '../test/page.ts';
import { everything, firstTrain, type Script } from '../test/script.ts';
import { ScriptedYard, type Answer, type Asked } from '../test/scripted-yard.ts';
import { writeUrlState } from './layout/url-state.ts';

if (!chromiumPath) console.log('plots.browser.test: skipped, no chromium found (install Debian\'s chromium, or name one by CHROMIUM=/path).');

/** A history of an hour in points of one width, whatever is asked for. */
function anHour(id: string): Answer {
  const trainId = Float64Array.from({ length: 500 }, (_, i) => firstTrain - 64 * (500 - i));
  const column = (by: number) => trainId.map((train) => Math.sin(train / 3000) + by);
  return { bytes: encodeHistory({ id, width: 64, trainId, min: column(-1), max: column(1), mean: column(0), count: new Uint32Array(500).fill(64), first: trainId[0], last: firstTrain - 1 }) };
}

describe.skipIf(!chromiumPath)('plots in a browser', () => {
  const browser = inBrowser();
  let yard: ScriptedYard | undefined;
  let page: Page;
  const asked: Asked[] = [];

  afterEach(() => void (asked.length = 0));

  async function open(kind: PanelSpec['kind'], of: readonly string[], settings: PanelSpec['settings'] = {}, routes: (one: Asked) => Answer | undefined = () => undefined, script: Script = everything(64)): Promise<ScriptedYard> {
    yard = new ScriptedYard(script, browser.dist);
    yard.routes = (one) => {
      asked.push(one);
      return routes(one);
    };
    await browser.serve(yard);
    const fragment = await writeUrlState({ tab: 0, layout: { trainyard: 1, tabs: [{ name: 'one', panels: [{ key: 'p', kind, of, settings, at: { x: 0, y: 0, w: 16, h: 14 } }] }] } });
    page = await browser.open(`${yard.url}#${fragment}`);
    return yard;
  }
  /** Pixels in the colour of the first line, which is far from grey, in a part of the chart's width. */
  const drawn = (from: number, to: number) => page.locator('.chart canvas').evaluate((canvas: HTMLCanvasElement, [a, b]) => {
    const { data } = canvas.getContext('2d')!.getImageData(canvas.width * a, 0, canvas.width * (b - a), canvas.height);
    return data.filter((alpha, i) => i % 4 === 3 && alpha > 40 && data[i - 2] - data[i - 3] > 60).length;
  }, [from, to]);
  const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
    const box = (await page.locator('.chart').boundingBox())!;
    await page.mouse.move(box.x + box.width * from[0], box.y + box.height * from[1]);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to[0], box.y + box.height * to[1], { steps: 3 });
    await page.mouse.up();
  };

  it('a history is there from before the page was, is asked for by what is shown, and marks what changed', async () => {
    const journal = [{ at: Date.now() - 60_000, trainId: firstTrain - 9000, who: 'anna', what: 'parameter' as const, name: 'sigma', value: 7 }];
    await open('history', ['TimingTool/edge'], { span: '1 h' }, ({ path, query }) => (path === 'api/history' ? anHour(query.get('id')!) : undefined), { ...everything(64), journal });
    await expect.poll(() => page.getByLabel('Newest value of Edge position').textContent()).toMatch(/^51\d\.\d+ px$/);
    // Far left of what came since the page was opened.
    await expect.poll(() => drawn(0.3, 0.5)).toBeGreaterThan(100);
    const histories = () => asked.filter(({ path }) => path === 'api/history').map(({ query }) => query);
    expect(firstTrain - Number(histories()[0].get('from'))).toBeGreaterThan(35_900);
    const chart = (await page.locator('.chart').boundingBox())!;
    const reading = page.locator('.chart-reading');
    // 36 000 trains from edge to edge: the change lies at three quarters.
    await expect.poll(async () => {
      for (let x = 0.73; x < 0.77 && !(await reading.innerText()).includes('sigma'); x += 0.005) await page.mouse.move(chart.x + chart.width * x, chart.y + 100);
      return reading.innerText();
    }).toMatch(/^train \d{10}[\s\S]*sigma = 7 \(anna\)$/);
    await drag([0.4, 0.4], [0.6, 0.42]);
    await expect.poll(() => histories().at(-1)!.get('to')).not.toBeNull();
    expect(Number(histories().at(-1)!.get('to')) - Number(histories().at(-1)!.get('from'))).toBeLessThan(9000);
    await page.getByRole('button', { name: 'follow again' }).click();
    await page.getByLabel('Time shown').selectOption('all');
    await expect.poll(() => histories().at(-1)!.has('from')).toBe(false);
  });

  it('a curve that is zoomed asks for the elements there; lines are switched off by their names; a copy is held', async () => {
    const script = everything(64);
    const values = script.values.bind(script);
    const kept = Uint32Array.from({ length: 1000 }, (_, i) => i * 100);
    const y = (scale: number) => ndarray(Float32Array.from(kept, (i) => scale * Math.sin(i / 5000)), [1000]);
    const yard = await open('curve', ['views/powder'], {}, undefined, { ...script, values: (train) => values(train).map((one) => (one.id === 'views/powder' ? { id: one.id, trainId: train, value: { on: y(1), off: y(2) }, reduced: { length: 100_000, kept } } : one)) });
    await expect.poll(() => drawn(0.2, 0.9)).toBeGreaterThan(100);
    const windowNow = () => {
      const want = yard.heard.messages.findLast((message) => message.type === 'watch')?.wants[0];
      return want?.as.as === 'curve' ? want.as.window : undefined;
    };
    expect(windowNow()).toBeUndefined();
    await drag([0.5, 0.4], [0.6, 0.42]);
    await expect.poll(windowNow).toBeDefined();
    const [from, to] = windowNow()!;
    expect([from > 30_000, to < 80_000, to - from < 40_000]).toEqual([true, true, true]);
    await page.getByRole('button', { name: 'whole range' }).click();
    await expect.poll(windowNow).toBeUndefined();
    await page.getByRole('button', { name: 'off', exact: true }).click();
    await expect.poll(() => page.getByRole('button', { name: 'off', exact: true }).getAttribute('aria-pressed')).toBe('false');
    await page.getByRole('button', { name: 'hold', exact: true }).click();
    expect(await page.getByRole('button', { name: 'let go' }).getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: 'Settings of' }).click();
    await page.getByLabel('range of y: highest').fill('7');
    await page.getByLabel('range of y: highest').press('Enter');
    await page.keyboard.press('Escape');
    await expect.poll(async () => page.locator('.settings-card').isVisible()).toBe(false);
  });

  it('a value beyond its limits says so in words and in the title, until it is seen and over', async () => {
    const yard = await open('value', ['TimingTool/edge'], { alarmHigh: 100 });
    await expect.poll(() => page.getByRole('alert').first().textContent()).toContain('ALARM: above 100');
    await expect.poll(() => page.title()).toMatch(/^⚠ Edge position · /);
    // An alarm stays one where its panel is not to be seen, and leads there.
    await page.getByRole('button', { name: 'Add a tab' }).click();
    await expect.poll(() => page.locator('.notice').textContent()).toContain('ALARM Edge position: above 100');
    expect(await page.title()).toMatch(/^⚠ Edge position · /);
    await page.getByRole('button', { name: 'show', exact: true }).click();
    await expect.poll(() => page.locator('.notice').count()).toBe(0);
    await page.getByRole('button', { name: 'sound off' }).click();
    expect(await page.getByRole('button', { name: 'sound on' }).getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: 'acknowledge' }).click();
    await expect.poll(() => page.locator('.value-body').textContent()).toContain('acknowledged');
    await page.getByRole('button', { name: 'Settings of' }).click();
    await page.getByLabel('alarm above').fill('1e4');
    await page.getByLabel('alarm above').press('Enter');
    await expect.poll(() => page.locator('.verdict').textContent()).toContain('good');
    expect(await page.title()).not.toContain('⚠');
    await yard.stop();
    await page.getByLabel('alarm without a value, s').fill('1');
    await page.getByLabel('alarm without a value, s').press('Enter');
    await expect.poll(() => page.locator('.verdict').textContent(), { timeout: 6000 }).toContain('ALARM: no value for');
  });

  it('a note keeps the picture of a panel, and of the page; who only looks reads', async () => {
    const notes: (Note & { picture?: string })[] = [];
    const routes = ({ path, method, body }: Asked): Answer | undefined => {
      if (path === 'api/notes' && method === 'POST') {
        const note = JSON.parse(body) as Note & { picture?: string };
        notes.unshift({ ...note, id: `n${notes.length}`, at: Date.now(), who: 'anna', hasPicture: note.picture !== undefined });
        return { json: {} };
      }
      if (path === 'api/notes') return { json: notes.map(({ id, at, who, text, trainId, link, hasPicture }) => ({ id, at, who, text, trainId, link, hasPicture })) };
      const picture = notes.find(({ id }) => path === `api/notes/${id}.png`)?.picture;
      return picture === undefined ? undefined : { bytes: Buffer.from(picture, 'base64'), headers: { 'content-type': 'image/png' } };
    };
    const yard = await open('curve', ['TimingTool/profile'], {}, routes);
    await expect.poll(() => drawn(0.2, 0.9)).toBeGreaterThan(100);
    await page.getByRole('button', { name: 'More of profile' }).click();
    await page.getByRole('menuitem', { name: 'Make a note' }).click();
    await page.getByLabel('What is there to see?').fill('the edge <b>moved</b>');
    await page.getByRole('button', { name: 'Keep the note' }).click();
    await expect.poll(() => notes.length).toBe(1);
    expect(Buffer.from(notes[0].picture!, 'base64').subarray(1, 4).toString()).toBe('PNG');
    expect(notes[0]).toMatchObject({ text: 'the edge <b>moved</b>', trainId: expect.any(Number) as number });
    expect(notes[0].link).toContain('large=p');
    await page.getByRole('button', { name: 'Note', exact: true }).click();
    await page.getByLabel('What is there to see?').fill('all of it');
    await page.getByRole('button', { name: 'Keep the note' }).click();
    await expect.poll(() => notes.length).toBe(2);
    expect(notes[0].picture!.length).toBeGreaterThan(1000);
    yard.hello = { ...yard.hello, role: 'look' };
    await page.goto(`${yard.url}&again#page=notes`);
    await expect.poll(() => page.locator('.note-text').allTextContents()).toEqual(['all of it', 'the edge <b>moved</b>']);
    await expect.poll(() => page.locator('.note-picture img').first().evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(300);
    expect(await page.getByRole('button', { name: 'Note', exact: true }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Remove' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Open what was seen' }).last().click();
    await expect.poll(() => page.locator('.panel.large').count()).toBe(1);
  });
});
