import { useEffect, useMemo, useState } from 'react';
import type { PictureRendition } from '@trainyard/control';
import { chooseRendition, firstRendition } from '../../image/choose-rendition.ts';
import type { PictureView } from '../../image/picture-view.ts';
import type { ImageSettings } from './image-settings.ts';

/** While a picture is moved, so long passes from one question to the next. */
const SETTLE_MS = 100;

/** What is asked for: it follows what is in sight a moment later. A frozen page asks for nothing else. */
export function useRendition(view: PictureView | undefined, { plane, scale, percent, slow }: ImageSettings, isSmall: boolean, isFrozen: boolean): PictureRendition {
  const planes = plane.join();
  const manner = useMemo(() => ({ plane, scale, percent, slow }), [planes, scale, percent, slow]);
  const [rendition, setRendition] = useState<PictureRendition>(() => (isSmall ? { ...firstRendition(manner), block: 1, bits: 'exact', scale: 'linear' } : firstRendition(manner)));
  useEffect(() => {
    if (!view || isFrozen) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const choose = () => {
      timer = undefined;
      const need = view.port.need();
      if (need) setRendition((before) => {
        const next = chooseRendition(need, manner, before);
        return JSON.stringify(next) === JSON.stringify(before) ? before : next;
      });
    };
    const later = () => {
      timer ??= setTimeout(choose, SETTLE_MS);
    };
    choose();
    const end = view.port.subscribe(later);
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [view, manner, isFrozen]);
  return rendition;
}
