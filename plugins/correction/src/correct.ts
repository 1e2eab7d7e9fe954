import { YardError, scratch, type FloatArray, type MutableNdArray, type NdLike } from '@trainyard/core';
import { StageCorrection, blankOutside, correctFrames, flat, isPacked, pack, resultType, sizeOf, type Correction } from '@trainyard/kernels';

export interface CorrectOptions {
  /** [low, high]: a corrected value outside becomes NaN, on that train alone. */
  readonly valid?: readonly [number, number] | undefined;
  /** [low, high]: a pixel whose dark is outside is bad: NaN on every train. */
  readonly validDark?: readonly [number, number] | undefined;
}

/**
 * `(image - dark) * gain`, element by element. `dark` and `gain` have the shape of the image or of its last axes (one image for
 * all pulses); `gain` may be a number. Bad pixels are NaN: where the image, dark or gain is NaN, and as `options` say.
 *
 * 8- and 16-bit integers and float32 give float32, 32- and 64-bit integers and float64 give float64: nothing wraps below 0.
 * An empty image stays empty. The result lies in `scratch` memory. Errors: CORRECTION_SHAPE, CORRECTION_RANGE.
 */
export function correct(image: NdLike<2>, dark?: NdLike, gain?: NdLike | number, options?: CorrectOptions): MutableNdArray<2, FloatArray>;
export function correct<R extends number>(image: NdLike<R>, dark?: NdLike, gain?: NdLike | number, options?: CorrectOptions): MutableNdArray<R, FloatArray>;
export function correct(image: NdLike, dark?: NdLike, gain: NdLike | number = 1, options: CorrectOptions = {}): MutableNdArray<number, FloatArray> {
  const dtype = resultType(image.dtype);
  return apply(image, dtype, makeCorrection(image, dtype, dark, gain, options.validDark), options.valid);
}

/** A correction whose dark and gain are prepared once and again only when another array is given: see `correction`. */
export interface CorrectionSource extends CorrectOptions {
  readonly dark?: NdLike | undefined;
  readonly gain?: NdLike | number | undefined;
}

/** A correction, ready to be called on every train. */
export interface Corrector {
  (image: NdLike<2>): MutableNdArray<2, FloatArray>;
  <R extends number>(image: NdLike<R>): MutableNdArray<R, FloatArray>;
}

/**
 * The same as a plan: `const fix = correction(() => ({ dark: dark.value, gain: p.gain }))`, then `fix(image)` on every train.
 * Arrays that `source` gives are taken for constant: they are read again only when it gives another one.
 */
export function correction(source: CorrectionSource | (() => CorrectionSource)): Corrector {
  let made: { readonly for: readonly unknown[]; readonly value: Prepared } | undefined;
  return ((image: NdLike) => {
    const { dark, gain = 1, valid, validDark } = typeof source === 'function' ? source() : source;
    const dtype = resultType(image.dtype);
    const now = [dtype, image.shape.join(), dark, gain, validDark?.[0], validDark?.[1]];
    if (!made || now.some((key, i) => !Object.is(key, made!.for[i]))) made = { for: now, value: makeCorrection(image, dtype, dark, gain, validDark) };
    return apply(image, dtype, made.value, valid);
  }) as Corrector;
}

type Dtype = 'float32' | 'float64';

/** Dark and gain in the type of the result. */
interface Prepared extends Correction {
  /** The same for uint16 by vectors, made when such an image comes; undefined where a gain is infinite. */
  words?: StageCorrection | undefined;
}

function makeCorrection(image: NdLike, dtype: Dtype, dark: NdLike | undefined, gain: NdLike | number, validDark: CorrectOptions['validDark']): Prepared {
  const frame = frameShape(image.shape, dark, typeof gain === 'number' ? undefined : gain);
  const size = sizeOf(frame);
  const offset = repeated(dark ?? 0, dtype, size);
  const factor = repeated(gain, dtype, size);
  const [low, high] = range('validDark', validDark);
  if (dark) for (let i = 0; i < size; i++) if (offset[i] < low || offset[i] > high) factor[i] = Number.NaN;
  return { offset, gain: factor };
}

function apply(image: NdLike, dtype: Dtype, made: Prepared, valid: CorrectOptions['valid']): MutableNdArray<number, FloatArray> {
  const [low, high] = range('valid', valid);
  const out = scratch(image.shape, dtype) as MutableNdArray<number, FloatArray>;
  if (sizeOf(image.shape) === 0) return out;
  const to = flat<FloatArray>(out);
  const words = dtype === 'float32' && image.dtype === 'uint16' && isPacked(image) ? wordsOf(made) : undefined;
  if (words) for (let at = 0; at < to.length; at += words.pixels) words.run(0, flat<Uint16Array>(image), at, to as Float32Array, at);
  else {
    const direct = isPacked(image) && (image.dtype === dtype || (dtype === 'float32' && image.dtype === 'uint16'));
    if (!direct) pack(image, to);
    correctFrames(direct ? flat<Float32Array>(image) : (to as Float32Array), made as Correction<Float32Array>, to as Float32Array);
  }
  if (low !== -Infinity || high !== Infinity) blankOutside(to, low, high);
  return out;
}

/** Frames too small to be worth a plan, or too large to be kept twice, and gains that are not finite (there a bad pixel is NaN whatever it holds), go the plain way. */
function wordsOf(made: Prepared): StageCorrection | undefined {
  const { offset, gain } = made;
  if ('words' in made) return made.words;
  const isPlain = offset.length < 4096 || offset.length > 2 ** 24 || offset.some((value) => Math.abs(value) === Infinity) || gain.some((value) => Math.abs(value) === Infinity);
  made.words = isPlain ? undefined : new StageCorrection({ zero: 0 }, offset.length, 1);
  made.words?.put(0, 0, offset, gain);
  return made.words;
}

/** The shape that dark and gain are prepared in: the longer of theirs, which the image's last axes must equal. */
function frameShape(image: readonly number[], ...of: (NdLike | undefined)[]): readonly number[] {
  let frame: readonly number[] = image.slice(-1);
  for (const array of of) {
    if (!array) continue;
    const last = image.slice(image.length - array.shape.length);
    if (array.shape.length === 0 || array.shape.length > image.length || array.shape.some((n, k) => n !== last[k])) {
      throw new YardError('CORRECTION_SHAPE', `A dark or gain of shape (${array.shape.join(', ')}) does not fit images of shape (${image.join(', ')}): it must have that shape, or that of its last axes. Record the dark again when the detector's setting has changed.`);
    }
    if (array.shape.length > frame.length) frame = array.shape;
  }
  return frame;
}

/** The values in the type of the result, repeated to fill a frame. */
function repeated(from: NdLike | number, dtype: Dtype, size: number): FloatArray {
  const out = dtype === 'float32' ? new Float32Array(size) : new Float64Array(size);
  if (typeof from === 'number') return out.fill(from);
  const given = sizeOf(from.shape);
  if (given === 0) return out;
  pack(from, out);
  for (let n = given; n < size; n += given) out.copyWithin(n, 0, given);
  return out;
}

function range(name: string, given: readonly [number, number] | undefined): readonly [number, number] {
  if (given === undefined) return [-Infinity, Infinity];
  if (given.length !== 2 || !(given[0] <= given[1])) throw new YardError('CORRECTION_RANGE', `${name} is [low, high] with low not above high, not [${given.join(', ')}].`);
  return given;
}
