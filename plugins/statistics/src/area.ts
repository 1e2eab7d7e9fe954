import { YardError, asNdArray, flatData, ndarray, scratch, type NdArray, type NdLike } from '@trainyard/core';
import { divideByArea, flat } from '@trainyard/kernels';

export interface AreaOptions {
  /** Of the points, ascending; without it their index. */
  readonly x?: NdLike<1> | undefined;
  /** Only points with low <= x <= high; without it all. */
  readonly range?: readonly [low: number, high: number] | undefined;
}

/**
 * The area under each curve (the last axis) by trapezoids, as `numpy.trapz`: float64, without the last axis; a number in an array without axes for one curve. Of fewer than two
 * points in the range, and of curves with a NaN there, NaN. Errors: AREA_RANK, AREA_LENGTH, AREA_RANGE.
 */
export function areaUnder(curves: NdLike, options: AreaOptions = {}): NdArray {
  return divided(curves, options).areas;
}

/**
 * Each curve (the last axis) over the area under it in the range: curves of shots of different intensity can be compared then. float64 in the shape of the input, in scratch memory. A
 * curve whose area is 0 or NaN is NaN. Errors as `areaUnder`.
 */
export function normaliseArea(curves: NdLike, options: AreaOptions = {}): NdArray {
  return divided(curves, options).curves;
}

function divided(curves: NdLike, { x, range }: AreaOptions): { readonly curves: NdArray; readonly areas: NdArray } {
  const { shape } = curves;
  if (shape.length === 0) throw new YardError('AREA_RANK', 'An area is that under a curve, or under several along the last axis, not of a single number.');
  const n = shape.at(-1)!;
  if (x && (x.shape.length !== 1 || x.shape[0] !== n)) throw new YardError('AREA_LENGTH', `A curve of ${n} points needs as many x, not an array of shape (${x.shape.join(', ')}).`);
  if (range && !(range[0] < range[1])) throw new YardError('AREA_RANGE', `A range is two ascending numbers, not [${range.join(', ')}].`);
  const out = scratch(shape, 'float64');
  const outer = shape.slice(0, -1);
  const areas = divideByArea(numbersOf(curves), x ? numbersOf(x) : Float64Array.from({ length: n }, (_, i) => i), range, flat<Float64Array>(out));
  return { curves: out, areas: ndarray(n === 0 ? new Float64Array(outer.reduce((size, m) => size * m, 1)).fill(NaN) : areas, outer) };
}

function numbersOf(of: NdLike): Float64Array {
  const data = flatData(asNdArray(of));
  return data instanceof Float64Array ? data : Float64Array.from(data as ArrayLike<number>, Number);
}
