import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { YardError, didYouMean, formatDataPath, type DataPath } from '@trainyard/core';
import type { SourceStatus, SourceTree } from '@trainyard/control';
import { openRun, type Run, type RunNumber, type RunSource } from '@trainyard/exdf';
import { openStack, type Stack } from '@trainyard/stack';
import { RecordedResults } from './recorded-results.ts';
import type { RecordedSource } from '../worker/messages.ts';
import type { ReadyTrain, TrainIdRange, TrainRange, TrainSource } from './train-source.ts';
import { namesOf } from './wanted.ts';

/** A run, a stack or a results file: its trains in order, nothing dropped. Workers read the data by themselves. */
export class RecordedTrains implements TrainSource {
  onChange = (): void => undefined;
  readonly recorded: RecordedSource;
  readonly dropped = {};
  readonly #what: string;
  readonly #run: Run | undefined;
  readonly #trainIds: readonly number[];
  readonly #tree: SourceTree;
  readonly #close: () => void;
  /** Trains before the range that may be computed first, and those that are. */
  readonly #before: readonly number[];
  #warm: readonly number[] = [];
  #nextWarm = 0;
  #wanted: { readonly trains: ReadonlySet<number> | undefined; readonly total: number | undefined; readonly bytes: number; readonly absent: Readonly<Record<string, string>> } = { trains: undefined, total: undefined, bytes: 0, absent: {} };
  #next = 0;
  #taken = 0;

  private constructor(what: string, recorded: RecordedSource, run: Run | undefined, trainIds: readonly number[], tree: SourceTree, close: () => void, before: readonly number[] = []) {
    this.#what = what;
    this.recorded = recorded;
    this.#run = run;
    this.#trainIds = trainIds;
    this.#tree = tree;
    this.#close = close;
    this.#before = before;
  }

  static async ofRun(where: string | RunNumber, range: TrainRange): Promise<RecordedTrains> {
    const run = await openRun(where);
    const trainIds = run.trainIds.slice(range.from, range.to);
    if (trainIds.length === 0) {
      run.close();
      throw nothingToDo(run.directory, run.trainIds.length, range);
    }
    return RecordedTrains.#of(where, run, trainIds);
  }

  /** A part of a run: what its views remember is as if the run had been read from its beginning. */
  static async ofPart(where: string | RunNumber, { first, from, to }: TrainIdRange): Promise<RecordedTrains> {
    const run = await openRun(where);
    return RecordedTrains.#of(where, run, run.trainIds.filter((id) => id >= from && id < to), run.trainIds.filter((id) => id >= first && id < from));
  }

  static #of(where: string | RunNumber, run: Run, trainIds: readonly number[], before?: readonly number[]): RecordedTrains {
    const tree: SourceTree = {
      sources: Array.from(run.sources.values(), (source) => ({
        name: source.name,
        kind: source.kind,
        keys: Array.from(source.keys.values(), (key) => ({
          key: key.name,
          path: formatDataPath({ kind: 'karabo', source: source.name, key: key.name }),
          dtype: key.dtype,
          shape: key.entryShape,
        })),
      })),
    };
    return new RecordedTrains(run.directory, { kind: 'run', where }, run, trainIds, tree, () => run.close(), before);
  }

  static async ofStack(what: string, range: TrainRange): Promise<RecordedTrains> {
    const stack: Stack = await openStack(what);
    const trainIds = Array.from({ length: stack.frames }, (_, i) => i).slice(range.from, range.to);
    if (trainIds.length === 0) {
      stack.close();
      throw nothingToDo(what, stack.frames, range);
    }
    const tree: SourceTree = { sources: [{ name: 'stack', keys: [{ key: 'frame', path: 'stack#frame', dtype: stack.dtype, shape: stack.frameShape }] }] };
    return new RecordedTrains(what, { kind: 'stack', what }, undefined, trainIds, tree, () => stack.close());
  }

  static async ofResults(what: string, range: TrainRange): Promise<RecordedTrains> {
    const results = await RecordedResults.open(what);
    const trainIds = results.trainIds.slice(range.from, range.to);
    if (trainIds.length === 0) {
      results.close();
      throw nothingToDo(what, results.trainIds.length, range);
    }
    return new RecordedTrains(what, { kind: 'results', what }, undefined, trainIds, results.tree, () => results.close());
  }

  /** The HDF5 files that it is read from. */
  get files(): readonly string[] {
    if (this.#run) return this.#run.files.map((file) => resolve(this.#run!.directory, file));
    const { what } = this.recorded as { readonly what: string };
    // A stack may be named with a path inside the file.
    const file = existsSync(what) ? what : what.slice(0, what.lastIndexOf(':/'));
    return file.endsWith('.npy') ? [] : [file];
  }

  /** Files of the run that could not be used. */
  get skipped(): readonly { readonly file: string; readonly reason: string }[] {
    return this.#run?.skipped ?? [];
  }

  /** What the list takes and this run does not have at all, in words: its views will be `missing`. */
  get lacking(): readonly string[] {
    return Object.values(this.#wanted.absent);
  }

  get tree(): SourceTree {
    return this.#tree;
  }

  get status(): SourceStatus {
    const { kind } = this.recorded;
    return {
      what: this.#what,
      kind,
      status: this.ended ? 'ended' : 'streaming',
      message: this.ended ? `All ${this.#taken} trains of ${this.#what} are read.` : `Reading ${this.#what}.`,
      total: this.total,
    };
  }

  /** How many trains there are to compute: those for which a source of the list has data. */
  get total(): number {
    return this.#wanted.total ?? this.#trainIds.length;
  }

  /** Train IDs of its range, whether or not a source of the list has data. */
  get trainIds(): readonly number[] {
    return this.#trainIds;
  }

  /** Bytes that the views take from its range. */
  get bytes(): number {
    return this.#wanted.bytes;
  }

  /** What the views take that this run does not have, in words, by path. */
  get absent(): Readonly<Record<string, string>> {
    return this.#wanted.absent;
  }

  get countFrom(): number {
    return this.#trainIds[0] ?? 0;
  }

  warmUp(trainIds: number): void {
    if (this.#next > 0 || this.#nextWarm > 0 || this.#trainIds.length === 0) return;
    this.#warm = this.#before.filter((id) => id >= this.countFrom - trainIds);
  }

  async open(): Promise<void> {
    this.onChange();
  }

  want(paths: ReadonlyMap<string, DataPath>): void {
    if (!this.#run) return;
    const absent: Record<string, string> = {};
    const seen = new Set<number>();
    let any = false;
    let bytes = 0;
    const range = new Set(this.#trainIds);
    const counted = new Set<string>();
    for (const [text, path] of paths) {
      if (path.kind !== 'karabo') continue;
      any = true;
      const found = namesOf(path.source).filter((name) => this.#run!.sources.has(name));
      if (found.length === 0) {
        absent[text] = `${text}: this run has no source ${path.source}.${didYouMean(path.source, this.#run.sources.keys())}`;
        continue;
      }
      for (const name of found) {
        if (!counted.has(name)) for (const trainId of trainsOf(this.#run.sources.get(name)!)) seen.add(trainId);
        counted.add(name);
      }
      const keys = found.map((name) => this.#run!.sources.get(name)!.keys.get(path.key)).filter((key) => key !== undefined);
      if (keys.length === 0) {
        absent[text] = `${text}: ${found[0]} has no key ${path.key}.${didYouMean(path.key, this.#run.sources.get(found[0]!)!.keys.keys())}`;
        continue;
      }
      for (const key of keys) {
        const id = `${key.source}[${key.name}]`;
        if (counted.has(id)) continue;
        counted.add(id);
        const { trainIds, counts } = key.counts();
        for (let i = 0; i < trainIds.length; i++) {
          if (range.has(trainIds[i]!)) bytes += counts[i]! * (key.entryBytes ?? 0);
        }
      }
    }
    // A run that has none of the list's sources still says of each of its trains what is missing.
    any &&= seen.size > 0;
    this.#wanted = { trains: any ? seen : undefined, total: any ? this.#trainIds.filter((id) => seen.has(id)).length : undefined, bytes, absent };
  }

  take(): ReadyTrain | undefined {
    while (this.#nextWarm < this.#warm.length) {
      const trainId = this.#warm[this.#nextWarm++]!;
      if (this.#wanted.trains && !this.#wanted.trains.has(trainId)) continue;
      return { trainId, absent: this.#wanted.absent, release: () => undefined };
    }
    while (this.#next < this.#trainIds.length) {
      const trainId = this.#trainIds[this.#next++]!;
      if (this.#wanted.trains && !this.#wanted.trains.has(trainId)) continue;
      this.#taken += 1;
      return { trainId, absent: this.#wanted.absent, release: () => undefined };
    }
    return undefined;
  }

  get ended(): boolean {
    return this.#next >= this.#trainIds.length;
  }

  async close(): Promise<void> {
    this.#close();
  }
}

function nothingToDo(what: string, trains: number, { from, to }: TrainRange): YardError {
  return new YardError('NOTHING_TO_DO', trains === 0 ? `${what} holds no train.` : `${what} has ${trains} trains: there are none in ${from}:${Number.isFinite(to) ? to : ''}.`);
}

/** The trains for which a source delivered, whatever key is taken of it: as a stream has the source in its message or not. */
function trainsOf(source: RunSource): Set<number> {
  const trains = new Set<number>();
  // Keys of one index group, the first part of their names, have the same counts.
  const groups = new Map(Array.from(source.keys.values(), (key) => [source.kind === 'instrument' ? key.name.split('.')[0]! : '', key]));
  for (const key of groups.values()) {
    const { trainIds, counts } = key.counts();
    for (let i = 0; i < trainIds.length; i++) if (counts[i]! > 0) trains.add(trainIds[i]!);
  }
  return trains;
}
