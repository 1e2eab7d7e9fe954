import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { ParameterState, PictureRendition } from '@trainyard/control';
import { ndarray } from '@trainyard/nd';
import { readNpy } from './mask/npy.ts';
import { chromiumPath } from '../test/browser.ts';
import { inBrowser } from '../test/page.ts';
import { everything, firstTrain, type Script } from '../test/script.ts';
import { ScriptedYard } from '../test/scripted-yard.ts';

const camera = 'TimingTool/camera';
const [rows, columns] = [800, 1200];
const roi: ParameterState = { group: 'TimingTool', name: 'roi', type: 'rectangle', value: [300, 200, 600, 400], default: [300, 200, 600, 400] };

/** One picture whose pixels say where they are: ten thousand times the row, and the column. */
function ramp(...parameters: ParameterState[]): Script {
  const script = everything(8);
  const value = ndarray(Float32Array.from({ length: rows * columns }, (_, i) => Math.floor(i / columns) * 10_000 + (i % columns)), [rows, columns]);
  return { ...script, state: { ...script.state, views: script.state.views.slice(0, 1), parameters }, values: (trainId) => [{ id: camera, trainId, value: value as never }] };
}

describe.skipIf(!chromiumPath)('pictures in a browser', () => {
  const browser = inBrowser();
  let yard: ScriptedYard;
  let page: Page;
  let panel: Locator;


  async function open(script: Script, change: (yard: ScriptedYard) => void = () => {}): Promise<void> {
    yard = new ScriptedYard(script, browser.dist);
    change(yard);
    await browser.serve(yard, 5);
    // Smaller than the picture.
    page = await browser.open(yard.url, (fresh) => fresh.setViewportSize({ width: 900, height: 640 }));
    panel = page.locator(`[data-view="${camera}"]`);
    // A picture is there when the pointer finds a value.
    await expect.poll(async () => {
      await page.mouse.move(...(await at(0.4, 0.4)));
      await page.mouse.move(...(await at(0.5, 0.5)));
      return reading();
    }).toMatch(/\d/);
  }
  const reading = () => panel.locator('.reading').textContent();
  /** A place in the picture itself, in parts of its width and height, as the page has it: the axes lie outside. */
  async function at(x: number, y: number): Promise<[number, number]> {
    const box = (await panel.locator('clipPath rect').evaluate((rect: SVGRectElement) => {
      const { left, top } = rect.ownerSVGElement!.getBoundingClientRect();
      return { x: left + rect.x.baseVal.value, y: top + rect.y.baseVal.value, width: rect.width.baseVal.value, height: rect.height.baseVal.value };
    }));
    return [box.x + box.width * x, box.y + box.height * y];
  }
  /** What is read at a place, as row and column of the value found there. */
  async function found(x: number, y: number): Promise<[row: number, column: number, said: string]> {
    await page.mouse.move(...(await at(x, y)));
    const text = (await reading())!;
    const value = Number(/ {2}(\d+)/.exec(text)?.[1]);
    return [Math.floor(value / 10_000), value % 10_000, text];
  }
  const wants = () => yard.heard.messages.findLast((message) => message.type === 'watch')?.wants.map(({ as }) => as as PictureRendition) ?? [];
  const values = () => yard.heard.messages.flatMap((message) => (message.type === 'request' && message.verb === 'set' && message.name === 'roi' ? [message.value as number[]] : []));
  async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    await page.mouse.move(...(await at(...from)));
    await page.mouse.down();
    await page.mouse.move(...(await at((from[0] + to[0]) / 2, (from[1] + to[1]) / 2)));
    await page.mouse.move(...(await at(...to)));
    await page.mouse.up();
  }

  it('a region is dragged by its inside, its handles and the arrow keys, and the yard hears its numbers', async () => {
    await open(ramp(roi));
    const size = (await at(1, 0))[0] - (await at(0, 0))[0];
    await drag([450 / columns, 300 / rows], [570 / columns, 220 / rows]);
    const near = columns / size + 1;
    await expect.poll(() => values().at(-1)?.map((value, k) => Math.abs(value - [420, 120, 720, 320][k]) <= near)).toEqual([true, true, true, true]);
    const [x0, y0, x1, y1] = values().at(-1)!;
    expect([x1 - x0, y1 - y0]).toEqual([300, 200]);
    await expect.poll(() => panel.getByRole('img', { name: `roi: rectangle, columns ${x0} to ${x1}` }).count()).toBe(1);
    await panel.getByRole('button', { name: 'roi, bottom right' }).press('Shift+ArrowRight');
    await expect.poll(() => values().at(-1)).toEqual([x0, y0, x1 + 10, y1]);
    await panel.getByRole('img', { name: 'roi: rectangle' }).press('ArrowUp');
    await expect.poll(() => values().at(-1)).toEqual([x0, y0 - 1, x1 + 10, y1 - 1]);
    // Set by somebody else: it is where they put it.
    yard.change({ parameters: [{ ...roi, value: [0, 0, 100, 100] }] });
    await expect.poll(() => panel.getByRole('img', { name: 'columns 0 to 100' }).count()).toBe(1);
  });

  it('who may only look sees a region and cannot drag it', async () => {
    await open(ramp(roi), (one) => (one.hello = { ...one.hello, role: 'look' }));
    await expect.poll(() => panel.getByRole('img', { name: 'roi: rectangle' }).count()).toBe(1);
    expect(await panel.getByRole('button', { name: 'roi, bottom right' }).count()).toBe(0);
    await drag([450 / columns, 300 / rows], [570 / columns, 220 / rows]);
    expect(values()).toEqual([]);
  });

  it('asks for the pixels of the screen, zoomed in for a part of it in full, and shows what it has meanwhile', async () => {
    await open(ramp());
    await expect.poll(() => wants()).toMatchObject([{ as: 'picture', bits: 16 }]);
    expect(wants()[0].block).toBeGreaterThan(1);
    expect(wants()[0].window).toBeUndefined();
    await panel.getByRole('radio', { name: 'Zoom' }).click();
    await drag([0.5, 0.5], [0.6, 0.6]);
    await expect.poll(() => wants()[0]).toMatchObject({ block: 1, bits: 'exact' });
    const [r0, c0, r1, c1] = wants()[0].window!;
    expect([r0 <= 400, r1 >= 480, c0 <= 600, c1 >= 720, r0 > 200, c0 > 300, c1 < 1000]).toEqual(Array.from({ length: 7 }, () => true));
    const [row, column] = await found(0.5, 0.5);
    expect([Math.abs(row - 440) < 15, Math.abs(column - 660) < 15]).toEqual([true, true]);
    await page.keyboard.press('Escape');
    await panel.getByRole('button', { name: 'whole picture' }).click();
    await expect.poll(() => wants()[0].window).toBeUndefined();
  });

  it('flipped and turned, the cursor reads the pixel under it', async () => {
    await open(ramp());
    const near = (value: number, wanted: number) => Math.abs(value - wanted) < 6;
    let [row, column] = await found(0.25, 0.2);
    expect([near(row, 160), near(column, 300)]).toEqual([true, true]);
    await panel.getByRole('button', { name: /^Settings of/ }).click();
    await page.getByLabel('Row 0 at the bottom').check();
    await page.getByLabel('Flip left and right').check();
    await page.keyboard.press('Escape');
    [row, column] = await found(0.25, 0.2);
    expect([near(row, 640), near(column, 900)]).toEqual([true, true]);
    await panel.getByRole('button', { name: /^Settings of/ }).click();
    await page.getByRole('button', { name: 'Turn by 90°' }).click();
    await page.keyboard.press('Escape');
    // What was at the bottom left is at the top left: rows go across now, and row 0 is on the left.
    await expect.poll(async () => {
      [row, column] = await found(0.25, 0.2);
      return [near(row, 200), near(column, 960)];
    }).toEqual([true, true]);
  });

  it('stands still, steps back through what it has seen, and is live again', async () => {
    const script = everything(8);
    // Each picture is full of its train's number, so that what is seen says of which train it is.
    const number = (trainId: number) => trainId - firstTrain;
    await open({ ...script, state: { ...script.state, views: script.state.views.slice(0, 1), parameters: [] }, values: (trainId) => [{ id: camera, trainId, value: ndarray(new Float64Array(64).fill(number(trainId)), [8, 8]) as never }] });
    const train = async () => Number(await panel.locator('.facts .train').textContent());
    const seen = async () => Number(/ {2}(\d+)/.exec((await reading())!)?.[1]);
    const first = await train();
    await expect.poll(train).toBeGreaterThan(first + 3);
    await page.getByRole('button', { name: 'Freeze' }).click();
    const frozen = Number(/\d{5,}/.exec((await page.getByRole('group', { name: 'Frozen' }).textContent())!)![0]);
    await expect.poll(() => panel.locator('.chip').textContent()).toBe('frozen');
    await expect.poll(async () => (await found(0.5, 0.5))[2]).toContain(`  ${number(frozen)}`);
    expect(await train()).toBe(frozen);
    await page.getByRole('button', { name: 'One train back' }).click();
    await expect.poll(train).toBeLessThan(frozen);
    const before = await train();
    // On a button, keys are the button's.
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.mouse.move(...(await at(0.4, 0.4)));
    await expect.poll(seen).toBe(number(before));
    await page.locator('body').press('ArrowLeft');
    await expect.poll(train).toBeLessThan(before);
    await expect.poll(seen).toBe(number(await train()));
    await page.locator('body').press(' ');
    await expect.poll(train).toBeGreaterThan(frozen);
    await expect.poll(seen).toBeGreaterThan(number(frozen));
  });

  it('a mask is drawn on the picture’s pixels and saved as numpy reads it', async () => {
    await open(ramp(), (one) => {
      one.routes = ({ method, path }) => (path === 'api/masks' ? { json: [] } : method === 'PUT' && path === 'api/masks/beamstop' ? { json: { name: 'beamstop', path: '/proposal/masks/beamstop.npy' } } : undefined);
    });
    await panel.getByRole('radio', { name: 'Mask' }).click();
    await drag([0.25, 0.25], [0.5, 0.5]);
    await panel.getByRole('button', { name: 'invert' }).click();
    await panel.getByRole('button', { name: 'undo' }).click();
    // Another panel in React's eyes, the same to who looks at it.
    await panel.getByRole('button', { name: /large$/ }).click();
    await panel.getByRole('radio', { name: 'Mask' }).click();
    expect(await panel.getByRole('button', { name: 'redo' }).isEnabled()).toBe(true);
    const asksBeforeItGoes = () => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
    expect(await asksBeforeItGoes()).toBe(true);
    await panel.getByLabel('Name of the mask').fill('beamstop');
    const sent = page.waitForRequest((request) => request.method() === 'PUT');
    await panel.getByRole('button', { name: /^save/ }).click();
    const saved = (await sent).postDataBuffer();
    await expect.poll(() => panel.locator('.mask-path').textContent()).toContain('planFile("/proposal/masks/beamstop.npy")');
    expect(await asksBeforeItGoes()).toBe(false);
    const mask = readNpy(saved!);
    expect([mask.rows, mask.columns]).toEqual([rows, columns]);
    const share = mask.count() / (rows * columns);
    expect(Math.abs(share - 1 / 16)).toBeLessThan(0.004);
    expect([mask.data[300 * columns + 450], mask.data[150 * columns + 450], mask.data[300 * columns + 650]]).toEqual([1, 0, 0]);
  });
});
