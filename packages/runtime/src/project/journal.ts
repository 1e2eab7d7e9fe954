import type { JournalEntry } from '@trainyard/control';

const KEPT = 1000;

/** Who changed what, from which train on: the newest thousand at hand, all of them given to the sinks. */
export class Journal {
  readonly #entries: JournalEntry[] = [];
  #count = 0;
  onEntry: (entry: JournalEntry) => void = () => undefined;

  add(entry: Omit<JournalEntry, 'at'>): void {
    const whole: JournalEntry = { at: Date.now(), ...entry };
    this.#entries.push(whole);
    this.#count += 1;
    if (this.#entries.length > KEPT) this.#entries.shift();
    this.onEntry(whole);
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** How many there have been, those that are no longer at hand included. */
  get count(): number {
    return this.#count;
  }

  /** Those that came after the first `count`, as far as they are at hand. */
  since(count: number): readonly JournalEntry[] {
    return this.#entries.slice(Math.max(0, this.#entries.length - (this.#count - count)));
  }
}
