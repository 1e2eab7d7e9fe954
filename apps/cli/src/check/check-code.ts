import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { YardError, checkProcessList, didYouMean, parseProcessList, type ParsedList, type Problem } from '@trainyard/core';
import { absentFiles, loadInstalled, prepareCode, typeCheck, type Installed } from '@trainyard/runtime';
import { absentPaths, type KnownSources } from '../absent-paths.ts';
import { viewNamesWritten, whereWritten } from '../find-in-files.ts';
import { loadCode, type LoadedCode } from './load-code.ts';

/** What a run or stream has, to hold the paths against. */
export interface Against {
  readonly what: 'run' | 'stream';
  readonly sources: KnownSources;
}

/** What was found, and what is there: for the closing sentence. */
export interface CodeCheck {
  readonly problems: readonly Problem[];
  readonly views: readonly string[];
  readonly paths: readonly string[];
}

/** Checks a list or views file in full; every problem that can be known is given at once. */
export async function checkCode(kind: 'list' | 'views', file: string, against: Against | undefined): Promise<CodeCheck> {
  const path = resolve(file);
  const installed = await loadInstalled(dirname(path));
  const packs = installed.packs.flatMap((pack): Problem[] => (pack.error === undefined ? [] : [{ severity: 'warning', code: 'PACK_BROKEN', message: `The pack ${pack.name} does not load: ${pack.error}` }]));
  const outFolder = mkdtempSync(join(tmpdir(), 'trainyard-check-'));
  try {
    const checked = kind === 'list' ? await checkList(path, installed, outFolder) : await checkViews(path, installed, outFolder);
    const files = [path, ...checked.files];
    const absent = against ? absentPaths(checked.paths, against.sources, against.what) : new Map<string, string>();
    const warnings = Array.from(absent, ([text, message]): Problem => ({ severity: 'warning', code: 'SOURCE_ABSENT', message, where: whereWritten(text, files) ?? { file: path } }));
    return { ...checked, problems: [...packs, ...checked.problems.map((problem) => placed(problem, files)), ...warnings] };
  } finally {
    rmSync(outFolder, { recursive: true, force: true });
  }
}

type Checked = CodeCheck & {
  readonly files: readonly string[];
  /** Names that a later step may take: those of the loaded views, or as the file has them written; undefined while not known. */
  readonly names: readonly string[] | undefined;
};

async function checkViews(path: string, installed: Installed, outFolder: string): Promise<Checked> {
  const { problems, files, steps } = await prepareCode(path, installed, outFolder);
  const loaded = isWrong(problems) ? undefined : await loadCode(path, installed);
  const [step] = steps;
  const written = step?.kind === 'views' ? Object.keys(step.written) : [];
  // Instances under a prefix have names that only loading tells.
  const certain = written.length > 0 && !files.some((file) => file.endsWith('ts') && readFileSync(file, 'utf8').includes('group('));
  const names = loaded?.views.length ? loaded.views : certain ? written : undefined;
  const unknown = loaded?.problems.some((problem) => problem.code === 'VIEW_UNKNOWN') && certain ? otherUnknown(loaded.problems, files, bare(written)) : [];
  // What the compiler says does not keep the views from running: it warns.
  const types = isWrong(problems) ? [] : (await typeCheck(path, join(outFolder, 'types'))).map(({ code, message, file, line, column }): Problem => ({
    severity: 'warning', code, message, where: { file: file ?? path, ...(line !== undefined && { line }), ...(column !== undefined && { column }) },
  }));
  return { files, problems: [...problems, ...(loaded?.problems ?? []), ...unknown, ...types], views: loaded?.views ?? [], paths: loaded?.paths ?? [], names: names && bare(names) };
}

/** Loading stops at the first name that no view has; the others are found as they are written. */
function otherUnknown(problems: readonly Problem[], files: readonly string[], names: readonly string[]): Problem[] {
  const said = new Set(problems.map((problem) => takenView(problem.message)));
  return viewNamesWritten(files).filter(({ name }) => !said.has(name) && !names.includes(name) && !names.includes(name.split('/').at(-1)!)).map(({ name, where }) => ({
    severity: 'error', code: 'VIEW_UNKNOWN', message: `A view takes view#${name}, but there is no view of that name.${didYouMean(name, names)}`, where,
  }));
}

/** Each name in full and without its group. */
function bare(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, name.slice(name.indexOf('/') + 1)]);
}

async function checkList(path: string, installed: Installed, outFolder: string): Promise<Checked> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new YardError('LIST_NOT_FOUND', `The list ${path} cannot be read.`);
  }
  const parsed = parseProcessList(text, path);
  // Each views file is looked at by itself, too: what is wrong with the list must not hide what is wrong there.
  const byFile = new Map<string, Checked>();
  for (const step of parsed.list?.steps ?? []) {
    if (step.kind !== 'views' || byFile.has(step.file)) continue;
    byFile.set(step.file, await viewsOfList(resolve(dirname(path), step.file), parsed, step.where, installed, join(outFolder, String(byFile.size))));
  }
  const viewsOf = (file: string): readonly string[] | undefined => byFile.get(file)?.names;
  const problems = [...checkProcessList(parsed, installed.specs, viewsOf), ...absentFiles(parsed, installed, dirname(path))];
  for (const checked of byFile.values()) problems.push(...checked.problems);
  const files = Array.from(byFile.values(), (checked) => checked.files).flat();
  if (isWrong(problems)) return { problems: inOrder(problems, path), files, views: [], names: undefined, paths: Array.from(byFile.values(), (checked) => checked.paths).flat() };
  const loaded: LoadedCode = await loadCode(path, installed);
  return { ...loaded, problems: [...problems, ...loaded.problems], files, names: undefined };
}

/** A views file that is a step: a name that it takes from another step is not its mistake. */
async function viewsOfList(file: string, parsed: ParsedList, where: Problem['where'], installed: Installed, outFolder: string): Promise<Checked> {
  try {
    readFileSync(file);
  } catch {
    return { files: [], views: [], paths: [], names: undefined, problems: [{ severity: 'error', code: 'VIEWS_NOT_FOUND', message: `There is no views file ${relative(process.cwd(), file)}.${didYouMean(basename(file), neighbours(file))}`, ...(where && { where }) }] };
  }
  const checked = await checkViews(file, installed, outFolder);
  const steps = parsed.list?.steps ?? [];
  const others = steps.filter((step) => step.kind === 'views').length > 1;
  const names = new Set(steps.flatMap((step) => (step.kind === 'plugin' ? [step.as] : [])));
  const problems = checked.problems.filter(({ code, message }) => code !== 'VIEW_UNKNOWN' || !(others || names.has(takenView(message)?.split('/')[0] ?? '')));
  const known = [...names, ...(checked.names ?? [])];
  return { ...checked, problems: problems.map((problem) => (problem.code === 'VIEW_UNKNOWN' ? { ...problem, message: problem.message.replace(/ Did you mean.*|$/, didYouMean(takenView(problem.message) ?? '', known)) } : problem)) };
}

function neighbours(file: string): string[] {
  try {
    return readdirSync(dirname(file)).filter((name) => extname(name) === extname(file));
  } catch {
    return [];
  }
}

function isWrong(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

function takenView(message: string): string | undefined {
  return /takes view#([^\s,]+)/.exec(message)?.[1];
}

/** A name that no view has is said at the place where it is written. */
function placed(problem: Problem, files: readonly string[]): Problem {
  const view = takenView(problem.message);
  const where = view === undefined ? undefined : whereWritten(`view#${view}`, files);
  return where ? { ...problem, where } : problem;
}

/** The list's own problems from top to bottom, then those of other files. */
function inOrder(problems: readonly Problem[], path: string): Problem[] {
  const rank = ({ where }: Problem): number => (where?.file === path ? (where.line ?? 0) : Infinity);
  return [...problems].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}
