import { AsyncResource } from 'node:async_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workspace } from '@trainyard/core';
import { BoardSlot, type BoardPlace } from './board-slot.ts';
import { ArrayFiles } from './array-files.ts';
import { audited } from './audit.ts';
import { boundFills } from './bounded-fills.ts';
import { BufferRing } from './buffer-ring.ts';
import { CallKeeper } from './call-keeper.ts';
import { bytesOf, packState, unpackState } from './checkpoint.ts';
import { Checkpoints } from './checkpoints.ts';
import { userFiles, type GenerationCode } from './generation.ts';
import { loadGeneration, type LoadedGeneration } from './load-generation.ts';
import { ViewLogs } from './logs.ts';
import type { FromWorker, RecordedSource, ToWorker, TrainTask } from './messages.ts';
import { useOwnPackages } from './own-packages.ts';
import { PoolExecutor } from './pool-executor.ts';
import { fail, guardProcess } from './process-guards.ts';
import { Pythons } from '../python/pythons.ts';
import { ReduceExecutor } from './reduce-executor.ts';
import { readExact, withExact } from '../freeze/exact.ts';
import { copyOf } from './sample.ts';
import { resultsInputs, runInputs, stackInputs, streamInputs, type ModuleMemory, type TrainInputs } from './train-inputs.ts';
import { asUserError } from './user-error.ts';
import { inCall } from './view-call.ts';
import { ViewHandles } from './view-handles.ts';
import { ViewTimers } from './view-timers.ts';
import { ViewWarnings } from './view-warnings.ts';
import { readWire, resultLimit } from './wire.ts';

/**
 * A worker: the only place where user code runs. It is started empty (a warm spare), is told once what to load, and then
 * computes trains until it is ended. One worker never sees two generations.
 */
export interface WorkerData {
  readonly role: 'pool' | 'reduce';
  /** [views started, index of the running one + 1]: read by the watchdog. */
  readonly status: Int32Array;
  readonly packFolders: Readonly<Record<string, string>>;
  /** What the arrays of one train's results may take. */
  readonly resultBytes: number;
  /** Its place on the crash board, where there is one. */
  readonly board?: BoardPlace;
}

const { role, status, packFolders, board, resultBytes } = workerData as WorkerData;
resultLimit.bytes = resultBytes;
const port = parentPort!;
const ring = new BufferRing();
const logs = new ViewLogs();
const slot = new BoardSlot(board);
logs.onEnter = (view, trainId) => (view === '' ? slot.leave() : slot.enter(view, trainId));
const moduleMemory: ModuleMemory = new Map();
const texts = new Map<string, { mtimeMs: number; text: string }>();
let loaded: LoadedGeneration | undefined;
let pool: PoolExecutor | undefined;
let reduce: ReduceExecutor | undefined;
let recorded: ((task: TrainTask) => TrainInputs) | undefined;
let queue: Promise<void> = Promise.resolve();
/** The train that was reduced last. */
let newest = { seq: -1, trainId: -1 };
const checkpoints = new Checkpoints(() => {
  if (newest.seq < 0) return 0;
  const checkpoint = packState(newest.trainId, reduce?.saveState() ?? {}, (name) => reduce?.lastTrains.get(name));
  port.postMessage({ type: 'checkpoint', seq: newest.seq, checkpoint } satisfies FromWorker, Object.values(checkpoint.parts).map(({ bytes }) => bytes.buffer));
  return bytesOf(checkpoint);
}, (job) => (queue = queue.then(job)));

process.setSourceMapsEnabled(true);
boundFills();
const warnings = new ViewWarnings((warning) => send({ type: 'warning', warning }));
guardProcess(logs, warnings, () => loaded?.files ?? []);
const keeper = new CallKeeper(new ViewTimers(warnings), new ViewHandles(warnings, (view, message) => send({ type: 'spent', view, message })), warnings);
const packages = useOwnPackages(packFolders);
workspace.readText = (path, folder) => {
  const file = isAbsolute(path) ? path : resolve(folder, path);
  const { mtimeMs } = statSync(file);
  const known = texts.get(file);
  if (known?.mtimeMs === mtimeMs) return known.text;
  const text = readFileSync(file, 'utf8');
  texts.set(file, { mtimeMs, text });
  return text;
};

const arrayFiles = new ArrayFiles();
workspace.openArrays = (path, folder) => arrayFiles.open(isAbsolute(path) ? path : resolve(folder, path));

const pythons = new Pythons();
// Whatever of the train was under way with it does not come back: another worker, with another Python, does the rest.
// Outside of the call: a view may not end its worker, this may.
pythons.onDeath = AsyncResource.bind(fail);
workspace.startPython = (call) => pythons.start(call);

function send(message: FromWorker): void {
  port.postMessage(message);
}

/** What a file starts as it loads is held against the file, as what a view starts is against the view. */
async function whileLoading<T>(load: () => Promise<T>): Promise<T> {
  const call = keeper.begin('', -1);
  try {
    return await inCall(call, load);
  } finally {
    keeper.end(call);
  }
}

/** What reads the inputs of a train from recorded data. */
async function openRecorded(source: RecordedSource): Promise<(task: TrainTask) => TrainInputs> {
  if (source.kind === 'run') {
    const run = await (await import('@trainyard/exdf')).openRun(source.where);
    const exact = typeof source.where === 'string' ? readExact(source.where) : undefined;
    return (task) => withExact(runInputs(task, run, moduleMemory), exact, task.trainId);
  }
  if (source.kind === 'results') {
    const results = await (await import('../source/recorded-results.ts')).RecordedResults.open(source.what);
    return (task) => resultsInputs(task, results);
  }
  const stack = await (await import('@trainyard/stack')).openStack(source.what);
  return (task) => stackInputs(task, stack);
}

/** Modules from elsewhere that Node has loaded as they are: those of packs. */
function nativeFiles({ steps }: GenerationCode): string[] {
  const compiled = new Set(steps.map((step) => (step.kind === 'views' ? fileURLToPath(step.url) : '')));
  return packages.loaded().filter((file) => !compiled.has(file));
}

async function handle(message: Exclude<ToWorker, { type: 'release' }>): Promise<void> {
  switch (message.type) {
    case 'warm':
      // They have been loaded in another worker: what does not load here will say so when it is needed.
      for (const url of message.modules) await import(url).catch(() => undefined);
      return;
    case 'load':
      packages.use(message.code.packFolders);
      try {
        loaded = await whileLoading(() => loadGeneration(message.code, () => keeper.imported(), pythons));
        if (message.audit) loaded = audited(loaded, (view, input) => send({ type: 'input-changed', view, input }));
        if (role === 'pool') {
          pool = new PoolExecutor(loaded, ring, logs, status, keeper);
          if (message.recorded) recorded = await openRecorded(message.recorded);
        } else {
          reduce = new ReduceExecutor(loaded, ring, logs, status, keeper);
          // Its views seldom call Python.
          pythons.rest();
        }
        send({ type: 'loaded', descriptor: loaded.descriptor, files: [...nativeFiles(message.code), ...pythons.files], own: packages.own() });
      } catch (error) {
        send({ type: 'load-failed', error: asUserError(error, userFiles(message.code)), files: [...nativeFiles(message.code), ...pythons.files] });
      }
      return;
    case 'train': {
      const inputs = message.data || !recorded ? streamInputs(message, moduleMemory) : recorded(message);
      send(await pool!.run(message, inputs));
      return;
    }
    case 'reduce':
      send(await reduce!.run(message));
      // Strands of one train may come after others of a later one.
      if (message.seq >= newest.seq) newest = message;
      checkpoints.changed();
      return;
    case 'set':
      loaded?.set(message.group, message.name, message.value);
      return;
    case 'constant': {
      const { key, value, memory } = message.constant;
      const constant = loaded?.graph.constants.get(key);
      if (constant) (pool ?? reduce)?.guard.keep(key, constant, () => copyOf(readWire(value, memory)));
      return;
    }
    case 'find-growth':
      keeper.findGrowth();
      return;
    case 'keys':
      pool?.watch(message.keys);
      return;
    case 'action':
      reduce?.actions.start(message.group, message.name);
      return;
    case 'cancel-action':
      reduce?.actions.cancel(message.group, message.name);
      return;
    case 'scan': {
      const points = reduce?.scan(message);
      if (points) send(points);
      return;
    }
    case 'clear':
      reduce?.clear(message.id);
      checkpoints.changed();
      return;
    case 'save-state':
      for (const points of reduce?.scanPoints() ?? []) send(points);
      send({ type: 'state', state: reduce?.saveState() ?? {} });
      return;
    case 'restore-state':
      send({ type: 'restored', ...(reduce?.restoreState(message.state) ?? { notes: [], givenUp: [] }) });
      return;
    case 'restore-checkpoint': {
      const { state, unreadable } = unpackState(message.checkpoint);
      const { notes, givenUp } = reduce!.restoreState(state);
      for (const [name, { lastTrainId }] of Object.entries(message.checkpoint.parts)) reduce!.lastTrains.set(name, lastTrainId);
      reduce!.goOn(message.after);
      send({ type: 'restored', givenUp, notes: [...notes, ...unreadable.map((name) => `${name} starts anew: what was kept of it cannot be read.`)] });
      return;
    }
    case 'checkpoint':
      if (newest.seq < 0) send({ type: 'checkpoint', seq: -1, checkpoint: packState(-1, {}) });
      else checkpoints.now();
      return;
    case 'finish': {
      const finished = reduce!.finish(message.without);
      checkpoints.now();
      send({ ...finished, ...(message.before !== undefined && { before: message.before }) });
      return;
    }
    case 'fold':
      send(reduce!.fold(message.id, message.nodes));
      return;
  }
}

port.on('message', (message: ToWorker) => {
  // Buffers come back at once: a train that waits for one must not wait behind itself.
  if (message.type === 'release') ring.release(message.buffer);
  else queue = queue.then(() => handle(message)).catch(fail);
});
send({ type: 'ready', ...threadFolder() });

/** `PID/task/TID` of this thread: by it the watchdog knows whether a view computes or waits for a core. */
function threadFolder(): { thread?: string } {
  try {
    return { thread: readlinkSync('/proc/thread-self') };
  } catch {
    return {};
  }
}
