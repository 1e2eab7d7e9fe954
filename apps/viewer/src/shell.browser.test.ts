import type { Page } from 'playwright-core';
import type { Layout } from '@trainyard/control';
import { describe, expect, it } from 'vitest';
import { chromiumPath } from '../test/browser.ts';
import { inBrowser } from '../test/page.ts';
import { everything, firstTrain, type Script } from '../test/script.ts';
import { scriptedLayouts } from '../test/scripted-layouts.ts';
import { ScriptedYard } from '../test/scripted-yard.ts';

if (!chromiumPath) console.log('shell.browser.test: skipped, no chromium found (install Debian\'s chromium, or name one by CHROMIUM=/path).');

describe.skipIf(!chromiumPath)('tabs, layouts, links and pages in a browser', () => {
  const browser = inBrowser();
  let yard: ScriptedYard | undefined;


  /** Five of the views, one of which lacks an input: a page that is quickly there. */
  function few(): Script {
    const script = everything(32);
    return { ...script, state: { ...script.state, views: script.state.views.filter(({ name }) => ['camera', 'profile', 'edge', 'correlation', 'pumped'].includes(name)) } };
  }
  async function serve(script: Script = few()): Promise<ScriptedYard> {
    yard = new ScriptedYard(script, browser.dist);
    yard.hello = { ...yard.hello, lookToken: 'looking' };
    return browser.serve(yard);
  }
  const shown = (page: Page) => page.locator('.panel').evaluateAll((panels) => panels.map((panel) => panel.getAttribute('data-view')));
  const tabs = (page: Page) => page.getByRole('tab').allTextContents();
  const choose = async (page: Page, menu: RegExp | string, item: string | RegExp) => {
    await page.getByRole('button', { name: menu }).click();
    await page.getByRole('menuitem', { name: item }).or(page.getByRole('menuitemradio', { name: item })).click();
  };

  it('makes a tab, puts panels into it, keeps the layout by name; a second page opens it', async () => {
    const yard = await serve();
    const kept = scriptedLayouts(yard);
    const page = await browser.open(yard.url);
    await page.getByRole('button', { name: 'Add a tab' }).click();
    await page.getByLabel('Name of the tab').fill('laser');
    await page.keyboard.press('Enter');
    await expect.poll(() => tabs(page)).toEqual(['views', 'laser']);
    await page.getByRole('button', { name: 'Add a panel' }).click();
    await page.getByLabel('Find a view, source or key').fill('timingtool edge');
    await page.getByRole('checkbox', { name: /Edge position/ }).check();
    await page.getByLabel('Find a view, source or key').fill('actualpos');
    await page.getByRole('checkbox', { name: /actualPosition/ }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    await expect.poll(() => page.locator('.panel').evaluateAll((all) => all.map((one) => `${one.getAttribute('data-kind')} ${one.getAttribute('aria-label')}`))).toEqual(['history Edge position, actualPosition']);
    await choose(page, /^Layout/, 'Save as');
    await page.getByLabel('Name', { exact: true }).fill('night');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(() => kept.get('night')?.layout.tabs.map(({ name, panels }) => [name, panels.length])).toEqual([['views', 5], ['laser', 1]]);
    // Unchanged, the name is all that a link needs.
    await expect.poll(() => new URL(page.url()).hash).toBe('#layout=night&tab=2');
    const second = await browser.open(yard.url);
    await expect.poll(() => tabs(second)).toEqual(['views']);
    await choose(second, /^Layout/, 'night');
    await expect.poll(() => tabs(second)).toEqual(['views', 'laser']);
    await choose(second, /^Layout/, 'Delete');
    await second.getByRole('button', { name: 'Delete night' }).click();
    await second.getByRole('button', { name: 'Delete it' }).click();
    await expect.poll(() => kept.size).toBe(0);
  });

  it('a link shows the same in another page: tab, panel, settings; Back goes from place to place; the token is not in the address bar', async () => {
    const yard = await serve();
    scriptedLayouts(yard);
    const page = await browser.open(yard.url);
    await page.getByRole('button', { name: 'Close correlation' }).click();
    await page.getByRole('button', { name: 'Show Edge position large' }).click();
    await page.locator('.panel.large').getByRole('button', { name: 'More of Edge position' }).click();
    await page.getByRole('menuitemradio', { name: 'Text' }).click();
    await expect.poll(() => page.url()).toContain('large=TimingTool');
    expect(page.url()).not.toContain('token');
    await choose(page, /^More of/, 'Link to this panel');
    const link = await page.getByLabel('Address').inputValue();
    expect(link).toContain('?token=looking#');
    await page.keyboard.press('Escape');

    const second = await browser.open(link);
    await expect.poll(() => second.locator('.panel.large').getAttribute('data-kind')).toBe('text');
    await expect.poll(() => second.locator('.panel.large pre').textContent()).toMatch(/^51\d\.\d+/);
    await second.reload();
    await expect.poll(() => second.locator('.panel.large').count()).toBe(1);
    await second.keyboard.press('Escape');
    await expect.poll(() => shown(second)).not.toContain('views/correlation');
    await second.keyboard.press('h');
    await expect.poll(() => second.url()).toContain('page=health');
    await second.goBack();
    await expect.poll(() => second.locator('.panel').count()).toBe(4);
    await second.goBack();
    await expect.poll(() => second.locator('.panel.large').count()).toBe(1);

    const damaged = await browser.open(`${link.split('#')[0]}#l=${new URLSearchParams(new URL(link).hash.slice(1)).get('l')!.slice(0, 60)}`);
    await expect.poll(() => damaged.locator('.notice').textContent()).toContain('its layout is cut short or damaged');
    await expect.poll(() => damaged.locator('.panel').count()).toBe(5);
    const still = await browser.open(`${yard.url}#train=${firstTrain - 5000}`);
    await expect.poll(() => still.getByRole('group', { name: 'Frozen' }).textContent()).toContain(`Frozen at train ${firstTrain - 5000}`);
    expect(await still.locator('.notice').textContent()).toContain('Histories show it');
  });

  it('a panel is moved by its title, closed and had back, and stays closed when the code changes', async () => {
    const yard = await serve();
    scriptedLayouts(yard);
    const page = await browser.open(yard.url);
    const camera = page.locator('[data-view="TimingTool/camera"]');
    const profile = page.locator('[data-view="TimingTool/profile"]');
    await expect.poll(() => camera.count()).toBe(1);
    const [from, to] = [(await camera.locator('.panel-title').boundingBox())!, (await profile.boundingBox())!];
    await page.mouse.move(from.x + 20, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(to.x + 40, to.y + 20, { steps: 8 });
    await page.mouse.up();
    await expect.poll(async () => (await camera.boundingBox())!.x).toBeGreaterThan(from.x + 100);
    await page.getByRole('button', { name: 'Close camera' }).click();
    await expect.poll(() => camera.count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => camera.count()).toBe(1);
    await page.getByRole('button', { name: 'Close camera' }).click();
    const views = yard.script.state.views;
    yard.change({ views: [...views, { ...views[2], id: 'views/new', name: 'new', group: 'views', title: 'New one' }] });
    await expect.poll(() => shown(page)).toContain('views/new');
    expect(await shown(page)).not.toContain('TimingTool/camera');
    await page.getByRole('button', { name: 'Sources', exact: true }).click();
    await page.getByRole('region', { name: 'Views' }).getByRole('button', { name: 'camera' }).click();
    await expect.poll(() => camera.count()).toBe(1);
  });

  it('the health page says what does not come, and why; who changed what; a chip leads there', async () => {
    const script = few();
    const stream = { what: 'tcp://127.0.0.1:4545', status: 'streaming' as const, message: 'Receiving.', hint: 'Only every other train comes.', policy: 'drop-oldest', rate: 9.9, received: 342, dropped: { 'queue full': 2 } };
    const yard = await serve({ ...script, journal: [{ at: Date.now(), trainId: firstTrain, who: 'anna', what: 'parameter', name: 'TimingTool/sigma', value: 5, before: 4 }, { at: Date.now(), trainId: firstTrain, who: 'ben', what: 'action', name: 'dark' }], state: { ...script.state, source: { ...script.state.source, streams: [stream] }, workers: { pool: 2, busy: 1, deaths: { time: 3 } } } });
    const page = await browser.open(yard.url);
    await page.getByRole('button', { name: 'missing: why pumped shows this' }).click();
    const row = page.locator('tr.asked');
    await expect.poll(() => row.allTextContents()).toEqual([expect.stringContaining('340'), expect.stringContaining('karabo#SQS_SHUTTER/DEV/1.isOpen has not been seen')]);
    const sources = page.getByRole('region', { name: 'Sources and trains' });
    expect(await sources.textContent()).toContain('Only every other train comes.');
    expect(await sources.textContent()).toContain('2 queue full');
    expect(await page.getByRole('region', { name: 'Process' }).textContent()).toContain('3 by time');
    await page.getByLabel('Find in the journal').fill('sigma');
    await expect.poll(() => page.getByRole('region', { name: 'Journal' }).locator('tbody tr').allTextContents()).toEqual([expect.stringMatching(/parameter TimingTool\/sigma 4 → 5anna$/)]);
    await page.getByLabel('Find in the logs').fill('weak');
    await expect.poll(() => page.getByRole('log').textContent()).toContain('weak edge');
  });

  it('who came to look can look: nothing that changes the yard can be clicked, and why is said', async () => {
    const yard = await serve();
    scriptedLayouts(yard);
    yard.hello = { role: 'look', edit: false, name: 'views.ts', version: '0.1.0', files: [], lookToken: 'looking' };
    const page = await browser.open(yard.url.replace(yard.token, 'looking'));
    await expect.poll(() => page.getByRole('button', { name: 'Record dark' }).isDisabled()).toBe(true);
    expect(await page.getByLabel('sigma, exact value').isDisabled()).toBe(true);
    expect(await page.locator('.controls').textContent()).toContain('This address is for looking.');
    await page.getByRole('button', { name: /^Layout/ }).click();
    const save = page.getByRole('menuitem', { name: 'Save as' });
    expect(await save.getAttribute('aria-disabled')).toBe('true');
    expect(await save.textContent()).toContain('for looking');
  });

  it('asks for the password where one is needed, says when it is wrong, and then opens what the link says', async () => {
    const yard = await serve();
    const layout: Layout = { trainyard: 1, tabs: [{ name: 'edges', panels: [{ key: 'e', kind: 'value', of: ['TimingTool/edge'], at: { x: 0, y: 0, w: 8, h: 8 } }] }] };
    scriptedLayouts(yard).set('night', { name: 'night', at: Date.now(), who: 'anna', layout });
    yard.password = 'open sesame';
    const page = await browser.open(`${yard.url.replace(/\?.*/, '')}#layout=night`);
    await page.getByLabel('Password').fill('guess');
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toBe('That is not the password.');
    await page.getByLabel('Password').fill('open sesame');
    await page.keyboard.press('Enter');
    await expect.poll(() => shown(page)).toEqual(['TimingTool/edge']);
    expect(new URL(page.url()).hash).toBe('#layout=night');
  });

  it('recorded trains are played: a slider that is dragged ends where it was left', async () => {
    const script = few();
    const player = { paused: true, index: 3, trains: 400, trainId: firstTrain, rate: 10, loop: false };
    const yard = await serve({ ...script, state: { ...script.state, source: { ...script.state.source, kind: 'run', player } } });
    const page = await browser.open(yard.url);
    const asked = () => yard.heard.messages.filter((message) => message.type === 'request' && message.verb === 'play');
    await page.getByRole('slider', { name: 'Train' }).fill('250');
    await expect.poll(() => asked().at(-1)).toMatchObject({ verb: 'play', index: 250 });
    yard.change({ source: { ...yard.script.state.source, player: { ...player, index: 250 } } });
    await expect.poll(() => page.getByLabel('Train shown').textContent()).toContain('251 of 400');
    await page.getByRole('button', { name: 'One train on' }).click();
    await expect.poll(() => asked().at(-1)).toMatchObject({ index: 251, paused: true });
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => asked().at(-1)).toMatchObject({ paused: false });
    await page.getByRole('button', { name: 'One train back' }).click({ modifiers: ['Shift'] });
    await expect.poll(() => asked().at(-1)).toMatchObject({ index: 240, paused: true });
    await page.getByRole('textbox', { name: 'train ID' }).fill(`${firstTrain + 77}`);
    await page.keyboard.press('Enter');
    await expect.poll(() => asked().at(-1)).toMatchObject({ paused: true, trainId: firstTrain + 77 });
    const linked = await browser.open(`${yard.url}#train=${firstTrain + 9}`);
    await expect.poll(() => asked().at(-1)).toMatchObject({ paused: true, trainId: firstTrain + 9 });
    expect(await linked.getByRole('group', { name: 'Frozen' }).count()).toBe(0);
  });

  it('keys go between tabs, pages and panels; colours change with a click', async () => {
    const page = await browser.open((await serve()).url);
    await expect.poll(() => page.locator('.panel').count()).toBe(5);
    await page.keyboard.press('?');
    await expect.poll(() => page.getByRole('dialog', { name: 'Keys' }).textContent()).toContain('from panel to panel');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog', { name: 'Keys' }).count()).toBe(0);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-view'))).toBe('TimingTool/profile');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.panel.large').getAttribute('data-view')).toBe('TimingTool/profile');
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const before = await ground();
    await page.getByRole('button', { name: /colours$/ }).click();
    await expect.poll(ground).not.toBe(before);
    await page.evaluate(() => localStorage.clear());
  });
});
