import { Column, type Space } from './file/column.ts';
import type { GroupNode } from './file/node.ts';
import { Series } from './file/series.ts';

/** Rows of text by train, a dataset for each column. */
export class TextTable {
  readonly #trainId: Column;
  readonly #columns: Series[];
  readonly group: GroupNode;

  constructor(space: Space, parent: GroupNode, name: string, columns: readonly string[]) {
    this.group = parent.group(name);
    this.group.members.set('trainId', (this.#trainId = new Column(space, 'uint64')));
    this.#columns = columns.map((column) => new Series(space, this.group, column));
  }

  get rows(): number {
    return this.#trainId.rows;
  }

  add(trainId: number, entries: readonly string[]): void {
    this.#trainId.pushUint64(trainId);
    this.#columns.forEach((column, i) => column.push({ dtype: 'str', shape: [], data: [entries[i]] }));
  }
}
