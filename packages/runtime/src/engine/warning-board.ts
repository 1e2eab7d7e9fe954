import { formatWhere } from '@trainyard/core';
import type { ViewWarning } from '../worker/view-warnings.ts';
import type { ViewDescriptor } from '../worker/generation.ts';
import type { Accounts } from './accounts.ts';

/** What views did that they must not, and that did no harm: in the books each time, said once for each kind, view and generation. */
export class WarningBoard {
  onNote: (text: string) => void = () => undefined;
  readonly #accounts: Accounts;
  readonly #views: () => readonly ViewDescriptor[];
  readonly #known = new Set<string>();

  constructor(accounts: Accounts, views: () => readonly ViewDescriptor[]) {
    this.#accounts = accounts;
    this.#views = views;
  }

  /** Other code: it may be said again. */
  clear(): void {
    this.#known.clear();
  }

  add({ view, trainId, kind, message, where }: ViewWarning): void {
    const place = where ?? this.#views().find(({ id }) => id === view)?.where;
    this.#accounts.warn(view, trainId, message, place);
    const key = `${kind} ${view}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.onNote(`${place ? `${formatWhere(place)}: ` : ''}${view === '' ? 'a view, or the file itself,' : view} ${message}`);
  }
}
