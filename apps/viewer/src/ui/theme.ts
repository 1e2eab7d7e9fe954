import { useSyncExternalStore } from 'react';
import { ink } from '../plot/draw-frame.ts';

export type Theme = 'dark' | 'light';

const kept = 'trainyard:theme';
const listeners = new Set<() => void>();
let theme: Theme = 'dark';
let changed = () => {};

/** Dark or light, as this browser was told last, else as the system has it. Begins when the page does. */
export function beginTheme(): void {
  const system = matchMedia('(prefers-color-scheme: light)');
  const apply = () => {
    theme = chosen() ?? (system.matches ? 'light' : 'dark');
    document.documentElement.dataset['theme'] = theme;
    readInk();
    for (const listener of listeners) listener();
  };
  system.addEventListener('change', apply);
  addEventListener('storage', ({ key }) => key === kept && apply());
  changed = apply;
  apply();
}

/** The other one. What is as the system has it anyway is not kept: then it follows the system again. */
export function toggleTheme(): void {
  const next = theme === 'dark' ? 'light' : 'dark';
  try {
    if (matchMedia('(prefers-color-scheme: light)').matches === (next === 'light')) localStorage.removeItem(kept);
    else localStorage.setItem(kept, next);
  } catch {
    // A browser without storage has what its system has.
  }
  changed();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => theme);
}

function chosen(): Theme | undefined {
  try {
    const text = localStorage.getItem(kept);
    return text === 'dark' || text === 'light' ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Canvases take their colours from the same properties as the rest. */
function readInk(): void {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  ink.text = color('--plot-text');
  ink.faint = color('--plot-faint');
  ink.grid = color('--plot-grid');
  ink.overlay = color('--plot-overlay');
  ink.series.forEach((_, k) => (ink.series[k] = color(`--series-${k + 1}`)));
}
