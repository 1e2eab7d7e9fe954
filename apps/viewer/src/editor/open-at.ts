import { useLayoutStore } from '../layout/use-layout.ts';
import { useYard } from '../panels/use-yard.ts';

/** A line of the user's code, as the yard names it. */
export interface CodePlace {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

let asked: CodePlace | undefined;
const listeners = new Set<() => void>();

/** Opens the editor at a place; undefined where this page may not edit. */
export function useOpenAt(): ((place: CodePlace) => void) | undefined {
  const layout = useLayoutStore();
  const offered = useYard(({ hello }) => hello?.edit === true && hello.role === 'control');
  if (!offered) return undefined;
  return (place) => {
    asked = place;
    layout.go({ page: 'editor' });
    for (const listener of listeners) listener();
  };
}

/** The place that was asked for, once. */
export function takePlace(): CodePlace | undefined {
  const place = asked;
  asked = undefined;
  return place;
}

export function onPlace(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
