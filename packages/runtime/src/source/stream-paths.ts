import { didYouMean, type DataPath } from '@trainyard/core';
import type { SeenKey } from './receive-messages.ts';
import { namesOf } from './wanted.ts';

interface Taken {
  readonly text: string;
  readonly source: string;
  readonly key: string;
  /** Every name under which the source may come. */
  readonly names: readonly string[];
}

/** A source as it was seen in a stream. */
export interface SeenSource {
  readonly stream: number;
  readonly keys: readonly SeenKey[];
}

/**
 * The paths that a list takes of its streams, held against the sources seen there. What does not change from train to train (names, what
 * the streams lack, the nearest name) is worked out when the list or a stream changes, not on every train.
 */
export class StreamPaths {
  readonly #tree: ReadonlyMap<string, SeenSource>;
  #taken: readonly Taken[] = [];
  #names: ReadonlySet<string> = new Set();
  /** Canonical path -> why the streams have it on no train. */
  #lacking: Readonly<Record<string, string>> = {};
  /** The paths whose source and key a stream has, and the name that it was seen under. */
  #present: readonly (Taken & { readonly seen: string })[] = [];

  constructor(tree: ReadonlyMap<string, SeenSource>) {
    this.#tree = tree;
  }

  take(paths: ReadonlyMap<string, DataPath>): void {
    this.#taken = Array.from(paths).flatMap(([text, path]) => (path.kind === 'karabo' ? [{ text, source: path.source, key: path.key, names: namesOf(path.source) }] : []));
    this.#names = new Set(this.#taken.flatMap(({ names }) => names));
    this.changed();
  }

  /** A source was seen for the first time, or has other keys; or a stream came or went: `unheard` says of which nothing has come yet. */
  changed(unheard = ''): void {
    const lacking: Record<string, string> = {};
    const present: (Taken & { seen: string })[] = [];
    for (const taken of this.#taken) {
      const { text, source, key, names } = taken;
      const seen = names.find((name) => this.#tree.has(name));
      const keys = seen === undefined ? [] : this.#tree.get(seen)!.keys.map((one) => one.key);
      if (seen === undefined) lacking[text] = `${text}: the source ${source} has not been seen in this stream.${didYouMean(source, this.#tree.keys())}${unheard}`;
      else if (!keys.includes(key) && !keys.includes(`${key}.value`)) lacking[text] = `${text}: ${seen} has no key ${key}.${didYouMean(key, keys)}`;
      else present.push({ ...taken, seen });
    }
    this.#lacking = lacking;
    this.#present = present;
  }

  /** Why paths have no data in a train that brought these sources; `why` knows it of a source that is absent, where there is more to say. */
  absent(sources: ReadonlySet<string>, why: (source: string) => string | undefined): Readonly<Record<string, string>> {
    let absent = this.#lacking;
    for (const { text, names, seen } of this.#present) {
      if (sources.has(seen) || names.some((name) => sources.has(name))) continue;
      absent = { ...absent, [text]: `${text}: ${why(seen) ?? `${seen} has no data in this train`}` };
    }
    return absent;
  }

  /**
   * A train is seen when a source of the list delivered for it, as in a recorded run. Streams that have none of the list's sources at
   * all say of each train what is missing.
   */
  isSeen(sources: ReadonlySet<string>): boolean {
    let hasAny = false;
    for (const source of sources) if (this.#names.has(source)) return true;
    for (const name of this.#tree.keys()) hasAny ||= this.#names.has(name);
    return !hasAny;
  }
}
