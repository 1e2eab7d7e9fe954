import { useEffect, useRef } from 'react';
import type { PictureView } from '../../image/picture-view.ts';
import type { ImageSettings } from './image-settings.ts';

const KEEP_MS = 400;

/** What is in sight is kept with the panel's settings, and taken from them when a link or somebody else changes them. */
export function useKeptPart(view: PictureView | undefined, part: ImageSettings['part'], keep: (part: ImageSettings['part']) => void): void {
  const kept = useRef(JSON.stringify(part));
  const newest = useRef(keep);
  newest.current = keep;
  useEffect(() => {
    if (!view) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = view.port.subscribe(() => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (!view.port.placement()) return;
        const now = view.port.part && rounded(view.port.part);
        if (JSON.stringify(now) === kept.current) return;
        kept.current = JSON.stringify(now);
        newest.current(now);
      }, KEEP_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [view]);
  const text = JSON.stringify(part);
  useEffect(() => {
    if (!view || text === kept.current) return;
    kept.current = text;
    view.port.showPart(part);
  }, [view, text]);
}

const tenth = (x: number): number => Math.round(x * 10) / 10;
const rounded = ({ x0, x1, y0, y1 }: NonNullable<ImageSettings['part']>) => ({ x0: tenth(x0), x1: tenth(x1), y0: tenth(y0), y1: tenth(y1) });
