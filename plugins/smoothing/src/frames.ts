import { YardError, scratch, type FloatArray, type MutableNdArray, type NdLike } from '@trainyard/core';
import { flat, pack, resultType, sizeOf, type Floats, type Numbers } from '@trainyard/kernels';

/** A kernel that filters one image, set up for its shape. */
export interface FrameFilter {
  run(image: Numbers, out: Floats, place: { readonly from: number; readonly rowStep: number; readonly to: number }): void;
}

/** Rows and columns of the last two axes; a vector is one row. Throws SMOOTHING_RANK for a number. */
export function frameOf(name: string, { shape }: NdLike): { readonly rows: number; readonly cols: number } {
  if (shape.length === 0) throw new YardError('SMOOTHING_RANK', `${name} takes an image, a stack of them or a vector, not a single number.`);
  return { rows: shape.length === 1 ? 1 : shape.at(-2)!, cols: shape.at(-1)! };
}

/** Filters each image of the last two axes into a new array of the same shape, float32, or float64 for 32- and 64-bit integers and float64. */
export function filterFrames(image: NdLike, rows: number, cols: number, filter: FrameFilter): MutableNdArray<number, FloatArray> {
  const { shape } = image;
  const out = scratch(shape, resultType(image.dtype)) as MutableNdArray<number, FloatArray>;
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

/** How many kernels are kept; of large images only a few, since each holds memory for some. */
const KEPT = 12;
const KEPT_LARGE = 4;
const PIXELS = 2 ** 24;
const kept = new Map<string, { readonly filter: FrameFilter; readonly pixels: number }>();

/** The kernels used last, by what they were made for: a view asks for the same one on every train. */
export function keptFilter<F extends FrameFilter>(name: string, rows: number, cols: number, made: readonly unknown[], make: () => F): F {
  const key = [name, rows, cols, ...made].join();
  const found = kept.get(key) ?? { filter: make(), pixels: rows * cols };
  kept.delete(key);
  kept.set(key, found);
  let pixels = 0;
  for (const one of kept.values()) pixels += one.pixels;
  for (const [old, one] of kept) {
    if (kept.size <= KEPT_LARGE || (kept.size <= KEPT && pixels <= PIXELS)) break;
    kept.delete(old);
    pixels -= one.pixels;
  }
  return found.filter as F;
}
