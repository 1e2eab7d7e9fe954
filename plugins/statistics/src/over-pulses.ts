import { YardError, asNdArray, labelled, scratch, type Labelled, type NdArray, type NdLike } from '@trainyard/core';
import { StackImages, flat, resultType } from '@trainyard/kernels';

const images = new StackImages();

/**
 * The mean over the pulses of a train (the first axis), with one standard deviation as its errors: what has the shape (pulses, ...) gives (...). Sums are in float64; the result is float32, float64
 * for 32- and 64-bit integers and float64, in scratch memory. NaN is left out, element by element; an element without a number is NaN in both, as everything is of no pulses.
 * `ddof` is taken off the number of values before dividing, as numpy's; an element with not more values than that has the standard deviation NaN. Errors: PULSES_RANK for a number.
 */
export function overPulses(of: NdLike, { ddof = 0 }: { readonly ddof?: number | undefined } = {}): Labelled {
  // A scalar comes as a number.
  const value = asNdArray(of);
  if (value.dimension === 0) throw new YardError('PULSES_RANK', 'overPulses takes an array whose first axis is the pulses, not a single number.');
  const [pulses, ...inner] = value.shape;
  const dtype = resultType(value.dtype);
  const room = () => scratch(inner, dtype);
  const [mean, std, count] = [room(), room(), room()];
  const [spread, values] = [flat<Float32Array>(std), flat<Float32Array>(count)];
  images.run(value, { mean: flat<Float32Array>(mean), std: spread, count: values });
  if (ddof !== 0) for (let i = 0; i < spread.length; i++) spread[i] = values[i]! > ddof ? spread[i]! * Math.sqrt(values[i]! / (values[i]! - ddof)) : NaN;
  return labelled(mean, { errors: std as NdArray, counts: { pulses: pulses! } });
}
