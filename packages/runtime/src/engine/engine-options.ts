import { basename } from 'node:path';
import type { Problem } from '@trainyard/core';
import type { CodeError, YardState } from '@trainyard/control';
import type { Unsaved } from '../code/bundle.ts';
import { missingExport } from '../code/imports.ts';
import { placeOfLoadError } from '../code/place-of-load-error.ts';
import type { Installed } from '../packs/load-specs.ts';
import type { UserError } from '../worker/user-error.ts';
import type { TrainSource } from '../source/train-source.ts';
import type { CrashBoard } from '../crew/crash-board.ts';
import type { ProjectFolder } from '../project/project-folder.ts';
import type { Sink } from './sink.ts';

export interface EngineOptions {
  /** The list or views file; without one only the source tree is shown. */
  readonly file: string | undefined;
  readonly verb: YardState['verb'];
  readonly source: TrainSource;
  readonly sinks: readonly Sink[];
  readonly installed: Installed;
  readonly version: string;
  /** Watches the files and loads again on a save. */
  readonly watch: boolean;
  readonly workers?: number | undefined;
  /** `--set`: `[group.]name` -> value as written. */
  readonly sets: Readonly<Record<string, string>>;
  /** Actions to start with the first train: `[group/]name`. */
  readonly actions?: readonly string[] | undefined;
  /** The yard before this one crashed: when, by what, and after which train. */
  readonly crashed?: { readonly at: number; readonly by: string; readonly lastTrainId: number | undefined } | undefined;
  /** Where it is written what runs, for after a native crash. */
  readonly board?: CrashBoard | undefined;
  /** Texts that are tried in place of files. */
  readonly unsaved?: Unsaved | undefined;
  /** What files say of how they were made. */
  readonly provenance?: Readonly<Record<string, unknown>>;
  /** Where constants, and the parameters of live views, survive. */
  readonly project: ProjectFolder;
}

/** The list or views file is refused: all problems at once. Nothing was read or written. */
export class EngineRefused extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
  }
}

/** A problem as the state shows it. */
export function asCodeError(problem: Problem): CodeError {
  const { code, message, where } = problem;
  const { text, fix } = problem as { text?: string; fix?: string };
  return { code, message, ...where, ...(text !== undefined && { text }), ...(fix !== undefined && { fix }) };
}

/** A file that loads and makes nothing: a slip, not a wish. */
export function noViews(file: string): Problem {
  return { severity: 'error', code: 'VIEWS_NONE', message: `${basename(file)} makes no view: export one, such as export const total = view.scalar({ ... }, ...).`, where: { file, line: 1, column: 1 } };
}

/** What a worker said of code that does not load, each thing at its place; `native` are modules of packs, which Node loads as they are. */
export async function loadProblems(error: UserError, file: string, files: readonly string[], native: readonly string[] = []): Promise<Problem[]> {
  const missing = await missingExport(error.message, files);
  if (missing) return [missing];
  return [error, ...(error.more ?? [])].map(({ message, code = 'VIEWS_LOAD', where = placeOfLoadError(message, native) ?? { file } }) => ({ severity: 'error', code, message, where }));
}
