import type { Constant } from '@trainyard/core';
import type { LinkedInput, LinkedView } from './link.ts';
import type { LoadedGeneration } from './load-generation.ts';
import { copyOf, sameArrays, sample } from './sample.ts';
import type { ViewWarnings } from './view-warnings.ts';

/** So many inputs are looked at on each train, in turn. */
const LOOKED_AT = 2;
/** A suspect that did not write to its copy on so many trains shares again; a constant is looked at closely on so many. */
const CLEARED_AFTER = 50;

/** Something that all share was found written to at the end of a train. */
export interface Damage {
  /** Those that took it: none of them has a value to be trusted. */
  readonly views: readonly string[];
  /** Where what was written to is the result of a view, or an earlier value: the input by which it was taken. */
  readonly inputs: readonly LinkedInput[];
  /** A sentence without its subject. */
  readonly message: string;
}

interface Looked {
  readonly value: unknown;
  readonly hash: number;
  readonly takers: { readonly view: LinkedView; readonly input: LinkedInput }[];
}

interface Kept {
  readonly constant: Constant;
  readonly group: string;
  /** Makes it what it was recorded as. */
  readonly restore: () => unknown;
  hash: number;
  /** Trains on which it is looked at after each view, to learn who writes to it. */
  closely: number;
}

interface Copied {
  readonly input: LinkedInput;
  readonly copy: unknown;
  readonly original: unknown;
}

/**
 * Finds views that write to their inputs, which others share. On each train some elements of a few inputs are looked at before the first view
 * that takes them and after the last: where they differ, the train is lost to those views. From then on each of them gets copies of its own
 * until one has written to its copy: that one keeps them, the others share again.
 */
export class InputGuard {
  readonly #generation: LoadedGeneration;
  readonly #warnings: ViewWarnings | undefined;
  /** Keys that hold arrays, as far as they were seen: these are looked at in turn. */
  readonly #keys: string[] = [];
  readonly #known = new Set<string>();
  /** Key, then view -> trains without a write; Infinity below zero for one that is found. */
  readonly #suspects = new Map<string, Map<string, number>>();
  readonly #constants = new Map<string, Kept>();
  #next = 0;
  #turn = 0;
  #now = new Map<string, Looked | undefined>();
  #copies: Copied[] = [];

  constructor(generation: LoadedGeneration, warnings: ViewWarnings | undefined) {
    this.#generation = generation;
    this.#warnings = warnings;
  }

  beginTrain(trainId: number): void {
    this.#turn = trainId;
    this.#now = new Map();
    for (let i = 0; i < Math.min(LOOKED_AT, this.#keys.length); i++) this.#now.set(this.#keys[(this.#next + i) % this.#keys.length]!, undefined);
    this.#next = (this.#next + LOOKED_AT) % Math.max(1, this.#keys.length);
    for (const kept of this.#constants.values()) kept.hash = sample(kept.constant.value, trainId);
  }

  /** A constant was recorded: views read it by its name, not as an input. `restore` gives a fresh copy of it. */
  keep(key: string, constant: Constant, restore: () => unknown): void {
    constant.value = restore();
    this.#constants.set(key, { constant, group: key.slice(0, key.lastIndexOf('.')), restore, hash: sample(constant.value, this.#turn), closely: 0 });
  }

  /** Puts back a constant that was written to; gives back whether it was. */
  #putBack(kept: Kept): boolean {
    if (sample(kept.constant.value, this.#turn) === kept.hash) return false;
    kept.constant.value = kept.restore();
    kept.closely = CLEARED_AFTER;
    return true;
  }

  /** An input is about to be given to a view: gives back what the view is to have. */
  give(view: LinkedView, input: LinkedInput, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const key = keyOf(input);
    if (!this.#known.has(key)) this.#meet(key);
    const suspects = this.#suspects.get(key);
    if (suspects?.has(view.id)) {
      const copy = copyOf(value);
      this.#copies.push({ input, copy, original: value });
      return copy;
    }
    if (this.#now.has(key)) {
      const looked = this.#now.get(key);
      if (looked) looked.takers.push({ view, input });
      else this.#now.set(key, { value, hash: sample(value, this.#turn), takers: [{ view, input }] });
    }
    return value;
  }

  #meet(key: string): void {
    this.#known.add(key);
    this.#keys.push(key);
    if (this.#now.size < LOOKED_AT) this.#now.set(key, undefined);
  }

  /** A view has returned: did it write to a copy of its own? */
  returned(view: LinkedView): void {
    for (const [key, kept] of this.#constants) {
      if (kept.closely > 0 && this.#putBack(kept)) this.#say(view, `writes to the constant ${key}, which all views share: it was put back; take a copy, ${key.slice(kept.group.length + 1)}.value.copy()`);
    }
    if (this.#copies.length === 0) return;
    for (const { input, copy, original } of this.#copies) {
      const suspects = this.#suspects.get(keyOf(input))!;
      const clean = suspects.get(view.id);
      if (clean === undefined || clean === FOUND) continue;
      if (!sameArrays(copy, original)) {
        suspects.clear();
        this.#found(view, input);
      } else if (clean + 1 >= CLEARED_AFTER) suspects.delete(view.id);
      else suspects.set(view.id, clean + 1);
    }
    this.#copies = [];
  }

  /** Looks again at what was looked at before: gives back what was written to. */
  endTrain(): Damage[] {
    const damages: Damage[] = [];
    for (const [key, looked] of this.#now) {
      if (!looked || sample(looked.value, this.#turn) === looked.hash) continue;
      const { takers } = looked;
      const [only] = takers;
      const views = [...new Set(takers.map(({ view }) => view.id))];
      if (views.length === 1) this.#found(only!.view, only!.input);
      else this.#suspects.set(key, new Map([...(this.#suspects.get(key) ?? []), ...views.map((view) => [view, 0] as const)]));
      const message = views.length === 1 ? adviceOn(only!.input) : `its input ${only!.input.name} was written to on this train, by ${views.slice(0, -1).join(', ')} or ${views.at(-1)}; they get copies until it is known who it was`;
      damages.push({ views, inputs: [...new Set(takers.map(({ input }) => input))], message });
    }
    this.#now = new Map();
    for (const [key, kept] of this.#constants) {
      kept.closely = Math.max(0, kept.closely - 1);
      if (!this.#putBack(kept)) continue;
      const views = this.#generation.graph.views.filter(({ group }) => group.name === kept.group).map(({ id }) => id);
      damages.push({ views, inputs: [], message: `the constant ${key} was written to on this train: it was put back` });
    }
    return damages;
  }

  #found(view: LinkedView, input: LinkedInput): void {
    const key = keyOf(input);
    const suspects = this.#suspects.get(key) ?? new Map<string, number>();
    this.#suspects.set(key, suspects.set(view.id, FOUND));
    this.#say(view, `${adviceOn(input)}; until then it gets a copy of its own on every train`);
  }

  #say(view: LinkedView, message: string): void {
    this.#warnings?.say('writes', message, undefined, { view: view.id, trainId: this.#turn });
  }
}

const FOUND = -Infinity;

/** An earlier value of an input, or some pulses of it, are another memory. */
function keyOf({ key, stale, shift, pulses }: LinkedInput): string {
  return stale === undefined && shift === undefined && pulses === undefined ? key : `${key} ${stale} ${shift} ${pulses}`;
}

function adviceOn({ name }: LinkedInput): string {
  return `writes to its input ${name}, which others share: take a copy, ${name}.copy()`;
}
