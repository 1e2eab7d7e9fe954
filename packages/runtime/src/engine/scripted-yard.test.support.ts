import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcomeNames, type OutcomeName } from '@trainyard/core';
import { loadInstalled } from '../packs/load-specs.ts';
import type { ReadyTrain, TrainSource } from '../source/train-source.ts';
import type { Summary } from './delivery.ts';
import { Engine } from './engine.ts';
import type { FinishedTrain } from './finished-train.ts';
import { ProjectFolder } from '../project/project-folder.ts';
import type { Sink } from './sink.ts';

/** So many trains are with workers at most, as on a stream. */
const SLOTS = 8;

export interface Script {
  /** The file, without its imports. `id` is the path of the train ID. */
  readonly views: string;
  readonly everyMs: number;
  readonly workers?: number;
  readonly verb?: 'live' | 'run';
  /** Train IDs that are dropped before anything sees them. */
  readonly lost?: (trainId: number) => boolean;
}

/** A live stream without data: train IDs from 1 on, one every so many milliseconds while a slot is free. */
class ScriptedTrains implements TrainSource {
  onChange = (): void => undefined;
  onNote = (): void => undefined;
  readonly recorded = undefined;
  readonly dropped = {};
  readonly tree = { sources: [] };
  readonly status = { what: 'a script', kind: 'stream', status: 'streaming', message: '', streams: [] } as unknown as TrainSource['status'];
  /** Trains that were not released yet, and those that were given up. */
  readonly lent = new Set<number>();
  readonly retired = new Set<number>();
  readonly takenAt = new Map<number, number>();
  readonly #script: Script;
  #timer: NodeJS.Timeout | undefined;
  #come = 0;
  #taken = 0;

  constructor(script: Script) {
    this.#script = script;
  }

  async open(): Promise<void> {
    this.#timer = setInterval(() => {
      if (this.lent.size - this.retired.size < SLOTS) this.#come += 1;
      this.onChange();
    }, this.#script.everyMs);
  }

  want(): void {}

  readonly ended = false;

  takeLost(): ReturnType<NonNullable<TrainSource['takeLost']>> {
    const trainId = this.#taken + 1;
    if (trainId > this.#come || !this.#script.lost?.(trainId)) return undefined;
    this.#taken = trainId;
    return { trainId, sources: new Set(), rule: 'of the script' } as unknown as ReturnType<NonNullable<TrainSource['takeLost']>>;
  }

  take(): ReadyTrain | undefined {
    const trainId = this.#taken + 1;
    if (trainId > this.#come) return undefined;
    this.#taken = trainId;
    this.lent.add(trainId);
    const at = Date.now();
    this.takenAt.set(trainId, at);
    return {
      trainId, data: [], at, receivedAt: at,
      release: () => {
        if (!this.lent.delete(trainId)) throw new Error(`train ${trainId} was released twice`);
        this.retired.delete(trainId);
      },
      retire: () => void this.retired.add(trainId),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
  }
}

/** What came when, by view. */
export interface Seen {
  readonly trainId: number;
  readonly outcome: OutcomeName;
  readonly value: unknown;
  readonly message: string | undefined;
  readonly ageMs: number;
}

class Recorder implements Sink {
  readonly isEarly?: true;
  readonly trains: { readonly trainId: number; readonly views: readonly string[] }[] = [];
  readonly seen = new Map<string, Seen[]>();
  readonly finalIds: string[] = [];
  readonly #source: ScriptedTrains;

  constructor(source: ScriptedTrains, isEarly: boolean) {
    this.#source = source;
    if (isEarly) this.isEarly = true;
  }

  generation(): void {}

  train({ trainId, outcomes }: FinishedTrain): void {
    this.trains.push({ trainId, views: [...outcomes.keys()] });
    for (const [id, { outcome: { code, value, message } }] of outcomes) {
      const name = id.replace('views/', '');
      const seen = this.seen.get(name) ?? [];
      seen.push({ trainId, outcome: outcomeNames[code]!, value, message, ageMs: Date.now() - (this.#source.takenAt.get(trainId) ?? Date.now()) });
      this.seen.set(name, seen);
    }
  }

  finals(finals: readonly { readonly id: string }[]): void {
    this.finalIds.push(...finals.map(({ id }) => id));
  }

  async close(): Promise<void> {}
}

/** A yard with real workers on a script. */
export class ScriptedYard {
  readonly engine: Engine;
  readonly file: string;
  readonly notes: string[] = [];
  /** Outcomes as soon as they are there, and in whole trains. */
  readonly early: Recorder;
  readonly whole: Recorder;
  readonly source: ScriptedTrains;
  readonly #folder: string;

  static async start(script: Script): Promise<ScriptedYard> {
    const folder = mkdtempSync(join(tmpdir(), 'yard-script-'));
    const yard = new ScriptedYard(script, folder, await loadInstalled(folder));
    await yard.engine.start();
    return yard;
  }

  private constructor(script: Script, folder: string, installed: Awaited<ReturnType<typeof loadInstalled>>) {
    this.#folder = folder;
    this.file = join(folder, 'views.ts');
    this.save(script.views);
    this.source = new ScriptedTrains(script);
    this.early = new Recorder(this.source, true);
    this.whole = new Recorder(this.source, false);
    this.engine = new Engine({ file: this.file, verb: script.verb ?? 'live', source: this.source, sinks: [this.early, this.whole], installed, version: '0', watch: false, workers: script.workers ?? 1, sets: {}, project: new ProjectFolder(folder) });
    this.engine.onNote = (note) => this.notes.push(note);
  }

  save(views: string): void {
    writeFileSync(this.file, `import { view, plan, optional, action, keep, reducer, shifted } from '@trainyard/core';\nimport { mean, histogram } from '@trainyard/core/reducers';\nconst id = 'internal#train_id';\n${views}\n`);
  }

  /** The newest outcomes of a view, the latest last. */
  of(name: string): readonly Seen[] {
    return this.early.seen.get(name) ?? [];
  }

  /** Views that had a final value. */
  get finals(): readonly string[] {
    return this.whole.finalIds;
  }

  /** Waits until something is so; fails when it does not come. */
  async until(what: string, isSo: () => boolean, withinMs = 60_000): Promise<void> {
    const end = Date.now() + withinMs;
    while (!isSo()) {
      if (Date.now() > end) throw new Error(`It was never so that ${what}. It said: ${this.notes.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<Summary> {
    const summary = await this.engine.stop();
    // Threads that were told to end may take a moment.
    await new Promise((resolve) => setTimeout(resolve, 50));
    rmSync(this.#folder, { recursive: true, force: true });
    return summary;
  }

  /** How old the oldest outcome of these views was, from the given train on. */
  oldest(names: readonly string[], from = 1): number {
    return Math.max(...names.flatMap((name) => this.early.seen.get(name)!.filter(({ trainId }) => trainId >= from).map(({ ageMs }) => ageMs)));
  }
}

/** Text of a view that burns its core for so long. */
export function burn(ms: number | string): string {
  return `{ const end = performance.now() + ${ms}; while (performance.now() < end); }`;
}
