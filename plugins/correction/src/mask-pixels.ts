import { YardError, scratch, zeros, type FloatArray, type MutableNdArray, type NdArray, type NdLike } from '@trainyard/core';
import { flat, isPacked, pack, resultType, sizeOf } from '@trainyard/kernels';

export interface MaskOptions {
  /** One or several; 1, or true, is masked: in the shape of the data or of their last axes, (module, ss, fs) as well as (y, x) of an assembled image. bool or integers. */
  readonly mask?: NdLike | readonly NdLike[] | undefined;
  /** [low, high]: values outside are masked, on that train alone. */
  readonly valid?: readonly [number, number] | undefined;
  /** What a masked pixel gets. Default NaN. */
  readonly value?: number | undefined;
}

/**
 * The data with masked pixels as NaN (or another value); NaN stays NaN. float32, or float64 for 32- and 64-bit data, in scratch memory.
 * Throws `MASK_SHAPE`, `MASK_DTYPE`, `CORRECTION_RANGE`.
 */
export function maskPixels<R extends number>(image: NdLike<R>, { mask, valid = [-Infinity, Infinity], value = Number.NaN }: MaskOptions): MutableNdArray<R, FloatArray> {
  const [low, high] = valid;
  if (!(low <= high)) throw new YardError('CORRECTION_RANGE', `valid is [low, high] with low not above high, not [${valid.join(', ')}].`);
  const out = scratch(image.shape, resultType(image.dtype)) as MutableNdArray<R, FloatArray>;
  const to = flat<Float32Array>(out);
  if (to.length === 0) return out;
  pack(image, to);
  if (low !== -Infinity || high !== Infinity) blank(to, low, high, value);
  for (const one of mask === undefined ? [] : isList(mask) ? mask : [mask]) blankMasked(to, maskBytes(one, image.shape), value);
  return out;
}

function isList(mask: NdLike | readonly NdLike[]): mask is readonly NdLike[] {
  return Array.isArray(mask);
}

/**
 * A mask of the border pixels of blocks (ASICs, tiles) of so many rows and columns: bool (rows, cols), for modules of that size. Throws `MASK_SHAPE` where the blocks
 * do not fill it.
 */
export function edgeMask(rows: number, cols: number, [height, width]: readonly [number, number]): NdArray<2> {
  if (!(height > 0 && width > 0 && rows % height === 0 && cols % width === 0)) throw new YardError('MASK_SHAPE', `An image of ${rows} x ${cols} is not made of blocks of ${height} x ${width}.`);
  const mask = zeros([rows, cols], 'bool');
  for (let y = 0; y < rows; y++) for (let x = 0; x < cols; x++) if (y % height === 0 || (y + 1) % height === 0 || x % width === 0 || (x + 1) % width === 0) mask.data[y * cols + x] = 1;
  return mask as unknown as NdArray<2>;
}

function maskBytes(mask: NdLike, image: readonly number[]): ArrayLike<number> {
  const { dtype, shape } = mask;
  if (!/^(bool|u?int(8|16|32))$/.test(dtype)) throw new YardError('MASK_DTYPE', `A mask is bool or integers, 1 where a pixel is masked; not ${dtype}.`);
  if (shape.length === 0 || shape.length > image.length || shape.some((n, k) => n !== image[image.length - shape.length + k])) throw new YardError('MASK_SHAPE', `A mask of shape (${shape.join(', ')}) does not fit data of shape (${image.join(', ')}): it must have that shape, or that of its last axes.`);
  if (isPacked(mask)) return flat<Uint8Array>(mask);
  const packed = new Float64Array(sizeOf(shape));
  pack(mask, packed);
  return packed;
}

function blank(values: Float32Array, low: number, high: number, value: number): void {
  for (let i = 0; i < values.length; i++) if (values[i]! < low || values[i]! > high) values[i] = value;
}

function blankMasked(values: Float32Array, mask: ArrayLike<number>, value: number): void {
  for (let from = 0; from < values.length; from += mask.length) for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) values[from + i] = value;
}
