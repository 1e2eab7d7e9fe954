import { useEffect, useRef, type MutableRefObject } from 'react';
import type { PanelValue } from '@trainyard/control';
import { scalarOf } from '../../data/channel.ts';
import { fetchHistory } from '../../data/fetch-history.ts';
import { ScalarLine } from '../../data/scalar-line.ts';
import { useDraws, useValues, WHOLE } from '../use-value.ts';
import { useStore, useYard } from '../use-yard.ts';

export interface LinesWish {
  /** The last so many trains; all that are known without it. */
  readonly trains?: number | undefined;
  /** Between these trains instead. */
  readonly window?: readonly [from: number, to: number] | undefined;
  /** Points at most that the server is asked for: for every value, more than there are trains, as some come while it is asked. */
  readonly points: number;
}

/** The server has every train, a page only those that it was in time for: so often what it has is replaced. */
const FRESH_MS = 60_000;
/** While somebody zooms, nothing is asked for. */
const SETTLE_MS = 150;
/** Of played data that are gone through again, what the server has is asked for so often. */
const AGAIN_MS = 400;

/** The past of scalars, of the server and of now, while a panel is seen. `onNews` is told of each value, and without one when the server has answered. */
export function useScalarLines(ids: readonly string[], wish: LinesWish, visible: boolean, onNews: (value?: PanelValue, index?: number) => void): MutableRefObject<ScalarLine[]> {
  const store = useStore();
  const link = useYard(({ link }) => link);
  const channels = useValues(ids, WHOLE, visible);
  const lines = useRef<ScalarLine[]>([]);
  const news = useRef(onNews);
  news.current = onNews;
  const askSoon = useRef<() => void>(() => undefined);
  const of = ids.join('\n');
  const known = useRef(of);
  if (known.current !== of) {
    known.current = of;
    lines.current = [];
  }
  while (lines.current.length < ids.length) lines.current.push(new ScalarLine());

  useDraws(channels, (value, index) => {
    if (channels[index].want.id !== ids[index]) return;
    // While the page stands still it is shown values that it has had.
    const { frozen, state } = store.snapshot();
    if (frozen === undefined && lines.current[index].push(value.trainId, scalarOf(value) ?? Number.NaN, state?.source.player !== undefined)) askSoon.current();
    news.current(value, index);
  });
  const asked = JSON.stringify(wish);
  useEffect(() => {
    if (!visible || link !== 'open') return undefined;
    const stop = new AbortController();
    const mine = lines.current;
    const ask = async () => {
      const { trains, window, points } = JSON.parse(asked) as LinesWish;
      const last = store.snapshot().frozen ?? store.snapshot().state?.trains.lastTrainId ?? Math.max(...mine.map((line) => line.last ?? -Infinity));
      const from = window?.[0] ?? (trains === undefined || !(last >= 0) ? undefined : last - trains);
      const answers = await Promise.all(of.split('\n').map((id) => fetchHistory({ id, from, to: window?.[1], points }, stop.signal)));
      if (stop.signal.aborted) return;
      answers.forEach((past, k) => mine[k].setPast(past));
      news.current();
    };
    const wait = setTimeout(() => void ask(), SETTLE_MS);
    const timer = setInterval(() => void ask(), FRESH_MS);
    let again: ReturnType<typeof setTimeout> | undefined;
    askSoon.current = () => {
      again ??= setTimeout(() => {
        again = undefined;
        void ask();
      }, AGAIN_MS);
    };
    const onSeen = () => document.hidden || void ask();
    document.addEventListener('visibilitychange', onSeen);
    return () => {
      stop.abort();
      clearTimeout(wait);
      clearTimeout(again);
      askSoon.current = () => undefined;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onSeen);
    };
  }, [store, of, asked, visible, link]);
  return lines;
}
