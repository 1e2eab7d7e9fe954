import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { formatWhere, type Problem } from '@trainyard/core';
import { CodeWatcher, FROZEN, describeValue, frozenNamed, loadInstalled, prepareCode, runFrozen, type FrozenOutcome, type FrozenTrain } from '@trainyard/runtime';
import { EXIT, colour, printJson, say, sayProblems } from '../output.ts';
import { print } from '../print.ts';
import { versionOf } from '../version.ts';
import { control, theYard, type RunningOptions } from '../yard-client.ts';

/** The next train is waited for, and a large one takes a while to write. */
const PATIENCE_MS = 60_000;

/** `yard freeze [VIEW]`: the train that made a view of a running yard fail, as a run in `frozen/`. */
export async function freeze(view: string | undefined, options: RunningOptions & { readonly train?: 'now' }): Promise<void> {
  const message = (await control(theYard(options), { verb: 'freeze', ...(view !== undefined && { name: view }), ...(options.train === 'now' && { next: true }) }, PATIENCE_MS)) ?? '';
  if (options.json) printJson({ type: 'done', verb: 'freeze', message });
  else say(message);
}

const GAVE: Readonly<Record<string, string>> = { value: 'had a value', none: 'gave nothing', missing: 'had no data', failed: 'failed', late: 'was late', dropped: 'was not run' };

export interface RetryOptions {
  readonly once?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
}

/**
 * `yard retry VIEW|FOLDER`: runs the frozen train on the view, and again on every save, until it has a value: then 0. With `--once` 1 when it has none.
 * With `--keep` the result is what `yard check` wants from then on.
 */
export async function retry(what: string, { once, keep, json }: RetryOptions): Promise<void> {
  const frozen = frozenNamed(what, process.cwd());
  const { record, file, folder } = frozen;
  if (!json) {
    say(`Train ${record.trainId} of ${record.from}${record.view === undefined ? '' : `, on which ${record.view} ${GAVE[record.outcome] ?? record.outcome}${record.message === '' ? '' : `: ${record.message}`}`}`);
    for (const note of record.notes) say(colour('dim', note));
  }
  const installed = await loadInstalled(dirname(file));
  // Watching for saves does not keep a process alive.
  setInterval(() => undefined, 60_000);
  for (;;) {
    const since = Date.now();
    const saves = new Saves(await filesOf(file, installed), since);
    const done = await tryOnce(frozen, { installed, json: json === true, keep: keep === true, signal: saves.signal });
    if (done) {
      if (keep && !json) say(`Kept: yard check ${relative(process.cwd(), file)} runs it from now on, and says when ${record.view ?? 'a view'} gives something else (${relative(process.cwd(), join(folder, FROZEN.expected))}).`);
      process.exit(EXIT.done);
    }
    if (once) process.exit(EXIT.partly);
    await saves.next;
    saves.close();
  }
}

interface Attempt {
  readonly installed: Awaited<ReturnType<typeof loadInstalled>>;
  readonly json: boolean;
  readonly keep: boolean;
  /** A save ends an attempt that is still at work. */
  readonly signal: AbortSignal;
}

/** Gives back whether everything has a value. */
async function tryOnce(frozen: FrozenTrain, { installed, json, keep, signal }: Attempt): Promise<boolean> {
  const beside = join(frozen.folder, `.${FROZEN.expected}`);
  try {
    const given = await runFrozen(frozen, { installed, version: versionOf(), signal, ...(keep && { out: beside }) });
    if (signal.aborted) return false;
    if ('problems' in given) {
      sayRefused(given.problems, json);
      return false;
    }
    for (const outcome of given.outcomes) sayOutcome(outcome, json);
    if (given.outcomes.length === 0) say(`${basename(frozen.file)} has no view ${frozen.record.view} any more.`);
    const isWhole = given.outcomes.length > 0 && given.outcomes.every(({ outcome }) => outcome === 'value');
    if (keep && isWhole) renameSync(beside, join(frozen.folder, FROZEN.expected));
    return isWhole;
  } finally {
    rmSync(beside, { force: true });
  }
}

function sayOutcome({ view, outcome, message, where, value }: FrozenOutcome, json: boolean): void {
  const at = where && { ...where, file: relative(process.cwd(), where.file) };
  if (json) printJson({ type: 'outcome', view, outcome, message, ...(where && { where }), ...(outcome === 'value' && { value: describeValue(value) }) });
  else if (outcome === 'value') print(`${view} = ${describeValue(value)}`);
  else print(colour('red', `${at ? `${formatWhere(at)}: ` : ''}${view} ${outcome}: ${message}`, process.stdout));
}

function sayRefused(problems: readonly Problem[], json: boolean): void {
  if (json) for (const problem of problems) printJson({ type: 'problem', ...problem });
  else sayProblems(problems);
}

/** The files that the code is made of; of code that does not compile those that may mend it. */
async function filesOf(file: string, installed: Attempt['installed']): Promise<readonly string[]> {
  const outFolder = mkdtempSync(join(tmpdir(), 'trainyard-'));
  try {
    return (await prepareCode(file, installed, outFolder)).files;
  } finally {
    rmSync(outFolder, { recursive: true, force: true });
  }
}

/** The next save of some files. */
class Saves {
  readonly next: Promise<void>;
  readonly #abort = new AbortController();
  readonly #watcher: CodeWatcher;
  /** Also what was saved since a moment before. */
  constructor(files: readonly string[], since: number) {
    let saved!: () => void;
    this.next = new Promise((resolve) => (saved = resolve));
    this.#watcher = new CodeWatcher(() => {
      this.#abort.abort();
      saved();
    });
    this.#watcher.files(files, since);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  close(): void {
    this.#watcher.close();
  }
}
