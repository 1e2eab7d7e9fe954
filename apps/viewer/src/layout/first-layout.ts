import { GRID_COLUMNS, GRID_ROW_PX, type Layout, type PanelKind, type PanelSpec, type SourceKey, type SourceTree, type Tab, type ViewState } from '@trainyard/control';
import { layoutRows, type Shape } from './layout-rows.ts';
import { changeTab } from './layout-edit.ts';

/** Pixels between panels. */
export const GRID_GAP_PX = 8;

/** What a view is shown as, unless somebody chooses otherwise; undefined for what has no panel of its own. */
export function kindOfView({ kind, hidden }: ViewState): PanelKind | undefined {
  if (hidden || kind === 'compute') return undefined;
  return ({ image: 'image', matrix: 'image', vector: 'curve', scalar: 'history', points: 'scatter', table: 'table', text: 'text' } as const)[kind];
}

const words: readonly string[] = ['str', 'string', 'list', 'object'];

/** By its shape, unless more is known of it. */
export function kindOfKey({ dtype, shape, kind }: SourceKey): PanelKind {
  if (dtype === 'table') return 'table';
  if (dtype === 'series') return 'curve';
  if (words.includes(dtype)) return 'text';
  if (kind === 'points' && shape.length === 2) return 'scatter';
  return shape.length === 0 ? 'history' : shape.length === 1 ? 'curve' : 'image';
}

const shapes: Record<PanelKind, Shape> = { image: 'picture', scatter: 'picture', histogram: 'picture', waterfall: 'picture', curve: 'plot', history: 'plot', value: 'note', table: 'note', text: 'note' };

/** Panels of these kinds in rows that fill the room, in grid units. */
export function placeAll(kinds: readonly PanelKind[], room: { readonly width: number; readonly height: number }): PanelSpec['at'][] {
  const places: PanelSpec['at'][] = [];
  let y = 0;
  for (const { panels, widths, height } of layoutRows(kinds.map((kind) => shapes[kind]), room.width, room.height)) {
    const h = Math.max(4, Math.floor((height + GRID_GAP_PX) / (GRID_ROW_PX + GRID_GAP_PX)));
    let share = 0;
    panels.forEach((panel, k) => {
      const x = Math.round(share * GRID_COLUMNS);
      share += widths[k];
      places[panel] = { x, y, w: Math.max(1, Math.round(share * GRID_COLUMNS) - x), h };
    });
    y += h;
  }
  return places;
}

/** What has a panel without anybody asking for it. */
export interface First {
  readonly id: string;
  readonly kind: PanelKind;
}

/** The views in the order of the file; of a results file that is looked at without a list, its results. */
export function firstOf(views: readonly ViewState[], results?: SourceTree): readonly First[] {
  const shown = views.flatMap((view) => {
    const kind = kindOfView(view);
    return kind ? [{ id: view.id, kind }] : [];
  });
  if (shown.length > 0 || !results) return shown;
  return results.sources.flatMap(({ keys }) => keys.filter(({ key }) => key !== 'outcome').map((key) => ({ id: key.path, kind: kindOfKey(key) })));
}

/** A panel for each of these: what is shown before anybody has arranged anything. */
export function firstLayout(shown: readonly First[], room: { readonly width: number; readonly height: number }): Layout {
  const places = placeAll(shown.map(({ kind }) => kind), room);
  return { trainyard: 1, tabs: [{ name: 'views', auto: true, panels: shown.map(({ id, kind }, k) => ({ key: id, kind, of: [id], at: places[k] })) }] };
}

/**
 * A tab that follows the code: views that are new get a panel; what was arranged stays where it is. So does the panel of a view that is gone, and
 * says so, until somebody closes it: nobody else knows whether the view comes back, and with it what was set there.
 */
export function followFirst(layout: Layout, index: number, shown: readonly First[], room: { readonly width: number; readonly height: number }): Layout {
  const tab = layout.tabs[index];
  if (!tab?.auto) return layout;
  const have = new Set([...tab.panels.flatMap(({ of }) => of), ...(tab.closed ?? [])]);
  const added = shown.filter(({ id }) => !have.has(id));
  if (added.length === 0) return layout;
  return changeTab(layout, index, (before) => ({ ...before, panels: [...before.panels, ...placedBelow(before.panels, added, room)] }));
}

function placedBelow(kept: Tab['panels'], added: readonly First[], room: { readonly width: number; readonly height: number }): PanelSpec[] {
  const bottom = Math.max(0, ...kept.map(({ at }) => at.y + at.h));
  const places = placeAll(added.map(({ kind }) => kind), kept.length === 0 ? room : { width: room.width, height: Math.min(room.height, 300) });
  return added.map(({ id, kind }, k) => ({ key: id, kind, of: [id], at: { ...places[k], y: places[k].y + bottom } }));
}
