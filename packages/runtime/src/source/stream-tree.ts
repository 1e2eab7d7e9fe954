import { aliasOf, formatDataPath } from '@trainyard/core';
import type { SourceInfo, SourceTree } from '@trainyard/control';
import { RateMeter } from '../engine/rate-meter.ts';
import type { SeenKey } from './receive-messages.ts';

/** The sources and keys of a stream as viewers see them: the same object until one of them changes. Rates change all the time, and are apart. */
export class StreamTree {
  readonly #sources = new Map<string, SourceInfo>();
  readonly #rates = new Map<string, RateMeter>();
  #tree: SourceTree | undefined;

  /** A source is new, or has other keys than before. */
  set(name: string, keys: readonly SeenKey[]): void {
    this.#sources.set(name, { name, kind: kindOf(name), keys: keys.map(({ key, dtype, shape }) => ({ key, path: formatDataPath({ kind: 'karabo', source: name, key }), dtype, shape })) });
    this.#tree = undefined;
  }

  /** Data of these sources came, of one train. */
  came(names: Iterable<string>, now: number): void {
    for (const name of names) {
      let meter = this.#rates.get(name);
      if (!meter) this.#rates.set(name, (meter = new RateMeter()));
      meter.tick(now);
    }
  }

  get tree(): SourceTree {
    return (this.#tree ??= { sources: [...this.#sources.values()] });
  }

  /** Trains a second with data of each source over the last seconds, to a tenth. */
  rates(now = Date.now()): Record<string, number> {
    return Object.fromEntries(Array.from(this.#rates, ([name, meter]) => [name, Math.round(10 * meter.rate(now)) / 10]));
  }
}

/** A device's channel sends data of trains, and so does what is put together of such, or computed; a device itself has properties. */
function kindOf(name: string): 'control' | 'instrument' {
  return name.includes(':') || name.startsWith('yard/') || aliasOf(name) ? 'instrument' : 'control';
}
