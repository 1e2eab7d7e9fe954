import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogLine, YardState } from '@trainyard/control';
import type { GenerationDescriptor } from '../worker/generation.ts';
import type { FromWorker } from '../worker/messages.ts';
import { ByHand } from './by-hand.ts';
import { availableWorkers } from '../crew/available-workers.ts';
import { Collecting, DATA_END } from './collecting.ts';
import { Freezer } from '../freeze/freezer.ts';
import { ScanFiles } from '../scan/scan-files.ts';
import { CodeLoader, type Chosen } from '../reload/code-loader.ts';
import { containMemory, endSpent } from './contain-memory.ts';
import { Controls } from './controls.ts';
import { Crews, type Crew } from '../crew/crew.ts';
import { Delivery, type Summary } from './delivery.ts';
import { Dispatcher } from '../pool/dispatcher.ts';
import { EngineRefused, type EngineOptions } from './engine-options.ts';
import { FinalValues } from '../reduce/final-values.ts';
import { HeldViews } from './held-views.ts';
import { Journal } from '../project/journal.ts';
import { LineUp } from '../crew/line-up.ts';
import { KillNotes } from '../pool/kill-notes.ts';
import { LIMIT_MS } from '../pool/patience.ts';
import type { MemoryWatch } from '../crew/memory-watch.ts';
import { Parts } from './parts.ts';
import { ReduceGuard } from '../reduce/reduce-guard.ts';
import { ReduceStage, type Reduced } from '../reduce/reduce-stage.ts';
import { SaidOfTrains } from '../reduce/said-of-trains.ts';
import { Standby } from './standby.ts';
import type { Train } from '../pool/train.ts';
import { Vitals } from './vitals.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';
import { WarningBoard } from './warning-board.ts';
import { Watched } from './watched.ts';
import { wrongSets } from './wrong-sets.ts';
import { yardState } from './yard-state.ts';

/** Trains that may be on their way through the reduce stage; live more, while a view in train order keeps only its like waiting. */
const REDUCE_DEPTH = 64;
const REDUCE_DEPTH_HELD_UP = 512;
/** How often the reduce worker is looked at. */
const WATCH_MS = 50;

/** Runs a list or views file on a source, until the source ends or `stop` is called. */
export class Engine {
  readonly journal = new Journal();
  /** Something that a person should read: notes of a reload, problems of the project folder. */
  onNote: (text: string) => void = () => undefined;
  onLogs: (lines: readonly LogLine[]) => void = () => undefined;
  /** The state has changed in a way that is worth showing at once. */
  onChange: () => void = () => undefined;
  /** A file that the code is made of was saved. */
  onSave: () => void = () => undefined;
  readonly #options: EngineOptions;
  readonly #outFolder = mkdtempSync(join(tmpdir(), 'trainyard-'));
  readonly #controls: Controls;
  readonly #collecting: Collecting;
  readonly #freezer: Freezer;
  /** What people ask for while it runs. */
  readonly byHand: ByHand;
  /** Views that are not run, by hand or after crashes. */
  readonly held: HeldViews;
  /** Takes no trains until it is resumed. */
  readonly standby: Standby;
  /** What viewers look at. */
  readonly watched: Watched;
  readonly #crews: Crews;
  readonly #loader: CodeLoader;
  readonly #dispatcher: Dispatcher;
  readonly #reduce = new ReduceStage();
  readonly #guard: ReduceGuard;
  readonly #kills = new KillNotes();
  readonly #delivery: Delivery;
  readonly #vitals = new Vitals();
  readonly #startedAt = Date.now();
  readonly #live: boolean;
  readonly #workers: number;
  readonly #lineUp: LineUp;
  readonly #parts: Parts;
  readonly #said = new SaidOfTrains();
  readonly #finals = new FinalValues();
  readonly #memory: MemoryWatch<WorkerHandle>;
  readonly #warnings: WarningBoard;
  #reduceWatch: NodeJS.Timeout | undefined;
  #ending: Promise<Summary> | undefined;
  /** Recorded trains are there at once: they wait until the actions that take them are started. */
  #started = false;
  #end!: (summary: Promise<Summary>) => void;
  /** Resolved when all is written and closed. */
  readonly finished = new Promise<Summary>((resolve) => (this.#end = (summary) => resolve(summary)));

  constructor(options: EngineOptions) {
    this.#options = options;
    const { source, installed, sinks, project, verb } = options;
    const live = (this.#live = source.recorded === undefined);
    this.#workers = options.workers ?? (live ? Math.max(1, availableWorkers() - 1) : availableWorkers());
    // Live there is one more than compute at once: it takes over from one that hangs.
    this.#crews = new Crews(live ? this.#workers + 1 : this.#workers, options.watch, installed.packFolders, source.recorded, options.board);
    this.#loader = new CodeLoader(options, this.#crews, this.#outFolder);
    this.#loader.onChange = () => this.onChange();
    this.#lineUp = new LineUp((crew) => this.#loader.retired(crew));
    this.#delivery = new Delivery(sinks);
    this.watched = new Watched({ source, delivery: this.#delivery, lineUp: this.#lineUp, isEnding: () => this.#ending !== undefined });
    this.#parts = new Parts(this.#delivery, this.#reduce, this.#lineUp);
    this.#delivery.onLogs = (lines) => this.onLogs(lines);
    this.#delivery.countFrom = source.countFrom ?? -Infinity;
    this.#delivery.onWhole = (train) => this.#through(train);
    this.#dispatcher = new Dispatcher({ source, crews: this.#crews, live, size: this.#workers, isPatient: verb === 'run' || !live, limitMs: LIMIT_MS[live ? 'live' : source.play ? 'played' : 'recorded'] });
    this.#dispatcher.onTrain = (train) => {
      if (sinks.filter((sink) => sink.beginsPart?.(train.trainId)).length) this.#parts.begin(train.seq);
      train.collects = this.#collecting.takes;
      this.#delivery.begin(train);
      this.#reduce.begin(train);
    };
    this.#dispatcher.onComputed = (train, outcomes) => this.#freezer.kept.computed(train, outcomes);
    this.#dispatcher.onResults = (train, results) => {
      this.#reduce.push(train);
      this.#delivery.pool(train, results);
    };
    this.#dispatcher.onAnew = () => this.#beganAnew();
    this.#dispatcher.onIdleCrew = () => this.#retire();
    this.#dispatcher.onReplaced = (worker) => {
      this.#controls.greet(worker);
      this.watched.greet(worker);
    };
    this.#dispatcher.onKilled = (view, verdict, then) => {
      this.#kills.count(verdict);
      this.#kills.add(view ?? 'A worker', then === undefined ? verdict.message : `${verdict.message}; ${then}`);
    };
    this.#kills.onNote = (text) => this.onNote(text);
    this.#dispatcher.mayTake = () => this.#started && (live || !this.standby.isOn) && this.#reduce.backlog < (live && this.#guard.keepsWaiting ? REDUCE_DEPTH_HELD_UP : REDUCE_DEPTH) && (live || (!sinks.some((sink) => sink.full === true) && this.#collecting.mayTake(this.#dispatcher.nextSeq)));
    this.#reduce.countFrom = source.countFrom ?? -Infinity;
    this.#reduce.onDone = (train, strands, reduced, maker) => {
      this.#freezer.kept.reduced(train, reduced.outcomes);
      this.#collected(train, reduced);
      this.#delivery.reduced(train, strands, reduced, maker);
      this.#sourceChanged();
    };
    this.#guard = new ReduceGuard({
      stage: this.#reduce, crews: this.#crews, live,
      greet: (worker) => this.#controls.greet(worker),
      onMessage: (message) => this.#reduced(message),
      onDied: (_, verdict) => {
        this.#collecting.endAll('its worker was ended');
        this.#kills.count(verdict);
      },
      onReplaced: (view, verdict, goesOn) => {
        this.#kills.add(view ?? 'A view in train order', `${verdict.message}: ${goesOn}.`);
        this.#finals.said({ view });
      },
    });
    this.#memory = containMemory({ crews: this.#crews, dispatcher: this.#dispatcher, guard: this.#guard, note: (text) => this.onNote(text) });
    this.#crews.onSpent = (worker, of) => endSpent(worker, of, { dispatcher: this.#dispatcher, guard: this.#guard });
    this.#warnings = new WarningBoard(this.#delivery.accounts, () => this.descriptor?.views ?? []);
    this.#warnings.onNote = (text) => {
      this.onNote(text);
      this.onChange();
    };
    this.#crews.onWarning = (warning) => this.#warnings.add(warning);
    this.#reduce.onNotes = (notes) => notes.forEach((note) => this.onNote(note));
    this.#reduce.memory.onNote = (text) => this.onNote(text);
    this.#reduce.onGivenUp = (progress) => this.#collecting.action(progress);
    this.#reduce.memory.onKeep = (checkpoint) => {
      if (live) project.keepReducers(checkpoint);
    };
    this.journal.onEntry = (entry) => {
      project.journal(entry);
      for (const sink of sinks) sink.journal?.(entry);
    };
    project.onProblem = (text) => this.onNote(text);
    this.held = new HeldViews({
      project, keeps: verb !== 'run',
      views: () => this.descriptor?.views ?? [],
      retry: (id) => [this.#dispatcher.retry(id), this.#reduce.retry(id)].some(Boolean),
      changed: (...change) => this.#changed(...change),
    });
    this.#dispatcher.held = this.held.verdicts;
    this.#reduce.held = this.held.verdicts;
    this.standby = new Standby({
      source, dispatcher: this.#dispatcher, reduce: this.#reduce, crews: this.#crews, lineUp: this.#lineUp,
      load: async (who) => {
        const loaded = await this.#loader.load({ overrides: {}, kept: this.#controls.choose() });
        if (!('pool' in loaded)) throw Object.assign(new EngineRefused(loaded), { code: loaded[0]?.code });
        this.#adopt(loaded, who);
      },
      changed: (...change) => this.#changed(...change),
      isEnding: () => this.#ending !== undefined,
    });
    this.#controls = new Controls({
      tell: (message) => {
        for (const worker of this.#lineUp.current?.pool ?? []) worker.send(message);
        this.#reduce.tell(this.#dispatcher.nextSeq, message);
      },
      nextTrain: () => (this.#dispatcher.lastTrainId ?? -1) + 1,
    }, this.journal, project, verb !== 'run' && options.file !== undefined);
    const files = new ScanFiles(project.folderOf('scans'), options.provenance ?? {});
    files.onProblem = (text) => this.onNote(text);
    this.#collecting = new Collecting({
      set: (...asked) => {
        const set = this.#controls.set(...asked);
        this.#dispatcher.freshen();
        return set;
      },
      value: (group, name) => this.#controls.value(group, name),
      tellReduce: (message) => this.#reduce.tell(this.#dispatcher.nextSeq, message),
      nextSeq: () => this.#dispatcher.nextSeq,
      nextTrain: () => (this.#dispatcher.lastTrainId ?? -1) + 1,
      note: (text) => this.onNote(text),
    }, this.journal, files);
    this.#controls.beforeScans = () => this.#collecting.before;
    this.#freezer = new Freezer({
      file: options.file, source,
      descriptor: () => this.#lineUp.current?.descriptor,
      circumstances: () => ({ parameters: this.#controls.chosen(), constants: this.#controls.constantsInUse() }),
    });
    this.byHand = new ByHand({
      controls: this.#controls, collecting: this.#collecting, dispatcher: this.#dispatcher, freezer: this.#freezer, source,
      file: options.file, code: () => this.#lineUp.current?.code,
      reload: (who) => this.reload(who),
      changed: () => this.onChange(),
    });
  }

  /** Loads the code, then opens the source. Throws `EngineRefused` when the code is wrong: nothing has happened then. */
  async start(): Promise<void> {
    const { source, file, verb, sets } = this.#options;
    const began = Date.now();
    const loaded = await this.#loader.load({ overrides: sets, kept: this.#controls.choose() });
    if ('pool' in loaded) this.#adopt(loaded, 'start');
    const problems = 'pool' in loaded ? wrongSets(loaded.descriptor, sets, verb === 'run') : loaded;
    if (problems) {
      await this.#dispose();
      throw new EngineRefused(problems);
    }
    this.#controls.declare();
    const { crashed } = this.#options;
    if (crashed) this.journal.add({ trainId: (crashed.lastTrainId ?? -1) + 1, who: 'supervisor', what: 'crash', name: crashed.by });
    const remembered = this.#live ? this.#options.project.reducers() : undefined;
    if (remembered) this.#reduce.memory.begin(remembered);
    for (const [id, { message }] of this.held.verdicts) this.onNote(`${id}: ${message}`);
    for (const action of this.#options.actions ?? []) this.#collecting.startAt(action);
    this.#started = true;
    source.onChange = () => this.#sourceChanged();
    source.onNote = (text) => this.onNote(text);
    await source.open();
    if (this.#options.watch && file !== undefined) this.#loader.watch(() => {
      this.onSave();
      void this.reload('save');
    }, began);
    this.#reduceWatch = setInterval(() => {
      if (this.#live) this.#collecting.lookAtClock(Date.now());
      this.#guard.look();
    }, WATCH_MS);
    setTimeout(() => this.#crews.refill(), 300).unref();
    this.#sourceChanged();
  }

  /** The recorded constants that the code uses, and the hash of each. */
  get constants(): readonly { readonly key: string; readonly mark: string }[] {
    return this.#controls.inUse();
  }

  /** What runs here: the list or views file, all that it is made of, and the packs that are there for it. */
  get made(): Pick<EngineOptions, 'file' | 'installed' | 'version'> & { readonly files: readonly string[] } {
    const { file, version } = this.#options;
    return { file, version, installed: this.#loader.installed, files: this.#loader.files };
  }

  /** Loads the file again; several calls while one is under way become one. */
  async reload(who: string): Promise<void> {
    if (this.#ending || this.standby.isOn) return;
    await this.#loader.reload((): Chosen => ({ overrides: {}, kept: this.#controls.choose() }), (crew) => this.#adopt(crew, who), who !== 'save');
  }

  /** Between two trains: from now on the new crew works, the old one finishes what it holds. */
  #adopt(crew: Crew, who: string): void {
    const { source } = this.#options;
    const { descriptor } = crew;
    this.#lineUp.use(crew);
    this.#controls.adopt(descriptor, who);
    this.#collecting.adopt(descriptor);
    this.#delivery.accounts.generation(descriptor);
    this.#warnings.clear();
    for (const worker of [...crew.pool, crew.reduce!]) this.#controls.greet(worker);
    for (const worker of crew.pool) this.watched.greet(worker);
    this.#guard.listen(crew);
    source.want(this.watched.paths());
    source.warmUp?.(descriptor.reach);
    this.#dispatcher.use(crew);
    this.journal.add({ trainId: (this.#dispatcher.lastTrainId ?? -1) + 1, who, what: 'generation', name: String(descriptor.number) });
    for (const note of descriptor.notes) this.onNote(note);
    this.#retire();
    source.again?.();
    this.onChange();
  }

  #sourceChanged(): void {
    this.#dispatcher.pump();
    if (this.#options.source.ended && !this.#ending) void this.stop();
  }

  #reduced(message: FromWorker): void {
    if (message.type === 'scan-points') return this.#collecting.points(message);
    if (message.type !== 'finished') return this.#reduce.receive(message);
    this.#delivery.finals(message, this.#reduce.crew?.reduce);
    message.notes.forEach((note) => this.onNote(note));
    if (message.before === undefined) this.#finals.said();
  }

  /** What the reduce worker says of a train besides outcomes. */
  #collected(train: Train, reduced: Reduced): void {
    this.#said.add(train, reduced);
    for (const constant of reduced.constants ?? []) {
      this.#controls.record(constant);
      this.#options.source.again?.();
      this.onNote(`${constant.key} is recorded (train ${train.trainId}).`);
      this.onChange();
    }
  }

  /** A train is through both stages, and all before it are. */
  #through(train: Train): void {
    this.#freezer.kept.through(train);
    this.#options.board?.train(train.trainId);
    const { progress, scans } = this.#said.take(train);
    this.#collecting.train(train.seq, progress, scans);
    if (this.#delivery.shown !== this.#lineUp.current) this.#retire();
    this.#sourceChanged();
  }

  #changed(who: string, what: 'suspend' | 'resume', name: string): void {
    this.journal.add({ trainId: (this.#dispatcher.lastTrainId ?? -1) + 1, who, what, name });
    this.#options.source.again?.();
    this.onChange();
  }

  /** The train IDs of the streams begin anew with the train that is taken next: what remembers trains does, too. */
  #beganAnew(): void {
    if (this.#options.source.play) {
      this.#collecting.endAll('somebody went back to an earlier train');
      this.#controls.beginAnew();
      return;
    }
    this.#parts.begin(this.#dispatcher.nextSeq);
    this.onNote('The train IDs of the stream began anew: averages and histograms do, too.');
    this.#collecting.endAll('the train IDs of the stream began anew');
    this.byHand.clear(undefined, 'stream');
  }

  /** Ends it in order: trains under way are finished, everything is written and closed. */
  stop(): Promise<Summary> {
    this.#ending ??= this.#finish();
    this.#end(this.#ending);
    return this.#ending;
  }

  /** After `stop()`: views that still run are ended. */
  hurry(): void {
    this.#guard.hurry();
    this.#dispatcher.hurry();
  }

  async #finish(): Promise<Summary> {
    const { source, sinks } = this.#options;
    // The final values of reducers are made by a worker.
    if (this.standby.isOn) {
      await this.standby.wake('stop').catch((error: Error) => this.onNote(`Final values cannot be made: ${error.message}`));
      if (this.#lineUp.current) this.#delivery.show(this.#lineUp.current);
    }
    this.#loader.close();
    this.#dispatcher.stop();
    await this.#dispatcher.idle();
    await this.#reduce.drained();
    this.#collecting.endAll(DATA_END);
    // Of no train at all, too, a file says which views there were.
    if (!this.#delivery.shown && this.#lineUp.current) this.#delivery.show(this.#lineUp.current);
    const last = this.#delivery.shown;
    if (last?.descriptor.reduces && last.reduce) {
      await this.#reduce.takeOver(last);
      this.#reduce.announceAll();
      await this.#finals.ask(last, this.#guard);
    }
    await this.#collecting.close();
    await source.close();
    const errors: unknown[] = [];
    for (const sink of sinks) await sink.close().catch((error: unknown) => errors.push(error));
    const summary = this.#delivery.summary();
    await this.#dispose();
    // What was computed is said all the same.
    if (errors.length) throw Object.assign(errors[0] as Error, { summary });
    return summary;
  }

  #retire(): void {
    this.#lineUp.retire({ isBusy: (crew) => this.#dispatcher.holds(crew), needsReduce: (crew) => crew === this.#delivery.shown || crew === this.#reduce.crew });
  }

  async #dispose(): Promise<void> {
    clearInterval(this.#reduceWatch);
    this.#loader.close();
    this.#vitals.close();
    this.#dispatcher.close();
    this.#memory.close();
    await this.#lineUp.letGo();
    await this.#crews.close();
    this.#options.board?.close();
    rmSync(this.#outFolder, { recursive: true, force: true });
  }

  get descriptor(): GenerationDescriptor | undefined {
    return this.#lineUp.current?.descriptor;
  }

  state(): YardState {
    return yardState({
      options: this.#options, startedAt: this.#startedAt, workers: this.#workers, deaths: this.#kills.deaths, controls: this.#controls, collecting: this.#collecting,
      delivery: this.#delivery, dispatcher: this.#dispatcher, loader: this.#loader, standby: this.standby, vitals: this.#vitals,
    });
  }
}
