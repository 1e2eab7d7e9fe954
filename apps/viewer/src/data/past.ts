import type { PanelValue } from '@trainyard/control';

export interface PastLimits {
  /** Of one want. */
  readonly values: number;
  readonly bytes: number;
  /** Of the whole page. */
  readonly allBytes: number;
}

const LIMITS: PastLimits = { values: 100, bytes: 24e6, allBytes: 300e6 };

interface Kept {
  readonly key: string;
  readonly value: PanelValue;
  readonly bytes: number;
}

/** The values that a page keeps to step back through: so many of each want, and of all together no more than a page should take. The oldest go first. */
export class Past {
  readonly #limits: PastLimits;
  readonly #lists = new Map<string, { readonly kept: Kept[]; bytes: number }>();
  /** In the order in which they came. */
  readonly #all = new Set<Kept>();
  #bytes = 0;

  constructor(limits: PastLimits = LIMITS) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** What came last stays, however large it is. */
  add(key: string, value: PanelValue, bytes: number): void {
    let list = this.#lists.get(key);
    if (!list) this.#lists.set(key, (list = { kept: [], bytes: 0 }));
    const entry = { key, value, bytes };
    list.kept.push(entry);
    list.bytes += bytes;
    this.#all.add(entry);
    this.#bytes += bytes;
    while (list.kept.length > 1 && (list.kept.length > this.#limits.values || list.bytes > this.#limits.bytes)) this.#forget(list.kept[0]);
    for (const oldest of this.#all) {
      if (this.#bytes <= this.#limits.allBytes || oldest === entry) break;
      this.#forget(oldest);
    }
  }

  /** Oldest first. */
  of(key: string): readonly PanelValue[] {
    return this.#lists.get(key)?.kept.map(({ value }) => value) ?? [];
  }

  remove(key: string): void {
    const list = this.#lists.get(key);
    while (list?.kept.length) this.#forget(list.kept[0]);
    this.#lists.delete(key);
  }

  /** Train IDs of which anything is kept, ascending. */
  trains(): number[] {
    return [...new Set([...this.#all].map(({ value }) => value.trainId))].sort((a, b) => a - b);
  }

  /** Always the oldest of its want. */
  #forget(entry: Kept): void {
    const list = this.#lists.get(entry.key)!;
    list.kept.shift();
    list.bytes -= entry.bytes;
    this.#all.delete(entry);
    this.#bytes -= entry.bytes;
  }
}
