import { YardError, asNdArray, flatData, ndarray, scratch, type NdArray, type NdLike } from '@trainyard/core';
import { flat } from '@trainyard/kernels';

/**
 * The two-time correlation of speckle patterns: `C(i, j) = <I_i I_j> / (<I_i> <I_j>)`, the means over the pixels (M. Sutton et al., doi:10.1364/OE.11.002268). `frames` has the shape
 * (frames, ...): pulses or trains of a region. float64 of shape (frames, frames), symmetric, in scratch memory. A pixel that is NaN or infinite in any frame is left out of all; a frame without
 * intensity gives NaN, and so do no pixels. Errors: TWO_TIME_RANK.
 */
export function twoTime(frames: NdLike): NdArray<2> {
  const { shape } = frames;
  if (shape.length < 2) throw new YardError('TWO_TIME_RANK', `twoTime takes frames of pixels, an array of at least two axes, not of shape (${shape.join(', ')}).`);
  const count = shape[0]!;
  const pixels = shape.slice(1).reduce((product, n) => product * n, 1);
  const { kept, used } = packed(flatData(asNdArray(frames)) as ArrayLike<number>, count, pixels);
  const means = Float64Array.from({ length: count }, (_, i) => dot(kept, i * used, undefined, used) / used);
  const out = scratch([count, count], 'float64');
  const to = flat<Float64Array>(out);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const value = dot(kept, i * used, j * used, used) / used / (means[i]! * means[j]!);
      to[i * count + j] = to[j * count + i] = Number.isFinite(value) ? value : NaN;
    }
  }
  return out as unknown as NdArray<2>;
}

/**
 * The intensity autocorrelation g2 of a two-time correlation: the mean along each of its diagonals, `g2[k - 1]` at a distance of k frames, k from 1 to `most` (default: half
 * of the frames, since of long distances there are few pairs). float64. A NaN spreads to the distances at which it lies. Errors: TWO_TIME_RANK (it is not square).
 */
export function g2(correlation: NdLike<2>, most?: number): NdArray<1> {
  const from = asNdArray(correlation);
  const [n, m] = from.shape;
  if (from.shape.length !== 2 || n !== m) throw new YardError('TWO_TIME_RANK', `g2 takes a two-time correlation, an array with as many rows as columns, not of shape (${from.shape.join(', ')}).`);
  const data = flatData(from) as ArrayLike<number>;
  const length = Math.max(0, Math.min(most ?? Math.floor(n! / 2), n! - 1));
  return ndarray(Float64Array.from({ length }, (_, k) => {
    const apart = k + 1;
    let sum = 0;
    for (let i = 0; i + apart < n!; i++) sum += data[i * n! + i + apart]!;
    return sum / (n! - apart);
  }), [length]) as NdArray<1>;
}

/** Pixels that have a number in every frame, frame by frame. */
function packed(data: ArrayLike<number>, count: number, pixels: number): { readonly kept: Float64Array; readonly used: number } {
  const there: number[] = [];
  for (let pixel = 0; pixel < pixels; pixel++) {
    let whole = true;
    for (let i = 0; i < count && whole; i++) whole = Number.isFinite(Number(data[i * pixels + pixel]));
    if (whole) there.push(pixel);
  }
  const kept = new Float64Array(count * there.length);
  for (let i = 0, at = 0; i < count; i++) for (const pixel of there) kept[at++] = Number(data[i * pixels + pixel]);
  return { kept, used: there.length };
}

/** Sum of products in four lanes; of the elements alone without `b`. */
function dot(of: Float64Array, a: number, b: number | undefined, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const end = length - (length % 4);
  if (b === undefined) {
    for (let i = 0; i < length; i++) s0 += of[a + i]!;
    return s0;
  }
  for (let i = 0; i < end; i += 4) {
    s0 += of[a + i]! * of[b + i]!;
    s1 += of[a + i + 1]! * of[b + i + 1]!;
    s2 += of[a + i + 2]! * of[b + i + 2]!;
    s3 += of[a + i + 3]! * of[b + i + 3]!;
  }
  for (let i = end; i < length; i++) s0 += of[a + i]! * of[b + i]!;
  return s0 + s1 + (s2 + s3);
}
