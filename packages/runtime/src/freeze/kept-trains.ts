import { outcomeCode, outcomeNames, type DataPath, type Where } from '@trainyard/core';
import type { Train } from '../pool/train.ts';
import { wantedOf } from '../source/wanted.ts';
import type { GenerationDescriptor, KeptParameter } from '../worker/generation.ts';
import type { ConstantValue, SlotData, WireOutcome } from '../worker/messages.ts';
import { WireWriter, readWire, type Wire } from '../worker/wire.ts';
import { neededPaths } from './needed-paths.ts';

const FAILED = outcomeCode('failed');
const LATE = outcomeCode('late');

/** All copies together. */
const MOST_BYTES = 256 * 2 ** 20;
/** A view in train order that has failed: its next failure is waited for through so many trains. */
const PATIENCE = 500;

/** What the code has beside its inputs. */
export interface Circumstances {
  /** `group.name` -> value, and the default that it was chosen against. */
  readonly parameters: Readonly<Record<string, KeptParameter>>;
  readonly constants: readonly ConstantValue[];
}

/** A train that a view failed on, with all that the view needs of it. */
export interface KeptTrain extends Circumstances {
  /** Absent: a train that was asked for, for all views. */
  readonly view: string | undefined;
  readonly trainId: number;
  readonly outcome: string;
  readonly message: string;
  readonly where?: Where;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly generation: GenerationDescriptor;
  readonly paths: ReadonlyMap<string, DataPath>;
  /** Absent for recorded data, which are read again; else a copy, or why there is none. */
  readonly data?: SlotData;
  readonly absent?: Readonly<Record<string, string>>;
  readonly lost?: string;
}

/** What is copied of a train that is on its way. */
interface Copy {
  /** The paths that it was made for. */
  readonly paths: ReadonlySet<string>;
  readonly data?: SlotData;
  readonly bytes: number;
  readonly lost?: string;
}

const NO_COPY: Copy = { paths: new Set(), bytes: 0 };

/**
 * Keeps at hand the first train of each generation that a view failed on or was late for. While nothing fails it looks at the outcomes, no more. A
 * view in train order fails when the data are gone: then those of the trains that follow are copied until it fails again.
 */
export class KeptTrains {
  readonly #isRecorded: boolean;
  readonly #circumstances: () => Circumstances;
  readonly #mostBytes: number;
  /** By view, the newest last. */
  readonly #kept = new Map<string, { readonly train: KeptTrain; readonly copy: Copy }>();
  /** Views in train order whose next failure is waited for, and how many trains more. */
  readonly #waited = new Map<string, number>();
  /** Of trains that are not through: views that fail on one train share its copy. */
  readonly #copies = new Map<Train, Copy>();
  #asked: { readonly view: string | undefined; readonly done: (kept: KeptTrain) => void; readonly outcomes: Map<string, WireOutcome>; train?: Train }[] = [];

  /** `circumstances`: what the code has now. */
  constructor(isRecorded: boolean, circumstances: () => Circumstances, mostBytes = MOST_BYTES) {
    this.#isRecorded = isRecorded;
    this.#circumstances = circumstances;
    this.#mostBytes = mostBytes;
  }

  /** Outcomes of the pool, while the train's data are there. */
  computed(train: Train, outcomes: Readonly<Record<string, WireOutcome>>): void {
    for (const asked of this.#asked) if (!asked.train && train.dropped === undefined) asked.train = train;
    const wanted = this.#waited.size > 0 || this.#asked.length > 0 ? this.#viewsToCopy(train) : [];
    if (wanted.length) this.#copyFor(train, wanted);
    for (const id in outcomes) {
      const outcome = outcomes[id]!;
      if (outcome.code !== FAILED && outcome.code !== LATE) continue;
      if (this.#kept.get(id)?.train.generation === train.crew.descriptor || !isView(train, id)) continue;
      this.#keep(train, id, outcome, this.#copyFor(train, [id]));
    }
    this.#note(train, outcomes);
  }

  /** Outcomes in train order, when the train's data are gone. */
  reduced(train: Train, outcomes: Readonly<Record<string, WireOutcome>>): void {
    for (const id in outcomes) {
      const outcome = outcomes[id]!;
      if (outcome.code !== FAILED && outcome.code !== LATE) continue;
      const { generation, lost } = this.#kept.get(id)?.train ?? {};
      if (generation === train.crew.descriptor && lost === undefined) continue;
      const copied = this.#copies.get(train) ?? NO_COPY;
      const copy = this.#isRecorded || covers(copied, train, [id]) ? copied : undefined;
      this.#keep(train, id, outcome, copy ?? { ...NO_COPY, lost: 'it runs in train order, when the data of its train are gone; those of the next train that it fails on are kept' });
      if (copy) this.#waited.delete(id);
      else this.#waited.set(id, PATIENCE);
    }
    this.#note(train, outcomes);
  }

  /** The train is through: what was copied of it is not needed any more. */
  through(train: Train): void {
    const copy = this.#copies.get(train);
    this.#copies.delete(train);
    for (const [id, left] of this.#waited) {
      if (left > 1) this.#waited.set(id, left - 1);
      else this.#waited.delete(id);
    }
    const asked = this.#asked.filter((one) => one.train === train);
    if (asked.length === 0) return;
    this.#asked = this.#asked.filter((one) => one.train !== train);
    for (const { view, outcomes, done } of asked) done(this.#keptOf(train, view, (view === undefined ? undefined : outcomes.get(view)) ?? { code: 0 }, copy ?? NO_COPY));
  }

  /** The newest that a view failed on, of all views or of one. */
  newest(view?: string): KeptTrain | undefined {
    return (view === undefined ? [...this.#kept.values()].at(-1) : this.#kept.get(view))?.train;
  }

  /** The next train, with all that a view needs, or with all that any needs. */
  next(view: string | undefined): Promise<KeptTrain> {
    return new Promise((done) => this.#asked.push({ view, done, outcomes: new Map() }));
  }

  #note(train: Train, outcomes: Readonly<Record<string, WireOutcome>>): void {
    for (const asked of this.#asked) {
      if (asked.train === train && asked.view !== undefined && outcomes[asked.view]) asked.outcomes.set(asked.view, outcomes[asked.view]!);
    }
  }

  /** `undefined` among them: all views. */
  #viewsToCopy(train: Train): (string | undefined)[] {
    return [...this.#waited.keys(), ...this.#asked.filter((one) => one.train === train).map(({ view }) => view)];
  }

  #keep(train: Train, view: string, outcome: WireOutcome, copy: Copy): void {
    this.#kept.delete(view);
    this.#kept.set(view, { train: this.#keptOf(train, view, outcome, copy), copy });
    // The oldest make room.
    for (const id of this.#kept.keys()) {
      if (this.#bytes <= this.#mostBytes || id === view) break;
      this.#kept.delete(id);
    }
  }

  get #bytes(): number {
    const copies = new Set(Array.from(this.#kept.values(), ({ copy }) => copy));
    return [...copies].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #keptOf(train: Train, view: string | undefined, { code, message, where }: WireOutcome, { data, lost }: Copy): KeptTrain {
    const { descriptor } = train.crew;
    return {
      view, trainId: train.trainId, outcome: outcomeNames[code]!, message: message ?? '', ...(where && { where }), at: train.at ?? Date.now(),
      generation: descriptor, paths: neededPaths(descriptor, view), ...this.#circumstances(),
      ...(data && { data }), ...(train.absent && { absent: train.absent }), ...(lost !== undefined && { lost }),
    };
  }

  /** A copy with all that these views need. When more views fail on a train than its copy was made for, all of it is copied, once. */
  #copyFor(train: Train, views: readonly (string | undefined)[]): Copy {
    const before = this.#copies.get(train);
    if (before && covers(before, train, views)) return before;
    const copy = this.#copyOf(train, before && before.lost === undefined ? [undefined] : views);
    this.#copies.set(train, copy);
    return copy;
  }

  #copyOf(train: Train, views: readonly (string | undefined)[]): Copy {
    const needed = new Map(views.flatMap((view) => [...neededPaths(train.crew.descriptor, view)]));
    const paths = new Set(needed.keys());
    if (this.#isRecorded || !train.data) return { ...NO_COPY, paths };
    const wanted = wantedOf(needed.values());
    const writer = new WireWriter();
    const parts = train.data.map(({ sources, memory }) => Object.fromEntries(Object.entries(sources).flatMap(([name, values]) => {
      const keys = wanted[name];
      if (!keys) return [];
      return [[name, Object.fromEntries(keys.flatMap((key): [string, Wire][] => (values[key] === undefined ? [] : [[key, writer.put(readWire(values[key], memory))]])))]];
    })));
    // One that was asked for is copied however large it is.
    const isAsked = this.#asked.some((one) => one.train === train);
    if (writer.bytes > this.#mostBytes && !isAsked) return { ...NO_COPY, paths, lost: `its inputs are ${Math.round(writer.bytes / 1e6)} MB, more than the ${Math.round(this.#mostBytes / 1e6)} MB that are kept at hand: freeze the next train, with --train now` };
    const memory = new SharedArrayBuffer(writer.bytes);
    writer.copyTo(memory);
    return { paths, data: parts.map((sources) => ({ sources, memory })), bytes: writer.bytes };
  }
}

function covers({ paths, lost }: Copy, train: Train, views: readonly (string | undefined)[]): boolean {
  return lost === undefined && views.every((view) => [...neededPaths(train.crew.descriptor, view).keys()].every((path) => paths.has(path)));
}

function isView(train: Train, id: string): boolean {
  return train.crew.descriptor.views.some((view) => view.id === id);
}
