import { useEffect, useMemo, useRef, useState } from 'react';
import type { PanelValue, Rendition } from '@trainyard/control';
import type { Channel } from '../data/channel.ts';
import { useStore } from './use-yard.ts';

export const WHOLE: Rendition = { as: 'whole' };

/** The values of one view or raw key as this panel shows them, while it is visible. Undefined before. */
export function useValue(id: string, as: Rendition, visible: boolean): Channel | undefined {
  const store = useStore();
  const [channel, setChannel] = useState<Channel>();
  const wish = JSON.stringify(as);
  useEffect(() => {
    if (!visible) return undefined;
    const wanted = store.want(id, JSON.parse(wish) as Rendition);
    setChannel(wanted.channel);
    return () => wanted.drop();
  }, [store, id, wish, visible]);
  return channel;
}

/** As `useValue`, for several: all in one form, or each in its own. What is wanted as before keeps its channel. */
export function useValues(ids: readonly string[], as: Rendition | readonly Rendition[], visible: boolean): readonly Channel[] {
  const store = useStore();
  const [channels, setChannels] = useState<readonly Channel[]>([]);
  const wish = JSON.stringify(ids.map((id, k) => [id, Array.isArray(as) ? (as as readonly Rendition[])[k] : as]));
  useEffect(() => {
    if (!visible) return undefined;
    const wanted = (JSON.parse(wish) as [string, Rendition][]).map(([id, one]) => store.want(id, one));
    setChannels(wanted.map(({ channel }) => channel));
    return () => {
      for (const one of wanted) one.drop();
    };
  }, [store, wish, visible]);
  return channels;
}

/** Draws every value of a channel outside React; a draw that throws is thrown again while rendering, for the error boundary of its panel. */
export function useDraw(channel: Channel | undefined, draw: (value: PanelValue) => void): void {
  useDraws(useMemo(() => (channel ? [channel] : []), [channel]), draw);
}

/** The same for several: `draw` is told which of them. */
export function useDraws(channels: readonly Channel[], draw: (value: PanelValue, index: number) => void): void {
  const [failure, setFailure] = useState<{ error: unknown }>();
  if (failure) throw failure.error;
  const newest = useRef(draw);
  newest.current = draw;
  useEffect(() => {
    const ends = channels.map((channel, index) => channel.onDraw((value) => {
      try {
        newest.current(value, index);
      } catch (error) {
        setFailure({ error });
      }
    }));
    return () => {
      for (const end of ends) end();
    };
  }, [channels]);
}
