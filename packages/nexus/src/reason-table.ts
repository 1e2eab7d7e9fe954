import { formatWhere, type Reason } from '@trainyard/core';
import type { Space } from './file/column.ts';
import type { GroupNode } from './file/node.ts';
import { TextTable } from './text-table.ts';

const MOST_ROWS = 100_000;
const LONGEST = 1024;

/**
 * Why trains had no value, in `/entry/reasons`: a row wherever the reason of a view changes, so the reason of a train is that
 * view's newest row up to it. Beyond 100000 rows only their number is kept, in the attribute `omitted`.
 */
export class ReasonTable {
  readonly #table: TextTable;
  readonly #newest = new Map<string, Reason>();
  #omitted = 0;

  constructor(space: Space, entry: GroupNode) {
    this.#table = new TextTable(space, entry, 'reasons', ['view', 'outcome', 'message', 'where']);
  }

  add(view: string, trainId: number, reason: Reason): void {
    const before = this.#newest.get(view);
    if (before === reason || (before && before.outcome === reason.outcome && before.message === reason.message && before.where?.line === reason.where?.line)) return;
    this.#newest.set(view, reason);
    if (this.#table.rows >= MOST_ROWS) this.#table.group.attributes.set('omitted', (this.#omitted += 1));
    else this.#table.add(trainId, [view, reason.outcome, reason.message.slice(0, LONGEST), reason.where ? formatWhere(reason.where) : '']);
  }
}
