import { useSyncExternalStore } from 'react';

/** One sentence for the person at the page. */
export interface Notice {
  readonly text: string;
  readonly tone: 'warn' | 'bad' | 'good';
}

const listeners = new Set<() => void>();
let notices: readonly Notice[] = [];
const mostShown = 4;
const goodMs = 4000;

/** What went well goes away by itself; what did not stays until it is closed. */
export function say(text: string, tone: Notice['tone'] = 'bad'): void {
  const notice = { text, tone };
  set([...notices.filter((one) => one.text !== text), notice].slice(-mostShown));
  if (tone === 'good') setTimeout(() => dismiss(notice), goodMs);
}

export function dismiss(notice: Notice): void {
  set(notices.filter((one) => one !== notice));
}

/** Says it when something could not be done. */
export function orSay(doing: Promise<unknown>): void {
  doing.catch((error: Error) => say(error.message));
}

export function useNotices(): readonly Notice[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => notices);
}

function set(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}
