import { YardError, asNdArray, flatData, ndarray, scratch, type NdArray, type NdLike } from '@trainyard/core';
import { FrameProducts, flat, type Numbers } from '@trainyard/kernels';

/**
 * The two-time correlation of speckle patterns: `C(i, j) = <I_i I_j> / (<I_i> <I_j>)`, the means over the pixels (M. Sutton et al., doi:10.1364/OE.11.002268). `frames` has the shape
 * (frames, ...): pulses or trains of a region. float64 of shape (frames, frames), symmetric, in scratch memory. A pixel that is NaN or infinite in any frame is left out of all; a frame without
 * intensity gives NaN, and so do no pixels. Errors: TWO_TIME_RANK.
 */
export function twoTime(frames: NdLike): NdArray<2> {
  // A scalar comes as a number.
  const { shape } = asNdArray(frames);
  if (shape.length < 2) throw new YardError('TWO_TIME_RANK', `twoTime takes frames of pixels, an array of at least two axes, not of shape (${shape.join(', ')}).`);
  const count = shape[0]!;
  const pixels = shape.slice(1).reduce((product, n) => product * n, 1);
  const data = flatData(asNdArray(frames));
  const from = data instanceof BigInt64Array || data instanceof BigUint64Array ? Float64Array.from(data, Number) : (data as Numbers);
  const out = scratch([count, count], 'float64');
  const to = flat<Float64Array>(out);
  const sums = new Float64Array(count);
  const plan = planFor(count);
  let used = plan.run(from, pixels, undefined, to, sums);
  // Only where there is such a pixel is it looked for.
  if (!sums.every(Number.isFinite)) used = plan.run(from, pixels, finite(from, count, pixels), to, sums);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const value = (to[i * count + j]! * used) / (sums[i]! * sums[j]!);
      to[i * count + j] = Number.isFinite(value) ? value : NaN;
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

/** 1 for each pixel that has a number in every frame. */
function finite(data: Numbers, count: number, pixels: number): Uint8Array {
  const whole = new Uint8Array(pixels).fill(1);
  for (let i = 0, at = 0; i < count; i++) for (let pixel = 0; pixel < pixels; pixel++) if (!Number.isFinite(data[at++]!)) whole[pixel] = 0;
  return whole;
}

let kept: FrameProducts | undefined;

/** The one used last: a view asks for the same number of frames on every train. */
function planFor(count: number): FrameProducts {
  if (kept?.count !== count) kept = new FrameProducts(count);
  return kept;
}
