import type { YardStore } from '../data/yard-store.ts';
import { shortValue } from './short-value.ts';

const PATIENCE_MS = 1200;
const MOST_ELEMENTS = 10_000;

/** The newest value of a key or view in a few words: what a panel has, else one that is asked for where it is small. */
export async function newestValue(store: YardStore, path: string): Promise<string | undefined> {
  const { state, tree } = store.snapshot();
  const id = path.startsWith('view#') ? state?.views.find(({ name }) => `view#${name}` === path)?.id : path;
  if (id === undefined || id.startsWith('internal#')) return id && String(state?.trains.lastTrainId ?? '');
  const here = store.newestOf(id)?.newest;
  if (here) return shortValue(here);
  const key = tree?.sources.flatMap(({ keys }) => keys).find((one) => one.path === path);
  if (!key || key.shape.reduce((product, n) => product * n, 1) > MOST_ELEMENTS) return undefined;
  const wanted = store.want(id, { as: 'whole' });
  return new Promise((resolve) => {
    let forget = () => {};
    const end = (text?: string) => {
      clearTimeout(timer);
      forget();
      wanted.drop();
      resolve(text);
    };
    const timer = setTimeout(end, PATIENCE_MS);
    forget = wanted.channel.onDraw((value) => end(shortValue(value)));
  });
}
