import { Labelled, NdArray, YardError, flatData, outcomeCode, type Axis, type Labels, type ParamValue, type Scan } from '@trainyard/core';
import type { Outcome } from '../worker/messages.ts';
import { CumulativeMemory } from '../worker/reducing-view.ts';

const VALUE = outcomeCode('value');
const FAILED = [outcomeCode('failed'), outcomeCode('late')];

/** A reducer's result as plain data: no axes for a number. */
export interface Stored {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  readonly axes?: readonly Axis[];
  readonly unit?: string;
}

/** One point of a scan, as it stands. Plain data. */
export interface PointRow {
  /** The parameters' values, or the mean of the source's value over its trains. */
  readonly values: readonly ParamValue[];
  /** By name; absent for what had no value in any train. */
  readonly results: Readonly<Record<string, Stored>>;
  /** Trains that went in, and those at the point that had no value of something, or in which something failed. */
  readonly trains: number;
  readonly missing: number;
  readonly failed: number;
  /** NaN when no train went in. */
  readonly firstTrainId: number;
  readonly lastTrainId: number;
}

/** What became of one train: it went in, or why not. */
export type Taken = { readonly isIn: true } | { readonly isIn: false; readonly outcome: 'none' | 'missing'; readonly why: string };

/** What a scan collects in one train: the outcome of each input, and the value as a reducer takes it. */
export type Collected = readonly (readonly [name: string, outcome: Outcome, labels: Labels | undefined])[];

/** Collects the trains of one point. */
export class ScanPoint {
  readonly #scan: Scan;
  readonly #memories: Map<string, CumulativeMemory>;
  #values: readonly ParamValue[] | undefined;
  #counts: Counts = { through: 0, trains: 0, missing: 0, failed: 0, settling: 0, begin: NaN, first: NaN, last: NaN, place: 0, offsets: 0 };

  /** `values` are those of the parameters; of a source's value the trains tell. */
  constructor(scan: Scan, values: readonly ParamValue[] | undefined) {
    this.#scan = scan;
    this.#values = values;
    this.#memories = new Map(scan.of.map((name) => [name, new CumulativeMemory(scan.reduce[name]!)]));
    this.#counts.settling = values === undefined ? 0 : scan.settle;
  }

  /** Trains that have come since the point began, and those that went in. */
  get through(): number {
    return this.#counts.through;
  }
  get trains(): number {
    return this.#counts.trains;
  }
  get missing(): number {
    return this.#counts.missing;
  }
  get failed(): number {
    return this.#counts.failed;
  }

  /** It has the trains that it wants, or has waited for them long enough. */
  get isFull(): boolean {
    return this.#counts.trains >= this.#scan.trains || this.#counts.through >= this.#scan.atMost;
  }

  /**
   * One train at this point. It goes in when everything has a value, and nothing of it looks back (`back` train IDs) beyond the point. Throws what
   * a reducer throws.
   */
  take(trainId: number, collected: Collected, back: number, by?: number): Taken {
    const counts = this.#counts;
    if (counts.through === 0) Object.assign(counts, { begin: trainId, place: by ?? 0 });
    counts.through += 1;
    if (counts.through <= counts.settling) return { isIn: false, outcome: 'none', why: `settles: train ${counts.through} of ${counts.settling}` };
    if (trainId - back < counts.begin) return { isIn: false, outcome: 'none', why: `waits until what it collects has no train from before this point: ${back} train IDs` };
    const lacking = collected.find(([, { code, value }]) => code !== VALUE || value === undefined);
    if (lacking) {
      const [, { code, message }] = lacking;
      if (FAILED.includes(code)) counts.failed += 1;
      else counts.missing += 1;
      return { isIn: false, outcome: 'missing', why: message ?? `${lacking[0]} has no value` };
    }
    for (const [name, { value }, labels] of collected) {
      const memory = this.#memories.get(name)!;
      memory.enter(trainId);
      memory.add(trainId, value instanceof Labelled ? value.array : value, labels);
    }
    counts.trains += 1;
    if (counts.trains === 1) counts.first = trainId;
    counts.last = trainId;
    // From the place, so that the mean of equal values is that value.
    if (by !== undefined) counts.offsets += by - counts.place;
    return { isIn: true };
  }

  row(): PointRow {
    const { trains, missing, failed, first, last, place, offsets } = this.#counts;
    const results: Record<string, Stored> = {};
    for (const [name, memory] of this.#memories) {
      const result = memory.result();
      if (result !== undefined) results[name] = stored(name, result);
    }
    return { values: this.#values ?? [place + (trains ? offsets / trains : 0)], results, trains, missing, failed, firstTrainId: first, lastTrainId: last };
  }

  save(): unknown {
    return { values: this.#values, counts: this.#counts, memories: Array.from(this.#memories, ([name, memory]) => [name, memory.save()] as const) } satisfies Saved;
  }

  restore(saved: unknown): this {
    const { values, counts, memories } = saved as Saved;
    this.#values = values;
    this.#counts = counts;
    for (const [name, state] of memories) this.#memories.get(name)?.restore(state);
    return this;
  }
}

interface Counts {
  through: number;
  trains: number;
  missing: number;
  failed: number;
  settling: number;
  begin: number;
  first: number;
  last: number;
  place: number;
  offsets: number;
}

interface Saved {
  readonly values: readonly ParamValue[] | undefined;
  readonly counts: Counts;
  readonly memories: readonly (readonly [string, unknown])[];
}

function stored(name: string, result: unknown): Stored {
  const { array: value, labels } = result instanceof Labelled ? result : { array: result, labels: undefined };
  const unit = labels?.unit !== undefined && { unit: labels.unit };
  if (typeof value === 'number') return { shape: [], data: Float64Array.of(value), ...unit };
  if (!(value instanceof NdArray)) throw new YardError('SCAN_RESULT', `The reducer of "${name}" gives neither a number nor an array: a scan cannot put it beside the other points.`);
  const given = labels?.axes ?? [];
  const axes = given.length === value.dimension && given.map((axis) => ({ ...axis, ...(axis.values && { values: numbers(axis.values) }) }));
  return { shape: [...value.shape], data: Float64Array.from(flatData(value), Number), ...(axes && { axes }), ...unit };
}

function numbers(values: ArrayLike<number>): Float64Array {
  return Float64Array.from((values instanceof NdArray ? flatData(values) : values) as ArrayLike<number>, Number);
}
