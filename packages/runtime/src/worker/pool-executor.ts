import { Labelled, outcomeCode, parseDataPath, type DataPath } from '@trainyard/core';
import type { LoadedGeneration } from './load-generation.ts';
import type { BufferRing } from './buffer-ring.ts';
import type { CallKeeper } from './call-keeper.ts';
import { InputGuard, type Damage } from './input-guard.ts';
import { runsInPool, type LinkedInput, type LinkedView } from './link.ts';
import type { ViewLogs } from './logs.ts';
import { normalise } from './normalise.ts';
import { RAW, type Outcome, type TrainResults, type TrainTask, type WireOutcome } from './messages.ts';
import { begins, rests, runViews, type StatusCell } from './run-views.ts';
import type { TrainInputs } from './train-inputs.ts';
import { asUserError } from './user-error.ts';
import { inCall, type ViewCall } from './view-call.ts';
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
  readonly #passed: ReadonlyMap<string, DataPath>;
  /** The same of actions, while they collect. */
  readonly #collectable: ReadonlyMap<string, DataPath>;
  /** Raw keys that viewers look at. */
  #watched: ReadonlyMap<string, DataPath> = new Map();
  readonly #ring: BufferRing;
  readonly #logs: ViewLogs;
  readonly #status: StatusCell;
  readonly #keeper: CallKeeper | undefined;
  readonly guard: InputGuard;
  /** What was asked for last, and the views that it takes to compute it: trains in a row ask for the same. */
  #asked: { readonly only: string; readonly needed: ReadonlySet<string> } | undefined;

  constructor(generation: LoadedGeneration, ring: BufferRing, logs: ViewLogs, status: StatusCell, keeper?: CallKeeper) {
    this.#keeper = keeper;
    this.guard = new InputGuard(generation, keeper?.warnings);
    this.#generation = generation;
    this.#ring = ring;
    this.#logs = logs;
    this.#status = status;
    const { views, actions } = generation.graph;
    this.#views = views.filter(runsInPool);
    const reduceInputs = views.filter((view) => view.stage === 'reduce' && !runsInPool(view)).flatMap((view) => view.inputs);
    this.#outputs = new Set([...this.#views.filter((view) => !view.hidden || view.stage === 'reduce').map((view) => view.id), ...reduceInputs.flatMap((input) => input.view ?? [])]);
    this.#passed = new Map(reduceInputs.flatMap(({ key, path }) => (path ? [[key, path]] : [])));
    this.#collectable = new Map(actions.flatMap(({ of: { key, path } }) => (path ? [[key, path]] : [])));
  }

  watch(keys: readonly string[]): void {
    this.#watched = new Map(keys.map((key) => [key, parseDataPath(key)]));
  }

  async run(task: TrainTask, inputs: TrainInputs): Promise<TrainResults> {
    const done = new Map<string, Outcome>();
    const wanted = task.only && this.#needed(task.only);
    this.guard.beginTrain(task.trainId);
    const times = await runViews({ views: this.#views, status: this.#status, logs: this.#logs, keeper: this.#keeper, wanted }, task.trainId, task.verdicts, done, (view, call) => this.#view(view, call, inputs, done));
    for (const damage of this.guard.endTrain()) spoil(damage, this.#views, done);
    return this.#send(task, inputs, done, times);
  }

  /** The views asked for, and those that they take. */
  #needed(only: readonly string[]): ReadonlySet<string> {
    const key = only.join('\n');
    if (this.#asked?.only === key) return this.#asked.needed;
    const needed = new Set(only);
    for (const view of this.#views.toReversed()) if (needed.has(view.id)) for (const input of view.inputs) if (input.view !== undefined) needed.add(input.view);
    this.#asked = { only: key, needed };
    return needed;
  }

  async #view(view: LinkedView, call: ViewCall, inputs: TrainInputs, done: ReadonlyMap<string, Outcome>): Promise<Outcome> {
    const { trainId } = call;
    const { every } = view.spec.options;
    if (every !== undefined && trainId % every !== 0) return { code: NONE, message: `not due: it runs on every ${every}th train ID`, notRun: true };
    try {
      const values: unknown[] = [];
      for (const input of view.inputs) {
        const found = take(input, inputs, done);
        if ('value' in found) values.push(this.guard.give(view, input, found.value));
        else if (input.optional) values.push(undefined);
        else return { code: MISSING, message: found.missing, notRun: true };
      }
      const given = await inCall(call, async () => {
        const returned = view.spec.call!(values);
        return normalise(view.spec.kind, isThenable(returned) ? await returned : returned);
      });
      return 'value' in given ? { code: VALUE, value: given.value } : { code: NONE, message: given.none };
    } catch (error) {
      const { message, where } = inCall(call, () => asUserError(error, this.#generation.files));
      return { code: FAILED, message, ...(where && { where }) };
    } finally {
      this.guard.returned(view);
    }
  }

  /** Copies what leaves the worker into one buffer of the ring. */
  #send(task: TrainTask, inputs: TrainInputs, done: ReadonlyMap<string, Outcome>, times: Record<string, number>): TrainResults {
    const writer = new WireWriter();
    const outcomes: Record<string, WireOutcome> = {};
    const asked = task.only && new Set(task.only);
    for (const [i, view] of this.#views.entries()) {
      const outcome = done.get(view.id);
      if (!outcome || asked?.has(view.id) === false) continue;
      // A getter in what the view gave is the view's code, too.
      begins(this.#status, i);
      outcomes[view.id] = this.#wire(outcome, writer, this.#outputs.has(view.id) || task.collects?.includes(`view#${view.id}`) === true);
    }
    // What follows is ours, and takes as long as the results are large.
    begins(this.#status, this.#views.length);
    if (!asked || asked.has(RAW)) {
      const collected = [...this.#collectable].filter(([key]) => task.collects?.includes(key));
      for (const [key, path] of new Map([...this.#passed, ...this.#watched, ...collected])) outcomes[key] = this.#raw(key, path, inputs, writer);
    }
    // What a view writes that is computed on the side is said where it is asked for.
    const logs = this.#logs.take().filter(({ view }) => asked?.has(view) !== false || view === '');
    const base = { type: 'results' as const, seq: task.seq, trainId: task.trainId, outcomes, times, logs };
    const buffer = writer.bytes > 0 ? this.#ring.acquire(writer.bytes) : undefined;
    if (buffer) writer.copyTo(buffer.memory);
    rests(this.#status);
    return buffer ? { ...base, buffer } : base;
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

/**
 * An input was written to on this train: those that took it have no value to be trusted, nor has the view whose result it is, nor what took
 * any of these.
 */
export function spoil({ views: takers, inputs, message }: Damage, views: readonly LinkedView[], done: Map<string, Outcome>): void {
  const spoilt = new Map<string, string>(takers.map((id) => [id, message]));
  for (const { view } of inputs) if (view !== undefined) spoilt.set(view, `its result was written to on this train, by ${takers.join(' or ')}`);
  for (const view of views) {
    const known = done.get(view.id);
    if (known?.code !== VALUE) continue;
    const own = spoilt.get(view.id);
    const taken = view.inputs.find((input) => input.view !== undefined && spoilt.has(input.view));
    if (own !== undefined) done.set(view.id, { code: FAILED, message: own });
    else if (taken) {
      const why = spoilt.get(taken.view!)!;
      done.set(view.id, { code: MISSING, message: `${taken.key}: ${why}` });
      spoilt.set(view.id, why);
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
  // What was recorded with labels is an array to a view, as it is from a stream.
  const value = (input.bare || input.path) && given instanceof Labelled ? given.array : given;
  if (input.pulses === undefined) return value;
  if (typeof value !== 'object' || value === null || !('slice' in value)) throw new TypeError(`${input.key} is a single value: it has no pulses to choose from with pulses('${input.pulses}')`);
  return (value as { slice: (range: string) => unknown }).slice(input.pulses);
}

function isThenable(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
