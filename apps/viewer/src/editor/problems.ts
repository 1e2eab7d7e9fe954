import type { CodeError, TriedView, YardState } from '@trainyard/control';
import { formatCount } from '../ui/format.ts';

/** Something wrong at a line of the user's code, as the yard said it. */
export interface Problem {
  /** As the yard names it; `listFile` finds it in the list. */
  readonly file: string;
  readonly line: number;
  readonly column?: number | undefined;
  readonly severity: 'error' | 'warning';
  /** `load`: it kept code from loading, or was found when it did. `run`: a train caused it. `try`: the frozen train did. */
  readonly from: 'load' | 'run' | 'try';
  readonly message: string;
  /** The line as it should be. */
  readonly fix?: string | undefined;
  /** The view that failed: its train can be frozen. */
  readonly view?: string | undefined;
}

/** What is wrong with the code that runs and with the newest save. A failure counts until the view gives values again, or other code was loaded. */
export function problemsOf({ generation, views }: Pick<YardState, 'generation' | 'views'>): Problem[] {
  const found = (error: CodeError, severity: Problem['severity']): Problem[] => error.file === undefined ? [] : [{ file: error.file, line: error.line ?? 1, column: error.column, severity, from: 'load', message: error.message, fix: error.fix }];
  const failed = views.flatMap((view): Problem[] => {
    const failing = view.newest?.outcome === 'failed';
    const outcome = failing ? view.newest : view.lastFailure;
    const at = outcome?.where?.file === undefined ? view.where : outcome.where;
    if (!outcome || !at || outcome.at < generation.loadedAt) return [];
    const times = view.counts.failed;
    const often = times > 1 ? ` (${formatCount(times)} times)` : '';
    return [{ file: at.file, line: at.line ?? 1, column: at.column, severity: failing ? 'error' : 'warning', from: 'run', message: `${view.id}, train ${outcome.trainId}: ${outcome.message}${often}${failing ? '' : '; it gives values again'}`, view: view.id }];
  });
  const missing = views.flatMap((view): Problem[] => view.newest?.outcome === 'missing' && view.where && view.counts.value === 0
    ? [{ ...view.where, severity: 'warning', from: 'run', message: `${view.id} has had no data so far: ${view.newest.message}` }] : []);
  return [...(generation.error ? found(generation.error, 'error') : []), ...generation.warnings.flatMap((warning) => found(warning, 'warning')), ...failed, ...missing];
}

/** Where views failed on the frozen train. */
export function problemsOfTry(tried: readonly TriedView[]): Problem[] {
  return tried.flatMap(({ view, outcome, message, where }): Problem[] => outcome === 'failed' && where ? [{ file: where.file, line: where.line ?? 1, column: where.column, severity: 'error', from: 'try', message: `${view}, frozen train: ${message}` }] : []);
}
