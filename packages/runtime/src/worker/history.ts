import { Labelled, NdArray } from '@trainyard/core';
import type { LinkedInput, LinkedView } from './link.ts';
import { WireWriter, readWire, type Wire } from './wire.ts';

/** Earlier values of one input as plain data: the arrays of each lie in `bytes`. */
export type SavedHistory = readonly { readonly trainId: number; readonly wire: Wire; readonly bytes: Uint8Array }[];

/** Earlier values of the inputs that are taken `stale` or `shifted`, copied, and only as many as someone takes. */
export class History {
  readonly #depth = new Map<string, number>();
  readonly #values = new Map<string, { trainId: number; value: unknown }[]>();

  constructor(views: readonly LinkedView[]) {
    for (const input of views.flatMap((view) => view.inputs)) {
      const depth = input.stale ?? (input.shift !== undefined ? 1 - input.shift : 0);
      if (depth > 0) this.#depth.set(input.key, Math.max(depth, this.#depth.get(input.key) ?? 0));
    }
  }

  /** The inputs of which it keeps values. */
  get keys(): readonly string[] {
    return [...this.#depth.keys()];
  }

  /** The values of an input, for the next generation; undefined where they are no data (a `compute` view may give anything). */
  save(key: string): SavedHistory | undefined {
    try {
      return (this.#values.get(key) ?? []).map(({ trainId, value }) => {
        const writer = new WireWriter();
        const wire = writer.put(value);
        const bytes = new Uint8Array(writer.bytes);
        writer.copyTo(bytes.buffer);
        return { trainId, wire, bytes };
      });
    } catch {
      return undefined;
    }
  }

  restore(key: string, saved: SavedHistory): void {
    // Copied: what was read from a checkpoint lies somewhere in its bytes.
    if (this.#depth.has(key)) this.#values.set(key, saved.map(({ trainId, wire, bytes }) => ({ trainId, value: readWire(wire, bytes.slice().buffer) })));
  }

  keeps(key: string): boolean {
    return this.#depth.has(key);
  }

  /** `again`: the value of the same train may be another now. */
  keep(key: string, trainId: number, value: unknown, again = false): void {
    const depth = this.#depth.get(key);
    if (depth === undefined) return;
    const values = this.#values.get(key) ?? [];
    // Several views may take the same one.
    if (values.at(-1)?.trainId === trainId) {
      if (!again) return;
      values.pop();
    }
    values.push({ trainId, value: copied(value) });
    while (values.length && values[0]!.trainId <= trainId - depth) values.shift();
    this.#values.set(key, values);
  }

  /** Its earlier values are not what they were. */
  forget(key: string): void {
    this.#values.delete(key);
  }

  /** The value that an input takes at a train, or why there is none. */
  at(input: LinkedInput, trainId: number): { readonly value: unknown } | { readonly missing: string } {
    const values = this.#values.get(input.key) ?? [];
    if (input.shift !== undefined) {
      const wanted = trainId + input.shift;
      const found = values.find((entry) => entry.trainId === wanted);
      return found ?? { missing: `${input.key}: train ${wanted} had no value` };
    }
    const newest = values.findLast((entry) => entry.trainId > trainId - input.stale! && entry.trainId <= trainId);
    return newest ?? { missing: `${input.key}: no value in the last ${input.stale} train IDs` };
  }
}

/** Arrays lie in memory that the next train writes to. */
function copied(value: unknown): unknown {
  if (value instanceof NdArray) return value.copy();
  if (value instanceof Labelled) return new Labelled(copied(value.array) as NdArray, value.labels);
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copied(item)]));
}
