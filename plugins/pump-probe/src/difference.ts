import { YardError, asNdArray, flatData, scratch, type NdArray, type NdLike } from '@trainyard/core';
import { divideByArea, flat, pointsWithin } from '@trainyard/kernels';

/** Points of the last axis. */
interface Along {
  /** Of the points, ascending; without it their index. */
  readonly x?: NdLike<1> | undefined;
}

export interface DifferenceOptions extends Along {
  /** Each curve is first divided by the area under it: `true` of all of it, or between two x. */
  readonly area?: boolean | readonly [low: number, high: number] | undefined;
}

/**
 * on - off, element by element: of curves, images, or numbers in an array without axes. With `area` both are first normalised by the area under them (trapezoids along the last axis); an area of 0 gives
 * NaN. float32 for float32 and narrow integers, else and with `area` float64; NaN where a side is. Errors: PUMP_PROBE_SHAPE, PUMP_PROBE_X, PUMP_PROBE_RANGE.
 */
export function difference(on: NdLike, off: NdLike, { x, area = false }: DifferenceOptions = {}): NdArray {
  if (on.shape.join() !== off.shape.join()) throw new YardError('PUMP_PROBE_SHAPE', `With the pump there is an array of shape (${on.shape.join(', ')}), without it one of shape (${off.shape.join(', ')}): they must be alike.`);
  if (area === false) return asNdArray(on).sub(asNdArray(off));
  const range = area === true ? undefined : area;
  const at = alongOf(on, x, range);
  const out = scratch(on.shape, 'float64');
  const to = flat<Float64Array>(out);
  divideByArea(numbersOf(on), at, range, to);
  const without = new Float64Array(to.length);
  divideByArea(numbersOf(off), at, range, without);
  for (let i = 0; i < to.length; i++) to[i]! -= without[i]!;
  return out;
}

export interface MeritOptions extends Along {
  /** Only points of the last axis with low <= x <= high; without it all. */
  readonly range?: readonly [low: number, high: number] | undefined;
  /** Of the absolute values. */
  readonly absolute?: boolean | undefined;
}

/**
 * The figure of merit of a difference: the sum of its elements, or of their absolute values, in float64. NaN (masked pixels) is left out; of nothing but NaN, and of no point in the
 * range, it is NaN. Errors: PUMP_PROBE_X, PUMP_PROBE_RANGE.
 */
export function figureOfMerit(of: NdLike, { x, range, absolute = false }: MeritOptions = {}): number {
  const data = numbersOf(of);
  const n = of.shape.at(-1) ?? 1;
  const [from, to] = of.shape.length === 0 ? [0, 1] : range ? pointsWithin(alongOf(of, x, range), range) : [0, n];
  let [sum, count] = [0, 0];
  for (let row = 0; row < data.length; row += n) {
    for (let i = row + from; i < row + to; i++) {
      const value = data[i]!;
      if (value !== value) continue;
      sum += absolute ? Math.abs(value) : value;
      count += 1;
    }
  }
  return count === 0 ? NaN : sum;
}

function alongOf({ shape }: NdLike, x: NdLike<1> | undefined, range: readonly [number, number] | undefined): Float64Array {
  if (shape.length === 0) throw new YardError('PUMP_PROBE_X', 'A single number has no curve to be normalised by its area.');
  const n = shape.at(-1)!;
  if (range && !(range[0] < range[1])) throw new YardError('PUMP_PROBE_RANGE', `A range is two ascending numbers, not [${range.join(', ')}].`);
  if (x && (x.shape.length !== 1 || x.shape[0] !== n)) throw new YardError('PUMP_PROBE_X', `A curve of ${n} points needs as many x, not an array of shape (${x.shape.join(', ')}).`);
  if (!x) return Float64Array.from({ length: n }, (_, i) => i);
  const at = numbersOf(x);
  const wrong = at.findIndex((value, i) => !Number.isFinite(value) || value < at[i - 1]!);
  if (wrong >= 0) throw new YardError('PUMP_PROBE_X', `The x of a curve ascend; x[${wrong}] is ${at[wrong]}${wrong > 0 ? ` after ${at[wrong - 1]}` : ''}. Turn the curves and x around where x descends, such as by .slice('..., ::-1').`);
  return at;
}

function numbersOf(of: NdLike): Float64Array {
  const data = flatData(asNdArray(of));
  return data instanceof Float64Array ? data : Float64Array.from(data as ArrayLike<number>, Number);
}
