import { useSyncExternalStore } from 'react';

/** What the yard calls people who have not said who they are. */
export const nobody = 'viewer';

export interface MyName {
  /** Undefined until the person has said it. */
  readonly name: string | undefined;
  /** Something was changed without a name: it is asked for. */
  readonly isAsked: boolean;
}

const kept = 'trainyard:who';
const listeners = new Set<() => void>();
let mine: MyName = { name: keptName(), isAsked: false };

/** The name without what stands around it, as a yard takes it; undefined of any other. */
export function readName(text: string): string | undefined {
  const name = text.trim();
  return /^[\p{L}\p{N} ().,@_-]{1,60}$/u.test(name) ? name : undefined;
}

/** From now on, here and at the next visit; undefined takes it back. */
export function setMyName(name: string | undefined): void {
  try {
    if (name === undefined) localStorage.removeItem(kept);
    else localStorage.setItem(kept, name);
  } catch {
    // A browser without storage is asked again at the next visit.
  }
  update({ ...mine, name });
}

/** Of a request over the socket; of what is not journalled nobody asks. */
export function whoSigns(isJournalled = true): { readonly who?: string } {
  if (mine.name !== undefined) return { who: mine.name };
  if (isJournalled && !mine.isAsked) update({ ...mine, isAsked: true });
  return {};
}

/** Of a request over HTTP, encoded as a header takes plain characters only. Reading needs no name: nobody is asked for one. */
export function whoHeader(method = 'GET'): { readonly 'x-who'?: string } {
  const { who } = method === 'GET' ? { who: mine.name } : whoSigns();
  return who === undefined ? {} : { 'x-who': encodeURIComponent(who) };
}

export function useMyName(): MyName {
  return useSyncExternalStore((listener) => {
    // Another tab of this yard may have been told.
    const look = ({ key }: StorageEvent) => key === kept && update({ ...mine, name: keptName() });
    addEventListener('storage', look);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      removeEventListener('storage', look);
    };
  }, () => mine);
}

function update(next: MyName): void {
  mine = next;
  for (const listener of listeners) listener();
}

function keptName(): string | undefined {
  try {
    return readName(localStorage.getItem(kept) ?? '');
  } catch {
    return undefined;
  }
}
