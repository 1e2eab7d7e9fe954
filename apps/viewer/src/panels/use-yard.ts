import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore, type RefObject } from 'react';
import type { Snapshot, YardStore } from '../data/yard-store.ts';

const StoreContext = createContext<YardStore | undefined>(undefined);
export const YardProvider = StoreContext.Provider;

export function useStore(): YardStore {
  const store = useContext(StoreContext);
  if (!store) throw new Error('No yard: this component is used outside its page.');
  return store;
}

/** One part of what the page knows; the component renders again only when that part changes. */
export function useYard<T>(select: (snapshot: Snapshot) => T): T {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => select(store.snapshot()));
}

/** The content size of an element, in CSS pixels. */
export function useSize(ref: RefObject<HTMLElement | null>, onSize: (width: number, height: number) => void): void {
  const newest = useRef(onSize);
  newest.current = onSize;
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => newest.current(Math.floor(entry.contentRect.width), Math.floor(entry.contentRect.height)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
}

/** A state that this browser keeps from visit to visit; what is kept and cannot be read counts as absent. */
export function useStored<T>(key: string, initial: T): [T, (value: T) => void] {
  const name = `trainyard:${key}`;
  const [value, setValue] = useState<T>(() => {
    try {
      const text = localStorage.getItem(name);
      return text === null ? initial : typeof initial === 'object' && !Array.isArray(initial) ? { ...initial, ...JSON.parse(text) } : (JSON.parse(text) as T);
    } catch {
      return initial;
    }
  });
  const store = (next: T) => {
    setValue(next);
    try {
      localStorage.setItem(name, JSON.stringify(next));
    } catch {
      // A browser without storage forgets; nothing else depends on it.
    }
  };
  return [value, store];
}

/** Now, again every `ms`: for ages and rates. */
export function useNow(ms = 500): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), ms);
    return () => clearInterval(timer);
  }, [ms]);
  return now;
}
