import type { Layout, PanelKind, PanelSpec, Setting, ViewState } from '@trainyard/control';
import { addPanel, changePanel, changeSettings, changeTab, movePanels, removePanel, type Place } from './layout-edit.ts';
import { firstLayout, followViews, placeAll } from './first-layout.ts';

/** Where a person is: what the page's address says, too. */
export interface Shown {
  readonly layout: Layout;
  /** The name under which the layout is kept, where it is. */
  readonly name?: string | undefined;
  readonly tab: number;
  /** The panel that has the whole room. */
  readonly large?: string | undefined;
  /** Key of a page in `pages/pages.ts`; the panels without it. */
  readonly page?: string | undefined;
}

export interface Room {
  readonly width: number;
  readonly height: number;
}

/** The layout that is shown, and every change of it. One value, replaced as a whole. */
export class LayoutStore {
  readonly #listeners = new Set<() => void>();
  #shown: Shown;
  #room: Room = { width: 0, height: 0 };
  /** Somebody chose it; else it is made anew for every size of the window. */
  #arranged: boolean;

  constructor(shown?: Shown) {
    this.#arranged = shown !== undefined;
    this.#shown = shown ?? { layout: { trainyard: 1, tabs: [{ name: 'views', auto: true, panels: [] }] }, tab: 0 };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly shown = (): Shown => this.#shown;

  /** Views came or went, or the room changed. */
  fit(views: readonly ViewState[], room: Room): void {
    this.#room = room;
    if (room.width === 0) return;
    const { layout: now } = this.#shown;
    const layout = this.#arranged ? now.tabs.reduce((all, _, k) => followViews(all, k, views, room), now) : withSettings(firstLayout(views, room), now);
    if (JSON.stringify(layout) !== JSON.stringify(this.#shown.layout)) this.#set({ layout });
  }

  /** Another layout, or another place in it, such as from a link or the list of kept ones. */
  open(shown: Shown): void {
    this.#arranged = true;
    this.#shown = shown;
    this.#tell();
  }

  /** The layout that follows the code and the room, as if nobody had arranged anything. */
  reset(views: readonly ViewState[]): void {
    this.#arranged = false;
    this.#shown = { layout: firstLayout(views, this.#room), tab: 0 };
    this.#tell();
  }

  go(part: Partial<Omit<Shown, 'layout'>>): void {
    this.#set(part);
  }

  edit(change: (layout: Layout) => Layout): void {
    this.#arranged = true;
    this.#set({ layout: change(this.#shown.layout) });
  }

  move(places: ReadonlyMap<string, Place>): void {
    this.edit((layout) => changeTab(layout, this.#shown.tab, (tab) => movePanels(tab, places)));
  }

  add(kind: PanelKind, of: readonly string[]): void {
    const [{ h }] = placeAll([kind], { width: 500, height: 400 });
    this.edit((layout) => changeTab(layout, this.#shown.tab, (tab) => addPanel(tab, kind, of, { w: 8, h })));
  }

  remove(key: string): void {
    this.edit((layout) => changeTab(layout, this.#shown.tab, (tab) => removePanel(tab, key)));
    if (this.#shown.large === key) this.go({ large: undefined });
  }

  panel(key: string, change: (panel: PanelSpec) => PanelSpec): void {
    this.edit((layout) => changeTab(layout, this.#shown.tab, (tab) => changePanel(tab, key, change)));
  }

  settings(key: string, part: { readonly [name: string]: Setting | undefined }): void {
    // How a picture is coloured does not yet arrange the page: it goes on fitting the window.
    const arranged = this.#arranged;
    this.panel(key, (panel) => changeSettings(panel, part));
    this.#arranged = arranged;
  }

  #set(part: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...part };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What was chosen in panels stays while they are placed anew. */
function withSettings(layout: Layout, from: Layout): Layout {
  const chosen = new Map(from.tabs[0]?.panels.map(({ key, settings }) => [key, settings]));
  return changeTab(layout, 0, (tab) => ({ ...tab, panels: tab.panels.map((panel) => ({ ...panel, ...(chosen.get(panel.key) && { settings: chosen.get(panel.key)! }) })) }));
}
