import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Engine, FileSink, ProjectFolder, RecordedTrains, loadInstalled } from '@trainyard/runtime';
import { findTask, jobPaths, partName, readJob } from './job.ts';
import { Work, isDone } from './work.ts';

export interface PartOptions {
  readonly version: string;
  /** What made the results, as a single run says it. */
  readonly provenance: (file: string) => Readonly<Record<string, unknown>>;
  readonly workers?: number;
  /** Ends it: the part counts as failed then, and nothing of it is left. */
  readonly signal?: AbortSignal;
  readonly say: (text: string) => void;
}

const PROGRESS_MS = 500;

/** Computes one part of a job into its file, or leaves it when that is done. True when the part is whole; why it is not is in its state. */
export async function runPart(folder: string, task: number, options: PartOptions): Promise<boolean> {
  const job = readJob(folder);
  const { run, part } = findTask(job, task);
  const out = jobPaths.part(folder, run, part);
  const statePath = jobPaths.partState(folder, run, part);
  const { say, signal } = options;
  if (isDone(statePath, job) && existsSync(out)) {
    say(`${partName(run, part)} is done already.`);
    return true;
  }
  mkdirSync(dirname(out), { recursive: true });
  const work = new Work(statePath, job, part.trains);
  say(`${partName(run, part)}: train IDs ${part.from} up to ${part.to} of ${run.folder}`);
  try {
    // What an earlier attempt left, perhaps on a node that is gone.
    for (const old of [out, `${out}.part`]) rmSync(old, { force: true });
    const file = join(folder, job.code);
    const installed = await loadInstalled(dirname(file));
    const source = await RecordedTrains.ofPart(run.folder, { first: run.first, from: part.from, to: part.to });
    const skipped = source.skipped.map((one) => `${one.file} cannot be used: ${one.reason}`);
    const sink = await FileSink.open({ path: out, force: false, title: basename(file), provenance: { ...options.provenance(file), part: `${run.run}/${part.from}-${part.to}` } });
    sink.onRoom = () => source.onChange();
    const engine = new Engine({ file, verb: 'run', source, sinks: [sink], installed, version: options.version, watch: false, workers: options.workers, sets: job.sets, project: new ProjectFolder(dirname(file)) });
    engine.onNote = say;
    engine.onLogs = (lines) => lines.forEach(({ view, trainId, text }) => say(`${view} (train ${trainId}): ${text}`));
    const timer = setInterval(() => work.progress(engine.state().trains.done, source.total), PROGRESS_MS);
    try {
      await engine.start().catch(async (error: unknown) => {
        await sink.abandon();
        throw error;
      });
      const stop = (): void => void engine.stop();
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop);
      const { trains } = await engine.finished;
      if (signal?.aborted) throw new Error('interrupted');
      work.progress(trains, source.total);
      work.done(trains, skipped);
      skipped.forEach(say);
      say(`${partName(run, part)}: ${trains} trains`);
    } finally {
      clearInterval(timer);
    }
    return true;
  } catch (error) {
    for (const unfinished of [out, `${out}.part`]) rmSync(unfinished, { force: true });
    const message = signal?.aborted ? 'interrupted' : (error as Error).message;
    work.failed(message);
    say(`${partName(run, part)} failed: ${message}`);
    return false;
  }
}
