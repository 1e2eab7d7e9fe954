import { YardError, scratch, type FloatArray, type MutableNdArray, type NdLike } from '@trainyard/core';
import { flat, isPacked, pack, resultType } from '@trainyard/kernels';

export interface IntraDarkOptions {
  /** A group of frames has so many. Default 2: every other one is a dark. */
  readonly every?: number;
  /** Which frame of a group has signal, and which is its dark, from 0. Default 0 and 1. */
  readonly signal?: number;
  readonly dark?: number;
}

/**
 * Subtracts from each pulse with signal the dark pulse of its group, in the same train: (frame, ...) gives (group, ...), a group at the end without its dark being left
 * out. float32, or float64 for 32- and 64-bit data, so that nothing wraps; NaN stays. In scratch memory. Throws `INTRA_DARK`.
 */
export function intraDark<R extends number>(image: NdLike<R>, { every = 2, signal = 0, dark = 1 }: IntraDarkOptions = {}): MutableNdArray<R, FloatArray> {
  for (const [what, n] of Object.entries({ signal, dark })) if (!(Number.isInteger(n) && n >= 0 && n < every)) throw new YardError('INTRA_DARK', `${what} is a frame of a group of ${every}, from 0 to ${every - 1}, not ${n}.`);
  if (signal === dark) throw new YardError('INTRA_DARK', `signal and dark are both frame ${dark} of the group: what is left would be 0 everywhere.`);
  const [frames, ...rest] = image.shape as readonly number[];
  if (frames === undefined || rest.length === 0) throw new YardError('INTRA_DARK', `An intra-train dark needs (frame, ...), not data of shape (${image.shape.join(', ')}).`);
  const groups = Math.max(0, Math.floor((frames - Math.max(signal, dark) - 1) / every) + 1);
  if (groups === 0) throw new YardError('INTRA_DARK', `A train of ${frames} frames has no group of ${every} with frames ${signal} and ${dark}.`);
  const n = rest.reduce((product, k) => product * k, 1);
  const dtype = resultType(image.dtype);
  const out = scratch([groups, ...rest], dtype) as MutableNdArray<R, FloatArray>;
  const to = flat<Float32Array>(out);
  let from = to;
  if (isPacked(image) && !/int64/.test(image.dtype)) from = flat<Float32Array>(image);
  else pack(image, (from = flat<Float32Array>(scratch(image.shape, dtype))));
  for (let g = 0; g < groups; g++) {
    const [a, b] = [(g * every + signal) * n, (g * every + dark) * n];
    subtract(from.subarray(a, a + n), from.subarray(b, b + n), to.subarray(g * n, (g + 1) * n));
  }
  return out;
}

function subtract(a: Float32Array, b: Float32Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! - b[i]!;
}
