import type { PanelKind, SourceKey, ViewState } from '@trainyard/control';
import { panelKindInfos } from '../panels/panel-kinds.ts';
import type { PanelSource } from '../panels/panel-kind.ts';
import { kindOfKey, kindOfView } from './first-layout.ts';

type Sort = 'number' | 'vector' | 'picture' | 'points' | 'table' | 'text';

const bySort: Record<Sort, readonly PanelKind[]> = {
  number: ['history', 'value', 'scatter', 'histogram', 'text'],
  vector: ['curve', 'waterfall', 'histogram', 'table'],
  picture: ['image', 'histogram'],
  points: ['scatter', 'histogram', 'table'],
  table: ['table', 'text'],
  text: ['text', 'value'],
};

/** The kinds of panel that can show these together, the usual one first. A source that nothing is known of fits everywhere. */
export function fittingKinds(sources: readonly Pick<PanelSource, 'view' | 'key'>[]): readonly PanelKind[] {
  const sorts = sources.map(({ view, key }) => (view ? sortOfView(view) : key ? sortOfKey(key) : undefined));
  const all = Object.keys(panelKindInfos) as PanelKind[];
  const kinds = sorts.reduce<readonly PanelKind[]>((left, sort) => (sort ? bySort[sort].filter((kind) => left.includes(kind)) : left), all);
  const areNumbers = sorts.every((sort) => sort === 'number' || sort === undefined);
  return kinds.filter((kind) => {
    const { least, most } = panelKindInfos[kind].sources;
    if (sources.length < least || sources.length > most) return false;
    // One against another: numbers of the same trains. Alone: what has several values by itself.
    if (kind === 'scatter') return sources.length > 1 ? areNumbers : sorts[0] !== 'number';
    return kind !== 'histogram' || sources.length === 1 || areNumbers;
  });
}

/** What one source is shown as, unless somebody chooses otherwise. */
export function usualKind({ view, key }: Pick<PanelSource, 'view' | 'key'>): PanelKind {
  return (view && kindOfView({ ...view, hidden: false })) ?? (key ? kindOfKey(key) : 'text');
}

function sortOfView({ kind }: ViewState): Sort {
  return ({ image: 'picture', matrix: 'picture', vector: 'vector', scalar: 'number', points: 'points', table: 'table', text: 'text', compute: 'text' } as const)[kind];
}

function sortOfKey(key: SourceKey): Sort {
  return ({ history: 'number', curve: 'vector', image: 'picture', text: 'text' } as Partial<Record<PanelKind, Sort>>)[kindOfKey(key)] ?? 'text';
}
