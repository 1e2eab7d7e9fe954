import type { Problem, Where } from '@trainyard/core';
import type { Unsaved } from '../code/bundle.ts';
import { Engine } from '../engine/engine.ts';
import { EngineRefused } from '../engine/engine-options.ts';
import { FinishedTrain } from '../engine/finished-train.ts';
import type { Sink } from '../engine/sink.ts';
import type { Installed } from '../packs/load-specs.ts';
import { FileSink } from '../sink/file-sink.ts';
import { RecordedTrains } from '../source/recorded-trains.ts';
import { WireWriter, readWire } from '../worker/wire.ts';
import { FrozenProject, type FrozenTrain } from './frozen-train.ts';

/** What a view gave for the frozen train. */
export interface FrozenOutcome {
  readonly view: string;
  readonly outcome: string;
  readonly message: string;
  readonly where?: Where;
  /** For `value`, of a view that is not hidden. */
  readonly value?: unknown;
}

export interface RunFrozenOptions {
  readonly installed: Installed;
  readonly version: string;
  /** The results of the view go to this file, too, which is replaced. */
  readonly out?: string;
  /** The view whose outcome is wanted, or `all`, in place of the one that the train was frozen for. */
  readonly view?: string | undefined;
  /** Texts that are tried in place of files. */
  readonly unsaved?: Unsaved;
  /** Ends it: what still runs is `late`. */
  readonly signal?: AbortSignal;
}

/** Runs the code of a frozen train on it, once. Gives back what its view gave (all views, when it was frozen for all), or why the code does not load. */
export async function runFrozen(frozen: FrozenTrain, { installed, version, out, view = frozen.record.view, unsaved, signal }: RunFrozenOptions): Promise<{ readonly outcomes: readonly FrozenOutcome[] } | { readonly problems: readonly Problem[] }> {
  const { record, file, folder } = frozen;
  const { trainId, earlier } = record;
  const source = await RecordedTrains.ofPart(folder, { first: earlier[0] ?? trainId, from: trainId, to: trainId + 1 });
  const values = new ValueSink();
  const fileSink = out === undefined ? undefined : await FileSink.open({ path: out, force: true, title: record.view ?? 'all views', provenance: { program: 'trainyard', version } });
  const sinks: Sink[] = [values, ...(fileSink ? [new OneViewSink(fileSink, record.view)] : [])];
  // As in the live yard: the parameters are those that it had, unless the edit has changed their defaults.
  const engine = new Engine({ file, verb: 'live', source, sinks, installed, version, watch: false, workers: 1, sets: {}, unsaved, project: new FrozenProject(frozen) });
  const stop = (): void => {
    void engine.stop();
    engine.hurry();
  };
  signal?.addEventListener('abort', stop);
  try {
    await engine.start();
  } catch (error) {
    if (fileSink) await fileSink.abandon();
    await source.close();
    if (error instanceof EngineRefused) return { problems: error.problems };
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  signal?.addEventListener('abort', stop);
  await engine.finished;
  signal?.removeEventListener('abort', stop);
  const states = engine.state().views.filter((one) => (view === undefined || view === 'all' ? !one.hidden : one.id === view));
  return {
    outcomes: states.map(({ id, newest }) => ({
      view: id, outcome: newest?.outcome ?? 'none', message: newest?.message ?? 'it gave nothing',
      ...(newest?.where && { where: newest.where }),
      ...(values.of.has(id) && { value: values.of.get(id) }),
    })),
  };
}

/** Copies of the values of one train. */
class ValueSink implements Sink {
  readonly of = new Map<string, unknown>();
  generation(): void {
    // Values come with the train.
  }
  train(train: FinishedTrain): void {
    for (const [id, { outcome, memory }] of train.outcomes) {
      if (outcome.code !== 0 || outcome.value === undefined) continue;
      const writer = new WireWriter();
      const wire = writer.put(readWire(outcome.value, memory));
      const own = new SharedArrayBuffer(writer.bytes);
      writer.copyTo(own);
      this.of.set(id, readWire(wire, own));
    }
  }
  async close(): Promise<void> {
    // Nothing is open.
  }
}

/** Only one view's results reach the file; without one, all. */
class OneViewSink implements Sink {
  readonly #file: FileSink;
  readonly #view: string | undefined;
  constructor(file: FileSink, view: string | undefined) {
    this.#file = file;
    this.#view = view;
  }
  #wanted(id: string): boolean {
    return this.#view === undefined || id === this.#view;
  }
  generation(descriptor: Parameters<Sink['generation']>[0]): void {
    this.#file.generation({ ...descriptor, views: descriptor.views.filter(({ id }) => this.#wanted(id)) });
  }
  train(train: FinishedTrain): void {
    train.hold();
    const own = new FinishedTrain(train.seq, train.trainId, new Map([...train.outcomes].filter(([id]) => this.#wanted(id))), () => train.letGo());
    this.#file.train(own);
    own.letGo();
  }
  blocks(...[blocks, memory, done]: Parameters<NonNullable<Sink['blocks']>>): void {
    this.#file.blocks(blocks.filter(({ id }) => this.#wanted(id)), memory, done);
  }
  finals(...[finals, memory]: Parameters<NonNullable<Sink['finals']>>): void {
    this.#file.finals(finals.filter(({ id }) => this.#wanted(id)), memory);
  }
  close(): Promise<void> {
    return this.#file.close();
  }
}
