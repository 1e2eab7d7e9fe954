import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { deserialize } from 'node:v8';
import { YardError, didYouMean } from '@trainyard/core';
import { ProjectFolder } from '../project/project-folder.ts';
import type { KeptParameter } from '../worker/generation.ts';
import type { ConstantValue } from '../worker/messages.ts';
import { FROZEN, type FrozenRecord } from './frozen-format.ts';

/** A frozen train on disk. */
export interface FrozenTrain {
  readonly folder: string;
  readonly record: FrozenRecord;
  /** The list or views file, absolute. */
  readonly file: string;
  /** The results that the view is to give; there when it was kept as a test. */
  readonly expected: string | undefined;
}

/** Reads one; throws `FROZEN_NONE`. */
export function readFrozen(folder: string): FrozenTrain {
  const path = join(folder, FROZEN.record);
  let record: FrozenRecord;
  try {
    record = JSON.parse(readFileSync(path, 'utf8')) as FrozenRecord;
  } catch (error) {
    throw new YardError('FROZEN_NONE', `${folder} is no frozen train: ${(error as { code?: string }).code === 'ENOENT' ? `it has no ${FROZEN.record}` : (error as Error).message}.`);
  }
  if (!isRecord(record)) throw new YardError('FROZEN_NONE', `${path} is not of a frozen train that this version of Trainyard reads.`);
  const expected = join(folder, FROZEN.expected);
  return { folder: resolve(folder), record, file: resolve(folder, record.file), expected: existsSync(expected) ? expected : undefined };
}

function isRecord(record: unknown): record is FrozenRecord {
  if (typeof record !== 'object' || record === null) return false;
  const { trainyard, trainId, earlier, parameters, notes, view, ...texts } = record as Partial<Record<keyof FrozenRecord, unknown>>;
  if (trainyard !== 1 || !Number.isSafeInteger(trainId) || (view !== undefined && typeof view !== 'string')) return false;
  if (!Array.isArray(earlier) || !Array.isArray(notes) || typeof parameters !== 'object' || parameters === null) return false;
  return (['file', 'from', 'outcome', 'message', 'frozenAt'] as const).every((name) => typeof texts[name] === 'string');
}

/** The frozen trains beside a list or views file, by name; those of other files in that folder are left out, and those that cannot be read told. */
export function frozenBeside(file: string, onBroken: (error: YardError) => void): FrozenTrain[] {
  return allIn(join(dirname(resolve(file)), 'frozen'), onBroken).filter((one) => one.file === resolve(file));
}

function allIn(folder: string, onBroken: (error: YardError) => void): FrozenTrain[] {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.filter((name) => existsSync(join(folder, name, FROZEN.record))).flatMap((name) => {
    try {
      return [readFrozen(join(folder, name))];
    } catch (error) {
      onBroken(error as YardError);
      return [];
    }
  });
}

/** The frozen train that a word names: a folder, or the newest of a view in `frozen/` of the folder here. Throws `FROZEN_NONE`. */
export function frozenNamed(word: string, here: string): FrozenTrain {
  for (const folder of [resolve(here, word), join(here, 'frozen', word)]) if (existsSync(join(folder, FROZEN.record))) return readFrozen(folder);
  const all = allIn(join(here, 'frozen'), () => undefined);
  const found = all.filter(({ record: { view } }) => view !== undefined && (view === word || view.slice(view.indexOf('/') + 1) === word)).sort((a, b) => a.record.frozenAt.localeCompare(b.record.frozenAt)).at(-1);
  if (found) return found;
  const names = all.flatMap(({ folder, record: { view } }) => [basename(folder), ...(view === undefined ? [] : [view.slice(view.indexOf('/') + 1)])]);
  throw new YardError('FROZEN_NONE', `There is no frozen train "${word}" here.${didYouMean(word, names)} ${all.length ? `There are ${all.map(({ folder }) => basename(folder)).join(', ')}.` : 'yard freeze makes one of a running yard.'}`);
}

/** The parameters and constants that the code had, in place of those of a project; nothing is kept. */
export class FrozenProject extends ProjectFolder {
  readonly #frozen: FrozenTrain;
  constructor(frozen: FrozenTrain) {
    super(frozen.folder);
    this.#frozen = frozen;
  }

  override parameters(): Record<string, KeptParameter> {
    return { ...this.#frozen.record.parameters };
  }

  override constants(): ConstantValue[] {
    const folder = join(this.#frozen.folder, FROZEN.constants);
    return (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith('.bin')).map((name) => readConstant(join(folder, name)));
  }

  override saveConstant(): void {
    // What an action records in a retry is not for others.
  }
}

function readConstant(file: string): ConstantValue {
  try {
    const { key, value, bytes } = deserialize(readFileSync(file)) as { key: string; value: ConstantValue['value']; bytes: Uint8Array };
    const memory = new SharedArrayBuffer(bytes.byteLength);
    new Uint8Array(memory).set(bytes);
    return { key, value, memory };
  } catch (error) {
    throw new YardError('FROZEN_BROKEN', `${file} cannot be read (${(error as Error).message}): freeze the train again.`);
  }
}
