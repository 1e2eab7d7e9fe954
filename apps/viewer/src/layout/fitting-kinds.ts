import type { PanelKind, SourceKey, ViewState } from '@trainyard/control';
import { panelKindInfos } from '../panels/panel-kinds.ts';
import type { PanelSource } from '../panels/panel-kind.ts';
import { kindOfKey, kindOfView } from './first-layout.ts';

type Sort = 'number' | 'vector' | 'series' | 'picture' | 'points' | 'table' | 'text';

const bySort: Record<Sort, readonly PanelKind[]> = {
  number: ['history', 'value', 'scatter', 'histogram', 'text'],
  vector: ['curve', 'waterfall', 'histogram', 'table', 'scatter'],
  series: ['curve', 'table', 'text'],
  picture: ['image', 'histogram'],
  points: ['scatter', 'histogram', 'table'],
  table: ['table', 'text'],
  text: ['text', 'value', 'table'],
};

/** More rows than that are no curves, more columns no table. */
const MOST_CURVES = 64;
const MOST_COLUMNS = 50;

/** A source, and where it is known the shape of its newest value; a key says its own. */
type Fitting = Pick<PanelSource, 'view' | 'key'> & { readonly shape?: readonly number[] | undefined };

/** The kinds of panel that can show these together, the usual one first. A source that nothing is known of fits everywhere. */
export function fittingKinds(sources: readonly Fitting[]): readonly PanelKind[] {
  const sorts = sources.map(({ view, key }) => (view ? sortOfView(view) : key ? sortOfKey(key) : undefined));
  const all = Object.keys(panelKindInfos) as PanelKind[];
  const kinds = sources.reduce<readonly PanelKind[]>((left, { key, shape = key?.shape ?? [] }, k) => {
    const sort = sorts[k];
    return sort ? [...bySort[sort], ...(sort === 'picture' ? ofFewRows(shape) : [])].filter((kind) => left.includes(kind)) : left;
  }, all);
  const are = (wanted: Sort): boolean => sorts.every((sort) => sort === wanted || sort === undefined);
  return kinds.filter((kind) => {
    const { least, most } = panelKindInfos[kind].sources;
    if (sources.length < least || sources.length > most) return false;
    // One against another: numbers of the same trains, elements of vectors. Alone: what has several values by itself, in pairs.
    if (kind === 'scatter') return sources.length > 1 ? are('number') || are('vector') : sorts[0] !== 'number' && sorts[0] !== 'vector';
    return kind !== 'histogram' || sources.length === 1 || are('number');
  });
}

/** What one source is shown as, unless somebody chooses otherwise. */
export function usualKind({ view, key }: Pick<PanelSource, 'view' | 'key'>): PanelKind {
  return (view && kindOfView({ ...view, hidden: false })) ?? (key ? kindOfKey(key) : 'text');
}

/** What a 2-D array can be besides a picture. */
function ofFewRows(shape: readonly number[]): readonly PanelKind[] {
  if (shape.length !== 2) return [];
  const [rows, columns] = shape as readonly [number, number];
  return [...(rows <= MOST_CURVES ? (['curve', 'waterfall'] as const) : []), ...(columns <= MOST_COLUMNS ? (['table'] as const) : []), ...(columns === 2 || columns === 3 ? (['scatter'] as const) : [])];
}

function sortOfView({ kind }: ViewState): Sort {
  return ({ image: 'picture', matrix: 'picture', vector: 'vector', scalar: 'number', points: 'points', table: 'table', text: 'text', compute: 'text' } as const)[kind];
}

function sortOfKey(key: SourceKey): Sort {
  if (key.dtype === 'series') return 'series';
  return ({ history: 'number', curve: 'vector', image: 'picture', scatter: 'points', table: 'table' } as Partial<Record<PanelKind, Sort>>)[kindOfKey(key)] ?? 'text';
}
