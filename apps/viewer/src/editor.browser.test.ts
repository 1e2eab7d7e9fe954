import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../test/browser.ts';
import { inBrowser } from '../test/page.ts';
import { everything, goodGeneration, outcome, sampleTree, view } from '../test/script.ts';
import { fewTypes, ScriptedFiles } from '../test/scripted-files.ts';
import { ScriptedYard } from '../test/scripted-yard.ts';

if (!chromiumPath) console.log('editor.browser.test: skipped, no chromium found (install Debian\'s chromium, or name one by CHROMIUM=/path).');

const keys = sampleTree.sources.flatMap(({ keys }) => keys);
const types = fewTypes(Object.fromEntries(keys.map(({ path, dtype, shape }) => [path, shape.length > 0 ? 'Image' : dtype === 'str' ? 'string' : 'number'])));
const VIEWS = `import { view } from '@trainyard/core';
import { half } from './tools.ts';

export const total = view.scalar({ camera: '${keys[0].path}' }, ({ camera }) => camera.sum() * half);
`;

describe.skipIf(!chromiumPath)('the editor and the HDF5 browser, under the policy that a yard sets', () => {
  const browser = inBrowser();
  let yard: ScriptedYard;
  let files: ScriptedFiles;
  let page: Page;


  /** Below a prefix, as behind a proxy. */
  async function open(where: string): Promise<void> {
    const script = everything(16);
    yard = new ScriptedYard({ ...script, state: { ...script.state, views: [view({ name: 'total', kind: 'scalar' })], parameters: [], actions: [], constants: [] } }, browser.dist, '/user/me/proxy/4000/');
    yard.hello = { ...yard.hello, edit: true, files: ['r0034.h5'] };
    files = new ScriptedFiles({ 'views.ts': VIEWS, 'tools.ts': 'export const half = 0.5;\n' }, types);
    yard.routes = files.answer;
    await browser.serve(yard);
    page = await browser.open(`${yard.url}#page=${where}`);
  }
  const load = (number: number) => yard.change({ generation: { ...goodGeneration, number, loadedAt: Date.now() } });
  const problems = () => page.getByRole('list', { name: 'Problems' }).getByRole('listitem').allTextContents();
  const said = () => page.locator('.editor-bar .said').textContent();
  const write = async (text: string) => {
    await page.locator('.monaco-box .view-line').first().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(text);
  };

  it('completes keys of the stream with their dtype, marks an error as it is typed, and saves with the hash of what was read', async () => {
    await open('editor');
    await write("export const pulses = view.scalar({ xgm: 'karabo#DOOCS");
    const offered = page.locator('.suggest-widget .monaco-list-row');
    await expect.poll(() => offered.allTextContents()).toEqual([expect.stringMatching(/data\.intensityTD.*float32 400/), expect.stringMatching(/data\.nummberOfPulses.*uint32/)]);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.type(', ({ xgm }) => xgm.summ()');
    await expect.poll(problems).toEqual([expect.stringContaining("Property 'summ' does not exist on type 'Image'")]);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Backspace');
    await expect.poll(problems).toEqual([]);
    files.saved = () => load(4);
    await page.keyboard.press('Control+s');
    await expect.poll(said).toMatch(/^Saved views\.ts: loaded as generation 4 \(\d+ ms\)\.$/);
    expect(files.puts).toEqual([{ path: 'views.ts', hash: expect.stringMatching(/^[0-9a-f]{16}$/), text: `${VIEWS}export const pulses = view.scalar({ xgm: '${keys[1].path}'}, ({ xgm }) => xgm.sum())` }]);
  });

  it('shows a failure at its line with the train that caused it, until the view gives values on newer code', async () => {
    await open('editor');
    yard.change({ views: [view({ name: 'total', kind: 'scalar', newest: { ...outcome('failed', 'No room.', 4), at: Date.now() }, counts: { value: 0, none: 0, missing: 0, failed: 12, late: 0, dropped: 0 } })] });
    await expect.poll(problems).toEqual([expect.stringMatching(/^views\.ts:4:9views\/total, train 21\d+: No room\. \(12 times\)/)]);
    await expect.poll(() => page.locator('.glyph.error').count()).toBe(1);
    await page.getByRole('button', { name: 'Freeze failed train' }).click();
    await expect.poll(() => yard.heard.messages.at(-1)).toMatchObject({ verb: 'freeze', name: 'views/total' });
    files.tried = [{ view: 'views/total', outcome: 'value', message: '', said: 'float64 3.2' }];
    await page.getByRole('button', { name: 'Run on it' }).click();
    await expect.poll(() => page.getByRole('table', { name: 'On the frozen train' }).textContent()).toContain('float64 3.2');
    expect(files.tries).toEqual([{ file: 'views.ts', text: VIEWS }]);
    files.frozen = [7, 5].map((n) => ({ name: `total-${n}`, trainId: n, at: Date.UTC(2026, 10, 20), view: 'views/total', outcome: 'failed', message: 'No room.' }));
    await page.getByRole('combobox', { name: 'Frozen train' }).focus();
    await expect.poll(() => page.getByRole('combobox', { name: 'Frozen train' }).locator('option').allTextContents()).toEqual(['newest frozen train', expect.stringMatching(/^7, views\/total failed/), expect.stringMatching(/^5, /)]);
    await page.getByRole('combobox', { name: 'Frozen train' }).selectOption('total-5');
    await page.getByRole('combobox', { name: 'View to run' }).selectOption('all views');
    await page.getByRole('button', { name: 'Run on it' }).click();
    await expect.poll(() => files.tries.at(-1)).toEqual({ name: 'total-5', view: 'all', file: 'views.ts', text: VIEWS });
    yard.change({ views: [view({ name: 'total', kind: 'scalar' })], generation: { ...goodGeneration, number: 5, loadedAt: Date.now() + 1 } });
    await page.getByRole('tab', { name: 'Problems' }).click();
    await expect.poll(problems).toEqual([]);
    expect(await page.locator('.glyph').count()).toBe(0);
  });

  it('shows both texts when somebody else has saved, and saves over theirs only when told to', async () => {
    await open('editor');
    await write('// mine');
    files.files.set('views.ts', `${VIEWS}// theirs\n`);
    await page.keyboard.press('Control+s');
    const asked = page.getByRole('alertdialog', { name: 'views.ts was changed by somebody else' });
    await expect.poll(() => asked.locator('.view-line').allTextContents().then((lines) => lines.filter((line) => /mine|theirs/.test(line)).length)).toBe(2);
    expect(files.files.get('views.ts')).toContain('// theirs');
    await asked.getByRole('button', { name: 'Save mine' }).click();
    await expect.poll(() => files.files.get('views.ts')).toBe(`${VIEWS}// mine`);
    await expect.poll(() => asked.count()).toBe(0);
  });

  it('keeps what is typed while a save of somebody else is read', async () => {
    await open('editor');
    await write('// mine');
    await page.keyboard.press('Control+s');
    await expect.poll(() => files.puts.length).toBe(1);
    files.files.set('views.ts', `${VIEWS}// mine\n// theirs\n`);
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await page.route('**/api/files/views.ts?*', async (route) => {
      await held;
      await route.continue();
    });
    const asking = page.waitForRequest(/api\/files\/views\.ts/);
    load(4);
    const asked = await asking;
    await page.keyboard.type(', and more');
    letGo();
    await (await asked.response())!.finished();
    await page.keyboard.type(' of it');
    await page.keyboard.press('Control+s');
    await expect.poll(() => files.puts.at(-1)!.text).toBe(`${VIEWS}// mine, and more of it`);
  });

  it('shows a dataset of a file, and the sentence of the yard where it refuses one', async () => {
    const dataset = (name: string, dims: number[]) => ({ name, kind: 'dataset', attributes: [], shape: dims, type: { class: 1, size: 8, order: 0 } });
    await open('files');
    const refused = { code: 'H5_LARGE', message: '/large has 1.2 GB; at most 64 MB are sent: choose a slice.' };
    yard.routes = ({ path, query }) => path === 'api/h5/meta' ? { json: query.get('path') === '/' ? { name: '', kind: 'group', attributes: [], children: [dataset('curve', [4]), dataset('large', [9, 9])] } : query.get('path') === '/curve' ? dataset('curve', [4]) : dataset('large', [9, 9]) }
      : path === 'api/h5/data' ? (query.get('path') === '/curve' ? { bytes: new Uint8Array(Float64Array.of(1.5, 2.5, 3.5, 4.25).buffer) } : { status: 400, json: refused }) : path === 'api/h5/paths' ? { json: ['/curve', '/large'] } : undefined;
    await page.reload();
    await page.getByRole('treeitem', { name: 'curve' }).click();
    await page.getByRole('tab', { name: 'Matrix' }).click();
    await expect.poll(() => page.locator('.files-page').textContent()).toContain('4.25');
    await page.getByRole('treeitem', { name: 'large' }).click();
    await expect.poll(() => page.locator('.files-page').textContent()).toContain(refused.message);
  });
});
