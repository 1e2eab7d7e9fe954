import { createContext, useContext, useSyncExternalStore } from 'react';
import type { LayoutStore, Shown, Undo } from './layout-store.ts';

const LayoutContext = createContext<LayoutStore | undefined>(undefined);
export const LayoutProvider = LayoutContext.Provider;

export function useLayoutStore(): LayoutStore {
  const store = useContext(LayoutContext);
  if (!store) throw new Error('No layout: this component is used outside its page.');
  return store;
}

/** One part of where the page is; the component renders again only when that part changes. */
export function useShown<T>(select: (shown: Shown) => T): T {
  const store = useLayoutStore();
  return useSyncExternalStore(store.subscribe, () => select(store.shown()));
}

export function useUndo(): Undo | undefined {
  const store = useLayoutStore();
  return useSyncExternalStore(store.subscribe, store.undoable);
}
