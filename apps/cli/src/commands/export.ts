import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { YardError } from '@trainyard/core';
import { cxiPlan, detector, openRun } from '@trainyard/exdf';
import { writeCxi } from '@trainyard/nexus';
import { parseTrainRange } from '@trainyard/runtime';
import { EXIT, printJson, say, sayProblems } from '../output.ts';
import { skippedFiles } from '../check/check-run.ts';
import { plural } from '../print.ts';
import { runOf } from '../what.ts';

export interface CxiOptions {
  readonly out: string;
  readonly detector?: string;
  readonly raw?: boolean;
  readonly modules?: number;
  readonly minModules?: number;
  readonly trains?: string;
  readonly fill?: readonly string[];
  readonly suspect: boolean;
  readonly data?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `yard export cxi RUN --out FILE.cxi`: the detector's frames of a run as one CXI file that refers to the files of the run. */
export async function exportCxi(what: string, options: CxiOptions): Promise<void> {
  const { out, trains, modules, minModules, raw, force = false } = options;
  if (existsSync(out) && !force) throw new YardError('OUT_EXISTS', `${out} exists already: give another name, or --force to replace it.`);
  if (!existsSync(dirname(resolve(out)))) throw new YardError('OUT_FOLDER', `There is no folder ${dirname(out)} to write ${out} into.`);
  const fill = fillOf(options.fill ?? []);
  const opened = await openRun(runOf(what, options.data), { suspectTrains: options.suspect });
  const range = trains === undefined ? undefined : parseTrainRange(trains);
  const run = range === undefined ? opened : opened.trains(`${range.from}:${range.to === Infinity ? '' : range.to}`);
  const found = detector(run, options.detector, { ...(raw !== undefined && { raw }), ...(modules !== undefined && { moduleCount: modules }), ...(minModules !== undefined && { minModules }) });
  const plan = cxiPlan(found, dirname(resolve(out)));
  writeCxi(out, { ...plan, fill });
  const problems = skippedFiles(opened);
  opened.close();
  const frames = plan.trainIds.length;
  if (options.json) printJson({ type: 'summary', path: out, detector: found.name, frames, trains: found.trainIds.length, modules: found.modules, datasets: plan.datasets.map(({ name, dtype, shape, parts }) => ({ name, dtype, shape, parts: parts.length })) });
  else say(`Written: ${out}, ${found.name}: ${plural(frames, 'frame')} of ${plural(found.trainIds.length, 'train')}, ${found.modules.length} of ${found.moduleCount} modules (${plan.datasets.map(({ name }) => name).join(', ')}). It refers to the files of the run: move both or none.`);
  sayProblems(problems);
  process.exitCode = problems.length ? EXIT.partly : EXIT.done;
}

/** `data=0 mask=1` */
function fillOf(texts: readonly string[]): Record<string, number> {
  return Object.fromEntries(texts.map((text) => {
    const match = /^(data|gain|mask)=(nan|[-+.\de]+)$/i.exec(text);
    const value = Number(match?.[2]?.replace(/nan/i, 'NaN'));
    if (!match || (Number.isNaN(value) && !/nan/i.test(match[2]!))) throw new YardError('EXPORT_FILL', `--fill takes data=NUMBER, gain=NUMBER or mask=NUMBER, not ${text}.`);
    return [match[1]!.toLowerCase(), value];
  }));
}
