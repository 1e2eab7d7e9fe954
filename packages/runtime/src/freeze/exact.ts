import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { YardError, formatDataPath, type DataPath } from '@trainyard/core';
import type { Found, TrainInputs } from '../worker/train-inputs.ts';
import { WireWriter, readWire, type Wire } from '../worker/wire.ts';
import { FROZEN } from './frozen-format.ts';

/** Inputs of a frozen train that its run does not give as they were: train ID -> data path -> value, or undefined for one that had none. */
export type ExactInputs = ReadonlyMap<number, ReadonlyMap<string, unknown>>;

/** Writes them; arrays are copied. */
export function writeExact(folder: string, exact: ExactInputs): void {
  const writer = new WireWriter();
  const values = Array.from(exact, ([trainId, inputs]) => [trainId, Array.from(inputs, ([path, value]): [string, Wire] => [path, writer.put(value)])] as const);
  const memory = new SharedArrayBuffer(writer.bytes);
  writer.copyTo(memory);
  writeFileSync(join(folder, FROZEN.exact), serialize({ values, bytes: new Uint8Array(memory).slice() }));
}

/** Those of a run's folder; undefined for a run that is no frozen train. Throws `FROZEN_BROKEN`. */
export function readExact(folder: string): ExactInputs | undefined {
  const file = join(folder, FROZEN.exact);
  if (!existsSync(file)) return undefined;
  try {
    const { values, bytes } = deserialize(readFileSync(file)) as { values: [number, [string, Wire][]][]; bytes: Uint8Array };
    const memory = new SharedArrayBuffer(bytes.byteLength);
    new Uint8Array(memory).set(bytes);
    return new Map(values.map(([trainId, inputs]) => [trainId, new Map(inputs.map(([path, wire]) => [path, readWire(wire, memory)]))]));
  } catch (error) {
    throw new YardError('FROZEN_BROKEN', `${file} cannot be read (${(error as Error).message}): freeze the train again.`);
  }
}

/** The inputs of a train of a run, with those that are exact in place of what the run has. */
export function withExact(inputs: TrainInputs, exact: ExactInputs | undefined, trainId: number): TrainInputs {
  const own = exact?.get(trainId);
  if (!own) return inputs;
  return {
    get(key: string, path: DataPath): Found {
      const text = formatDataPath(path);
      if (!own.has(text)) return inputs.get(key, path);
      const value = own.get(text);
      return value === undefined ? { missing: `${key}: it had no data in this train when it was frozen` } : { value };
    },
  };
}
