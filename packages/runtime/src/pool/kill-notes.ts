import type { Verdict } from '../worker/messages.ts';

/** The same is said again at most so often. */
const QUIET_MS = 10_000;

/** Counts and says what views did to their workers, a line for each; what comes again and again is counted and said now and then. */
export class KillNotes {
  onNote: (text: string) => void = () => undefined;
  /** Workers that views ended, by what they did. */
  readonly deaths: Record<string, number> = {};
  readonly #said = new Map<string, { at: number; more: number }>();

  count({ outcome, cause }: Verdict): void {
    const what = cause ?? (outcome === 'late' ? 'time' : 'exit');
    this.deaths[what] = (this.deaths[what] ?? 0) + 1;
  }

  add(who: string, what: string, now = Date.now()): void {
    for (const [text, { at }] of this.#said) if (now - at > 2 * QUIET_MS) this.#said.delete(text);
    const text = `${who} ${what}`;
    const known = this.#said.get(text);
    if (known && now - known.at < QUIET_MS) {
      known.more += 1;
      return;
    }
    this.#said.set(text, { at: now, more: 0 });
    this.onNote(known?.more ? `${text} (and ${known.more} more time${known.more > 1 ? 's' : ''} since)` : text);
  }
}
