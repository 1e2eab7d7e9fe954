import { resolve } from 'node:path';
import { YardError, formatProblem, type Problem } from '@trainyard/core';
import { openHdf5 } from '@trainyard/hdf5';
import { readResults } from '@trainyard/nexus';
import { openStack } from '@trainyard/stack';
import { openRun } from '@trainyard/exdf';
import { parseStreams } from '@trainyard/runtime';
import type { Against } from '../check/check-code.ts';
import { fromHere } from '../find-in-files.ts';
import { glimpse } from '../one-train.ts';
import { EXIT, colour, fail, printJson } from '../output.ts';
import { plural, print } from '../print.ts';
import { recognise, runOf, type What } from '../what.ts';

export interface CheckOptions {
  readonly data?: string;
  readonly run?: string;
  readonly stream?: readonly string[];
  readonly stack?: string;
  readonly trains?: string;
  readonly purity?: boolean;
  readonly json?: boolean;
}

/** What a check found: problems, a sentence for people when all is well, and the exit code where it is not by errors alone. */
interface Found {
  readonly problems: readonly Problem[];
  readonly sentence: string;
  readonly exit?: number;
}

/** `yard check WHAT`: everything that is wrong, at once. */
export async function check(what: string, options: CheckOptions): Promise<void> {
  let found: Found;
  let wrongExit: number = EXIT.refused;
  try {
    found = await look(recognise(what, options.data), options);
  } catch (error) {
    const { code = 'ERROR', message, where } = error as { code?: string; message: string; where?: Problem['where'] };
    if (!options.json) fail(error, code === 'ENDPOINT_SILENT' ? EXIT.gone : EXIT.refused);
    if (code === 'ENDPOINT_SILENT') wrongExit = EXIT.gone;
    found = { problems: [{ severity: 'error', code, message, ...(typeof where === 'object' && { where }) }], sentence: '' };
  }
  const { problems, sentence, exit = EXIT.done } = found;
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  if (options.json) {
    for (const problem of problems) printJson({ type: 'problem', ...problem });
    printJson({ type: 'summary', errors, warnings });
  } else {
    for (const problem of problems) printProblem(fromHere(problem));
    const counts = `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
    if (!errors) print(sentence);
    print(problems.length ? counts : 'No problems.');
  }
  process.exit(errors ? wrongExit : exit);
}

function printProblem(problem: Problem): void {
  const { text, fix } = problem as { text?: string; fix?: string };
  const rows = [colour(problem.severity === 'error' ? 'red' : 'yellow', formatProblem(problem), process.stdout), ...(text === undefined ? [] : [`    ${text}`]), ...(fix === undefined ? [] : ['  instead:', `    ${fix}`])];
  print(rows.join('\n'));
}

async function look(what: What, options: CheckOptions): Promise<Found> {
  if ((options.purity || options.stack !== undefined || options.trains !== undefined) && what.kind !== 'list' && what.kind !== 'views') throw new YardError('CHECK_PURITY', '--purity runs a process list or a views file; --stack and --trains say on which trains.');
  if (!options.purity && (options.stack !== undefined || options.trains !== undefined)) throw new YardError('CHECK_PURITY', '--stack and --trains say on which trains --purity runs the views: give --purity, too.');
  if (options.purity && options.stream !== undefined) throw new YardError('CHECK_PURITY', '--purity runs trains several times, which a stream does not give: take --run DIR or --stack FILE.');
  switch (what.kind) {
    case 'list':
    case 'views': {
      const { checkCode } = await import('../check/check-code.ts');
      const code = await checkCode(what.kind, what.path, await against(options));
      const isWrong = code.problems.some((problem) => problem.severity === 'error');
      // What does not load cannot be run.
      const frozen = isWrong ? undefined : await (await import('../check/check-frozen.ts')).checkFrozen(resolve(what.path));
      const problems = [...code.problems, ...(frozen?.problems ?? [])];
      const sentence = [`${what.path}: ${plural(code.views.length, 'view')}, ${plural(code.paths.length, 'data path')}.`, ...(frozen?.sentence ? [frozen.sentence] : [])].join('\n');
      if (!options.purity || isWrong) return { problems, sentence };
      const { checkPurity } = await import('../check/check-purity.ts');
      const purity = await checkPurity(what.path, options);
      return { problems: [...problems, ...purity.problems], sentence: `${sentence}\n${purity.sentence}` };
    }
    case 'run': {
      const { checkRun } = await import('../check/check-run.ts');
      const { problems, sentence, unusable } = await checkRun(what.where);
      return { problems, sentence, exit: unusable ? EXIT.partly : EXIT.done };
    }
    case 'endpoint':
      return checkEndpoint(what.endpoint);
    case 'npy': {
      const stack = await openStack(what.path);
      stack.close();
      return { problems: [], sentence: `${what.path}: a stack of ${stack.frames} frames, ${stack.dtype} (${stack.frameShape.join(', ')}).` };
    }
    case 'hdf5':
      return checkHdf5(what.path);
  }
}

async function checkEndpoint(endpoint: string): Promise<Found> {
  const { sources, rate, format, trainIds, bytes, socket } = await glimpse(endpoint, 20);
  const problems: Problem[] = trainIds.length ? [] : [{ severity: 'error', code: 'STREAM_NO_TRAIN_ID', message: `The trains of ${endpoint} carry no train ID (timestamp.tid): they cannot be matched.` }];
  const speed = rate === undefined ? 'one train came' : `${rate.toFixed(1)} trains/s`;
  const names = Array.from(sources, ([name, keys]) => `\n  ${name} (${plural(keys.size, 'key')})`).join('');
  return { problems, sentence: `${endpoint}: ${speed}, ${(bytes / 1e6).toFixed(2)} MB a train, format ${format}, ${socket === 'REQ' ? '' : `--socket ${socket}, `}${plural(sources.size, 'source')}:${names}\n` };
}

/** A results file is read to its last row, a file of a run checked as a run; of any other the virtual datasets must have their sources. */
async function checkHdf5(path: string): Promise<Found> {
  const file = await openHdf5(path);
  const isResults = file.has('/entry/results') && file.has('/entry/trainId');
  const isRunFile = file.has('/INDEX/trainId');
  file.close();
  const { checkPlainHdf5, checkRun } = await import('../check/check-run.ts');
  if (isRunFile) return checkRun(path);
  if (!isResults) return checkPlainHdf5(path);
  const results = await readResults(path);
  const problems: Problem[] = [];
  for (const { id } of results.views) {
    try {
      const rows = results.rowCount(id);
      if (results.outcomes(id).length !== results.trainIds.length) problems.push({ severity: 'error', code: 'RESULTS_OUTCOMES', message: `${id} has ${results.outcomes(id).length} outcomes for ${results.trainIds.length} trains.`, where: { file: path } });
      for (const row of rows ? [0, rows - 1] : []) for (const _ of results.rows(id, row, row + 1)) void _;
    } catch (error) {
      problems.push({ severity: 'error', code: (error as { code?: string }).code ?? 'RESULTS_BROKEN', message: `${id}: ${(error as Error).message}`, where: { file: path } });
    }
  }
  results.close();
  return { problems, sentence: `${path}: results of ${plural(results.trainIds.length, 'train')}, ${plural(results.views.length, 'view')}.` };
}

async function against({ run, stream, data }: CheckOptions): Promise<Against | undefined> {
  if (run !== undefined && stream !== undefined) throw new YardError('CHECK_AGAINST', 'Give --run or --stream, not both.');
  if (stream !== undefined) {
    const sources = new Map<string, ReadonlySet<string>>();
    for (const { endpoint } of parseStreams(stream, 'REQ')) for (const [name, keys] of (await glimpse(endpoint, 3)).sources) sources.set(name, new Set(keys.keys()));
    return { what: 'stream', sources };
  }
  if (run === undefined) return undefined;
  const opened = await openRun(runOf(run, data));
  try {
    return { what: 'run', sources: new Map(Array.from(opened.sources.values(), (source) => [source.name, new Set(source.keys.keys())])) };
  } finally {
    opened.close();
  }
}
