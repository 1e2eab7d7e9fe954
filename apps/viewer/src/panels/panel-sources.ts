import type { PanelSpec, SourceTree, ViewState } from '@trainyard/control';
import { splitPath } from '../data/key-news.ts';
import type { PanelSource } from './panel-kind.ts';

/** What the panel's sources are now: views of the code, keys of the stream, or names that nothing answers to. */
export function panelSources({ of }: PanelSpec, views: readonly ViewState[], tree: SourceTree | undefined): readonly PanelSource[] {
  return of.map((id) => {
    const view = views.find((one) => one.id === id);
    if (view) return { id, view, title: view.title ?? view.name };
    const key = tree?.sources.flatMap(({ keys }) => keys).find(({ path }) => path === id);
    return { id, ...(key && { key }), title: sourceTitle(id).title };
  });
}

/** What a panel is called: as somebody named it, or by what it shows. */
export function panelTitle({ title }: PanelSpec, sources: readonly PanelSource[]): string {
  return title ?? (sources.length > 3 ? `${sources[0].title} and ${sources.length - 1} more` : sources.map((one) => one.title).join(', '));
}

/** The key of a data path is what tells panels apart: it comes first, then its source. A view's id: its name, then its group. */
export function sourceTitle(id: string): { readonly title: string; readonly of: string } {
  if (!id.includes('#')) {
    const at = id.lastIndexOf('/');
    return { title: id.slice(at + 1), of: at < 0 || id.startsWith('views/') ? '' : id.slice(0, at) };
  }
  const { source = '', key } = splitPath(id) ?? {};
  // A result that was written or sent: its view is what people know.
  const result = /^yard\/(.*)\/([^/]+)$/.exec(source);
  if (result && key !== undefined) return { title: [result[2], ...(key === 'data' ? [] : [key.replace(/^data\./, '')])].join(' '), of: result[1] === 'views' ? '' : result[1] };
  return key === undefined ? { title: id, of: '' } : { title: key, of: source };
}
