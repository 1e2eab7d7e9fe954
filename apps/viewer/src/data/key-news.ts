import type { SourceStatus, SourceTree } from '@trainyard/control';
import { didYouMean } from '@trainyard/core/problem';
import { nothingComes, type KeyNews } from './panel-status.ts';

/** What the tree and the rates say of a raw key: how often its source sends, and why nothing of it comes. */
export function keyNews(path: string, tree: SourceTree | undefined, rates: Readonly<Record<string, number>>, status: SourceStatus | undefined): KeyNews {
  const info = tree?.sources.find(({ keys }) => keys.some((one) => one.path === path));
  return { rate: info && rates[info.name], why: () => whyNothing(path, tree, rates, status) };
}

function whyNothing(path: string, tree: SourceTree | undefined, rates: Readonly<Record<string, number>>, status: SourceStatus | undefined): string {
  const silent = nothingComes(status);
  const sources = tree?.sources ?? [];
  if (sources.length === 0) return silent;
  const here = status?.kind === 'stream' ? 'this stream' : 'these data';
  const { source = path, key = '' } = splitPath(path) ?? {};
  const found = sources.find(({ keys }) => keys.some((one) => one.path === path)) ?? sources.find(({ name }) => name === source);
  if (!found) return `${source} has not been seen in ${here}.${didYouMean(source, sources.map(({ name }) => name))}`;
  if (!found.keys.some((one) => one.path === path || one.key === key)) return `${source} is in ${here}, but without ${key}.${didYouMean(key, found.keys.map((one) => one.key))}`;
  if (rates[found.name] !== 0) return silent;
  if (Object.values(rates).some((rate) => rate > 0)) return `${found.name} sends nothing at the moment; other sources do.`;
  return status?.message ?? '';
}

/** Source and key of a data path; undefined of what is none, and of one without a source. */
export function splitPath(path: string): { readonly source: string; readonly key: string } | undefined {
  const [, source, bracketed, property] = /^(?:\w+#)?(.*?)(?:\[([^\]]+)\]|\.([\w.]+))$/.exec(path) ?? [];
  const key = bracketed ?? property;
  return key === undefined ? undefined : { source, key };
}
