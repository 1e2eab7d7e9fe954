import type { Layout, PanelKind, PanelSpec, Setting } from '@trainyard/control';
import { addPanel, changeKind, changePanel, changeSettings, changeTab, movePanels, putPanelBack, putTabBack, removePanel, removeTab, type Place } from './layout-edit.ts';
import { firstLayout, followFirst, placeAll, type First } from './first-layout.ts';

/** Where a person is: what the page's address says, too. */
export interface Shown {
  readonly layout: Layout;
  /** Nobody has moved, added or closed a panel: it is made anew for every size of the window. */
  readonly fits: boolean;
  /** The name under which the layout is kept, where it is. */
  readonly name?: string | undefined;
  readonly tab: number;
  /** The panel that has the whole room. */
  readonly large?: string | undefined;
  /** Key of a page in `pages/pages.ts`; the panels without it. */
  readonly page?: string | undefined;
  /** The view that the page is asked about: why it has no data. Not in the address. */
  readonly about?: string | undefined;
}

export interface Room {
  readonly width: number;
  readonly height: number;
}

/** What was done last that can be undone, as a sentence, and how it was before, in what is shown then. */
export interface Undo {
  readonly said: string;
  readonly back: (now: Shown) => Partial<Shown>;
}

const empty: Shown = { layout: { trainyard: 1, tabs: [{ name: 'views', auto: true, panels: [] }] }, fits: true, tab: 0 };

/** The layout that is shown, and every change of it. One value, replaced as a whole. */
export class LayoutStore {
  readonly #listeners = new Set<() => void>();
  #shown: Shown = empty;
  #room: Room = { width: 0, height: 0 };
  #undo: Undo | undefined;
  /** The layout as it is kept under its name. */
  #kept: Layout | undefined;
  /** What was chosen in panels of the layout that fits, by key: a view that the code loses and has again is as it was. */
  #chosen: ReadonlyMap<string, PanelSpec['settings']> = new Map();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly shown = (): Shown => this.#shown;
  readonly undoable = (): Undo | undefined => this.#undo;

  /** The layout is, to the last setting, what is kept under its name. */
  readonly isKept = (): boolean => this.#kept !== undefined && JSON.stringify(this.#kept) === JSON.stringify(this.#shown.layout);

  /** Views came or went, or the room changed. */
  fit(first: readonly First[], room: Room): void {
    this.#room = room;
    if (room.width === 0) return;
    const { layout: now, fits } = this.#shown;
    const layout = fits ? withSettings(firstLayout(first, room), (this.#chosen = chosenIn(now, this.#chosen))) : now.tabs.reduce((all, _, k) => followFirst(all, k, first, room), now);
    if (JSON.stringify(layout) !== JSON.stringify(now)) this.#set({ layout });
  }

  /** Another layout, or another place in it, such as from a link or the list of kept ones. */
  open(shown: Shown): void {
    const layout = shown.layout.tabs.length > 0 ? shown.layout : { ...shown.layout, tabs: [{ name: 'panels', panels: [] }] };
    this.#undo = undefined;
    this.#chosen = new Map();
    this.#kept = shown.name === undefined ? undefined : layout;
    this.#set({ page: undefined, large: undefined, name: undefined, ...shown, layout, tab: Math.max(0, Math.min(shown.tab, layout.tabs.length - 1)) });
  }

  /** It was kept under this name as it is now. */
  saved(name: string, layout: Layout): void {
    this.#kept = layout;
    this.#undo = undefined;
    this.#set({ name, fits: false });
  }

  /** The layout that follows the code and the room, as if nobody had arranged anything. */
  reset(first: readonly First[]): void {
    const [{ layout, fits, name, tab, large }, kept, chosen] = [this.#shown, this.#kept, this.#chosen];
    this.open({ layout: firstLayout(first, this.#room), fits: true, tab: 0 });
    if (JSON.stringify(layout) === JSON.stringify(this.#shown.layout)) return;
    this.#undo = {
      said: 'The layout follows the code again.',
      back: () => {
        this.#kept = kept;
        this.#chosen = chosen;
        return { layout, fits, name, tab, large };
      },
    };
    this.#tell();
  }

  go(part: Partial<Pick<Shown, 'tab' | 'large' | 'page' | 'about'>>): void {
    const { tab } = this.#shown;
    const left = part.tab !== undefined && part.tab !== tab ? { large: undefined } : {};
    this.#set({ ...left, ...part });
  }

  edit(change: (layout: Layout) => Layout): void {
    this.#undo = undefined;
    this.#set({ layout: change(this.#shown.layout), fits: false });
  }

  move(places: ReadonlyMap<string, Place>): void {
    this.edit((layout) => changeTab(layout, this.#shown.tab, (tab) => movePanels(tab, places)));
  }

  /** Below the others. */
  add(kind: PanelKind, of: readonly string[]): void {
    const [{ h }] = placeAll([kind], { width: 500, height: 400 });
    this.edit((layout) => changeTab(layout, this.#shown.tab, (tab) => addPanel(tab, kind, of, { w: 8, h })));
  }

  /** Where it was dropped; the others have made room. */
  drop(kind: PanelKind, of: readonly string[], at: Place, others: ReadonlyMap<string, Place>): void {
    this.edit((layout) => changeTab(layout, this.#shown.tab, (tab) => addPanel(movePanels(tab, others), kind, of, at)));
  }

  remove(key: string, title: string): void {
    const { tab, large, fits, layout } = this.#shown;
    const { panels, closed } = layout.tabs[tab];
    const index = panels.findIndex((panel) => panel.key === key);
    if (index < 0) return;
    this.edit((layout) => changeTab(layout, tab, (one) => removePanel(one, key)));
    this.#undo = {
      said: `Closed ${title}.`,
      back: (now) => ({ fits, layout: changeTab(now.layout, tab, (one) => putPanelBack(one, panels[index], index, closed)), ...(large === key && now.tab === tab && { large }) }),
    };
    this.#set(large === key ? { large: undefined } : {});
  }

  closeTab(index: number): void {
    const { tab, large, fits, layout } = this.#shown;
    if (layout.tabs.length < 2) return;
    const gone = layout.tabs[index];
    this.edit((all) => removeTab(all, index));
    this.#undo = {
      said: `Closed the tab ${gone.name}.`,
      back: (now) => ({ fits, layout: putTabBack(now.layout, gone, index), ...(tab === index ? { tab, large } : now.tab >= index && { tab: now.tab + 1 }) }),
    };
    this.#set(tab === index ? { tab: Math.max(0, index - 1), large: undefined } : tab > index ? { tab: tab - 1 } : {});
  }

  /** Takes back what was done last; whatever else has changed since stays. */
  undo(): void {
    const undo = this.#undo;
    this.#undo = undefined;
    if (undo) this.#set(undo.back(this.#shown));
  }

  forgetUndo(): void {
    this.#undo = undefined;
    this.#tell();
  }

  /** `said`: what is said of it while it can be undone. */
  showAs(key: string, kind: PanelKind, said: string): void {
    const { tab, fits, layout } = this.#shown;
    const before = layout.tabs[tab].panels.find((panel) => panel.key === key);
    if (!before) return;
    this.panel(key, (panel) => changeKind(panel, kind));
    this.#undo = {
      said,
      back: (now) => ({ fits, layout: changeTab(now.layout, tab, (one) => changePanel(one, key, (panel) => ({ ...panel, kind: before.kind, ...((before.settings ?? panel.settings) && { settings: { ...before.settings, ...panel.settings } }) }))) }),
    };
    this.#tell();
  }

  panel(key: string, change: (panel: PanelSpec) => PanelSpec): void {
    this.edit((layout) => changeTab(layout, this.#shown.tab, (tab) => changePanel(tab, key, change)));
  }

  settings(key: string, part: { readonly [name: string]: Setting | undefined }): void {
    // How a picture is coloured does not yet arrange the page: it goes on fitting the window.
    const { fits } = this.#shown;
    const undo = this.#undo;
    this.panel(key, (panel) => changeSettings(panel, part));
    this.#undo = undo;
    this.#set({ fits });
  }

  #set(part: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...part };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What was chosen in the panels of the first tab, and before in those that it had. */
function chosenIn(layout: Layout, before: ReadonlyMap<string, PanelSpec['settings']>): ReadonlyMap<string, PanelSpec['settings']> {
  return new Map([...before, ...(layout.tabs[0]?.panels.map(({ key, settings }) => [key, settings] as const) ?? [])]);
}

/** What was chosen in panels stays while they are placed anew. */
function withSettings(layout: Layout, chosen: ReadonlyMap<string, PanelSpec['settings']>): Layout {
  return changeTab(layout, 0, (tab) => ({ ...tab, panels: tab.panels.map((panel) => ({ ...panel, ...(chosen.get(panel.key) && { settings: chosen.get(panel.key)! }) })) }));
}
