import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { YardError, checkProcessList, listParameterOf, parseProcessList, type ParsedList, type Problem, type ProcessList, type Where } from '@trainyard/core';
import { BundleError, NOTHING_UNSAVED, bundleViews, type Unsaved } from '../code/bundle.ts';
import { importProblems } from '../code/imports.ts';
import { linkedImports } from '../code/linked-imports.ts';
import { ownPackages } from '../packs/find-packs.ts';
import { scanViews } from '../code/scan.ts';
import type { CodeStep } from '../worker/generation.ts';
import type { Installed, InstalledPack } from '../packs/load-specs.ts';

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
export async function prepareCode(file: string, installed: Installed, outFolder: string, unsaved: Unsaved = NOTHING_UNSAVED): Promise<PreparedCode> {
  const entry = resolve(file);
  const packages = new Set([...ownPackages(), ...installed.packs.map((pack) => pack.name)]);
  if (kindOfFile(entry) === 'views') return prepareViews([{ file: entry, stem: stemOf(entry) }], undefined, [entry], [], packages, outFolder, unsaved);
  let text: string;
  try {
    text = unsaved.get(entry) ?? readFileSync(entry, 'utf8');
  } catch {
    throw new YardError('LIST_NOT_FOUND', `There is no file ${file}; a process list ends in .yaml, a views file in .ts.`);
  }
  const parsed = parseProcessList(text, entry);
  const packs = packsOf(parsed, installed);
  const problems = [...brokenSince(parsed, packs), ...checkProcessList(parsed, installed.specs), ...absentFiles(parsed, installed, dirname(entry))];
  const list = parsed.list;
  // A file that is absent may come into being; one that is there is read by its plan, which looks after it.
  const absent = filesOfParameters(parsed, installed, dirname(entry)).filter(({ path }) => !existsSync(path));
  const files = [entry, ...packs.flatMap((pack) => pack.files), ...absent.map(({ path }) => path)];
  if (problems.some(({ code }) => code === 'LIST_UNKNOWN_PLUGIN')) problems.push(...packs.flatMap((pack) => (pack.brought ? [] : broken(pack))));
  const folder = dirname(entry);
  const steps: CodeStep[] = [];
  const views: { file: string; stem: string }[] = [];
  for (const step of list?.steps ?? []) {
    if (step.kind === 'views') views.push({ file: resolve(folder, step.file), stem: stemOf(step.file) });
  }
  const prepared = await prepareViews(views, list, files, problems, packages, outFolder, unsaved);
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

/** The packs whose change makes another list of this one: those that it names and, when it names a plugin that nobody brings, those that do not load. */
function packsOf({ list }: ParsedList, { packs, specs }: Installed): InstalledPack[] {
  const plugins = (list?.steps ?? []).flatMap((step) => (step.kind === 'plugin' ? [step.plugin] : []));
  const known = new Set(plugins.map((plugin) => specs.get(plugin)?.pack.name));
  const open = plugins.some((plugin) => !specs.has(plugin));
  return packs.filter(({ own, name, error }) => !own && (known.has(name) || (open && error !== undefined)));
}

/** A plugin that was there before a save of its pack: that save is what is wrong, said first. */
function brokenSince({ list }: ParsedList, packs: readonly InstalledPack[]): Problem[] {
  const plugins = new Set(list?.steps.map((step) => (step.kind === 'plugin' ? step.plugin : '')));
  return packs.filter(({ brought = [] }) => brought.some((id) => plugins.has(id))).flatMap(broken);
}

function broken({ name, error, where }: InstalledPack): Problem[] {
  return error === undefined ? [] : [{ severity: 'error', code: 'PACK_LOAD', message: `The pack ${name} does not load: ${error}`, ...(where && { where }) }];
}

/** `views` for `views.ts`; what is no name in a path becomes `_`. */
function stemOf(file: string): string {
  return basename(file, extname(file)).replace(/[^\w-]/g, '_');
}

async function prepareViews(views: readonly { file: string; stem: string }[], list: ProcessList | undefined, files: readonly string[], problems: readonly Problem[], packages: ReadonlySet<string>, outFolder: string, unsaved: Unsaved): Promise<PreparedCode> {
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
      const bundle = await bundleViews(file, outFolder, unsaved);
      for (const one of [...bundle.files, ...linkedImports(bundle.files, unsaved)]) watched.add(one);
      const scan = scanViews(file, bundle.files, unsaved);
      found.push(...scan.problems, ...importProblems([file, ...bundle.files.filter((one) => one !== file)], bundle.outside, packages, unsaved));
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
  return filesOfParameters(parsed, installed, folder).flatMap(({ path, plugin, name, where }) => (existsSync(path) ? [] : [{ severity: 'error', code: 'LIST_FILE_ABSENT', message: `There is no file ${path}, which ${plugin} takes as its "${name}".`, where }]));
}

function filesOfParameters(parsed: ParsedList, installed: Installed, folder: string): { readonly path: string; readonly plugin: string; readonly name: string; readonly where: Where }[] {
  return (parsed.list?.steps ?? []).flatMap((step) => {
    if (step.kind !== 'plugin') return [];
    return Object.entries(installed.specs.get(step.plugin)?.parameters ?? {}).flatMap(([name, parameter]) => {
      const reference = listParameterOf(step.params[name]);
      const value = reference === undefined ? step.params[name] : parsed.list!.parameters[reference];
      if (parameter.type !== 'path' || typeof value !== 'string' || value === '') return [];
      return [{ path: resolve(folder, value), plugin: step.plugin, name, where: parsed.place('steps', step.index, 'params', name) }];
    });
  });
}
