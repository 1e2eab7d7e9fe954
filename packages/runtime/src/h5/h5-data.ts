import { YardError } from '@trainyard/core';
import { decodeEntries, type Hdf5Dataset, type Metadata, type NumericArray, type Slice, type Values } from '@trainyard/hdf5';
import type { H5Answer, H5Question } from './h5-messages.ts';
import { MOST_BYTES, MOST_TEXTS } from './h5-messages.ts';
import { asJson, countOf, isRecord } from './h5-meta.ts';

const STRING = 3, REFERENCE = 7, VLEN = 9;

/** The values of a dataset, or of a part of it: bytes (`bin`, `npy`) or JSON. Throws `H5_LARGE`, `H5_SELECTION`, `H5_TYPE`. */
export function dataOf(dataset: Hdf5Dataset, { selection, format = 'json', dtype }: H5Question): H5Answer {
  const { metadata, where } = dataset;
  const { shape } = metadata;
  if (shape === null) return format === 'json' ? { type: JSON_TYPE, body: 'null' } : { type: BYTES_TYPE, body: new Uint8Array(0) };
  const chosen = sliceOf(selection, shape, where);
  const count = countOf(chosen.map(([from, to]) => to - from));
  const isWidened = dtype === 'safe' && dataset.dtype === 'float16';
  const bytes = count * metadata.size * (isWidened ? 2 : 1);
  if (bytes > MOST_BYTES) throw new YardError('H5_LARGE', `This is ${megabytes(bytes)} of ${where}, and at most ${megabytes(MOST_BYTES)} are shown at once: select a slice.`);
  if (format === 'json') return { type: JSON_TYPE, body: jsonOf(dataset, metadata, chosen, count) };
  const values = dataset.dtype === 'str' || dataset.dtype === 'object' ? undefined : dataset.read(chosen);
  if (!values || (format !== 'bin' && format !== 'npy')) throw new YardError('H5_TYPE', `${where} cannot be had as ${format}: there are json, and bin and npy for numbers.`);
  if (format === 'npy') return npyOf(dataset, values as NumericArray, chosen);
  const numbers = isWidened ? Float32Array.from(values as Float16Array) : (values as NumericArray);
  return { type: BYTES_TYPE, body: bytesOf(numbers) };
}

const JSON_TYPE = 'application/json';
const BYTES_TYPE = 'application/octet-stream';

function jsonOf(dataset: Hdf5Dataset, metadata: Metadata, chosen: Slice, count: number): string {
  if (count > MOST_TEXTS) throw new YardError('H5_LARGE', `These are ${count} entries of ${dataset.where}, and at most ${MOST_TEXTS} are shown at once as text: select a slice.`);
  const entries = entriesOf(dataset, metadata, chosen);
  const text = JSON.stringify(metadata.shape?.length === 0 && dataset.innerShape.length === 0 ? (entries[0] ?? null) : entries);
  if (text.length > MOST_BYTES) throw new YardError('H5_LARGE', `This is ${megabytes(text.length)} of text from ${dataset.where}, and at most ${megabytes(MOST_BYTES)} are shown at once: select a slice.`);
  return text;
}

function entriesOf(dataset: Hdf5Dataset, metadata: Metadata, chosen: Slice): readonly unknown[] {
  if (metadata.type === STRING) return dataset.read(chosen) as string[];
  if (metadata.type === REFERENCE || metadata.type === VLEN || dataset.dtype === 'object') throw new YardError('H5_TYPE', `${dataset.where} holds ${metadata.type === REFERENCE ? 'references' : 'entries of varying length'}, which cannot be shown here.`);
  const values: Values = dataset.read(chosen);
  return values instanceof Uint8Array && isRecord(metadata) && dataset.dtype !== 'bool' && !/^u?int/.test(dataset.dtype) ? decodeEntries(metadata, values).map(asJson) : Array.from(values as ArrayLike<number>, asJson);
}

/** `0,:,3:10`, as numpy writes it; a number takes its entry. Throws `H5_SELECTION`. */
export function sliceOf(selection: string | undefined, shape: readonly number[], where: string): [from: number, to: number][] {
  const parts = selection === undefined || selection === '' ? [] : selection.split(',');
  const wrong = (what: string): never => {
    throw new YardError('H5_SELECTION', `The selection ${JSON.stringify(selection!.slice(0, 100))} of ${where} ${what}.`);
  };
  if (parts.length > shape.length) wrong(`has ${parts.length} axes, the data ${shape.length}`);
  return shape.map((length, axis) => {
    const match = /^\s*(?:(\d+)|(\d*):(\d*))\s*$/.exec(parts[axis] ?? ':');
    if (!match) return wrong('is no list of numbers and ranges such as 0,:,3:10');
    const [, one, from, to] = match;
    const range: [number, number] = one !== undefined ? [Number(one), Number(one) + 1] : [from ? Number(from) : 0, to ? Math.min(Number(to), length) : length];
    return range[1] <= length && range[0] <= range[1] ? range : wrong(`leaves axis ${axis}, which has ${length} entries`);
  });
}

/** numpy's file: axes of which one entry was taken stay, with length 1. */
function npyOf(dataset: Hdf5Dataset, values: NumericArray, chosen: readonly [number, number][]): H5Answer {
  const letters: Readonly<Record<string, string>> = { bool: '|b1', int8: '|i1', uint8: '|u1', int16: '<i2', uint16: '<u2', int32: '<i4', uint32: '<u4', int64: '<i8', uint64: '<u8', float16: '<f2', float32: '<f4', float64: '<f8' };
  const descr = letters[dataset.dtype];
  if (descr === undefined) throw new YardError('H5_TYPE', `${dataset.where} holds ${dataset.dtype}, which cannot be had as npy: json has it.`);
  const shape = [...chosen.map(([from, to]) => to - from), ...dataset.innerShape];
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.from(`\u0093NUMPY\u0001\u0000..${padded}`, 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return { type: BYTES_TYPE, body: Buffer.concat([head, bytesOf(values)]) };
}

function bytesOf(values: NumericArray): Uint8Array {
  return new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
}

function megabytes(bytes: number): string {
  return bytes < 10e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e6)} MB`;
}
