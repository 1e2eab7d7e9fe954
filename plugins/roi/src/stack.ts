import { YardError, arange, asNdArray, scratch, type FloatArray, type MutableNdArray, type NdLike } from '@trainyard/core';
import { StackImages, flat, resultType, stackImageNames, type Floats, type StackImage } from '@trainyard/kernels';

const images = new StackImages();

export interface StackOptions {
  /** Which entries of the first axis count; default all. Of a slice, `stackMean(stack.slice('::2'))` does the same. */
  readonly pulses?: readonly number[] | undefined;
}

/**
 * One image over the pulses of a train: the first axis is taken together, the others are kept. NaN pixels count nowhere: a pixel that is NaN in every pulse,
 * or of no pulse, is NaN, its `count` 0. `std` and `var` with ddof 0. Sums are in float64, pulse after pulse; 8- and 16-bit integers and float32 give float32,
 * wider types float64. The result lies in `scratch` memory. Errors: ROI_RANK, ROI_STATISTIC, ROI_PULSE.
 */
export function stackImage(stack: NdLike<3>, statistic: StackImage, options?: StackOptions): MutableNdArray<2, FloatArray>;
export function stackImage(stack: NdLike, statistic: StackImage, options?: StackOptions): MutableNdArray<number, FloatArray>;
export function stackImage(of: NdLike, statistic: StackImage, { pulses }: StackOptions = {}): MutableNdArray<number, FloatArray> {
  // A scalar comes as a number.
  const stack = asNdArray(of);
  if (stack.shape.length < 2) throw new YardError('ROI_RANK', `An image over the pulses is of a stack, with pulses along its first axis; this input has ${stack.shape.length} ${stack.shape.length === 1 ? 'axis' : 'axes'}.`);
  if (!stackImageNames.includes(statistic)) throw new YardError('ROI_STATISTIC', `There is no statistic "${String(statistic)}" over the pulses; one of ${stackImageNames.join(', ')}.`);
  const wrong = pulses?.find((pulse) => !(Number.isInteger(pulse) && pulse >= 0 && pulse < stack.shape[0]));
  if (wrong !== undefined) throw new YardError('ROI_PULSE', `There is no pulse ${wrong} in a train of ${stack.shape[0]}; they are counted from 0.`);
  const out = scratch(stack.shape.slice(1), resultType(stack.dtype)) as MutableNdArray<number, FloatArray>;
  images.run(stack, { [statistic]: flat<Floats>(out) }, pulses);
  return out;
}

/** The mean over the pulses of a train: see `stackImage`. */
export function stackMean(stack: NdLike<3>, options?: StackOptions): MutableNdArray<2, FloatArray>;
export function stackMean(stack: NdLike, options?: StackOptions): MutableNdArray<number, FloatArray>;
export function stackMean(stack: NdLike, options?: StackOptions): MutableNdArray<number, FloatArray> {
  return stackImage(stack, 'mean', options);
}

/** The greatest value over the pulses of a train: see `stackImage`. */
export function stackMax(stack: NdLike<3>, options?: StackOptions): MutableNdArray<2, FloatArray>;
export function stackMax(stack: NdLike, options?: StackOptions): MutableNdArray<number, FloatArray>;
export function stackMax(stack: NdLike, options?: StackOptions): MutableNdArray<number, FloatArray> {
  return stackImage(stack, 'max', options);
}

/** The standard deviation over the pulses of a train: see `stackImage`. */
export function stackStd(stack: NdLike<3>, options?: StackOptions): MutableNdArray<2, FloatArray>;
export function stackStd(stack: NdLike, options?: StackOptions): MutableNdArray<number, FloatArray>;
export function stackStd(stack: NdLike, options?: StackOptions): MutableNdArray<number, FloatArray> {
  return stackImage(stack, 'std', options);
}

/** Pulses as a plugin's parameter says them: a slice as numpy has it (`::2`), clamped to what there is, or indices (`0, 3, 7`). Errors: ROI_PULSE, ND_SLICE. */
export function pulseList(text: string, count: number): readonly number[] | undefined {
  if (text.trim() === ':') return undefined;
  if (text.includes(':')) return [...(arange(count).slice(text).flatten().data as Float64Array)];
  const list = text.split(',').map((one) => (one.trim() === '' ? NaN : Number(one)));
  if (!list.every(Number.isInteger)) throw new YardError('ROI_PULSE', `Pulses are a slice such as 1:60:2, or indices such as 0, 3, 7; not "${text}".`);
  return list;
}
