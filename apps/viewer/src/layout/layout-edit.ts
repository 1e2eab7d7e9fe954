import type { Layout, PanelKind, PanelSpec, Setting, Tab } from '@trainyard/control';

/** Edits of a layout: each gives back another one, the given stays as it is. */

export type Place = PanelSpec['at'];

export function changeTab(layout: Layout, index: number, change: (tab: Tab) => Tab): Layout {
  return { ...layout, tabs: layout.tabs.map((tab, k) => (k === index ? change(tab) : tab)) };
}

export function changePanel(tab: Tab, key: string, change: (panel: PanelSpec) => PanelSpec): Tab {
  return { ...tab, panels: tab.panels.map((panel) => (panel.key === key ? change(panel) : panel)) };
}

export function movePanels(tab: Tab, places: ReadonlyMap<string, Place>): Tab {
  return { ...tab, panels: tab.panels.map((panel) => ({ ...panel, at: places.get(panel.key) ?? panel.at })) };
}

export function changeSettings(panel: PanelSpec, part: { readonly [name: string]: Setting | undefined }): PanelSpec {
  const settings = Object.entries({ ...panel.settings, ...part }).filter((entry): entry is [string, Setting] => entry[1] !== undefined);
  return { ...panel, settings: Object.fromEntries(settings) };
}

export function removePanel(tab: Tab, key: string): Tab {
  return { ...tab, panels: tab.panels.filter((panel) => panel.key !== key) };
}

/** Below everything else, where nothing has to move. */
export function addPanel(tab: Tab, kind: PanelKind, of: readonly string[], size: { readonly w: number; readonly h: number }): Tab {
  const y = Math.max(0, ...tab.panels.map(({ at }) => at.y + at.h));
  return { ...tab, panels: [...tab.panels, { key: freeKey(tab, of[0] ?? kind), kind, of, at: { x: 0, y, ...size } }] };
}

/** A name that no panel of the tab has. */
export function freeKey(tab: Tab, like: string): string {
  const taken = new Set(tab.panels.map(({ key }) => key));
  if (!taken.has(like)) return like;
  for (let n = 2; ; n++) if (!taken.has(`${like} ${n}`)) return `${like} ${n}`;
}
