import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { YardError, formatWhere } from '@trainyard/core';
import { Access, ControlServer, CrashBoard, Engine, FileSink, HistorySink, LiveSink, PlayedTrains, ProjectFolder, PublishSink, RecordedTrains, kindOfFile, loadInstalled, type ControlServerOptions, type Sink, type Summary, type TrainSource } from '@trainyard/runtime';
import { AfterCrash } from './after-crash.ts';
import { endOnSignals } from './end-on-signals.ts';
import { EXIT, colour, keepWhatIsSaid, printJson, say, sayProblems } from './output.ts';
import { ago } from './print.ts';
import { openOutput } from './open-output.ts';
import { Progress } from './progress.ts';
import { provenanceOf } from './provenance-of.ts';
import { readSets } from './sets.ts';
import { supervision } from './supervised.ts';
import type { Crashed } from './supervision.ts';
import { versionOf } from './version.ts';

/** What `run`, `live` and `demo` have in common. */
export interface LaunchOptions {
  readonly set?: readonly string[];
  readonly workers?: number;
  readonly publish?: string;
  readonly port?: number;
  readonly out?: string;
  readonly force?: boolean;
  /** Train IDs of one file, when `out` is a folder. */
  readonly fileTrains?: number;
  readonly json?: boolean;
  readonly strict?: boolean;
  /** Buttons to press with the first train. */
  readonly action?: readonly string[];
  /** Who may come in besides those with a token. */
  readonly host?: string;
  readonly allowOrigin?: readonly string[];
  readonly passwordFile?: string;
  readonly lookPasswordFile?: string;
  readonly proxyHeader?: string;
  readonly controlUsers?: readonly string[];
  /** The files can be edited in the page. */
  readonly edit?: boolean;
}

export interface Launched {
  readonly engine: Engine;
  readonly server: ControlServer;
  readonly access: Access;
  /** Resolved with the exit code when all is closed. */
  readonly done: Promise<number>;
  stop(code?: number): void;
  /** Ends this process in order: whoever watches it does not start it again. */
  exit(code: number): Promise<never>;
}

/** Composes engine, sinks and control endpoint, starts them, and ends them in order on SIGINT or SIGTERM. */
export async function launch(verb: 'run' | 'live' | 'demo', file: string | undefined, source: TrainSource, options: LaunchOptions): Promise<Launched> {
  if (file !== undefined && !existsSync(file)) throw new YardError('WHAT_UNKNOWN', `There is no file ${file}.`);
  if (file !== undefined && kindOfFile(file) === undefined) throw new YardError('WHAT_UNKNOWN', `${file} is neither a process list (.yaml) nor a views file (.ts).`);
  if (options.workers !== undefined && !(Number.isInteger(options.workers) && options.workers > 0)) throw new YardError('WORKERS', `--workers takes a whole number from 1, not ${options.workers}.`);
  const folder = file === undefined ? process.cwd() : dirname(resolve(file));
  const supervised = verb === 'run' ? undefined : await supervision();
  const { host, allowOrigin, passwordFile, lookPasswordFile, proxyHeader, controlUsers } = options;
  const { token, lookToken } = supervised?.crashed?.address ?? {};
  const access = new Access({ token, lookToken, host, allowOrigin, passwordFile, lookPasswordFile, proxyHeader, controlUsers });
  const project = claimedFolder(verb, folder, file, source);
  const crash = supervised?.crashed && new AfterCrash(supervised, supervised.crashed);
  if (crash) say(crash.report);
  // After a crash what was set since is kept, and is newer.
  const sets = crash && project.claimed ? {} : readSets(options.set);
  const live = new LiveSink();
  const history = new HistorySink({ folder: source.recorded === undefined ? project.keptFolder('history') : undefined, played: source instanceof PlayedTrains, onNote: (text) => say(colour('yellow', text)) });
  const sinks: Sink[] = [live, history];
  const installed = await loadInstalled(folder);
  for (const pack of installed.packs) if (pack.error !== undefined) say(colour('yellow', `The pack ${pack.name} does not load: ${pack.error}`));
  // Closed before the others: a slow client never keeps the file open.
  if (options.out !== undefined) sinks.push(await openOutput(verb, file, source, { ...options, out: options.out }));
  if (options.publish !== undefined) {
    const publish = await PublishSink.bind(options.publish, verb === 'run' && source.recorded !== undefined);
    publish.onRoom = () => source.onChange();
    sinks.push(publish);
    say(`Results are on ${publish.endpoint}, for karabo_bridge.Client and the like.`);
  }
  const engine = new Engine({ file: file === undefined ? undefined : resolve(file), verb, source, sinks, installed, version: versionOf(), watch: verb !== 'run' || source.recorded === undefined, workers: options.workers, sets, actions: options.action, provenance: provenanceOf(file), project, board: supervised && boardIfPossible(), crashed: crash?.crashed });
  const progress = new Progress(engine);
  if (crash) sinks.push(crash.count((text) => progress.note(text)));
  engine.onNote = (text) => progress.note(text);
  engine.onLogs = (lines) => {
    for (const { view, trainId, text, swallowed } of lines) progress.note(colour('dim', `${view === '' ? 'while it loaded' : `${view}, train ${trainId}`}: ${text}${swallowed === undefined ? '' : ` (and ${swallowed} more)`}`));
  };
  let code: number = EXIT.done;
  let stopping = false;
  const stop = (with_: number = EXIT.done): void => {
    if (stopping) return;
    stopping = true;
    code = with_;
    void supervised?.ending();
    void engine.stop();
  };
  const end = endOnSignals(engine, () => stop(EXIT.interrupted));
  if (supervised) supervised.onOrphaned = end;
  try {
    await engine.start();
  } catch (error) {
    progress.end();
    if (stopping) {
      // Interrupted while it loaded: what the load then says is no fault of the file.
      report(await engine.finished, engine, source, options);
      process.exit(code);
    }
    for (const sink of sinks) if (sink instanceof FileSink) await sink.abandon();
    throw error;
  }
  if (source instanceof RecordedTrains || source instanceof PlayedTrains) sayProblems(source.lacking.map((message) => ({ severity: 'warning', code: 'SOURCE_LACKING', message })));
  const server = await listen({ engine, live, history, source, project, access, edit: options.edit, version: versionOf(), viewerFolder: viewerFolder(), port: options.port, name: engine.state().name, verb, folder, supervisor: supervised && process.ppid, onStop: () => stop() }, supervised?.crashed).catch(async (error: Error) => {
    for (const sink of sinks) if (sink instanceof FileSink) await sink.abandon();
    await engine.stop().catch(() => undefined);
    throw new YardError('PORT', `The control endpoint cannot listen at ${options.host === undefined ? '' : `${options.host}, `}port ${options.port ?? 'any'}: ${error.message}. Without --port any free one is taken.`);
  });
  supervised?.up({ port: Number(new URL(server.url).port), token: access.token, lookToken: access.lookToken });
  for (const note of crash?.setAside(engine) ?? []) progress.note(note);
  watchCode(engine, progress);
  for (const { key, mark } of engine.constants) progress.note(`${key} is the one that was recorded (${mark}).`);
  for (const { group, name, value, default: original } of engine.state().parameters) {
    if (verb !== 'run' && JSON.stringify(value) !== JSON.stringify(original) && !(name in sets) && !(`${group}.${name}` in sets)) {
      progress.note(`${group}.${name} is ${JSON.stringify(value)}, kept from last time; the file says ${JSON.stringify(original)}. yard run takes it by --set ${name}=${String(value)}.`);
    }
  }
  const done = engine.finished.then(
    async (summary) => {
      progress.end();
      await server.close();
      report(summary, engine, source, options);
      await project.close();
      if (options.strict && Object.values(summary.views).some((counts) => counts.failed > 0)) return Math.max(code, EXIT.partly);
      return code;
    },
    async (error: unknown) => {
      progress.end();
      await server.close();
      const { code: why = 'OUT_FAILED', message, summary } = error as { code?: string; message: string; summary?: Summary };
      if (summary) report(summary, engine, source, { ...options, out: undefined });
      sayProblems([{ severity: 'error', code: why, message }]);
      await project.close();
      return EXIT.partly;
    },
  );
  return { engine, server, access, done, stop, exit: async (with_) => (supervised ? supervised.end(with_) : process.exit(with_)) };
}

/** Where the state of a live yard is; what it says is kept there, too. Another one that uses it already is named. */
function claimedFolder(verb: string, folder: string, file: string | undefined, source: TrainSource): ProjectFolder {
  const project = new ProjectFolder(folder, file === undefined ? undefined : basename(file), source.play !== undefined);
  if (verb === 'run' || file === undefined) return project;
  project.onProblem = (text) => say(colour('yellow', text));
  const holder = project.claim(`${verb} ${basename(file)}`);
  if (holder) {
    const host = holder.host === hostname() ? '' : ` on ${holder.host}`;
    say(colour('yellow', `${basename(file)} is watched by process ${holder.pid}${host} already (${holder.what}, started ${ago(Date.now() - holder.since)}). This one begins with the parameters and constants that are kept, and keeps nothing itself: no parameters, averages, constants or log.`));
  }
  keepWhatIsSaid((text) => project.log(`${new Date().toISOString()} ${text}`));
  return project;
}

/** Without it one does not know which view ran at a crash: nothing else is lost. */
function boardIfPossible(): CrashBoard | undefined {
  try {
    return new CrashBoard();
  } catch {
    return undefined;
  }
}

/** Where the one before listened, if it crashed and nobody else does now: open browsers find it there. */
async function listen(options: ControlServerOptions, crashed: Crashed | undefined): Promise<ControlServer> {
  if (!crashed?.address) return ControlServer.open(options);
  const { port } = crashed.address;
  return ControlServer.open({ ...options, port }).catch((error: Error) => {
    say(colour('yellow', `The address of the one before cannot be used again: ${error.message}`));
    return ControlServer.open(options);
  });
}

/** A save that does not load is said here, too, with the user's line. */
function watchCode(engine: Engine, progress: Progress): void {
  let said = '';
  let warned = '';
  let number = engine.state().generation.number;
  const before = engine.onChange;
  engine.onChange = () => {
    before();
    const { generation } = engine.state();
    const { error } = generation;
    const place = error && [error.file, error.line, error.column].filter((part) => part !== undefined).join(':');
    const text = error ? `${place ? `${place}: ` : ''}${error.message}` : '';
    if (text !== said && error) progress.note(colour('red', `Not loaded, the old views run on: ${text} (${error.code})${error.fix === undefined ? '' : `\n  instead: ${error.fix}`}`));
    if (generation.number !== number) progress.note(`Loaded (generation ${generation.number}).`);
    const warnings = generation.warnings.map(({ file, line, column, message }) => `${[file, line, column].filter((part) => part !== undefined).join(':')}: ${message}`).join('\n');
    if (warnings !== warned && warnings !== '') progress.note(colour('yellow', warnings));
    warned = warnings;
    said = text;
    number = generation.number;
  };
  // What the scan of the first code says.
  engine.onChange();
}

function report(summary: Summary, engine: Engine, source: TrainSource, options: Pick<LaunchOptions, 'json'> & { readonly out?: string | undefined }): void {
  const dropped = Object.entries(source.dropped);
  const states = new Map(engine.state().views.map((view) => [view.id, view]));
  if (options.json) printJson({ type: 'summary', ...summary });
  else {
    say(`${summary.trains} trains, ${summary.trainsPerSecond.toFixed(1)} trains/s`);
    for (const [name, counts] of Object.entries(summary.views)) {
      const others = Object.entries(counts).filter(([outcome, n]) => outcome !== 'value' && n > 0).map(([outcome, n]) => `${n} ${outcome}`);
      say(`  ${name}: ${counts.value} values${others.length ? `, ${others.join(', ')}` : ''}`);
      const { newest, lastFailure } = states.get(name) ?? {};
      const reason = lastFailure ?? (newest?.outcome === 'value' || newest?.outcome === 'none' ? undefined : newest);
      if (reason) say(colour('yellow', `    ${reason.where ? `${formatWhere(reason.where)}: ` : ''}${reason.message} ${reason.message.includes('train ') ? '' : `(train ${reason.trainId})`}`));
    }
    if (options.out !== undefined) say(`Written: ${options.out}`);
  }
  for (const [rule, n] of dropped) say(`  dropped: ${n} (${rule})`);
}

/** The built viewer of this installation. */
function viewerFolder(): string | undefined {
  const folder = fileURLToPath(new URL('../dist', import.meta.resolve('@trainyard/viewer/package.json')));
  const beside = fileURLToPath(new URL('./dist', import.meta.resolve('@trainyard/viewer/package.json')));
  return [beside, folder].find((one) => existsSync(`${one}/index.html`));
}
