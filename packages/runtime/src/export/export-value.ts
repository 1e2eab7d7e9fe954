import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Labelled, NdArray, YardError, flatData } from '@trainyard/core';
import { writeNxData } from '@trainyard/nexus';
import { writeNpy } from '@trainyard/stack';
import { readPanelValue, renderFrame, type Rendered } from '../panels/render-frame.ts';
import { asResultValue } from '../sink/result-value.ts';
import { readWire } from '../worker/wire.ts';
import { csvText } from './csv-text.ts';

export const exportFormats = ['frame', 'npy', 'h5', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A value as a file of this format. Throws `VALUE_FORMAT` where it cannot be one. */
export function exportValue(of: Rendered, format: ExportFormat, list: string): Uint8Array {
  const { id, trainId, at, wire, memory } = of;
  const whole = readPanelValue(of);
  if (!whole) throw new YardError('VALUE_FORMAT', `The value of ${id} is empty.`);
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
    case 'h5': {
      const value = readWire(wire, memory);
      if (typeof value === 'object' && !(value instanceof NdArray) && !(value instanceof Labelled) && Object.values(value ?? {}).some((one) => !(one instanceof NdArray) && !Array.isArray(one))) throw new YardError('VALUE_FORMAT', `${id} is an object, and no arrays by name: frame gives it.`);
      return throughFile((path) => writeNxData(path, { title: id, trainId, list, ...(at !== undefined && { time: new Date(at).toISOString() }), ...asResultValue(value) }));
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
