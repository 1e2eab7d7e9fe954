import { YardError, asNdArray, scratch, type NdArray, type NdLike } from '@trainyard/core';
import { StackImages, flat, resultType } from '@trainyard/kernels';
import { pulseIndices } from './pulse-indices.ts';

const images = new StackImages();

/** Which pulses are with the pump and which without, as `pulseIndices` reads them. */
export interface OnOffPulses {
  readonly on: string;
  readonly off: string;
}

export interface OnOff {
  readonly on: NdArray;
  readonly off: NdArray;
}

/**
 * The mean over some pulses of a train: of what has the shape (pulses, ...) it has (...). Sums are in float64; the result is float32 (float64 for 32- and 64-bit integers and float64), in scratch
 * memory. NaN is left out, element by element; an element without a number is NaN. With an empty text the value has no pulses and is given as it is. Errors: PULSES_TEXT,
 * PULSES_INDEX, PULSES_NONE (no pulse of the train is among them), PULSES_AXIS (a single number has no pulses).
 */
export function meanOfPulses(of: NdLike, pulses: string): NdArray {
  // A scalar comes as a number.
  const value = asNdArray(of);
  if (pulses.trim() === '') return value;
  if (value.shape.length === 0) throw new YardError('PULSES_AXIS', `The pulses "${pulses}" of a single number: give an array whose first axis is the pulses, or leave the text empty.`);
  const [count, ...inner] = value.shape;
  const chosen = pulseIndices(pulses, count!);
  if (chosen.length === 0) throw new YardError('PULSES_NONE', `The train has ${count} pulses, and "${pulses}" names none of them.`);
  const out = scratch(inner, resultType(value.dtype));
  images.run(value, { mean: flat<Float32Array>(out) }, chosen);
  return out;
}

/**
 * The means over the pulses with and without the pump of one train, each as `meanOfPulses`. Errors: those, and PULSES_SHARED for a pulse that would be both.
 */
export function onOff(value: NdLike, { on, off }: OnOffPulses): OnOff {
  const count = asNdArray(value).shape[0] ?? 0;
  const [pumped, unpumped] = [pulseIndices(on, count), pulseIndices(off, count)];
  const shared = pumped.find((pulse) => unpumped.includes(pulse));
  if (shared !== undefined) throw new YardError('PULSES_SHARED', `Pulse ${shared} would be both on ("${on}") and off ("${off}") in a train of ${count}.`);
  return { on: meanOfPulses(value, on), off: meanOfPulses(value, off) };
}
