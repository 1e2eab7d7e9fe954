import { expect, it } from 'vitest';
import { readLayout, type Layout, type PanelSpec } from '@trainyard/control';
import { view } from '../../test/script.ts';
import { firstLayout, firstOf, followFirst } from './first-layout.ts';
import { addPanel, addSources, addTab, changeTab, duplicatePanel, freeTabName, moveTab, panelToTab, removePanel, removeTab } from './layout-edit.ts';

const room = { width: 1200, height: 800 };
const views = [view({ name: 'a', kind: 'image' }), view({ name: 'b', kind: 'vector' }), view({ name: 'c', kind: 'scalar' })];
const first = firstLayout(firstOf(views), room);
const keys = (layout: Layout, tab = 0): string[] => layout.tabs[tab].panels.map(({ key }) => key);
const on = (panel: PanelSpec | undefined) => panel && { of: panel.of, y: panel.at.y };

it('a closed panel of a tab that follows the code stays closed until somebody shows it again', () => {
  const closed = changeTab(first, 0, (tab) => removePanel(tab, 'views/b'));
  expect(keys(followFirst(closed, 0, firstOf([...views, view({ name: 'd', kind: 'text' })]), room))).toEqual(['views/a', 'views/c', 'views/d']);
  const again = changeTab(closed, 0, (tab) => addPanel(tab, 'curve', ['views/b'], { w: 8, h: 8 }));
  expect(again.tabs[0].closed).toBeUndefined();
  expect(keys(again)).toEqual(['views/a', 'views/c', 'views/b']);
  expect(readLayout(closed)).toEqual(closed);
});

it('a view that two panels show is not closed with one of them', () => {
  const twice = changeTab(first, 0, (tab) => duplicatePanel(tab, 'views/a'));
  expect(keys(twice)).toEqual(['views/a', 'views/b', 'views/c', 'views/a 2']);
  expect(changeTab(twice, 0, (tab) => removePanel(tab, 'views/a')).tabs[0].closed).toBeUndefined();
});

it('tabs are added, moved and taken away', () => {
  const three = addTab(addTab(first, 'laser'), 'detector');
  expect(moveTab(three, 2, 0).tabs.map(({ name }) => name)).toEqual(['detector', 'views', 'laser']);
  expect(moveTab(three, 0, 2).tabs.map(({ name }) => name)).toEqual(['laser', 'detector', 'views']);
  expect(removeTab(three, 1).tabs.map(({ name }) => name)).toEqual(['views', 'detector']);
  expect(Array.from({ length: 40 }).reduce<Layout>((layout) => addTab(layout, 'more'), first).tabs).toHaveLength(30);
});

it('a panel goes to another tab, below what is there, under a name of its own', () => {
  const two = panelToTab(panelToTab(addTab(first, 'laser'), 0, 'views/a', 1), 0, 'views/c', 1);
  expect(keys(two)).toEqual(['views/b']);
  expect(two.tabs[0].closed).toEqual(['views/a', 'views/c']);
  expect(two.tabs[1].panels.map(on)).toEqual([{ of: ['views/a'], y: 0 }, { of: ['views/c'], y: two.tabs[1].panels[0].at.h }]);
  expect(panelToTab(two, 1, 'views/a', 1)).toBe(two);
  expect(keys(panelToTab(two, 1, 'views/a', 0))).toEqual(['views/b', 'views/a']);
  expect(panelToTab(two, 1, 'views/a', 0).tabs[0].closed).toEqual(['views/c']);
});

it('a panel shows each source once', () => {
  expect(addSources(first.tabs[0].panels[1], ['views/c', 'views/b']).of).toEqual(['views/b', 'views/c']);
});

it('a results file without a list has a panel for each of its results; views go before', () => {
  const key = (of: string, name: string, shape: number[] = []) => ({ key: name, path: `karabo#${of}[${name}]`, dtype: name === 'outcome' ? 'str' : 'float64', shape });
  const tree = { sources: [{ name: 'yard/views/total', keys: [key('yard/views/total', 'data'), key('yard/views/total', 'outcome')] }, { name: 'yard/views/spread', keys: [key('yard/views/spread', 'final', [200])] }] };
  expect(firstOf([], tree)).toEqual([{ id: 'karabo#yard/views/total[data]', kind: 'history' }, { id: 'karabo#yard/views/spread[final]', kind: 'curve' }]);
  expect(firstOf(views, tree)).toEqual(firstOf(views));
});

it('a tab that is added has a name of its own, also after one was closed', () => {
  const add = (layout: Layout) => addTab(layout, freeTabName(layout));
  const three = add(add({ trainyard: 1, tabs: [{ name: 'views', panels: [] }] }));
  expect(add(removeTab(three, 1)).tabs.map(({ name }) => name)).toEqual(['views', 'tab 3', 'tab 4']);
});
