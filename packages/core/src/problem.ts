import { closest } from './suggest.ts';

/** A place in one of the user's files; lines and columns count from 1. */
export interface Where {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that is wrong, said so that the user can mend it. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** A stable code such as `LIST_UNKNOWN_PLUGIN`. */
  readonly code: string;
  /** What is wrong and what to do, in the user's words. */
  readonly message: string;
  readonly where?: Where;
}

/** The error of Trainyard: a code, what was wrong, where, and what to do. */
export class YardError extends Error {
  override readonly name = 'YardError';
  readonly code: string;
  readonly where: Where | undefined;
  constructor(code: string, message: string, where?: Where) {
    super(message);
    this.code = code;
    this.where = where;
  }
}

/** `views.ts:12:5`, or `views.ts` where the line is not known. */
export function formatWhere(where: Where): string {
  return [where.file, where.line, where.column].filter((part) => part !== undefined).join(':');
}

/** One line for a person: `views.ts:12:5: error: ... (CODE)`. */
export function formatProblem(problem: Problem): string {
  const place = problem.where ? `${formatWhere(problem.where)}: ` : '';
  return `${place}${problem.severity}: ${problem.message} (${problem.code})`;
}

/** ` Did you mean "x"?`, or an empty string when nothing is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const best = closest(word, known);
  return best === undefined ? '' : ` Did you mean "${best}"?`;
}
