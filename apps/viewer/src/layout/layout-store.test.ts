import { expect, it } from 'vitest';
import type { Layout } from '@trainyard/control';
import { view } from '../../test/script.ts';
import { firstOf } from './first-layout.ts';
import { addTab } from './layout-edit.ts';
import { LayoutStore } from './layout-store.ts';

const room = { width: 1200, height: 800 };
const views = [view({ name: 'a', kind: 'image' }), view({ name: 'b', kind: 'vector' })];
const keys = (store: LayoutStore): string[] => store.shown().layout.tabs[store.shown().tab].panels.map(({ key }) => key);

function fitted(): LayoutStore {
  const store = new LayoutStore();
  store.fit(firstOf(views), room);
  return store;
}

it('fits the window until somebody arranges it; settings alone do not', () => {
  const store = fitted();
  const before = store.shown().layout;
  store.settings('views/a', { scale: 'log' });
  store.fit(firstOf(views), { width: 700, height: 800 });
  expect(store.shown().layout.tabs[0].panels.map(({ at }) => at)).not.toEqual(before.tabs[0].panels.map(({ at }) => at));
  expect(store.shown().layout.tabs[0].panels[0].settings).toEqual({ scale: 'log' });
  store.move(new Map([['views/a', { x: 3, y: 0, w: 5, h: 5 }]]));
  const arranged = store.shown().layout;
  store.fit(firstOf(views), room);
  expect(store.shown().layout).toEqual(arranged);
  store.reset(firstOf(views));
  expect(store.shown()).toMatchObject({ fits: true, layout: before });
});

it('what was closed can be had back as it was, until something else is changed', () => {
  const store = fitted();
  store.go({ large: 'views/a' });
  store.remove('views/a', 'A picture');
  expect([keys(store), store.shown().large, store.undoable()?.said]).toEqual([['views/b'], undefined, 'Closed A picture.']);
  store.settings('views/b', { log: true });
  store.undo();
  expect([keys(store), store.shown().large, store.shown().fits]).toEqual([['views/a', 'views/b'], 'views/a', true]);
  store.remove('views/a', 'A picture');
  store.move(new Map());
  expect(store.undoable()).toBeUndefined();
});

it('another kind keeps what was set, and can be undone', () => {
  const store = fitted();
  const panel = () => store.shown().layout.tabs[0].panels[1];
  store.settings('views/b', { log: true, zoom: [1, 2] });
  store.showAs('views/b', 'waterfall', 'b is shown as waterfall.');
  expect([panel(), store.shown().fits]).toMatchObject([{ kind: 'waterfall', settings: { log: true } }, false]);
  expect(panel().settings).not.toHaveProperty('zoom');
  store.settings('views/b', { map: 'magma' });
  store.undo();
  expect([panel(), store.shown().fits]).toMatchObject([{ kind: 'curve', settings: { log: true, zoom: [1, 2], map: 'magma' } }, true]);
});

it('a layout that was given up for the one that follows the code can be had back', () => {
  const store = fitted();
  store.open({ layout: { trainyard: 1, tabs: [{ name: 'one', panels: [] }, { name: 'two', panels: [] }] }, fits: false, name: 'night', tab: 1 });
  store.reset(firstOf(views));
  expect([store.shown().fits, store.shown().name, store.isKept()]).toEqual([true, undefined, false]);
  store.fit(firstOf(views), { width: 700, height: 800 });
  store.undo();
  expect([store.shown().fits, store.shown().name, store.shown().tab, store.isKept()]).toEqual([false, 'night', 1, true]);
  expect(store.undoable()).toBeUndefined();
  store.reset(firstOf(views));
  store.reset(firstOf(views));
  expect(store.undoable()).toBeUndefined();
});

it('what comes back comes back to the page as it is then', () => {
  const store = fitted();
  store.remove('views/a', 'A picture');
  store.settings('views/b', { log: true });
  store.go({ page: 'health' });
  store.fit(firstOf([...views, view({ name: 'c', kind: 'scalar' })]), room);
  store.undo();
  expect([keys(store), store.shown().page]).toEqual([['views/a', 'views/b', 'views/c'], 'health']);
  expect(store.shown().layout.tabs[0]).toMatchObject({ panels: [{}, { settings: { log: true } }, {}] });
  expect(store.shown().layout.tabs[0].closed).toBeUndefined();
  store.edit((layout) => addTab(addTab(layout, 'laser'), 'detector'));
  store.closeTab(1);
  store.go({ tab: 1 });
  store.undo();
  expect([store.shown().layout.tabs.map(({ name }) => name), store.shown().tab]).toEqual([['views', 'laser', 'detector'], 2]);
});

it('a view that is gone for a while loses nothing that was set: its panel is as it was, where it was', () => {
  const store = fitted();
  store.settings('views/a', { scale: 'log' });
  store.fit(firstOf(views.slice(1)), room);
  expect(keys(store)).toEqual(['views/b']);
  store.fit([], room);
  store.fit(firstOf(views), room);
  expect(store.shown().layout.tabs[0].panels.map(({ settings }) => settings)).toEqual([{ scale: 'log' }, undefined]);
  store.move(new Map([['views/a', { x: 3, y: 0, w: 5, h: 5 }]]));
  const arranged = store.shown().layout;
  store.fit(firstOf(views.slice(1)), room);
  store.fit(firstOf(views), room);
  expect(store.shown().layout).toEqual(arranged);
});

it('closing a tab leaves the one that was open open, and never the last', () => {
  const store = fitted();
  store.edit((layout) => addTab(addTab(layout, 'laser'), 'detector'));
  store.go({ tab: 2 });
  store.closeTab(0);
  expect([store.shown().layout.tabs.map(({ name }) => name), store.shown().tab]).toEqual([['laser', 'detector'], 1]);
  store.closeTab(1);
  expect(store.shown().tab).toBe(0);
  store.closeTab(0);
  expect(store.shown().layout.tabs).toHaveLength(1);
  store.undo();
  expect(store.shown()).toMatchObject({ tab: 1 });
});

it('knows whether it is what is kept under its name', () => {
  const store = fitted();
  expect(store.isKept()).toBe(false);
  store.saved('night', store.shown().layout);
  expect([store.isKept(), store.shown().name]).toEqual([true, 'night']);
  store.settings('views/a', { scale: 'log' });
  expect([store.isKept(), store.shown().name]).toEqual([false, 'night']);
  store.settings('views/a', { scale: undefined });
  store.reset(firstOf(views));
  expect([store.isKept(), store.shown().name]).toEqual([false, undefined]);
});

it('opens any layout that can be read: without tabs, with a tab that is not there', () => {
  const store = fitted();
  const empty: Layout = { trainyard: 1, tabs: [] };
  store.open({ layout: empty, fits: false, name: 'empty', tab: 7 });
  expect([store.shown().tab, keys(store), store.isKept()]).toEqual([0, [], true]);
});
