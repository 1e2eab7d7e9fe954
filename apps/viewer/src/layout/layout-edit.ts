import { LAYOUT_LIMITS, type Layout, type PanelKind, type PanelSpec, type Setting, type Tab } from '@trainyard/control';

/** Edits of a layout: each gives back another one, the given stays as it is. */

export type Place = PanelSpec['at'];

export function changeTab(layout: Layout, index: number, change: (tab: Tab) => Tab): Layout {
  return { ...layout, tabs: layout.tabs.map((tab, k) => (k === index ? change(tab) : tab)) };
}

/** An empty tab behind the others; none beyond the limit. */
export function addTab(layout: Layout, name: string): Layout {
  return layout.tabs.length < LAYOUT_LIMITS.tabs ? { ...layout, tabs: [...layout.tabs, { name, panels: [] }] } : layout;
}

/** `tab 2`, or the next one that no tab is called. */
export function freeTabName({ tabs }: Layout): string {
  for (let n = tabs.length + 1; ; n++) if (tabs.every(({ name }) => name !== `tab ${n}`)) return `tab ${n}`;
}

export function putTabBack(layout: Layout, tab: Tab, index: number): Layout {
  return { ...layout, tabs: layout.tabs.toSpliced(index, 0, tab) };
}

export function removeTab(layout: Layout, index: number): Layout {
  return { ...layout, tabs: layout.tabs.filter((_, k) => k !== index) };
}

export function moveTab(layout: Layout, from: number, to: number): Layout {
  const tabs = layout.tabs.filter((_, k) => k !== from);
  return { ...layout, tabs: [...tabs.slice(0, to), layout.tabs[from], ...tabs.slice(to)] };
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

/** Each kind reads its own settings: those of the others wait until it is one of them again. A part in sight is one of its axes. */
export function changeKind(panel: PanelSpec, kind: PanelKind): PanelSpec {
  const { zoom: _, ...settings } = panel.settings ?? {};
  return { ...panel, kind, ...(panel.settings && { settings }) };
}

/** Of a tab that follows the code, the views that no other panel shows are remembered: they stay closed. */
export function removePanel(tab: Tab, key: string): Tab {
  const panels = tab.panels.filter((panel) => panel.key !== key);
  const gone = tab.panels.find((panel) => panel.key === key);
  if (!tab.auto || !gone) return { ...tab, panels };
  const left = gone.of.filter((id) => !id.includes('#') && !panels.some(({ of }) => of.includes(id)));
  return withClosed({ ...tab, panels }, [...(tab.closed ?? []), ...left]);
}

/** A panel that was taken out, back at its place in the list, and what was closed before that. */
export function putPanelBack(tab: Tab, panel: PanelSpec, index: number, closed: readonly string[] = []): Tab {
  if (tab.panels.some(({ key }) => key === panel.key)) return tab;
  return withClosed({ ...tab, panels: tab.panels.toSpliced(index, 0, panel) }, closed);
}

/** Below everything else, where nothing has to move; or where it is put. */
export function addPanel(tab: Tab, kind: PanelKind, of: readonly string[], at: Omit<Place, 'x' | 'y'> & Partial<Place>): Tab {
  if (tab.panels.length >= LAYOUT_LIMITS.panels) return tab;
  const y = Math.max(0, ...tab.panels.map(({ at }) => at.y + at.h));
  return opened({ ...tab, panels: [...tab.panels, { key: freeKey(tab, of[0] ?? kind), kind, of, at: { x: 0, y, ...at } }] }, of);
}

/** The same once more, right beside it where there is room, else below. */
export function duplicatePanel(tab: Tab, key: string): Tab {
  const panel = tab.panels.find((one) => one.key === key);
  if (!panel || tab.panels.length >= LAYOUT_LIMITS.panels) return tab;
  return { ...tab, panels: [...tab.panels, { ...panel, key: freeKey(tab, key), at: { ...panel.at, y: panel.at.y + panel.at.h } }] };
}

/** What else the panel shows, each once. */
export function addSources(panel: PanelSpec, ids: readonly string[]): PanelSpec {
  return { ...panel, of: [...new Set([...panel.of, ...ids])].slice(0, LAYOUT_LIMITS.sources) };
}

/** Into another tab, below what is there. */
export function panelToTab(layout: Layout, from: number, key: string, to: number): Layout {
  const panel = layout.tabs[from]?.panels.find((one) => one.key === key);
  const target = layout.tabs[to];
  if (!panel || !target || from === to || target.panels.length >= LAYOUT_LIMITS.panels) return layout;
  const y = Math.max(0, ...target.panels.map(({ at }) => at.y + at.h));
  return changeTab(changeTab(layout, from, (tab) => removePanel(tab, key)), to, (tab) => opened({ ...tab, panels: [...tab.panels, { ...panel, key: freeKey(tab, key), at: { ...panel.at, y } }] }, panel.of));
}

/** A name that no panel of the tab has. */
export function freeKey(tab: Tab, like: string): string {
  const taken = new Set(tab.panels.map(({ key }) => key));
  if (!taken.has(like)) return like;
  for (let n = 2; ; n++) if (!taken.has(`${like} ${n}`)) return `${like} ${n}`;
}

function opened(tab: Tab, ids: readonly string[]): Tab {
  return withClosed(tab, (tab.closed ?? []).filter((id) => !ids.includes(id)));
}

function withClosed({ closed: _, ...tab }: Tab, ids: readonly string[]): Tab {
  return ids.length === 0 ? tab : { ...tab, closed: [...new Set(ids)].slice(-LAYOUT_LIMITS.closed) };
}
