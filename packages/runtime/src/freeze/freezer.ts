import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import { YardError, didYouMean } from '@trainyard/core';
import { openRun } from '@trainyard/exdf';
import { markOf } from '../engine/controls.ts';
import { threadOf } from '../crew/thread.ts';
import type { TrainSource } from '../source/train-source.ts';
import type { GenerationDescriptor } from '../worker/generation.ts';
import type { FreezeAnswer } from './freeze-thread.ts';
import { KeptTrains, type Circumstances, type KeptTrain } from './kept-trains.ts';
import type { FreezeJob } from './write-frozen.ts';

/** Earlier trains that are frozen with a recorded one, at most. */
const MOST_EARLIER = 500;
/** So long the next train is waited for. */
const NEXT_MS = 10_000;

export interface FreezerOptions {
  /** The list or views file. */
  readonly file: string | undefined;
  readonly source: TrainSource;
  /** The code that runs. */
  readonly descriptor: () => GenerationDescriptor | undefined;
  /** What it has now. */
  readonly circumstances: () => Circumstances;
}

/** Freezes trains of a running yard, into `frozen/` beside the list or views file. */
export class Freezer {
  readonly kept: KeptTrains;
  readonly #options: FreezerOptions;

  constructor(options: FreezerOptions) {
    this.#options = options;
    this.kept = new KeptTrains(options.source.recorded !== undefined, options.circumstances);
  }

  /**
   * Writes the newest train that a view failed on, or with `next` the next train whatever comes of it; without a view, the newest failure of all, or
   * the next train for all views. Gives back in words what there is now. Errors: `FREEZE_NONE`, `FREEZE_LOST`, `FREEZE_EXISTS`, `VIEW_UNKNOWN`.
   */
  async freeze(name: string | undefined, next: boolean): Promise<string> {
    const { file, source } = this.#options;
    const descriptor = this.#options.descriptor();
    if (file === undefined || !descriptor) throw new YardError('FREEZE_NONE', 'There are no views here that a train could be frozen for.');
    if (source.recorded?.kind === 'stack') throw new YardError('FREEZE_NONE', 'A frame of a stack is not frozen: yard run --stack FILE --trains N:N+1 runs frame N again.');
    if (source.recorded?.kind === 'results') throw new YardError('FREEZE_NONE', 'A results file has what views gave, not what they took: a train is frozen from its run, with yard live LIST --run DIR.');
    const view = name === undefined ? undefined : idOf(name, descriptor);
    const coming = next ? this.kept.next(view) : undefined;
    // Of recorded data that stand still the next train is the one that is shown.
    if (coming) source.again?.();
    const kept = coming ? await inTime(coming) : this.kept.newest(view);
    if (!kept) throw new YardError('FREEZE_NONE', `${view ?? 'No view'} has not failed${view === undefined ? '' : ' in this yard'}: there is no train to freeze. With --train now it is the next one.`);
    if (kept.lost !== undefined) throw new YardError('FREEZE_LOST', `Train ${kept.trainId}, on which ${kept.view} failed, cannot be frozen: ${kept.lost}.`);
    const folder = join(dirname(file), 'frozen', `${this.#nameOf(kept, file)}-${kept.trainId}`);
    if (existsSync(folder)) throw new YardError('FREEZE_EXISTS', `${folder} is there already: it is the same train. Remove it to freeze it again.`);
    const inputs = await this.#write(await this.#job(kept, folder, file));
    const what = kept.outcome === 'value' ? '' : `, ${kept.outcome}: ${kept.message}`;
    return `${relative(process.cwd(), folder)}: ${inputs} ${inputs === 1 ? 'input' : 'inputs'} of train ${kept.trainId}${what}. yard retry ${basename(folder)} runs it again on every save.`;
  }

  /** `total` of `views/total` in `views.ts`, `iq.profile` of `iq/profile`; characters that folders do not have become `_`. */
  #nameOf({ view }: KeptTrain, file: string): string {
    if (view === undefined) return 'train';
    const stem = basename(file, extname(file)).replace(/[^\w-]/g, '_');
    const name = view.startsWith(`${stem}/`) ? view.slice(stem.length + 1) : view.replace('/', '.');
    return name.replace(/[^\w.-]/g, '_');
  }

  async #job(kept: KeptTrain, folder: string, file: string): Promise<FreezeJob> {
    const { source } = this.#options;
    const { view, trainId, data, absent, paths, where, outcome, message, generation, parameters, constants } = kept;
    const reach = view === undefined ? Math.max(0, ...generation.views.map((one) => one.reach ?? 0)) : (generation.views.find(({ id }) => id === view)?.reach ?? 0);
    const recorded = source.recorded?.kind === 'run' ? source.recorded.where : undefined;
    const earlier = recorded === undefined ? [] : await earlierTrains(recorded, trainId, reach);
    const notes = [
      ...(reach === Infinity ? ['It takes what a reducer makes of all trains before: that starts anew with the frozen one.'] : []),
      ...(recorded === undefined && reach > 0 && reach < Infinity ? [`It looks back ${reach} train IDs, of which a stream has nothing left: averages and earlier values start with this train.`] : []),
      ...(recorded !== undefined && reach < Infinity && earlier.length === MOST_EARLIER ? [`It looks back ${reach} train IDs; the last ${MOST_EARLIER} trains are here.`] : []),
    ];
    return {
      folder, trainIds: [...earlier, trainId], at: kept.at, paths: [...paths], constants,
      from: recorded === undefined ? { kind: 'stream', data: data ?? [], ...(absent && { absent }) } : { kind: 'run', where: recorded },
      record: {
        ...(view !== undefined && { view }), outcome, message,
        ...(where && { where: { ...where, file: relative(folder, where.file) } }),
        file: relative(folder, file), from: source.status.what, frozenAt: new Date().toISOString(), parameters, constants: Object.fromEntries(constants.map((one) => [one.key, markOf(one)])), notes,
      },
    };
  }

  async #write(job: FreezeJob): Promise<number> {
    mkdirSync(dirname(job.folder), { recursive: true });
    const thread = new Worker(threadOf(import.meta.url, 'freeze-thread'), { workerData: job });
    const answer = await new Promise<FreezeAnswer>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
    });
    if ('code' in answer) throw new YardError(answer.code, answer.message);
    return answer.inputs;
  }
}

async function earlierTrains(where: Parameters<typeof openRun>[0], trainId: number, reach: number): Promise<number[]> {
  if (reach === 0 || reach === Infinity) return [];
  const run = await openRun(where);
  try {
    return run.trainIds.filter((id) => id >= trainId - reach && id < trainId).slice(-MOST_EARLIER);
  } finally {
    run.close();
  }
}

async function inTime(next: Promise<KeptTrain>): Promise<KeptTrain> {
  let late: NodeJS.Timeout | undefined;
  const none = new Promise<never>((_, reject) => (late = setTimeout(() => reject(new YardError('FREEZE_NONE', `No train came within ${NEXT_MS / 1000} s.`)), NEXT_MS)));
  try {
    return await Promise.race([next, none]);
  } finally {
    clearTimeout(late);
  }
}

function idOf(name: string, { views }: GenerationDescriptor): string {
  const found = views.find(({ id }) => id === name) ?? views.find((view) => view.name === name);
  if (found) return found.id;
  throw new YardError('VIEW_UNKNOWN', `There is no view "${name}".${didYouMean(name, views.flatMap((view) => [view.id, view.name]))}`);
}
