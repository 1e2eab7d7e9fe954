import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { YardError } from '@trainyard/core';
import { ALL_TRAINS, ProjectFolder, RecordedTrains, checkPurity as check, loadCode, loadInstalled, parseTrainRange, type Installed } from '@trainyard/runtime';
import { sources, writeSimRun } from '@trainyard/sim';
import { absentPaths } from '../absent-paths.ts';
import { onTerminal, say } from '../output.ts';
import { plural } from '../print.ts';
import { runOf } from '../what.ts';
import { purityProblems, type PurityProblem } from './purity-problems.ts';

export interface PurityCheckOptions {
  readonly run?: string;
  readonly stack?: string;
  readonly data?: string;
  readonly trains?: string;
}

/** So many trains are computed where --trains does not say. */
const TRAINS = 64;
const SIMULATED = 24;

/** Runs the views of a list or file on trains in several orders and on several workers: what differs is a problem. */
export async function checkPurity(file: string, options: PurityCheckOptions): Promise<{ readonly problems: readonly PurityProblem[]; readonly sentence: string }> {
  const path = resolve(file);
  const installed = await loadInstalled(dirname(path));
  const simulated = mkdtempSync(join(tmpdir(), 'trainyard-simulated-'));
  try {
    const { source, what } = await trainsOf(path, installed, options, simulated);
    try {
      const most = options.trains === undefined ? TRAINS : Infinity;
      const report = await check({ file: path, installed, source, most, project: new ProjectFolder(dirname(path)), onProgress: progress() });
      const { pool, reduce } = report.views;
      const [first, last] = report.trainIds;
      return {
        problems: purityProblems(report),
        sentence: `${plural(report.trains, 'train')} of ${what} (${first} to ${last}): ${plural(pool, 'view')} ${report.orders.slice(1).join('; ')}, and ${plural(reduce, 'view')} in train order twice, gave the same bits.`,
      };
    } finally {
      await source.close();
    }
  } finally {
    rmSync(simulated, { recursive: true, force: true });
  }
}

async function trainsOf(path: string, installed: Installed, { run, stack, data, trains }: PurityCheckOptions, simulated: string): Promise<{ source: RecordedTrains; what: string }> {
  const range = trains === undefined ? ALL_TRAINS : parseTrainRange(trains);
  if (run !== undefined) return { source: await RecordedTrains.ofRun(runOf(run, data), range), what: run };
  if (stack !== undefined) return { source: await RecordedTrains.ofStack(stack, range), what: stack };
  const code = await loadCode(path, {}, installed);
  const { paths } = code.descriptor;
  await code.close();
  const known = new Map<string, Set<string>>();
  for (const { source, key } of sources) known.set(source, (known.get(source) ?? new Set()).add(key));
  const lacking = [...absentPaths(paths, known, 'stream').keys()];
  if (lacking.length) throw new YardError('PURITY_DATA', `--purity needs trains to run on: --run DIR or --stack FILE with ${lacking.join(', ')}. (The simulator, which serves otherwise, does not have ${lacking.length === 1 ? 'it' : 'them'}.)`);
  const detector = paths.some((text) => text.includes('AGIPD'));
  await writeSimRun(simulated, { trains: SIMULATED, detector });
  return { source: await RecordedTrains.ofRun(simulated, range), what: 'the simulator' };
}

/** A moving line on a terminal; else nothing, the check ends soon. */
function progress(): (done: number, of: number, order: string) => void {
  let before = '';
  return (done, of, order) => {
    if (onTerminal) process.stderr.write(done === of ? '\r\u001b[K' : `\r\u001b[K${done} of ${of} trains: ${order}`);
    else if (order !== before) say(`Trains ${order} ...`);
    before = order;
  };
}
