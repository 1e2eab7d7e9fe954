import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { NdArray, YardError, flatData, type DataPath } from '@trainyard/core';
import { openRun, writeTrains, type Run, type RunNumber, type TrainKey } from '@trainyard/exdf';
import { runInputs, streamInputs, type TrainInputs } from '../worker/train-inputs.ts';
import type { ConstantValue, SlotData, TrainTask } from '../worker/messages.ts';
import { readExact, withExact, writeExact } from './exact.ts';
import { FROZEN, type FrozenRecord } from './frozen-format.ts';
import { sameValue } from './same-value.ts';

/** What is to be frozen. Plain data: it goes to a thread of its own. */
export interface FreezeJob {
  /** The folder that is to be made; its parent is made, too. */
  readonly folder: string;
  /** Ascending; the last one is the frozen train. */
  readonly trainIds: readonly number[];
  /** The data of the train, copied; or the run that has it. */
  readonly from: { readonly kind: 'stream'; readonly data: SlotData; readonly absent?: Readonly<Record<string, string>> } | { readonly kind: 'run'; readonly where: string | RunNumber };
  readonly paths: readonly (readonly [text: string, path: DataPath])[];
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly constants: readonly ConstantValue[];
  readonly record: Omit<FrozenRecord, 'trainyard' | 'inputs' | 'earlier' | 'trainId'>;
}

type Inputs = ReadonlyMap<string, unknown>;

/**
 * Writes a frozen train. What was written is read again as a view reads it, and compared: an input that a run cannot hold to the bit lies in
 * `exact.bin` besides. The folder comes into being whole. Errors: `FREEZE_EXISTS`, those of `writeTrains`.
 */
export async function writeFrozen(job: FreezeJob): Promise<FrozenRecord> {
  const { folder, trainIds, paths, at } = job;
  const beside = `${folder}.new`;
  rmSync(beside, { recursive: true, force: true });
  const run = job.from.kind === 'run' ? await openRun(job.from.where) : undefined;
  try {
    const trains = trainIds.map((trainId) => ({ trainId, inputs: allOf(original(job, run, trainId), paths) }));
    await writeTrains(beside, trains.map(({ trainId, inputs }) => ({ trainId, timestamp: BigInt(at) * 1_000_000n, keys: keysOf(inputs, paths) })));
    await holdExact(beside, trains, paths);
    mkdirSync(join(beside, FROZEN.constants));
    for (const { key, value, memory } of job.constants) writeFileSync(join(beside, FROZEN.constants, `${encodeURIComponent(key)}.bin`), serialize({ key, value, bytes: new Uint8Array(memory).slice() }));
    const last = trains.at(-1)!;
    const record: FrozenRecord = { trainyard: 1, trainId: last.trainId, earlier: trainIds.slice(0, -1), ...job.record, inputs: described(original(job, run, last.trainId), paths) };
    writeFileSync(join(beside, FROZEN.record), `${JSON.stringify(record, null, 2)}\n`);
    try {
      renameSync(beside, folder);
    } catch (error) {
      throw (error as { code?: string }).code === 'ENOTEMPTY' || (error as { code?: string }).code === 'EEXIST' ? new YardError('FREEZE_EXISTS', `${folder} is there already: it is the same train. Remove it to freeze it again.`) : error;
    }
    return record;
  } finally {
    run?.close();
    rmSync(beside, { recursive: true, force: true });
  }
}

function original({ from }: FreezeJob, run: Run | undefined, trainId: number): TrainInputs {
  const task: TrainTask = { type: 'train', seq: 0, trainId, ...(from.kind === 'stream' && { data: from.data, ...(from.absent && { absent: from.absent }) }) };
  return run ? runInputs(task, run, new Map()) : streamInputs(task, new Map());
}

/** The value of every path that has one. What cannot be read has none, as for a view. */
function allOf(inputs: TrainInputs, paths: FreezeJob['paths']): Inputs {
  const found = new Map<string, unknown>();
  for (const [text, path] of paths) {
    if (path.kind === 'internal') continue;
    try {
      const one = inputs.get(text, path);
      if ('value' in one) found.set(text, one.value);
    } catch {
      // It failed the view then, and fails it again when it is missing.
    }
  }
  return found;
}

/** As the run stores them, under the names that the views use. */
function keysOf(inputs: Inputs, paths: FreezeJob['paths']): TrainKey[] {
  const present = paths.flatMap(([text, path]) => (path.kind === 'karabo' && inputs.has(text) ? [{ ...path, value: inputs.get(text) }] : []));
  return present.map(({ source, key, value }): TrainKey => {
    // Fast data have a channel, and keys of a group and a name, where none goes on below another.
    const keys = present.flatMap((other) => (other.source === source ? [other.key] : []));
    const isInstrument = source.includes(':') && keys.every((one) => one.includes('.') && !keys.some((other) => other.startsWith(`${one}.`)));
    return { source, kind: isInstrument ? 'instrument' : 'control', key, count: 1, ...stored(value) };
  });
}

/** The nearest that a run can hold; texts stand for what has no numbers. */
function stored(value: unknown): Pick<TrainKey, 'entryShape' | 'data'> {
  if (typeof value === 'number') return { entryShape: [], data: Float64Array.of(value) };
  if (typeof value === 'boolean') return { entryShape: [], data: Uint8Array.of(value ? 1 : 0) };
  if (typeof value === 'bigint') return { entryShape: [], data: value < 0n ? BigInt64Array.of(value) : BigUint64Array.of(value) };
  if (typeof value === 'string') return { entryShape: [], data: [value] };
  if (value instanceof NdArray) {
    const data = flatData(value);
    return { entryShape: [...value.shape], data: data instanceof Float16Array ? Float32Array.from(data) : (data as TrainKey['data']) };
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return { entryShape: [value.length], data: value as string[] };
  return { entryShape: [], data: [JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item)) ?? ''] };
}

/** What does not come out of the run as it went in is kept to the bit. */
async function holdExact(folder: string, trains: readonly { readonly trainId: number; readonly inputs: Inputs }[], paths: FreezeJob['paths']): Promise<void> {
  const exact = new Map<number, Map<string, unknown>>();
  const check = async (found: (trainId: number, path: string, value: unknown) => void): Promise<void> => {
    const run = await openRun(folder);
    const held = readExact(folder);
    try {
      for (const { trainId, inputs } of trains) {
        const again = allOf(withExact(runInputs({ type: 'train', seq: 0, trainId }, run, new Map()), held, trainId), paths);
        // The run's own train IDs and timestamps may be named like an input that the train did not have.
        for (const path of new Set([...inputs.keys(), ...again.keys()])) if (!sameValue(inputs.get(path), again.get(path))) found(trainId, path, inputs.get(path));
      }
    } finally {
      run.close();
    }
  };
  await check((trainId, path, value) => {
    let own = exact.get(trainId);
    if (!own) exact.set(trainId, (own = new Map()));
    own.set(path, value);
  });
  if (exact.size === 0) return;
  writeExact(folder, exact);
  await check((trainId, path) => {
    throw new YardError('FREEZE_INEXACT', `${path} of train ${trainId} cannot be kept as it was.`);
  });
}

function described(inputs: TrainInputs, paths: FreezeJob['paths']): Record<string, string> {
  return Object.fromEntries(paths.flatMap(([text, path]) => {
    if (path.kind === 'internal') return [];
    try {
      const found = inputs.get(text, path);
      return [[text, 'missing' in found ? `missing: ${found.missing}` : inWords(found.value)]];
    } catch (error) {
      return [[text, `failed: ${(error as Error).message}`]];
    }
  }));
}

/** A value in a few words: `uint16 (1024, 1536)`, `35.05`, `"ON"`. */
export function inWords(value: unknown): string {
  if (value instanceof NdArray) return `${value.dtype} (${value.shape.join(', ')}${value.dimension === 1 ? ',' : ''})`;
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'string' || (typeof value === 'object' && value !== null) ? JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item)).slice(0, 200) : String(value);
}
