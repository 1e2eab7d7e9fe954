import type { PanelValue } from '@trainyard/control';

export interface PastLimits {
  /** Of one want. */
  readonly values: number;
  /** Of the whole page. */
  readonly bytes: number;
}

const LIMITS: PastLimits = { values: 300, bytes: 300e6 };

interface Kept {
  /** Counts all that came. */
  readonly order: number;
  readonly value: PanelValue;
  readonly bytes: number;
}

interface List {
  readonly kept: Kept[];
  bytes: number;
  /** Older ones had to go. */
  isCut: boolean;
}

/**
 * The values that a page keeps to step back through: so many of each want, and of all together no more than a page should take. One picture may take
 * what the others leave; where there is too little, the oldest of those go that have more than an even share.
 */
export class Past {
  readonly #limits: PastLimits;
  readonly #lists = new Map<string, List>();
  #bytes = 0;
  #order = 0;

  constructor(limits: PastLimits = LIMITS) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** What came last stays, however large it is. */
  add(key: string, value: PanelValue, bytes: number): void {
    let list = this.#lists.get(key);
    if (!list) this.#lists.set(key, (list = { kept: [], bytes: 0, isCut: false }));
    const entry = { order: this.#order++, value, bytes };
    list.kept.push(entry);
    list.bytes += bytes;
    this.#bytes += bytes;
    if (list.kept.length > this.#limits.values) this.#forget(list);
    while (this.#bytes > this.#limits.bytes) {
      const full = [...this.#lists.values()].filter(({ kept }) => kept.length > 0);
      const others = full.filter(({ kept }) => kept[0] !== entry);
      if (others.length === 0) break;
      const large = others.filter((one) => one.bytes * full.length > this.#limits.bytes);
      this.#forget((large.length > 0 ? large : others).reduce((a, b) => (a.kept[0].order < b.kept[0].order ? a : b)));
    }
  }

  /** Oldest first. */
  of(key: string): readonly PanelValue[] {
    return this.#lists.get(key)?.kept.map(({ value }) => value) ?? [];
  }

  remove(key: string): void {
    this.#bytes -= this.#lists.get(key)?.bytes ?? 0;
    this.#lists.delete(key);
  }

  /** Train IDs of which anything is kept, ascending. */
  trains(): number[] {
    return [...new Set([...this.#lists.values()].flatMap(({ kept }) => kept.map(({ value }) => value.trainId)))].sort((a, b) => a - b);
  }

  /** The train since which nothing of these had to go. */
  wholeSince(keys: Iterable<string>): number {
    return Math.max(-Infinity, ...Array.from(keys, (key) => {
      const list = this.#lists.get(key);
      return list?.isCut ? (list.kept[0]?.value.trainId ?? -Infinity) : -Infinity;
    }));
  }

  #forget(list: List): void {
    const { bytes } = list.kept.shift()!;
    list.bytes -= bytes;
    list.isCut = true;
    this.#bytes -= bytes;
  }
}
