import type { JournalEntry } from '@trainyard/control';

const KEPT = 1000;

/** Who changed what, from which train on: the newest thousand at hand, all of them given to the sinks. */
export class Journal {
  readonly #entries: JournalEntry[] = [];
  onEntry: (entry: JournalEntry) => void = () => undefined;

  add(entry: Omit<JournalEntry, 'at'>): void {
    const whole: JournalEntry = { at: Date.now(), ...entry };
    this.#entries.push(whole);
    if (this.#entries.length > KEPT) this.#entries.shift();
    this.onEntry(whole);
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }
}
