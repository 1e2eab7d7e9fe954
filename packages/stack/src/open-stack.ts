import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { openHdf5, viewOf, type Hdf5Dataset, type Hdf5File } from '@trainyard/hdf5';
import { NpyFile } from './npy-file.ts';
import { StackError } from './stack-error.ts';
import type { Frame, Stack } from './stack.ts';

/**
 * Opens `FILE.npy`, `FILE.h5` or `FILE.h5:/path` as a stack of frames. Without a path the file must hold exactly one dataset of
 * three axes. Errors: STACK_* and NPY_* codes, and those of `openHdf5`.
 */
export async function openStack(what: string): Promise<Stack> {
  const { file, path } = split(what);
  if (path === undefined && beginsAsNpy(file)) return npyStack(file);
  const hdf5 = await openHdf5(file).catch((error: unknown) => {
    if ((error as { code?: string }).code === 'HDF5_NOT_HDF5') throw new StackError('STACK_KIND', file, 'This is neither a .npy nor an HDF5 file');
    throw error;
  });
  try {
    return hdf5Stack(hdf5, path === undefined ? onlyImageStack(hdf5) : hdf5.dataset(path));
  } catch (error) {
    hdf5.close();
    throw error;
  }
}

/** A path inside the file begins at the last `:/`, unless the whole text names a file. */
function split(what: string): { file: string; path?: string } {
  const at = what.lastIndexOf(':/');
  if (isFile(what)) return { file: what };
  if (at > 0 && isFile(what.slice(0, at))) return { file: what.slice(0, at), path: what.slice(at + 1) };
  const file = at > 0 ? what.slice(0, at) : what;
  throw new StackError('STACK_MISSING', file, 'There is no such file: check the name');
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function beginsAsNpy(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(6);
    return file.endsWith('.npy') || (readSync(descriptor, bytes, 0, 6, 0) === 6 && bytes.toString('latin1') === '\x93NUMPY');
  } finally {
    closeSync(descriptor);
  }
}

function npyStack(path: string): Stack {
  const file = new NpyFile(path);
  const { dtype, shape, text } = file.header;
  if (text || shape.length === 0) {
    file.close();
    throw new StackError('STACK_TYPE', path, text ? 'The file holds text, frames of numbers were wanted' : 'The file holds a single value: a stack needs at least one axis');
  }
  return makeStack(path, dtype, shape, file.frameBytes, (frame, target) => file.readFrames(frame, 1, target), () => file.close());
}

function hdf5Stack(file: Hdf5File, dataset: Hdf5Dataset): Stack {
  const { dtype, shape } = dataset;
  const where = `${file.filename}:${dataset.path}`;
  if (!isNumeric(dataset)) throw new StackError('STACK_TYPE', where, `Elements of type ${dtype} are not numbers`);
  if (shape.length === 0) throw new StackError('STACK_TYPE', where, 'The dataset holds a single value: a stack needs at least one axis');
  const frameBytes = shape.slice(1, shape.length - dataset.innerShape.length).reduce((product, length) => product * length, dataset.itemSize);
  return makeStack(where, dtype, shape, frameBytes, (frame, target) => dataset.readInto(target, [[frame, frame + 1]]), () => file.close());
}

function isNumeric(dataset: Hdf5Dataset): boolean {
  return /^(bool|u?int\d+|float\d+)$/.test(dataset.dtype);
}

/** The only numeric dataset of three axes. */
function onlyImageStack(file: Hdf5File): Hdf5Dataset {
  const candidates = [...file.datasets()].filter((dataset) => isNumeric(dataset) && dataset.shape.length > 0);
  const stacks = candidates.filter((dataset) => dataset.shape.length === 3);
  if (stacks.length === 1) return stacks[0];
  const shown = (stacks.length > 1 ? stacks : candidates).map((dataset) => `${dataset.path} (${dataset.shape.join(', ')})`);
  const list = `${shown.slice(0, 20).join(', ')}${shown.length > 20 ? `, and ${shown.length - 20} more` : ''}`;
  const problem = stacks.length > 1 ? `${stacks.length} datasets have three axes` : 'No dataset has three axes';
  throw new StackError('STACK_DATASET', file.filename, shown.length ? `${problem}: name one, as FILE:${candidates[0].path}. There are ${list}` : 'The file holds no array of numbers');
}

function makeStack(where: string, dtype: string, shape: readonly number[], frameBytes: number, fill: (frame: number, target: Uint8Array) => void, close: () => void): Stack {
  const [frames = 0, ...frameShape] = shape;
  const check = (frame: number): void => {
    if (!Number.isInteger(frame) || frame < 0 || frame >= frames) throw new StackError('STACK_RANGE', where, `There is no frame ${frame}: the stack has ${frames}, counted from 0`);
  };
  return {
    where, frames, frameShape, dtype, frameBytes, close,
    trainIdOf: (frame) => frame,
    readFrame(frame): Frame {
      check(frame);
      const bytes = new Uint8Array(frameBytes);
      fill(frame, bytes);
      return { dtype, shape: [...frameShape], data: viewOf(dtype, bytes) };
    },
    readFrameInto(frame, target) {
      check(frame);
      if (target.byteLength < frameBytes) throw new StackError('STACK_RANGE', where, `A frame takes ${frameBytes} bytes, the buffer has ${target.byteLength}`);
      fill(frame, target);
      return frameBytes;
    },
  };
}
