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
  const means = meansOf(kept, count, used);
  const out = scratch([count, count], 'float64');
  const to = flat<Float64Array>(out);
  const products = new Float64Array(4);
  // Two frames against two: each pixel that is read counts twice. An odd last frame stands for two.
  for (let i = 0; i < count; i += 2) {
    const next = Math.min(i + 1, count - 1);
    for (let j = 0; j <= i; j += 2) {
      const other = Math.min(j + 1, count - 1);
      addProducts(kept, i * used, next * used, j * used, other * used, used, products);
      for (let k = 0; k < 4; k++) {
        const [row, column] = [k < 2 ? i : next, k % 2 === 0 ? j : other];
        const value = products[k]! / used / (means[row]! * means[column]!);
        to[row * count + column] = to[column * count + row] = Number.isFinite(value) ? value : NaN;
      }
    }
  }
  return out as unknown as NdArray<2>;
}

/** Sums of products of frames a and b with c and d: ac, ad, bc, bd. */
function addProducts(of: Float64Array, a: number, b: number, c: number, d: number, length: number, out: Float64Array): void {
  let ac = 0;
  let ad = 0;
  let bc = 0;
  let bd = 0;
  for (let k = 0; k < length; k++) {
    const x = of[a + k]!;
    const y = of[b + k]!;
    const u = of[c + k]!;
    const v = of[d + k]!;
    ac += x * u;
    ad += x * v;
    bc += y * u;
    bd += y * v;
  }
  out[0] = ac;
  out[1] = ad;
  out[2] = bc;
  out[3] = bd;
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
  const whole = new Uint8Array(pixels).fill(1);
  for (let i = 0, at = 0; i < count; i++) for (let pixel = 0; pixel < pixels; pixel++) if (!Number.isFinite(Number(data[at++]))) whole[pixel] = 0;
  const used = whole.reduce((sum, one) => sum + one, 0);
  const kept = new Float64Array(count * used);
  let to = 0;
  for (let i = 0, at = 0; i < count; i++) for (let pixel = 0; pixel < pixels; pixel++, at++) if (whole[pixel] === 1) kept[to++] = Number(data[at]);
  return { kept, used };
}

function meansOf(kept: Float64Array, count: number, used: number): Float64Array {
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let k = i * used; k < (i + 1) * used; k++) sum += kept[k]!;
    out[i] = sum / used;
  }
  return out;
}
