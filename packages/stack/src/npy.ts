import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { viewOf, type NumericArray } from '@trainyard/hdf5';
import { descrOf, formatHeader, type NpyHeader } from './npy-header.ts';
import { NpyFile } from './npy-file.ts';
import { StackError } from './stack-error.ts';

/** An array for or from a `.npy` file, flat in C order. `dtype` is numpy's name, `str`, or a list of fields (then `data` is bytes). */
export interface NpyArray {
  dtype: string;
  shape: number[];
  data: NumericArray | string[];
}

/** Reads a whole `.npy` file. Errors: those of `NpyFile`. */
export function readNpy(path: string): NpyArray {
  const file = new NpyFile(path);
  try {
    const { header } = file;
    const scalar = header.shape.length === 0;
    const frames = scalar ? 1 : header.shape[0];
    const bytes = new Uint8Array(frames * file.frameBytes);
    file.readFrames(0, frames, bytes);
    return { dtype: header.dtype, shape: header.shape, data: header.text ? texts(bytes, header) : viewOf(header.dtype, bytes) };
  } catch (error) {
    if (error instanceof RangeError) throw new StackError('STACK_RANGE', path, 'The array does not fit into memory: open it as a stack');
    throw error;
  } finally {
    file.close();
  }
}

/**
 * Writes an array as `.npy` (little endian, C order), under another name first, so that a broken write leaves no half file.
 * Text becomes numpy's fixed-length unicode, readable without pickle; fields of records keep their layout. Errors: NPY_WRITE.
 */
export function writeNpy(path: string, array: NpyArray): void {
  const { dtype, shape, data } = array;
  const items = shape.reduce((product, length) => product * length, 1);
  const text = Array.isArray(data);
  const length = text ? Math.max(1, data.reduce((most, entry) => Math.max(most, Array.from(entry).length), 0)) : 0;
  const descr = text ? `<U${length}` : descrOf(dtype);
  if (descr === undefined) throw new StackError('NPY_WRITE', path, `Elements of type ${dtype} have no place in a .npy file`);
  const fits = dtype.startsWith('[') ? items === 0 || data.length % items === 0 : data.length === items;
  if (!fits) throw new StackError('NPY_WRITE', path, `${data.length} values do not fill the shape (${shape.join(', ')})`);
  const bytes = text ? encode(data, length) : new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);

  const part = `${path}.${process.pid}.part`;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(part, 'w');
    writeAll(descriptor, formatHeader(descr, shape));
    writeAll(descriptor, bytes);
    closeSync(descriptor);
    descriptor = undefined;
    renameSync(part, path);
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    rmSync(part, { force: true });
    throw new StackError('NPY_WRITE', path, `The file cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, 1 << 30));
}

function encode(strings: readonly string[], length: number): Uint8Array {
  const codes = new Uint32Array(strings.length * length);
  strings.forEach((text, i) => Array.from(text).forEach((character, k) => (codes[i * length + k] = character.codePointAt(0) ?? 0)));
  return new Uint8Array(codes.buffer);
}

function texts(bytes: Uint8Array, header: NpyHeader): string[] {
  const { itemSize } = header;
  if (itemSize === 0) return Array.from({ length: header.shape.reduce((product, n) => product * n, 1) }, () => '');
  return Array.from({ length: bytes.length / itemSize }, (_, i) => {
    const entry = bytes.slice(i * itemSize, (i + 1) * itemSize);
    if (header.text === 'bytes') return new TextDecoder().decode(entry).replace(/\0+$/, '');
    const codes = Array.from(new Uint32Array(entry.buffer));
    const last = codes.findLastIndex((code) => code !== 0);
    return String.fromCodePoint(...codes.slice(0, last + 1).map((code) => (code > 0x10ffff ? 0xfffd : code)));
  });
}
