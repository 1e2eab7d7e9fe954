import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { YardError, didYouMean, parseDataPath, readParameter, type DataPath, type OutcomeCounts, type ParamValue, type Problem } from '@trainyard/core';
import type { CodeError, LogLine, YardState } from '@trainyard/control';
import type { GenerationCode, GenerationDescriptor } from '../worker/generation.ts';
import type { ActionProgress, ConstantValue, FromWorker } from '../worker/messages.ts';
import type { Installed } from '../packs/load-specs.ts';
import type { TrainSource } from '../source/train-source.ts';
import { Accounts } from './accounts.ts';
import { Crews, availableWorkers, type Crew } from './crew.ts';
import { Dispatcher } from './dispatcher.ts';
import { FinishedTrain, type Placed } from './finished-train.ts';
import { Journal } from './journal.ts';
import { prepareCode, type PreparedCode } from './prepare-code.ts';
import type { ProjectFolder } from './project-folder.ts';
import { RateMeter } from './rate-meter.ts';
import { ReduceStage, type PoolResults, type Reduced } from './reduce-stage.ts';
import type { Sink } from './sink.ts';
import type { WorkerHandle } from './worker-handle.ts';
import { CodeWatcher } from './code-watcher.ts';
import { wrongSets } from './wrong-sets.ts';

export interface EngineOptions {
  /** The list or views file; without one only the source tree is shown. */
  readonly file: string | undefined;
  readonly verb: YardState['verb'];
  readonly source: TrainSource;
  readonly sinks: readonly Sink[];
  readonly installed: Installed;
  readonly version: string;
  /** Watches the files and loads again on a save. */
  readonly watch: boolean;
  readonly workers?: number | undefined;
  /** `--set`: `[group.]name` -> value as written. */
  readonly sets: Readonly<Record<string, string>>;
  /** Where constants, and the parameters of live views, survive. */
  readonly project: ProjectFolder;
}

/** What came of it, printed as the last line of `--json`. */
export interface Summary {
  readonly trains: number;
  readonly trainsPerSecond: number;
  readonly views: Readonly<Record<string, OutcomeCounts>>;
}

/** The list or views file is refused: all problems at once. Nothing was read or written. */
export class EngineRefused extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
  }
}

/** Runs a list or views file on a source, until the source ends or `stop` is called. */
export class Engine {
  readonly journal = new Journal();
  readonly accounts = new Accounts();
  /** Something that a person should read: notes of a reload, problems of the project folder. */
  onNote: (text: string) => void = () => undefined;
  onLogs: (lines: readonly LogLine[]) => void = () => undefined;
  /** The state has changed in a way that is worth showing at once. */
  onChange: () => void = () => undefined;
  readonly #options: EngineOptions;
  readonly #outFolder = mkdtempSync(join(tmpdir(), 'trainyard-'));
  readonly #crews: Crews;
  readonly #dispatcher: Dispatcher;
  readonly #reduce = new ReduceStage();
  readonly #rate = new RateMeter();
  readonly #startedAt = Date.now();
  readonly #constants = new Map<string, ConstantValue & { at: number }>();
  readonly #actions = new Map<string, ActionProgress>();
  readonly #workers: number;
  /** All that still have workers. */
  readonly #all = new Set<Crew>();
  #crew: Crew | undefined;
  /** The crew whose trains the sinks see. */
  #shown: Crew | undefined;
  #watcher: CodeWatcher | undefined;
  #values: Record<string, ParamValue> = {};
  #defaults: Record<string, ParamValue> = {};
  #number = 0;
  #loadedAt = 0;
  #codeError: CodeError | undefined;
  #reloading: Promise<void> | undefined;
  #again = false;
  #trains = 0;
  #firstAt = 0;
  #lastAt = 0;
  #ending: Promise<Summary> | undefined;
  #end!: (summary: Promise<Summary>) => void;
  /** Resolved when all is written and closed. */
  readonly finished = new Promise<Summary>((resolve) => (this.#end = (summary) => resolve(summary)));

  constructor(options: EngineOptions) {
    this.#options = options;
    const { source, installed } = options;
    const live = source.recorded === undefined;
    this.#workers = options.workers ?? (live ? Math.max(1, availableWorkers() - 1) : availableWorkers());
    this.#crews = new Crews(this.#workers, installed.packFolders, source.recorded);
    this.#dispatcher = new Dispatcher({ source, crews: this.#crews, live });
    this.#dispatcher.onResults = (train, worker) => this.#pooled(train, worker);
    this.#dispatcher.onIdleCrew = () => this.#retire();
    this.#dispatcher.onKilled = (view, reason) => this.onNote(`${view ?? 'a worker'} ${reason}`);
    this.#dispatcher.mayTake = () => live || !options.sinks.some((sink) => sink.full === true);
    this.#reduce.countFrom = source.countFrom ?? -Infinity;
    this.#reduce.onDone = (train, reduced) => this.#done(train, reduced);
    this.#reduce.onNotes = (notes) => notes.forEach((note) => this.onNote(note));
    this.journal.onEntry = (entry) => options.sinks.forEach((sink) => sink.journal?.(entry));
    options.project.onProblem = (text) => this.onNote(text);
  }

  /** Loads the code, then opens the source. Throws `EngineRefused` when the code is wrong: nothing has happened then. */
  async start(): Promise<void> {
    const { source, file, project, verb } = this.#options;
    for (const constant of project.constants()) this.#constants.set(constant.key, { ...constant, at: this.#startedAt });
    const kept = verb === 'run' || file === undefined ? {} : project.parameters();
    const problems = (await this.#load({ ...kept, ...this.#options.sets }, 'start')) ?? wrongSets(this.#crew!.descriptor, this.#options.sets, verb === 'run');
    if (problems) {
      await this.#dispose();
      throw new EngineRefused(problems);
    }
    source.onChange = () => this.#sourceChanged();
    await source.open();
    if (this.#options.watch && file !== undefined) this.#watcher ??= new CodeWatcher(() => void this.reload('save'));
    this.#watch();
    setTimeout(() => this.#crews.refill(), 300).unref();
    this.#sourceChanged();
  }

  /** Loads the file again; several calls while one is under way become one. */
  async reload(who: string): Promise<void> {
    if (this.#options.file === undefined) return;
    this.#again = true;
    this.#reloading ??= this.#reloadAll(who).finally(() => (this.#reloading = undefined));
    await this.#reloading;
  }

  async #reloadAll(who: string): Promise<void> {
    while (this.#again && !this.#ending) {
      this.#again = false;
      const problems = await this.#load(this.#values, who);
      if (problems) this.#codeError = asCodeError(problems[0]!);
      this.onChange();
      setTimeout(() => this.#crews.refill(), 150).unref();
    }
  }

  /** Gives back the problems that kept it from loading; the old generation then runs on. */
  async #load(overrides: Readonly<Record<string, unknown>>, who: string): Promise<readonly Problem[] | undefined> {
    const { file, installed, source } = this.#options;
    const number = this.#number + 1;
    let prepared: PreparedCode = { steps: [], list: undefined, files: [], problems: [] };
    try {
      if (file !== undefined) prepared = await prepareCode(file, installed, join(this.#outFolder, String(number)));
    } catch (error) {
      return [{ severity: 'error', code: (error as { code?: string }).code ?? 'LOAD', message: (error as Error).message }];
    }
    this.#files = prepared.files;
    this.#watch();
    const errors = prepared.problems.filter((problem) => problem.severity === 'error');
    if (errors.length) return errors;
    const code: GenerationCode = { number, steps: prepared.steps, listParameters: prepared.list?.parameters ?? {}, overrides, oldDefaults: this.#defaults, packFolders: installed.packFolders };
    const crew = await this.#crews.load(code);
    if ('error' in crew) {
      const { message, code: errorCode = 'VIEWS_LOAD', where } = crew.error;
      return [{ severity: 'error', code: errorCode, message, where: where ?? { file: file ?? '' } }];
    }
    this.#number = number;
    this.#loadedAt = Date.now();
    this.#codeError = undefined;
    this.#adopt(crew, source, who);
    return undefined;
  }

  /** Between two trains: from now on the new crew works, the old one finishes what it holds. */
  #adopt(crew: Crew, source: TrainSource, who: string): void {
    this.#crew = crew;
    this.#all.add(crew);
    const { descriptor } = crew;
    this.#values = Object.fromEntries(descriptor.params.map((param) => [`${param.group}.${param.name}`, param.value]));
    this.#defaults = Object.fromEntries(descriptor.params.map((param) => [`${param.group}.${param.name}`, param.spec.default]));
    this.accounts.generation(descriptor);
    for (const worker of [...crew.pool, crew.reduce!]) for (const constant of this.#constants.values()) worker.send({ type: 'constant', constant });
    crew.reduce!.onMessage = (message) => this.#reduced(crew, message);
    crew.reduce!.onDeath = (reason) => void this.#reduceDied(crew, reason);
    source.want(this.#paths(crew));
    source.warmUp?.(descriptor.reach);
    this.#dispatcher.use(crew);
    this.journal.add({ trainId: this.#nextTrain(), who, what: 'generation', name: String(descriptor.number) });
    for (const note of descriptor.notes) this.onNote(note);
    if (this.#watchedKeys.length) this.watchKeys(this.#watchedKeys);
    this.#retire();
    this.onChange();
  }

  #watchedKeys: readonly string[] = [];
  #paths(crew: Crew | undefined): Map<string, DataPath> {
    return new Map([...(crew?.descriptor.paths ?? []), ...this.#watchedKeys].map((text) => [text, parseDataPath(text)]));
  }

  #files: readonly string[] = [];
  #watch(): void {
    this.#watcher?.files(this.#files);
  }

  #nextTrain(): number {
    return (this.#dispatcher.lastTrainId ?? -1) + 1;
  }

  #sourceChanged(): void {
    this.#dispatcher.pump();
    if (this.#options.source.ended && !this.#ending) void this.stop();
  }

  #pooled(train: PoolResults, worker: WorkerHandle): void {
    this.#makers.set(train, worker);
    this.#reduce.push(train);
  }

  readonly #makers = new WeakMap<PoolResults, WorkerHandle>();

  #reduced(crew: Crew, message: FromWorker): void {
    if (message.type === 'finished') this.#finals(crew, message);
    else this.#reduce.receive(message);
  }

  #done(train: PoolResults, reduced: Reduced | undefined): void {
    const { crew, results } = train;
    const { descriptor } = crew;
    if (crew !== this.#shown) {
      const before = this.#shown;
      this.#shown = crew;
      for (const sink of this.#options.sinks) sink.generation(descriptor);
      if (before) this.#retire();
    }
    const maker = this.#makers.get(train)!;
    if (results.trainId < this.#reduce.countFrom) {
      if (results.buffer) maker.send({ type: 'release', buffer: results.buffer.id });
      if (reduced?.buffer) crew.reduce?.send({ type: 'release', buffer: reduced.buffer.id });
      this.#sourceChanged();
      return;
    }
    let holders = reduced?.buffer && reduced.blocks.length ? 2 : 1;
    const releaseReduced = (): void => {
      holders -= 1;
      if (holders === 0 && reduced?.buffer) crew.reduce?.send({ type: 'release', buffer: reduced.buffer.id });
    };
    const outcomes = new Map<string, Placed>();
    for (const view of descriptor.views) {
      const late = reduced?.outcomes[view.id];
      const outcome = late ?? results.outcomes[view.id];
      if (!outcome) continue;
      this.accounts.book(view.id, results.trainId, outcome, reduced?.times[view.id] ?? results.times[view.id]);
      if (!view.hidden) outcomes.set(view.id, { outcome, memory: late ? reduced?.buffer?.memory : results.buffer?.memory });
    }
    this.#trains += 1;
    this.#lastAt = performance.now();
    if (this.#trains === 1) this.#firstAt = this.#lastAt;
    this.#rate.tick();
    const finished = new FinishedTrain(results.seq, results.trainId, outcomes, () => {
      if (results.buffer) maker.send({ type: 'release', buffer: results.buffer.id });
      releaseReduced();
    });
    for (const key of this.#watchedKeys) {
      const outcome = results.outcomes[key];
      if (outcome) outcomes.set(key, { outcome, memory: results.buffer?.memory });
    }
    for (const sink of this.#options.sinks) sink.train(finished);
    if (reduced?.blocks.length) for (const sink of this.#options.sinks) sink.blocks?.(reduced.blocks, reduced.buffer?.memory, releaseReduced);
    finished.letGo();
    const logs = reduced?.logs.length ? [...results.logs, ...reduced.logs] : results.logs;
    if (logs.length) this.onLogs(logs);
    if (reduced?.progress) this.#actions.set(`${reduced.progress.group}/${reduced.progress.name}`, reduced.progress);
    if (reduced?.constant) this.#record(reduced.constant, results.trainId);
    this.#sourceChanged();
  }

  /** A constant was recorded: every worker gets it before the next train that is handed out. */
  #record(constant: ConstantValue, trainId: number): void {
    this.#constants.set(constant.key, { ...constant, at: Date.now() });
    this.#options.project.saveConstant(constant);
    for (const worker of [...this.#crew!.pool, this.#crew!.reduce!]) worker.send({ type: 'constant', constant });
    this.journal.add({ trainId: this.#nextTrain(), who: 'action', what: 'constant', name: constant.key });
    this.onNote(`${constant.key} is recorded (train ${trainId}).`);
    this.onChange();
  }

  /** Sets a parameter for all workers between two trains; one used in a path starts a generation. Throws what is wrong with the value. */
  async set(group: string, name: string, value: unknown, who: string): Promise<ParamValue> {
    const params = this.#crew?.descriptor.params ?? [];
    const found = params.filter((param) => param.name === name && (group === '' || param.group === group));
    if (found.length === 0) throw new YardError('SET_UNKNOWN', `There is no parameter ${group ? `${group}.` : ''}${name}.${didYouMean(name, params.map((param) => param.name))}`);
    let set: ParamValue = 0;
    for (const param of found) {
      const key = `${param.group}.${param.name}`;
      set = readParameter(key, param.spec, value);
      this.journal.add({ trainId: this.#nextTrain(), who, what: 'parameter', name: key, value: set, before: this.#values[key]! });
      this.#values = { ...this.#values, [key]: set };
      for (const worker of [...this.#crew!.pool, this.#crew!.reduce!]) worker.send({ type: 'set', group: param.group, name, value: set });
    }
    this.#dispatcher.freshen();
    if (this.#options.verb !== 'run') this.#options.project.saveParameters(this.#values);
    if (found.some((param) => param.structural)) await this.reload(who);
    this.onChange();
    return set;
  }

  /** Starts an action: the next trains are collected. */
  action(group: string, name: string, who: string): void {
    const actions = this.#crew?.descriptor.actions ?? [];
    const found = actions.find((action) => action.name === name && (group === '' || action.group === group));
    if (!found) throw new YardError('ACTION_UNKNOWN', `There is no action "${name}".${didYouMean(name, actions.map((action) => action.name))}`);
    this.#actions.set(`${found.group}/${found.name}`, { group: found.group, name: found.name, done: 0, of: found.trains });
    this.#crew!.reduce!.send({ type: 'action', group: found.group, name: found.name });
    this.journal.add({ trainId: this.#nextTrain(), who, what: 'action', name: `${found.group}/${found.name}` });
    this.onChange();
  }

  /** Starts reducers anew: one view, a group, or all. */
  clear(name: string | undefined, who: string): void {
    this.#crew?.reduce?.send({ type: 'clear', ...(name !== undefined && { id: name }) });
    this.journal.add({ trainId: this.#nextTrain(), who, what: 'clear', name: name ?? 'all' });
  }

  /** The stream's train IDs began anew (a live stream only): what remembers trains does, too. */
  restarted(): void {
    this.onNote('The train IDs of the stream began anew: averages and histograms do, too.');
    this.clear(undefined, 'stream');
  }

  /** Raw keys (data paths) that viewers look at: handed through as if a view took them. */
  watchKeys(keys: readonly string[]): void {
    this.#watchedKeys = keys;
    this.#options.source.want(this.#paths(this.#crew));
    for (const worker of this.#crew?.pool ?? []) worker.send({ type: 'keys', keys });
  }

  /** Ends it in order: trains under way are finished, everything is written and closed. */
  stop(): Promise<Summary> {
    this.#ending ??= this.#finish();
    this.#end(this.#ending);
    return this.#ending;
  }

  async #finish(): Promise<Summary> {
    this.#watcher?.close();
    this.#dispatcher.stop();
    await this.#dispatcher.idle();
    await this.#reduce.drained();
    // Of no train at all, too, a file says which views there were.
    if (!this.#shown && this.#crew) for (const sink of this.#options.sinks) sink.generation(this.#crew.descriptor);
    const last = this.#shown;
    const errors: unknown[] = [];
    if (last?.descriptor.reduces && last.reduce) {
      await this.#reduce.takeOver(last);
      const said = new Promise<void>((resolve) => (this.#finalsSaid = resolve));
      last.reduce.send({ type: 'finish' });
      await said;
    }
    await this.#options.source.close();
    for (const sink of this.#options.sinks) await sink.close().catch((error: unknown) => errors.push(error));
    const summary = this.summary();
    await this.#dispose();
    if (errors.length) throw errors[0];
    return summary;
  }

  #finalsSaid: () => void = () => undefined;

  #finals(_crew: Crew, message: Extract<FromWorker, { type: 'finished' }>): void {
    for (const sink of this.#options.sinks) {
      if (message.blocks.length) sink.blocks?.(message.blocks, message.buffer?.memory, () => undefined);
      sink.finals?.(message.finals, message.buffer?.memory);
    }
    this.#finalsSaid();
  }

  summary(): Summary {
    const seconds = (this.#lastAt - this.#firstAt) / 1000;
    return { trains: this.#trains, trainsPerSecond: this.#trains > 1 && seconds > 0 ? (this.#trains - 1) / seconds : 0, views: this.accounts.counts() };
  }

  /** Ends the workers of crews that have done their last train; a reduce worker lives until its state has moved. */
  #retire(): void {
    for (const crew of this.#all) {
      if (crew === this.#crew || this.#dispatcher.holds(crew)) continue;
      const workers = [...crew.pool];
      crew.pool.clear();
      if (crew !== this.#shown && crew !== this.#reduce.crew) {
        this.#all.delete(crew);
        if (crew.reduce) workers.push(crew.reduce);
      }
      for (const worker of workers) void worker.end();
    }
  }

  async #reduceDied(crew: Crew, reason: string): Promise<void> {
    this.onNote(`The reduce worker ended (${reason}): averages and other running results start anew.`);
    const next = await this.#crews.replace(crew, 'reduce');
    crew.reduce = next;
    if (next) {
      next.onMessage = (message) => this.#reduced(crew, message);
      next.onDeath = (why) => void this.#reduceDied(crew, why);
    }
    this.#reduce.lost(crew, reason);
    this.#finalsSaid();
  }

  async #dispose(): Promise<void> {
    this.#dispatcher.close();
    await Promise.all([...this.#all].flatMap((crew) => [...crew.pool, crew.reduce].map(async (worker) => worker?.end())));
    await this.#crews.close();
    rmSync(this.#outFolder, { recursive: true, force: true });
  }

  get descriptor(): GenerationDescriptor | undefined {
    return this.#crew?.descriptor;
  }

  state(): YardState {
    const { source, verb, version, file } = this.#options;
    const descriptor = this.#crew?.descriptor;
    return {
      name: file === undefined ? source.status.what : basename(file),
      verb, version, pid: process.pid, startedAt: this.#startedAt,
      source: source.status,
      trains: { seen: this.#trains + this.#dispatcher.busy, done: this.#trains, dropped: source.dropped, rate: this.#rate.rate(), ...(this.#dispatcher.lastTrainId !== undefined && { lastTrainId: this.#dispatcher.lastTrainId }) },
      generation: { number: this.#number, loadedAt: this.#loadedAt, warnings: [], ...(this.#codeError && { error: this.#codeError }) },
      views: this.accounts.states(),
      parameters: (descriptor?.params ?? []).map(({ group, name, spec }) => ({ group, name, ...spec, value: this.#values[`${group}.${name}`]! })),
      actions: (descriptor?.actions ?? []).map(({ group, name, title }) => {
        const progress = this.#actions.get(`${group}/${name}`);
        return { group, name, title, ...(progress && progress.done < progress.of && { progress: { done: progress.done, of: progress.of } }), ...(progress && progress.done >= progress.of && { message: 'recorded' }) };
      }),
      constants: (descriptor?.constants ?? []).map((key) => {
        const constant = this.#constants.get(key);
        const [group, name] = [key.slice(0, key.lastIndexOf('.')), key.slice(key.lastIndexOf('.') + 1)];
        const shape = constant && typeof constant.value === 'object' && constant.value !== null && 'shape' in constant.value ? constant.value.shape : undefined;
        return { group, name, ...(constant && { recordedAt: constant.at }), ...(shape && { shape }) };
      }),
      workers: { pool: this.#workers, busy: this.#dispatcher.busy },
    };
  }
}

function asCodeError(problem: Problem): CodeError {
  const { code, message, where } = problem;
  const { text, fix } = problem as { text?: string; fix?: string };
  return { code, message, ...where, ...(text !== undefined && { text }), ...(fix !== undefined && { fix }) };
}
