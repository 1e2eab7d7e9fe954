import type { PanelKind, SourceKey, ViewState } from '@trainyard/control';
import { panelKindInfos } from '../panels/panel-kinds.ts';
import type { PanelSource } from '../panels/panel-kind.ts';
import { kindOfKey, kindOfView } from './first-layout.ts';

const bySort: Record<'number' | 'vector' | 'picture' | 'points' | 'table' | 'text', readonly PanelKind[]> = {
  number: ['history', 'value', 'scatter', 'histogram', 'text'],
  vector: ['curve', 'waterfall', 'histogram', 'scatter', 'table'],
  picture: ['image', 'histogram'],
  points: ['scatter', 'histogram', 'table'],
  table: ['table', 'text'],
  text: ['text', 'value'],
};

/** The kinds of panel that can show these together, the usual one first. Sources that nothing is known of fit everywhere. */
export function fittingKinds(sources: readonly Pick<PanelSource, 'view' | 'key'>[]): readonly PanelKind[] {
  const all = Object.keys(panelKindInfos) as PanelKind[];
  const lists = sources.map(({ view, key }) => (view ? bySort[sortOfView(view)] : key ? bySort[sortOfKey(key)] : all));
  const usual = lists[0] ?? all;
  return usual.filter((kind) => {
    const info = panelKindInfos[kind];
    return info !== undefined && lists.every((list) => list.includes(kind)) && sources.length >= info.sources.least && sources.length <= info.sources.most;
  });
}

/** What one source is shown as, unless somebody chooses otherwise. */
export function usualKind({ view, key }: Pick<PanelSource, 'view' | 'key'>): PanelKind {
  return (view && kindOfView({ ...view, hidden: false })) ?? (key ? kindOfKey(key) : 'text');
}

function sortOfView({ kind }: ViewState): keyof typeof bySort {
  return ({ image: 'picture', matrix: 'picture', vector: 'vector', scalar: 'number', points: 'points', table: 'table', text: 'text', compute: 'text' } as const)[kind];
}

function sortOfKey(key: SourceKey): keyof typeof bySort {
  return ({ history: 'number', curve: 'vector', image: 'picture', text: 'text' } as Partial<Record<PanelKind, keyof typeof bySort>>)[kindOfKey(key)] ?? 'text';
}
