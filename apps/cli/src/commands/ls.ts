import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseProcessList } from '@trainyard/core';
import { isCxi, openRun } from '@trainyard/exdf';
import { openHdf5 } from '@trainyard/hdf5';
import { loadInstalled } from '@trainyard/runtime';
import { openStack } from '@trainyard/stack';
import { skippedFiles } from '../check/check-run.ts';
import { describeRun } from '../describe-run.ts';
import { hdf5Json, hdf5Tree } from '../list-hdf5.ts';
import { glimpse } from '../one-train.ts';
import { EXIT, fail, printJson, say, sayProblems } from '../output.ts';
import { print, shapeText } from '../print.ts';
import { runTree } from '../run-tree.ts';
import { recognise } from '../what.ts';
import { listPlugins } from './pack.ts';

export interface LsOptions {
  readonly data?: string;
  readonly json?: boolean;
}

/** `yard ls WHAT`: what is in it. */
export async function ls(what: string, options: LsOptions): Promise<void> {
  const json = options.json ?? false;
  if (what === 'plugins') return listPlugins(json);
  const found = recognise(what, options.data);
  switch (found.kind) {
    case 'run':
      return lsRun(found.where, json);
    case 'endpoint':
      return lsEndpoint(found.endpoint, json);
    case 'list':
      return lsList(found.path, json);
    case 'views':
      return lsViews(found.path, json);
    case 'npy': {
      const stack = await openStack(found.path);
      if (json) printJson({ frames: stack.frames, dtype: stack.dtype, shape: stack.frameShape });
      else print(`${found.path}: ${stack.frames} frames, ${stack.dtype} ${shapeText(stack.frameShape)}; a view takes them as stack#frame`);
      stack.close();
      return undefined;
    }
    case 'hdf5': {
      const file = await openHdf5(found.path);
      const isRunFile = file.has('/INDEX/trainId') || isCxi(file);
      file.close();
      if (isRunFile) return lsRun(found.path, json);
      return json ? printJson(await hdf5Json(found.path)) : print(await hdf5Tree(found.path));
    }
  }
}

async function lsRun(where: Parameters<typeof openRun>[0], json: boolean): Promise<void> {
  const run = await openRun(where);
  const problems = skippedFiles(run);
  if (json) printJson(describeRun(run));
  else print(runTree(run));
  run.close();
  sayProblems(problems);
  process.exitCode = problems.length ? EXIT.partly : EXIT.done;
}

async function lsEndpoint(endpoint: string, json: boolean): Promise<void> {
  try {
    const { sources, trainIds, format, bytes } = await glimpse(endpoint);
    if (json) {
      const keys = (of: ReadonlyMap<string, { dtype: string; shape: readonly number[] }>): Record<string, unknown> => Object.fromEntries(Array.from(of, ([key, { dtype, shape }]) => [key, { dtype, shape }]));
      return printJson({ trainIds, format, sources: Object.fromEntries(Array.from(sources, ([name, own]) => [name, { keys: keys(own) }])) });
    }
    const rows = [`${endpoint}: train ${trainIds.join(', ')}, ${(bytes / 1e6).toFixed(2)} MB, format ${format}, ${sources.size} sources`];
    for (const [name, keys] of sources) {
      const width = Math.max(...Array.from(keys.keys(), (key) => key.length));
      rows.push('', name, ...Array.from(keys, ([key, { dtype, shape }]) => `  ${key.padEnd(width)}  ${dtype}${shape.length ? ` ${shapeText(shape)}` : ''}`));
    }
    return print(rows.join('\n'));
  } catch (error) {
    fail(error, (error as { code?: string }).code === 'ENDPOINT_SILENT' ? EXIT.gone : EXIT.refused);
  }
}

async function lsList(path: string, json: boolean): Promise<void> {
  const { list, problems } = parseProcessList(readFileSync(path, 'utf8'), resolve(path));
  if (!list || problems.some((problem) => problem.severity === 'error')) {
    sayProblems(problems);
    process.exit(EXIT.refused);
  }
  if (json) return printJson({ parameters: list.parameters, steps: list.steps.map(({ where: _, ...step }) => step) });
  const { specs } = await loadInstalled(dirname(resolve(path)));
  const rows: string[] = Object.entries(list.parameters).map(([name, value]) => `parameter ${name} = ${JSON.stringify(value)}`);
  for (const [i, step] of list.steps.entries()) {
    if (step.kind === 'views') {
      rows.push(`${i + 1}  views ${step.file}`);
      continue;
    }
    rows.push(`${i + 1}  ${step.as}: ${step.plugin}  ${specs.get(step.plugin)?.title ?? '(not installed: yard check says more)'}`);
    for (const [name, from] of Object.entries(step.in)) rows.push(`     ${name} <- ${from}`);
    for (const [name, value] of Object.entries(step.params)) rows.push(`     ${name} = ${JSON.stringify(value)}`);
  }
  return print(rows.join('\n'));
}

async function lsViews(path: string, json: boolean): Promise<void> {
  const { checkCode } = await import('../check/check-code.ts');
  const { problems, views, paths } = await checkCode('views', path, undefined);
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (errors.length) {
    sayProblems(errors);
    process.exit(EXIT.refused);
  }
  if (json) return printJson({ views, paths });
  print(['views', ...views.map((view) => `  ${view}`), 'data paths', ...paths.map((text) => `  ${text}`)].join('\n'));
  if (views.length === 0) say('The file exports no view: export const total = view.scalar(...).');
  return undefined;
}
