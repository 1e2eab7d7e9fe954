import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDataPath } from '@trainyard/core';
import { suspectsOf } from '../code/suspects.ts';
import { EngineRefused } from '../engine/engine-options.ts';
import { prepareCode } from '../reload/prepare-code.ts';
import type { ProjectFolder } from '../project/project-folder.ts';
import type { Installed } from '../packs/load-specs.ts';
import type { RecordedTrains } from '../source/recorded-trains.ts';
import type { ReadyTrain } from '../source/train-source.ts';
import type { GenerationCode } from '../worker/generation.ts';
import { AuditWorker, type AuditCode } from './audit-worker.ts';
import { Comparison } from './comparison.ts';
import type { PurityReport } from './purity-report.ts';
import { runPass } from './run-pass.ts';
import { shuffled } from './shuffled.ts';

export interface PurityOptions {
  /** The list or views file. */
  readonly file: string;
  readonly installed: Installed;
  readonly source: RecordedTrains;
  /** At most so many of its trains are computed. */
  readonly most: number;
  /** Where constants are. */
  readonly project: ProjectFolder;
  /** Told how many trains of how many, over all passes. */
  readonly onProgress?: (done: number, of: number, order: string) => void;
}

const SEED = 1;

/**
 * Runs trains in order on one worker, then again, backwards and shuffled on other fresh workers, and compares every view's outcome bit for bit; what is in
 * train order runs twice in order. Throws `EngineRefused` for code that does not load.
 */
export async function checkPurity({ file, installed, source, most, project, onProgress = () => undefined }: PurityOptions): Promise<PurityReport> {
  const outFolder = mkdtempSync(join(tmpdir(), 'trainyard-purity-'));
  // Worker threads alone do not keep the process alive.
  const alive = setInterval(() => undefined, 10_000);
  try {
    const { steps, list, problems } = await prepareCode(file, installed, outFolder);
    if (problems.some(({ severity }) => severity === 'error')) throw new EngineRefused(problems);
    const code: GenerationCode = { number: 1, steps, listParameters: list?.parameters ?? {}, overrides: {}, kept: {}, packFolders: installed.packFolders };
    const audit: AuditCode = { code, recorded: source.recorded, constants: project.constants() };
    const first = await AuditWorker.start('pool', audit, () => undefined);
    const { descriptor } = first;
    await first.end();
    source.want(new Map(descriptor.paths.map((text) => [text, parseDataPath(text)])));
    const trains = taken(source, most);
    const backwards = trains.toReversed();
    const orders = [
      { name: 'in order', trains, workers: 1, inOrder: true },
      { name: 'in order once more, on another worker', trains, workers: 1, inOrder: true },
      { name: 'backwards, on two workers', trains: backwards, workers: 2, inOrder: false },
      { name: 'shuffled, on three workers', trains: shuffled(trains, SEED), workers: 3, inOrder: false },
    ];
    const comparison = new Comparison(descriptor, suspectsOf(steps.flatMap((step) => (step.kind === 'views' ? [step] : []))));
    let done = 0;
    for (const order of orders) {
      comparison.begin(order.name, order.inOrder);
      await runPass({ audit, descriptor, ...order, comparison, onTrain: () => onProgress((done += 1), orders.length * trains.length, order.name) });
    }
    const ids = trains.map(({ trainId }) => trainId);
    return {
      trains: trains.length, trainIds: [ids[0]!, ids.at(-1)!], orders: orders.map(({ name }) => name), findings: comparison.findings(),
      views: { pool: descriptor.views.filter((view) => view.inPool).length, reduce: descriptor.views.filter((view) => !view.inPool).length },
    };
  } finally {
    clearInterval(alive);
    rmSync(outFolder, { recursive: true, force: true });
  }
}

function taken(source: RecordedTrains, most: number): ReadyTrain[] {
  const trains: ReadyTrain[] = [];
  for (let train = source.take(); train && trains.length < most; train = source.take()) trains.push(train);
  return trains;
}
