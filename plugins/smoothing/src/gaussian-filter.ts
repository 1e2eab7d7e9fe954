import { YardError, scratch, type FloatArray, type MutableNdArray, type NdLike } from '@trainyard/core';
import { Gaussian, flat, pack, resultType, sizeOf, type GaussianOptions, type Numbers } from '@trainyard/kernels';

export type { GaussianOptions };

/** Standard deviation in pixels: one for both directions, or [along y, along x]. */
export type Sigma = number | readonly [number, number];

/**
 * Gaussian filter of the last two axes, as `scipy.ndimage.gaussian_filter` has it for an image; leading axes (pulses) are kept,
 * and a vector is filtered along itself. The kernel ends at `int(truncate * sigma + 0.5)` pixels.
 *
 * 8- and 16-bit integers and float32 give float32, 32- and 64-bit integers and float64 give float64; sums are in float64.
 * A NaN spreads as far as the kernel reaches; an empty image stays empty. The result lies in `scratch` memory.
 * Errors: SMOOTHING_RANK for a number, GAUSSIAN_SIGMA, GAUSSIAN_TRUNCATE, BOUNDARY_MODE.
 */
export function gaussianFilter(image: NdLike<2>, sigma: Sigma, options?: GaussianOptions): MutableNdArray<2, FloatArray>;
export function gaussianFilter<R extends number>(image: NdLike<R>, sigma: Sigma, options?: GaussianOptions): MutableNdArray<R, FloatArray>;
export function gaussianFilter(image: NdLike, sigma: Sigma, options: GaussianOptions = {}): MutableNdArray<number, FloatArray> {
  const { shape } = image;
  if (shape.length === 0) throw new YardError('SMOOTHING_RANK', 'gaussianFilter takes an image, a stack of them or a vector, not a single number.');
  const cols = shape.at(-1)!;
  const rows = shape.length === 1 ? 1 : shape.at(-2)!;
  const [sy, sx] = typeof sigma === 'number' ? [shape.length === 1 ? 0 : sigma, sigma] : sigma;
  const filter = gaussianFor(rows, cols, sy, sx, options);
  const dtype = resultType(image.dtype);
  const out = scratch(shape, dtype) as MutableNdArray<number, FloatArray>;
  const size = sizeOf(shape);
  if (size === 0) return out;

  let from = image;
  // Rows that lie dense are filtered where they are, whatever slice they come from; anything else is packed first.
  if (image.stride.at(-1) !== 1 || image.dtype === 'int64' || image.dtype === 'uint64') {
    from = scratch(shape, 'float64');
    pack(image, flat<Float64Array>(from));
  }
  const frame = rows * cols;
  const to = flat<FloatArray>(out);
  for (let i = 0; i * frame < size; i++) {
    filter.run(from.data as unknown as Numbers, to, { from: frameStart(from, i), rowStep: from.stride.at(-2) ?? cols, to: i * frame });
  }
  return out;
}

/** Where frame `i` (counted over the leading axes in C order) begins. */
function frameStart({ shape, stride, offset }: NdLike, i: number): number {
  let at = offset;
  for (let k = shape.length - 3; k >= 0; k--) {
    at += (i % shape[k]) * stride[k];
    i = Math.floor(i / shape[k]);
  }
  return at;
}

const KEPT = 8;
const kept = new Map<string, Gaussian>();

/** The filters used last, by what they were made for: a view asks for the same one on every train. */
function gaussianFor(rows: number, cols: number, sy: number, sx: number, options: GaussianOptions): Gaussian {
  const key = [rows, cols, sy, sx, options.mode, options.cval, options.truncate].join();
  const found = kept.get(key) ?? new Gaussian(rows, cols, [sy, sx], options);
  kept.delete(key);
  kept.set(key, found);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
  return found;
}
