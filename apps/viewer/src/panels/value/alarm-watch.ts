import type { Rendition } from '@trainyard/control';
import { scalarOf } from '../../data/channel.ts';
import type { Snapshot, Wanted } from '../../data/yard-store.ts';
import type { Alarms } from './alarms.ts';
import { verdictWithAge, type Verdict } from './limits.ts';
import type { Watched } from './watched.ts';

/** Where values come from. */
export interface WatchedStore {
  want(id: string, as: Rendition): Wanted;
  snapshot(): Pick<Snapshot, 'frozen'>;
}

interface Entry {
  one: Watched;
  readonly wanted: Wanted;
  readonly began: number;
  readonly end: () => void;
  verdict: Verdict;
}

const free: Verdict = { level: 'free', text: '' };

/** Compares values with their limits for as long as they are watched, whether or not a panel shows them, and says what is an alarm. */
export class AlarmWatch {
  readonly #alarms: Pick<Alarms, 'put'>;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();
  #store: WatchedStore | undefined;

  constructor(alarms: Pick<Alarms, 'put'>, now: () => number = () => performance.now()) {
    this.#alarms = alarms;
    this.#now = now;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  verdict(key: string | undefined): Verdict {
    return (key !== undefined && this.#entries.get(key)?.verdict) || free;
  }

  /** These from now on, and no others; what was watched before goes on. */
  follow(store: WatchedStore, list: readonly Watched[]): void {
    this.#store = store;
    const keys = new Set(list.map(({ key }) => key));
    for (const [key, { end }] of this.#entries) {
      if (keys.has(key)) continue;
      end();
      this.#entries.delete(key);
      this.#alarms.put(key, undefined);
    }
    for (const one of list) {
      const known = this.#entries.get(one.key);
      if (known) known.one = one;
      else this.#begin(store, one);
    }
    this.judge();
  }

  /** To be called often: a value that stays away calls nobody. While the page stands still nothing comes, and all stays as it is. */
  judge(): void {
    if (this.#store?.snapshot().frozen !== undefined) return;
    let changed = false;
    for (const entry of this.#entries.values()) changed = this.#judge(entry) || changed;
    if (changed) for (const listener of this.#listeners) listener();
  }

  #begin(store: WatchedStore, one: Watched): void {
    const wanted = store.want(one.id, { as: 'whole' });
    const forget = wanted.channel.onDraw(() => this.judge());
    this.#entries.set(one.key, {
      one, wanted, began: this.#now(), verdict: free,
      end: () => {
        forget();
        wanted.drop();
      },
    });
  }

  #judge(entry: Entry): boolean {
    const { one: { key, title, watch }, wanted: { channel }, began, verdict } = entry;
    const now = this.#now();
    const { newest } = channel;
    // What lay there from before it was watched has that age only from now on: nobody asked for newer ones.
    const age = newest && now - Math.max(channel.receivedAt, began);
    const next = verdictWithAge(newest && scalarOf(newest), watch.limits, age, watch.stale, now - began);
    this.#alarms.put(key, next.level === 'alarm' ? { title, text: next.text } : undefined);
    if (next.level === verdict.level && next.text === verdict.text) return false;
    entry.verdict = next;
    return true;
  }
}
