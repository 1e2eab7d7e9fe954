import { YardError, asNdArray, flatData, ndarray, scratch, type NdArray, type NdLike } from '@trainyard/core';
import { flat, trapezoid } from '@trainyard/kernels';

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
  const { x, from, to, data, n } = pointsOf(curves, options);
  const count = n === 0 ? curves.shape.slice(0, -1).reduce((size, m) => size * m, 1) : data.length / n;
  return ndarray(Float64Array.from({ length: count }, (_, i) => (to - from < 2 ? NaN : trapezoid(x, data.subarray(i * n, (i + 1) * n), from, to))), curves.shape.slice(0, -1)) as NdArray;
}

/**
 * Each curve (the last axis) over the area under it in the range: curves of shots of different intensity can be compared then. float64 in the shape of the input, in scratch memory. A
 * curve whose area is 0 or NaN is NaN. Errors as `areaUnder`.
 */
export function normaliseArea(curves: NdLike, options: AreaOptions = {}): NdArray {
  const areas = flatData(areaUnder(curves, options)) as Float64Array;
  const { data, n } = pointsOf(curves, options);
  const out = scratch(curves.shape, 'float64');
  const to = flat<Float64Array>(out);
  for (let i = 0; i < to.length; i++) {
    const area = areas[Math.floor(i / n)]!;
    to[i] = area === 0 ? NaN : data[i]! / area;
  }
  return out;
}

function pointsOf(curves: NdLike, { x, range }: AreaOptions) {
  const { shape } = curves;
  if (shape.length === 0) throw new YardError('AREA_RANK', 'An area is that under a curve, or under several along the last axis, not of a single number.');
  const n = shape.at(-1)!;
  if (x && (x.shape.length !== 1 || x.shape[0] !== n)) throw new YardError('AREA_LENGTH', `A curve of ${n} points needs as many x, not an array of shape (${x.shape.join(', ')}).`);
  if (range && !(range[0] < range[1])) throw new YardError('AREA_RANGE', `A range is two ascending numbers, not [${range.join(', ')}].`);
  const at = x ? numbersOf(x) : Float64Array.from({ length: n }, (_, i) => i);
  let [from, to] = [0, n];
  if (range) {
    while (from < n && !(at[from]! >= range[0])) from++;
    while (to > from && !(at[to - 1]! <= range[1])) to--;
  }
  return { x: at, from, to, data: numbersOf(curves), n };
}

function numbersOf(of: NdLike): Float64Array {
  const data = flatData(asNdArray(of));
  return data instanceof Float64Array ? data : Float64Array.from(data as ArrayLike<number>, Number);
}
