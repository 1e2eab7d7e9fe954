import { Labelled, outcomeCode, type Labels, type TreeNode } from '@trainyard/core';
import { mean } from '@trainyard/core/reducers';
import type { BufferRing } from './buffer-ring.ts';
import type { CallKeeper } from './call-keeper.ts';
import { InputGuard, type Damage } from './input-guard.ts';
import { codeChanges, onlyDefaults } from '../code/code-changes.ts';
import type { TrainReader } from '../scan/scan-collector.ts';
import type { ScanCommand, ScanPoints } from '../scan/scan-messages.ts';
import { ScanStage } from '../scan/scan-stage.ts';
import { History, type SavedHistory } from './history.ts';
import { RunningActions, type RunningAction } from './running-actions.ts';
import { runsInPool, type LinkedAction, type LinkedInput, type LinkedView } from './link.ts';
import type { LoadedGeneration } from './load-generation.ts';
import type { ViewLogs } from './logs.ts';
import type { ActionProgress, BlockValue, FinalValue, FromWorker, Outcome, ReduceState, ReduceTask, SavedState, WireOutcome } from './messages.ts';
import { normalise } from './normalise.ts';
import { select, spoil } from './pool-executor.ts';
import { begins, rests, runViews, type StatusCell } from './run-views.ts';
import { CumulativeMemory, WindowMemory, resultOfNodes, type FinishedBlock, type Memory } from './reducing-view.ts';
import { asUserError } from './user-error.ts';
import { inCall, type ViewCall } from './view-call.ts';
import { WireWriter, readWire, type Wire } from './wire.ts';

type Reduced = Extract<FromWorker, { type: 'reduced' }>;

const VALUE = outcomeCode('value');
const NONE = outcomeCode('none');
const MISSING = outcomeCode('missing');
const FAILED = outcomeCode('failed');

/** Actions have had the train already. */
const NOTHING_COLLECTED = { progress: [], constants: [] } as const;
/** How often the growing result of a cumulative reducer is made for display, in milliseconds. */
const DISPLAY_MS = 200;

/** Runs what remembers, in train order: reducers, averages, views that take them, actions, scans. */
export class ReduceExecutor {
  readonly #generation: LoadedGeneration;
  readonly #views: readonly LinkedView[];
  readonly #memories = new Map<string, Memory>();
  /** View id -> the newest train that it has gone through. */
  readonly lastTrains = new Map<string, number>();
  /** Cumulative reducers whose value another view takes on every train. */
  readonly #taken: ReadonlySet<string>;
  #history: History;
  readonly #ring: BufferRing;
  readonly #logs: ViewLogs;
  readonly #status: StatusCell;
  readonly #keeper: CallKeeper | undefined;
  readonly guard: InputGuard;
  readonly actions: RunningActions;
  readonly #scans: ScanStage;
  /** By the first of the views whose turn it is: each strand has its own. */
  readonly #lastDisplay = new Map<string, number>();

  constructor(generation: LoadedGeneration, ring: BufferRing, logs: ViewLogs, status: StatusCell, keeper?: CallKeeper) {
    this.#keeper = keeper;
    this.guard = new InputGuard(generation, keeper?.warnings);
    this.#generation = generation;
    this.#ring = ring;
    this.#logs = logs;
    this.#status = status;
    this.#views = generation.graph.views.filter((view) => view.stage === 'reduce');
    this.actions = new RunningActions(generation.graph);
    this.#scans = new ScanStage(generation.scans);
    this.#taken = new Set([...this.#views.flatMap((view) => view.inputs), ...generation.graph.actions.map((action) => action.of)].flatMap((input) => input.view ?? []));
    this.#history = new History(this.#views);
    for (const view of this.#views) this.#begin(view);
  }

  /** Starts what remembers anew: one view; or all, and with them the earlier values that `stale` and `shifted` inputs take. */
  clear(id?: string): void {
    if (id === undefined) this.#history = new History(this.#views);
    for (const view of this.#views) if (id === undefined || view.id === id) this.#begin(view);
    this.#scans.clear(id);
  }

  #begin(view: LinkedView): void {
    const memory = memoryOf(view);
    if (memory) this.#memories.set(view.id, memory);
  }

  /** The points of scans that run. */
  scanPoints(): ScanPoints[] {
    return this.#scans.running();
  }

  /** A scan begins, goes on to its next point, ends; gives its points when they are asked for. */
  scan(command: ScanCommand): ScanPoints | undefined {
    return this.#scans.command(command);
  }

  async run(task: ReduceTask): Promise<Reduced> {
    const done = new Map<string, Outcome>();
    const blocks: { id: string; closed: FinishedBlock }[] = [];
    const get = (key: string): Outcome => {
      const known = done.get(key);
      if (known) return known;
      const part = task.parts.find(({ outcomes }) => Object.hasOwn(outcomes, key));
      const wire = part?.outcomes[key];
      const outcome: Outcome = wire === undefined ? { code: MISSING, message: `${key} has no value` } : { ...wire, value: readWire(wire.value, part!.memory) };
      done.set(key, outcome);
      return outcome;
    };
    const first = task.only?.[0] ?? '';
    const display = task.stays === true || Date.now() - (this.#lastDisplay.get(first) ?? 0) > DISPLAY_MS;
    if (display) this.#lastDisplay.set(first, Date.now());
    this.guard.beginTrain(task.trainId);
    const turn = task.only && new Set(task.only);
    const times = await runViews({ views: this.#views, status: this.#status, logs: this.#logs, keeper: this.#keeper, wanted: turn }, task.trainId, task.verdicts, done, (view, call) => this.#view(view, call, task, get, display, blocks));
    for (const { id } of this.#views) if (!turn || turn.has(id)) this.lastTrains.set(id, task.trainId);
    for (const damage of this.guard.endTrain()) {
      spoil(damage, this.#views, done);
      this.#forget(damage);
    }
    const { progress, constants } = task.again ? NOTHING_COLLECTED : this.actions.train(task.trainId, (input) => this.#input(input, task.trainId, get), (error) => asUserError(error, this.#generation.files).message, (action) => {
      const id = actionKey(action.group.name, action.name);
      const mayRun = turn?.has(id) !== false && !task.verdicts?.[id];
      if (mayRun) begins(this.#status, this.#views.length + 1 + this.#generation.graph.actions.indexOf(action));
      return mayRun;
    });
    // What follows is ours, and takes as long as the results are large.
    begins(this.#status, this.#views.length);
    const scans = this.#scans.endTrain(task.trainId, this.#reader(task.trainId, get), (id) => turn?.has(id) !== false);
    const reduced = this.#send(task, done, times, blocks);
    rests(this.#status);
    return { ...reduced, ...(progress.length > 0 && { progress }), ...(constants.length > 0 && { constants }), ...(scans.length > 0 && { scans }) };
  }

  /** What was remembered of an input that a view wrote to is not what it was. */
  #forget({ inputs }: Damage): void {
    for (const input of inputs) {
      if (input.stale !== undefined || input.shift !== undefined) this.#history.forget(input.key);
      const source = this.#views.find((view) => view.id === input.view);
      if (source) this.#begin(source);
    }
  }

  async #view(view: LinkedView, call: ViewCall, task: ReduceTask, get: (key: string) => Outcome, display: boolean, blocks: { id: string; closed: FinishedBlock }[]): Promise<Outcome> {
    try {
      const { trainId } = task;
      this.#remember(view, task, get);
      if (view.spec.scan) return this.#scans.view(view, trainId, this.#reader(trainId, get), display || this.#taken.has(view.id));
      const { every } = view.spec.options;
      if (every !== undefined && trainId % every !== 0 && !runsInPool(view)) return { code: NONE, message: `not due: it runs on every ${every}th train ID` };
      const own = view.spec.call ? (runsInPool(view) ? get(view.id) : await this.#call(view, call, get)) : this.#folded(view, trainId, get);
      const memory = this.#memories.get(view.id);
      if (!memory || own.code !== VALUE) return own;
      if (task.warm && memory instanceof CumulativeMemory) return { code: VALUE };
      // A block that ended is told even when this train cannot be folded in.
      const closed = memory.enter(trainId);
      if (closed?.value !== undefined) blocks.push({ id: view.id, closed });
      if (!task.again || memory.takeBack(trainId)) memory.add(trainId, bare(own.value), this.#labels(view, get));
      if (memory instanceof CumulativeMemory) return this.#soFar(view, memory, display);
      const value = memory.result(trainId);
      return value === undefined ? { code: NONE, message: 'nothing yet' } : { code: VALUE, value };
    } catch (error) {
      const { message, where } = inCall(call, () => asUserError(error, this.#generation.files));
      return { code: FAILED, message, ...(where && { where }) };
    } finally {
      this.guard.returned(view);
    }
  }

  /** What a reducer folds: the value of its input, or an object of those of several. A train that has some of them is folded, too. */
  #folded(view: LinkedView, trainId: number, get: (key: string) => Outcome): Outcome {
    if (!view.spec.reducer?.takes) return this.#input(view.inputs[0]!, trainId, get);
    const found = view.inputs.map((input) => [input.name, this.#input(input, trainId, get)] as const);
    if (found.every(([, { code }]) => code !== VALUE)) return { code: MISSING, message: [...new Set(found.map(([, { message }]) => message))].join('; ') };
    return { code: VALUE, value: Object.fromEntries(found.map(([name, { value }]) => [name, bare(value)])) };
  }

  /** Names, units and coordinates of what a view folds: its own result, or its input (`value`, of several). */
  #labels({ id, spec, inputs }: LinkedView, get: (key: string) => Outcome): Labels | undefined {
    const input = inputs.find(({ name }) => name === 'value') ?? inputs[0];
    const folded = get(spec.call ? id : (input!.view ?? input!.key)).value;
    return folded instanceof Labelled ? folded.labels : undefined;
  }

  /**
   * The growing result of a reducer over all trains. That it cannot be made fails the views that take it, not the train, which was
   * added: whether somebody looked just then must not show in the outcome.
   */
  #soFar(view: LinkedView, memory: CumulativeMemory, display: boolean): Outcome {
    const taken = this.#taken.has(view.id);
    if (!display && !taken) return { code: VALUE };
    try {
      const value = memory.result();
      return value === undefined ? { code: VALUE } : { code: VALUE, value };
    } catch (error) {
      if (taken) throw error;
      return { code: VALUE };
    }
  }

  /** A view that takes what remembers: its function, here. */
  async #call(view: LinkedView, call: ViewCall, get: (key: string) => Outcome): Promise<Outcome> {
    const values: unknown[] = [];
    for (const input of view.inputs) {
      const found = this.#input(input, call.trainId, get);
      if (found.code === VALUE && found.value !== undefined) values.push(this.guard.give(view, input, found.value));
      else if (input.optional) values.push(undefined);
      else return { code: MISSING, message: found.message ?? `${input.key} has no value` };
    }
    const given = await inCall(call, async () => normalise(view.spec.kind, await view.spec.call!(values)));
    return 'value' in given ? { code: VALUE, value: given.value } : { code: NONE, message: given.none };
  }

  /** Keeps what is taken `stale` or `shifted`, whether or not the view runs on this train: what it sees later hangs on the values alone. */
  #remember(view: LinkedView, { trainId, again = false }: ReduceTask, get: (key: string) => Outcome): void {
    for (const input of view.inputs) {
      if (!this.#history.keeps(input.key)) continue;
      const now = get(input.view ?? input.key);
      if (now.code === VALUE) this.#history.keep(input.key, trainId, now.value, again);
    }
  }

  #input(input: LinkedInput, trainId: number, get: (key: string) => Outcome): Outcome {
    const now = get(input.view ?? input.key);
    if (input.stale !== undefined || input.shift !== undefined) {
      const found = this.#history.at(input, trainId);
      return 'value' in found ? { code: VALUE, value: select(input, found.value) } : { code: MISSING, message: found.missing };
    }
    if (now.code !== VALUE) return { code: MISSING, message: now.message === undefined ? `${input.key} has no value` : input.view === undefined ? now.message : `${input.key}: ${now.message}` };
    return { code: VALUE, value: select(input, now.value) };
  }

  #reader(trainId: number, get: (key: string) => Outcome): TrainReader {
    return { input: (input) => this.#input(input, trainId, get), raw: (input) => get(input.view ?? input.key) };
  }

  #send(task: ReduceTask, done: ReadonlyMap<string, Outcome>, times: Record<string, number>, closed: readonly { id: string; closed: FinishedBlock }[]): Reduced {
    const writer = new WireWriter();
    const outcomes: Record<string, WireOutcome> = {};
    for (const view of this.#views) {
      const given = done.get(view.id);
      if (!given || task.only?.includes(view.id) === false) continue;
      const { value, ...outcome } = given;
      outcomes[view.id] = outcome.code === VALUE && value !== undefined && !view.hidden ? { ...outcome, value: writer.put(value) } : outcome;
    }
    const blocks: BlockValue[] = closed.map(({ id, closed: { block, lastTrainId, value } }) => ({ id, block, lastTrainId, value: writer.put(value) }));
    const base = { type: 'reduced' as const, seq: task.seq, trainId: task.trainId, outcomes, times, blocks, logs: this.#logs.take() };
    if (writer.bytes === 0) return base;
    const buffer = this.#ring.acquire(writer.bytes);
    writer.copyTo(buffer.memory);
    return { ...base, buffer };
  }

  /** What remembers trains: reducers, earlier values of inputs, actions that are under way. */
  saveState(): ReduceState {
    const saved: Record<string, SavedState> = {};
    const values = this.#valuesInForce();
    for (const view of this.#views) {
      const memory = this.#memories.get(view.id);
      const state = view.spec.scan ? this.#scans.save(view.id) : memory?.save();
      if (state !== undefined) saved[view.id] = { ...codeOf(view), values, state };
    }
    for (const key of this.#history.keys) {
      const state = this.#history.save(key);
      if (state) saved[key] = { ...codeOf(this.#giver(key)), values, state };
    }
    for (const [linked, running] of this.actions.all) {
      saved[actionKey(linked.group.name, linked.name)] = { ...codeOf(this.#giver(linked.of.key)), fold: foldOf(linked), values, state: running };
    }
    return saved;
  }

  /** Takes over what still fits; gives back in words what starts anew, and why. */
  restoreState(state: ReduceState): { readonly notes: readonly string[]; readonly givenUp: readonly ActionProgress[] } {
    const notes: string[] = [];
    const givenUp: ActionProgress[] = [];
    const values = this.#valuesInForce();
    const take = (key: string, view: LinkedView | undefined, what: string, restore: (state: unknown) => void, fold?: string): string | undefined => {
      const saved = Object.hasOwn(state, key) ? state[key] : undefined;
      if (!saved) return undefined;
      // A default that was written with the value that is in force makes no other result.
      const isSame = saved.fold === fold && (saved.hash === (view?.hash ?? '') || (view !== undefined && saved.values === values && onlyDefaults(saved.code, view.code)));
      const why = isSame ? undefined : view ? codeChanges(view.id, saved.code, view.code) : 'its code changed';
      if (why === undefined) restore(saved.state);
      else notes.push(`${what}: ${why}.`);
      return why;
    };
    for (const [i, view] of this.#views.entries()) {
      // Reducers may be made by hand: joining what they had is their code.
      begins(this.#status, i);
      const why = take(view.id, view, `${view.id} starts anew`, (saved) => (view.spec.scan ? this.#scans.restore(view.id, saved) : this.#memories.get(view.id)?.restore(saved)));
      if (why !== undefined && view.spec.scan) givenUp.push({ group: view.group.name, name: view.name, done: 1, of: 1, message: why });
    }
    rests(this.#status);
    for (const key of this.#history.keys) take(key, this.#giver(key), `Earlier values of ${key} are forgotten`, (saved) => this.#history.restore(key, saved as SavedHistory));
    for (const action of this.#generation.graph.actions) {
      const [group, name] = [action.group.name, action.name];
      const why = take(actionKey(group, name), this.#giver(action.of.key), `${group}/${name} was given up, start it again`, (saved) => this.actions.restore(action, saved as RunningAction), foldOf(action));
      if (why !== undefined) givenUp.push({ group, name, done: 1, of: 1, message: `given up: ${why}` });
    }
    return { notes, givenUp };
  }

  #valuesInForce(): string {
    return JSON.stringify([...new Set(this.#generation.graph.views.map((view) => view.group))].map(({ name, params }) => [name, params.values]));
  }

  /** The view that an input comes from; undefined for a path. */
  #giver(key: string): LinkedView | undefined {
    return this.#generation.graph.views.find((view) => `view#${view.id}` === key);
  }

  /** The result over all blocks of a reducer, from the tree nodes of the parts of a run: the bits of one run over all. */
  fold(id: string, nodes: readonly TreeNode<unknown>[]): Extract<FromWorker, { type: 'folded' | 'fold-failed' }> {
    try {
      const { reducer } = this.#views.find((view) => view.id === id)!.spec;
      const writer = new WireWriter();
      const value = writer.put(resultOfNodes(reducer!, nodes));
      const memory = new SharedArrayBuffer(writer.bytes);
      writer.copyTo(memory);
      return { type: 'folded', value, memory };
    } catch (error) {
      return { type: 'fold-failed', error: asUserError(error, this.#generation.files) };
    }
  }

  /**
   * After a checkpoint was taken over. `after`: of each view the last train whose results went to the open results file; blocks that ended before it
   * are in there. Without it what comes now goes to another file.
   */
  goOn(after: Readonly<Record<string, number>> | undefined): void {
    for (const [i, { id }] of this.#views.entries()) {
      const memory = this.#memories.get(id);
      if (!(memory instanceof CumulativeMemory)) continue;
      begins(this.#status, i);
      if (!after) memory.beginPart();
      else if (after[id] !== undefined) memory.enter(after[id]);
    }
    rests(this.#status);
  }

  /** Ends a part, and all its blocks, but of the views whose reducers do not come back (`without`): its final values, and the nodes from which parts are joined. */
  finish(without: readonly string[] = []): Extract<FromWorker, { type: 'finished' }> {
    const writer = new WireWriter();
    const blocks: BlockValue[] = [];
    const finals: FinalValue[] = [];
    const notes: string[] = [];
    for (const [i, view] of this.#views.entries()) {
      const memory = this.#memories.get(view.id);
      if (!(memory instanceof CumulativeMemory) || view.hidden || without.includes(view.id)) continue;
      begins(this.#status, i);
      const closed = memory.close();
      if (closed?.value !== undefined) blocks.push({ id: view.id, block: closed.block, lastTrainId: closed.lastTrainId, value: writer.put(closed.value) });
      let value: Wire;
      try {
        value = writer.put(memory.partResult());
      } catch (error) {
        notes.push(`${view.id} has no final value: ${asUserError(error, this.#generation.files).message}`);
      }
      finals.push({ id: view.id, value, nodes: memory.nodes() });
    }
    for (const view of this.#views) if (without.includes(view.id)) this.#begin(view);
    finals.push(...this.#scans.finals(writer));
    this.goOn(undefined);
    const buffer = writer.bytes > 0 ? this.#ring.acquire(writer.bytes) : undefined;
    if (buffer) writer.copyTo(buffer.memory);
    rests(this.#status);
    return { type: 'finished', finals, blocks, notes, ...(buffer && { buffer }) };
  }
}

function codeOf(view: LinkedView | undefined): Pick<SavedState, 'hash' | 'code'> {
  return { hash: view?.hash ?? '', code: view?.code ?? {} };
}

/** What an action makes of its trains. */
function foldOf({ action: { reduce, trains } }: LinkedAction): string {
  return `${reduce.name} of ${trains}`;
}

/** No view has such an ID, nor an input such a key. */
function actionKey(group: string, name: string): string {
  return `action#${group}/${name}`;
}

function memoryOf(view: LinkedView): Memory | undefined {
  const { reducer, options } = view.spec;
  if (reducer) return reducer.window === undefined ? new CumulativeMemory(reducer) : new WindowMemory(reducer, reducer.window);
  return options.average === undefined ? undefined : new WindowMemory(mean(), options.average);
}

/** Reducers fold arrays without their labels. */
function bare(value: unknown): unknown {
  return value instanceof Labelled ? value.array : value;
}
