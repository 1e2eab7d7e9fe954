import { basename, dirname, relative, resolve, sep } from 'node:path';
import { realpathSync } from 'node:fs';
import { YardError, didYouMean, type Where } from '@trainyard/core';
import type { FrozenTrainInfo, TriedView } from '@trainyard/control';
import type { Engine } from '../engine/engine.ts';
import { describeValue } from '../freeze/describe-value.ts';
import { frozenBeside, type FrozenTrain } from '../freeze/frozen-train.ts';
import { runFrozen } from '../freeze/run-frozen.ts';

/** What is asked for; as it came, so of any type. */
export interface TryRequest {
  readonly name?: unknown;
  readonly view?: unknown;
  readonly text?: unknown;
  readonly file?: unknown;
}

/** With the loading of the code: somebody waits in front of the editor. */
const LIMIT_MS = 15_000;
const TEXT_LIMIT = 1_000_000;

/** Runs code on frozen trains of the list, as it is saved or as somebody is about to write it: one at a time, beside the trains that come. */
export class FrozenTries {
  readonly #made: () => Engine['made'];
  #busy = false;

  constructor(made: () => Engine['made']) {
    this.#made = made;
  }

  /** The newest first. */
  list(): FrozenTrainInfo[] {
    return this.#trains().map(({ folder, record: { trainId, frozenAt, view, outcome, message } }) => ({ name: basename(folder), trainId, at: Date.parse(frozenAt), ...(view !== undefined && { view }), outcome, message }));
  }

  #trains(): FrozenTrain[] {
    const { file } = this.#made();
    return file === undefined ? [] : frozenBeside(file, () => undefined).sort((a, b) => b.record.frozenAt.localeCompare(a.record.frozenAt));
  }

  /** Throws `FROZEN_NONE`, and `WAIT` while another one is under way. */
  async run(request: TryRequest): Promise<TriedView[]> {
    for (const word of ['name', 'view', 'text', 'file'] as const) if (request[word] !== undefined && typeof request[word] !== 'string') throw new YardError('BODY', `"${word}" is a text.`);
    const { name, view, text, file } = request as Readonly<Record<keyof TryRequest, string | undefined>>;
    if (text !== undefined && text.length > TEXT_LIMIT) throw new YardError('TOO_LARGE', `A text has at most ${TEXT_LIMIT} characters.`);
    const trains = this.#trains();
    const frozen = name === undefined ? trains[0] : trains.find((one) => basename(one.folder) === name);
    if (!frozen) throw new YardError('FROZEN_NONE', trains.length ? `There is no frozen train "${name}".${didYouMean(name!, trains.map(({ folder }) => basename(folder)))}` : 'No train is frozen here: freeze the next one.');
    if (this.#busy) throw new YardError('WAIT', 'Another try is under way: it takes a moment.');
    this.#busy = true;
    try {
      return await this.#run(frozen, view, text, file);
    } finally {
      this.#busy = false;
    }
  }

  async #run(frozen: FrozenTrain, view: string | undefined, text: string | undefined, file: string | undefined): Promise<TriedView[]> {
    const { installed, version } = this.#made();
    const folder = dirname(frozen.file);
    const unsaved = text === undefined ? undefined : new Map([[realpath(file === undefined ? frozen.file : resolve(folder, file)), text]]);
    // The bundler knows a file by where it really is, the list by its name.
    if (unsaved && file === undefined) unsaved.set(frozen.file, text!);
    const signal = AbortSignal.timeout(LIMIT_MS);
    const given = await runFrozen(frozen, { installed, version, ...(view !== undefined && { view }), ...(unsaved && { unsaved }), signal });
    const wanted = view === 'all' ? undefined : (view ?? frozen.record.view);
    if ('problems' in given) return given.problems.map(({ message, where }) => ({ view: wanted ?? 'the code', outcome: 'failed', message, ...(where && { where: below(where, folder) }) }));
    if (given.outcomes.length === 0) return [{ view: wanted ?? 'the code', outcome: 'failed', message: wanted === undefined ? 'The code makes no view.' : `There is no view ${wanted} in this code.` }];
    const late = `The try was ended after ${LIMIT_MS / 1000} s: is there an endless loop in a view?`;
    return given.outcomes.map(({ view: id, outcome, message, where, value }) => ({ view: id, outcome, message: outcome === 'late' && signal.aborted ? late : message, ...(where && { where: below(where, folder) }), ...(outcome === 'value' && value !== undefined && { said: describeValue(value) }) }));
  }
}

function below(where: Where, folder: string): Where {
  const path = relative(folder, where.file);
  return path.startsWith('..') ? where : { ...where, file: path.split(sep).join('/') };
}

function realpath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
