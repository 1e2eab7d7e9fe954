import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { YardError, checkProcessList, listParameterOf, parseProcessList, type ParsedList, type Problem, type ProcessList } from '@trainyard/core';
import { BundleError, bundleViews } from '../code/bundle.ts';
import { importProblems } from '../code/imports.ts';
import { ownPackages } from '../packs/find-packs.ts';
import { scanViews } from '../code/scan.ts';
import type { CodeStep } from '../worker/generation.ts';
import type { Installed } from '../packs/load-specs.ts';

/** A list or views file made ready for workers, or what is wrong with it. */
export interface PreparedCode {
  readonly steps: readonly CodeStep[];
  readonly list: ProcessList | undefined;
  /** Files whose change makes a new generation. */
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
}

/** Whether a path names a process list, a views file, or neither. */
export function kindOfFile(file: string): 'list' | 'views' | undefined {
  const extension = extname(file).toLowerCase();
  if (extension === '.yaml' || extension === '.yml') return 'list';
  return ['.ts', '.mts', '.js', '.mjs', '.tsx'].includes(extension) ? 'views' : undefined;
}

/** Reads, checks and compiles; nothing of it is run. `outFolder` takes the compiled modules. */
export async function prepareCode(file: string, installed: Installed, outFolder: string): Promise<PreparedCode> {
  const entry = resolve(file);
  const packages = new Set([...ownPackages(), ...installed.packs.map((pack) => pack.name)]);
  if (kindOfFile(entry) === 'views') return prepareViews([{ file: entry, stem: stemOf(entry) }], undefined, [entry], [], packages, outFolder);
  let text: string;
  try {
    text = readFileSync(entry, 'utf8');
  } catch {
    throw new YardError('LIST_NOT_FOUND', `There is no file ${file}; a process list ends in .yaml, a views file in .ts.`);
  }
  const parsed = parseProcessList(text, entry);
  const problems = [...checkProcessList(parsed, installed.specs), ...absentFiles(parsed, installed, dirname(entry))];
  const files = [entry];
  const list = parsed.list;
  const folder = dirname(entry);
  const steps: CodeStep[] = [];
  const views: { file: string; stem: string }[] = [];
  for (const step of list?.steps ?? []) {
    if (step.kind === 'views') views.push({ file: resolve(folder, step.file), stem: stemOf(step.file) });
  }
  const prepared = await prepareViews(views, list, files, problems, packages, outFolder);
  if (prepared.problems.some((problem) => problem.severity === 'error')) return prepared;
  const compiled = [...prepared.steps];
  for (const step of list!.steps) {
    if (step.kind === 'views') steps.push(compiled.shift()!);
    else {
      const spec = installed.specs.get(step.plugin)!;
      const params = Object.fromEntries(Object.entries(step.params).map(([name, value]) => [name, value]));
      steps.push({ kind: 'plugin', id: step.plugin, as: step.as, url: spec.pack.url, in: { ...step.in }, params, folder, where: step.where });
    }
  }
  return { ...prepared, steps };
}

/** `views` for `views.ts`; what is no name in a path becomes `_`. */
function stemOf(file: string): string {
  return basename(file, extname(file)).replace(/[^\w-]/g, '_');
}

async function prepareViews(views: readonly { file: string; stem: string }[], list: ProcessList | undefined, files: readonly string[], problems: readonly Problem[], packages: ReadonlySet<string>, outFolder: string): Promise<PreparedCode> {
  const steps: CodeStep[] = [];
  const watched = new Set(files);
  const found = [...problems];
  for (const { file, stem } of views) {
    watched.add(file);
    try {
      readFileSync(file);
    } catch (error) {
      const step = list?.steps.find((one) => one.kind === 'views' && file.endsWith(one.file.replace(/^\.\//, '')));
      found.push({ severity: 'error', code: 'VIEWS_NOT_FOUND', message: (error as { code?: string }).code === 'ENOENT' ? `There is no views file ${file}.` : `The views file ${file} cannot be read: ${(error as Error).message}.`, ...(step && { where: step.where }) });
      continue;
    }
    try {
      const bundle = await bundleViews(file, outFolder);
      for (const one of bundle.files) watched.add(one);
      const scan = scanViews(file, bundle.files);
      found.push(...scan.problems, ...importProblems([file, ...bundle.files.filter((one) => one !== file)], bundle.outside, packages));
      steps.push({ kind: 'views', stem, url: bundle.url, file, files: bundle.files, written: scan.views });
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      for (const one of error.files) watched.add(one);
      found.push({ severity: 'error', code: error.code, message: error.message, where: error.where });
    }
  }
  return { steps, list, files: [...watched], problems: found };
}

/** Parameters that name files: these must be there before the first byte is read. */
export function absentFiles(parsed: ParsedList, installed: Installed, folder: string): Problem[] {
  const problems: Problem[] = [];
  for (const step of parsed.list?.steps ?? []) {
    if (step.kind !== 'plugin') continue;
    for (const [name, parameter] of Object.entries(installed.specs.get(step.plugin)?.parameters ?? {})) {
      const reference = listParameterOf(step.params[name]);
      const value = reference === undefined ? step.params[name] : parsed.list!.parameters[reference];
      if (parameter.type !== 'path' || typeof value !== 'string' || value === '' || existsSync(resolve(folder, value))) continue;
      problems.push({ severity: 'error', code: 'LIST_FILE_ABSENT', message: `There is no file ${resolve(folder, value)}, which ${step.plugin} takes as its "${name}".`, where: parsed.place('steps', step.index, 'params', name) });
    }
  }
  return problems;
}
