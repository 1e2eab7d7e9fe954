/** What a page shows: tabs of panels. It is kept by name on the server, and a link carries it. */
export interface Layout {
  readonly trainyard: 1;
  readonly tabs: readonly Tab[];
}

export interface Tab {
  readonly name: string;
  /** Follows the code: a panel for every view in the order of the file; new views are added, old ones taken away. */
  readonly auto?: boolean;
  /** Of a tab that follows the code: views whose panels were closed, which stay away. */
  readonly closed?: readonly string[];
  readonly panels: readonly PanelSpec[];
}

export const panelKinds = ['image', 'curve', 'history', 'scatter', 'histogram', 'waterfall', 'table', 'text', 'value'] as const;
export type PanelKind = (typeof panelKinds)[number];

export interface PanelSpec {
  /** Its name in the tab, unique there. */
  readonly key: string;
  readonly kind: PanelKind;
  /** Views (ids) and raw keys (data paths), in the order drawn. `scatter` and `histogram` of two take them as x and y. */
  readonly of: readonly string[];
  /** Where it lies in a grid of `GRID_COLUMNS` columns and rows of `GRID_ROW_PX`. */
  readonly at: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly title?: string;
  /** As the kind of panel writes them; what it cannot read counts as absent. */
  readonly settings?: { readonly [name: string]: Setting };
}
export type Setting = string | number | boolean | null | readonly Setting[] | { readonly [name: string]: Setting };

export const GRID_COLUMNS = 24;
export const GRID_ROW_PX = 24;

export const LAYOUT_LIMITS = { tabs: 30, panels: 200, closed: 500, sources: 32, text: 300, bytes: 256_000, depth: 6 } as const;

/**
 * Reads a layout that came from a link, a file or another person; gives back a copy with nothing else in it. Throws `RangeError` that begins
 * with `LAYOUT:` and says what is wrong.
 */
export function readLayout(value: unknown): Layout {
  const wrong = (what: string): never => {
    throw new RangeError(`LAYOUT: ${what}`);
  };
  const object = (from: unknown, what: string): Record<string, unknown> => (typeof from === 'object' && from !== null && !Array.isArray(from) ? (from as Record<string, unknown>) : wrong(`${what} is no object.`));
  const list = (from: unknown, most: number, what: string): readonly unknown[] => (Array.isArray(from) && from.length <= most ? from : wrong(`${what} is a list of at most ${most}.`));
  const text = (from: unknown, what: string): string => (typeof from === 'string' && from.length <= LAYOUT_LIMITS.text ? from : wrong(`${what} is a text of at most ${LAYOUT_LIMITS.text} characters.`));
  const whole = (from: unknown, least: number, most: number, what: string): number => (Number.isInteger(from) && (from as number) >= least && (from as number) <= most ? (from as number) : wrong(`${what} is a whole number from ${least} to ${most}.`));
  const setting = (from: unknown, depth: number): Setting => {
    if (from === null || typeof from === 'boolean' || (typeof from === 'number' && Number.isFinite(from))) return from;
    if (typeof from === 'string') return from.length <= 10_000 ? from : wrong('a setting is a text of at most 10000 characters.');
    if (depth === 0 || typeof from !== 'object') return wrong('a setting is a number, a text, or a list or object of such.');
    if (Array.isArray(from)) return list(from, 10_000, 'a setting').map((item) => setting(item, depth - 1));
    const entries = Object.entries(from).filter(([name]) => name !== '__proto__');
    return Object.fromEntries(list(entries, 100, 'a setting').map((entry) => [(entry as [string, unknown])[0], setting((entry as [string, unknown])[1], depth - 1)]));
  };
  const panel = (from: unknown): PanelSpec => {
    const { key, kind, of, at, title, settings } = object(from, 'a panel');
    if (!panelKinds.includes(kind as PanelKind)) return wrong(`there is no panel of kind ${JSON.stringify(kind)?.slice(0, 40)}; there are ${panelKinds.join(', ')}.`);
    const { x, y, w, h } = object(at, 'the place of a panel');
    return {
      key: text(key, 'the key of a panel'),
      kind: kind as PanelKind,
      of: list(of, LAYOUT_LIMITS.sources, 'what a panel shows').map((one) => text(one, 'what a panel shows')),
      at: { x: whole(x, 0, GRID_COLUMNS - 1, 'x'), y: whole(y, 0, 100_000, 'y'), w: whole(w, 1, GRID_COLUMNS, 'w'), h: whole(h, 1, 1000, 'h') },
      ...(title !== undefined && { title: text(title, 'a title') }),
      ...(settings !== undefined && { settings: setting(object(settings, 'settings'), LAYOUT_LIMITS.depth) as Record<string, Setting> }),
    };
  };
  const { trainyard, tabs } = object(value, 'it');
  if (trainyard !== 1) return wrong(`it is of version ${JSON.stringify(trainyard)?.slice(0, 40)}, this program reads 1.`);
  return {
    trainyard: 1,
    tabs: list(tabs, LAYOUT_LIMITS.tabs, 'tabs').map((from) => {
      const { name, auto, closed = [], panels } = object(from, 'a tab');
      const read = list(panels, LAYOUT_LIMITS.panels, 'the panels of a tab').map(panel);
      if (new Set(read.map(({ key }) => key)).size < read.length) return wrong('two panels of a tab have the same key.');
      const away = list(closed, LAYOUT_LIMITS.closed, 'the closed views of a tab').map((one) => text(one, 'a closed view'));
      return { name: text(name, 'the name of a tab'), ...(auto === true && { auto, ...(away.length > 0 && { closed: away }) }), panels: read };
    }),
  };
}
