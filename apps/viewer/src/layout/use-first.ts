import { useMemo, useRef } from 'react';
import { useYard } from '../panels/use-yard.ts';
import { firstOf, type First } from './first-layout.ts';

/** What has a panel without anybody asking for it; the same list as long as nothing of it changes. */
export function useFirst(): readonly First[] {
  const views = useYard(({ state }) => state?.views);
  const results = useYard(({ state, tree }) => (state?.source.kind === 'results' ? tree : undefined));
  const before = useRef<readonly First[]>([]);
  return useMemo(() => {
    const now = firstOf(views ?? [], results);
    return (before.current = JSON.stringify(now) === JSON.stringify(before.current) ? before.current : now);
  }, [views, results]);
}
