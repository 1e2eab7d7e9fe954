import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Labelled, NdArray, YardError, flatData } from '@trainyard/core';
import type { History, PanelValue } from '@trainyard/control';
import { writeNxData, type ArrayValue, type NxValue } from '@trainyard/nexus';
import { writeNpy } from '@trainyard/stack';
import { readPanelValue, renderFrame, type Rendered } from '../panels/render-frame.ts';
import { asResultValue } from '../sink/result-value.ts';
import { readWire } from '../worker/wire.ts';
import { csvOfHistories, csvOfSeveral, csvText } from './csv-text.ts';

export const exportFormats = ['frame', 'npy', 'h5', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Values as one file of this format. Throws `VALUE_FORMAT` where they cannot be one. */
export function exportValues(values: readonly Rendered[], format: ExportFormat, list: string): Uint8Array {
  if (format === 'h5') {
    const whole = values.map(nxValue);
    return throughFile((path) => writeNxData(path, list, whole));
  }
  if (values.length === 1) return exportValue(values[0]!, format);
  if (format !== 'csv') throw new YardError('VALUE_FORMAT', `A file of the format ${format} has one value: take h5 or csv for several.`);
  return Buffer.from(csvOfSeveral(values.map((of) => ({ id: of.id, trainId: of.trainId, ...readable(of) }))));
}

/** The past of scalars as one file; `units` by id. */
export function exportHistories(histories: readonly History[], units: Readonly<Record<string, string>>, format: ExportFormat, list: string): Uint8Array {
  if (format === 'csv') return Buffer.from(csvOfHistories(histories));
  if (format !== 'h5') throw new YardError('VALUE_FORMAT', `The history of a number is given as h5 or csv, not as ${format}.`);
  return throughFile((path) => writeNxData(path, list, histories.map(({ id, trainId, mean, min, max, count, width, last }): NxValue => {
    const column = (data: Float64Array): ArrayValue => ({ dtype: 'float64', shape: [data.length], data });
    const value = {
      trainId: { dtype: 'uint64', shape: [trainId.length], data: BigUint64Array.from(trainId, BigInt) },
      mean: column(mean), min: column(min), max: column(max), count: { dtype: 'uint32', shape: [count.length], data: count },
    } satisfies Record<string, ArrayValue>;
    const unit = units[id];
    return { title: id, trainId: last, value, axis: { name: 'trainId', width }, ...(unit !== undefined && { units: { mean: unit, min: unit, max: unit } }) };
  })));
}

function readable(of: Rendered): Pick<PanelValue, 'value' | 'labels'> {
  const whole = readPanelValue(of);
  if (!whole) throw new YardError('VALUE_FORMAT', `The value of ${of.id} is empty.`);
  return whole;
}

function nxValue(of: Rendered): NxValue {
  const { id, trainId, at, wire, memory } = of;
  readable(of);
  const value = readWire(wire, memory);
  if (typeof value === 'object' && !(value instanceof NdArray) && !(value instanceof Labelled) && Object.values(value ?? {}).some((one) => !(one instanceof NdArray) && !Array.isArray(one))) throw new YardError('VALUE_FORMAT', `${id} is an object, and no arrays by name: frame gives it.`);
  return { title: id, trainId, ...(at !== undefined && { time: new Date(at).toISOString() }), ...asResultValue(value) };
}

function exportValue(of: Rendered, format: Exclude<ExportFormat, 'h5'>): Uint8Array {
  const { id, trainId } = of;
  const whole = readable(of);
  switch (format) {
    case 'frame': {
      const frame = renderFrame(of, { as: 'whole' });
      if (!frame) throw new YardError('VALUE_FORMAT', `The value of ${id} is nothing that a panel shows.`);
      return frame.slice();
    }
    case 'csv':
      return Buffer.from(csvText(trainId, whole.value, whole.labels));
    case 'npy': {
      const { value } = whole;
      if (typeof value === 'object' && !(value instanceof NdArray)) throw new YardError('VALUE_FORMAT', `${id} is several arrays by name, and an npy file has one: take h5 or csv.`);
      return throughFile((path) => {
        if (value instanceof NdArray) writeNpy(path, { dtype: value.dtype, shape: [...value.shape], data: flatData(value) });
        else if (typeof value === 'string') writeNpy(path, { dtype: 'str', shape: [], data: [value] });
        else writeNpy(path, typeof value === 'boolean' ? { dtype: 'bool', shape: [], data: Uint8Array.of(Number(value)) } : { dtype: 'float64', shape: [], data: Float64Array.of(value) });
      });
    }
  }
}

/** What is written to a file of its own that nobody else sees, which is removed. */
function throughFile(write: (path: string) => void): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-value-'));
  try {
    write(join(folder, 'value'));
    return readFileSync(join(folder, 'value'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
