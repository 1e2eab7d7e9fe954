import { Labelled, outcomeCode, parseDataPath, type DataPath } from '@trainyard/core';
import type { LoadedGeneration } from './load-generation.ts';
import { runsInPool, type LinkedInput, type LinkedView } from './link.ts';
import type { BufferRing } from './buffer-ring.ts';
import type { ViewLogs } from './logs.ts';
import { normalise } from './normalise.ts';
import type { Outcome, TrainResults, TrainTask, WireOutcome } from './messages.ts';
import { runViews, type StatusCell } from './run-views.ts';
import type { TrainInputs } from './train-inputs.ts';
import { asUserError } from './user-error.ts';
import { WireWriter } from './wire.ts';


const VALUE = outcomeCode('value');
const NONE = outcomeCode('none');
const MISSING = outcomeCode('missing');
const FAILED = outcomeCode('failed');

/** Runs the pool views of one train, in the order of the graph. */
export class PoolExecutor {
  readonly #generation: LoadedGeneration;
  readonly #views: readonly LinkedView[];
  readonly #outputs: ReadonlySet<string>;
  /** Paths that the reduce stage takes: handed through as if they were views. */
  readonly #passed: readonly { readonly key: string; readonly path: DataPath }[];
  /** Raw keys that viewers look at. */
  #watched: readonly { readonly key: string; readonly path: DataPath }[] = [];
  readonly #ring: BufferRing;
  readonly #logs: ViewLogs;
  readonly #status: StatusCell;

  constructor(generation: LoadedGeneration, ring: BufferRing, logs: ViewLogs, status: StatusCell) {
    this.#generation = generation;
    this.#ring = ring;
    this.#logs = logs;
    this.#status = status;
    const { views, actions } = generation.graph;
    this.#views = views.filter(runsInPool);
    const reduceInputs = [...views.filter((view) => view.stage === 'reduce' && !runsInPool(view)).flatMap((view) => view.inputs), ...actions.map((action) => action.of)];
    this.#outputs = new Set([...this.#views.filter((view) => !view.hidden || view.stage === 'reduce').map((view) => view.id), ...reduceInputs.flatMap((input) => input.view ?? [])]);
    this.#passed = [...new Map(reduceInputs.flatMap(({ key, path }) => (path ? [[key, { key, path }] as const] : []))).values()];
  }

  watch(keys: readonly string[]): void {
    this.#watched = keys.filter((key) => !this.#passed.some((passed) => passed.key === key)).map((key) => ({ key, path: parseDataPath(key) }));
  }

  async run(task: TrainTask, inputs: TrainInputs): Promise<TrainResults> {
    const done = new Map<string, Outcome>();
    const times = await runViews({ views: this.#views, status: this.#status, logs: this.#logs }, task.trainId, task.verdicts, done, (view) => this.#view(view, task.trainId, inputs, done));
    return this.#send(task, inputs, done, times);
  }

  async #view(view: LinkedView, trainId: number, inputs: TrainInputs, done: ReadonlyMap<string, Outcome>): Promise<Outcome> {
    const { every } = view.spec.options;
    if (every !== undefined && trainId % every !== 0) return { code: NONE, message: `not due: it runs on every ${every}th train ID` };
    try {
      const values: unknown[] = [];
      for (const input of view.inputs) {
        const found = take(input, inputs, done);
        if ('value' in found) values.push(found.value);
        else if (input.optional) values.push(undefined);
        else return { code: MISSING, message: found.missing };
      }
      const returned = view.spec.call!(values);
      const given = normalise(view.spec.kind, isThenable(returned) ? await returned : returned);
      return 'value' in given ? { code: VALUE, value: given.value } : { code: NONE, message: given.none };
    } catch (error) {
      const { message, where } = asUserError(error, this.#generation.files);
      return { code: FAILED, message, ...(where && { where }) };
    }
  }

  /** Copies what leaves the worker into one buffer of the ring. */
  #send(task: TrainTask, inputs: TrainInputs, done: ReadonlyMap<string, Outcome>, times: Record<string, number>): TrainResults {
    const writer = new WireWriter();
    const outcomes: Record<string, WireOutcome> = {};
    for (const view of this.#views) {
      outcomes[view.id] = this.#wire(done.get(view.id)!, writer, this.#outputs.has(view.id));
    }
    for (const { key, path } of [...this.#passed, ...this.#watched]) outcomes[key] = this.#raw(key, path, inputs, writer);
    if (writer.bytes === 0) return { type: 'results', seq: task.seq, trainId: task.trainId, outcomes, times, logs: this.#logs.take() };
    const buffer = this.#ring.acquire(writer.bytes);
    writer.copyTo(buffer.memory);
    return { type: 'results', seq: task.seq, trainId: task.trainId, outcomes, buffer, times, logs: this.#logs.take() };
  }

  /** A path as if it were a view; data that cannot be read fail here, not the train. */
  #raw(key: string, path: DataPath, inputs: TrainInputs, writer: WireWriter): WireOutcome {
    try {
      const found = inputs.get(key, path);
      return 'value' in found ? { code: VALUE, value: writer.put(found.value) } : { code: MISSING, message: found.missing };
    } catch (error) {
      return { code: FAILED, message: (error as Error).message };
    }
  }

  #wire(outcome: Outcome, writer: WireWriter, wanted: boolean): WireOutcome {
    if (outcome.code !== VALUE) return outcome as WireOutcome;
    if (!wanted) return { code: VALUE };
    try {
      return { code: VALUE, value: writer.put(outcome.value) };
    } catch (error) {
      return { code: FAILED, message: (error as Error).message };
    }
  }
}

/** The value of an input: of a view of this train, or of a path. */
export function take(input: LinkedInput, inputs: TrainInputs, done: ReadonlyMap<string, Outcome>): { readonly value: unknown } | { readonly missing: string } {
  if (input.view !== undefined) {
    const outcome = done.get(input.view);
    if (outcome?.code === VALUE) return { value: select(input, outcome.value) };
    return { missing: outcome?.message === undefined ? `${input.key} has no value` : `${input.key}: ${outcome.message}` };
  }
  const found = inputs.get(input.key, input.path!);
  return 'value' in found ? { value: select(input, found.value) } : found;
}

/** The value as the view takes it: without labels, and with `pulses('1::2')` some entries along the first axis. */
export function select(input: LinkedInput, given: unknown): unknown {
  const value = input.bare && given instanceof Labelled ? given.array : given;
  if (input.pulses === undefined) return value;
  if (typeof value !== 'object' || value === null || !('slice' in value)) throw new TypeError(`${input.key} is a single value: it has no pulses to choose from with pulses('${input.pulses}')`);
  return (value as { slice: (range: string) => unknown }).slice(input.pulses);
}

function isThenable(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
