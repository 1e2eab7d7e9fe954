import { Labelled, labelled, scratch, type NdArray } from '@trainyard/core';
import { flat } from '@trainyard/kernels';
import { curvePoints, type CurveLike, type CurvePoints, type CurveRange } from './curve.ts';

/** One number of a curve: the sum of its points, the area under it (trapezoids), the highest point, where that is, or the centre of mass of the axis. */
export const merits = ['sum', 'area', 'peak', 'position', 'centre'] as const;
export type Merit = (typeof merits)[number];

/**
 * One number of a curve, float64; of a stack one for each curve. Points that are not finite are left out; of none it is NaN, but the sum is 0. Of equal
 * highest points the first counts. The centre is sum of x y over sum of y: NaN where that is 0. Errors: CURVE_RANK, CURVE_RANGE.
 */
export function figureOfMerit(curve: CurveLike, merit: Merit, range: CurveRange = {}): number {
  return meritOf(curvePoints(curve, range), 0, merit);
}

/** The same of each curve of a stack, in its shape without the points, float64. */
export function figuresOfMerit(curves: CurveLike, merit: Merit, range: CurveRange = {}): NdArray {
  const points = curvePoints(curves, range);
  const out = scratch(points.stack, 'float64');
  const to = flat<Float64Array>(out);
  for (let k = 0; k < to.length; k++) to[k] = meritOf(points, k, merit);
  return out;
}

function meritOf({ x, y, points, first, end }: CurvePoints, curve: number, merit: Merit): number {
  const at = curve * points;
  let [sum, moment, area, peak, position, last] = [0, 0, 0, Number.NaN, Number.NaN, -1];
  let lines = 0;
  for (let i = first; i < end; i++) {
    const v = y[at + i]!;
    if (!Number.isFinite(v)) continue;
    sum += v;
    moment += v * x[i]!;
    if (last >= 0) {
      area += ((v + y[at + last]!) / 2) * (x[i]! - x[last]!);
      lines += 1;
    }
    if (!(peak >= v)) [peak, position] = [v, x[i]!];
    last = i;
  }
  if (merit === 'sum') return sum;
  if (merit === 'area') return lines === 0 ? Number.NaN : area;
  if (merit === 'peak') return peak;
  return merit === 'position' ? position : sum === 0 ? Number.NaN : moment / sum;
}

/**
 * A curve divided by the area under it within a range (trapezoids over finite points), float64; of a stack each curve by its own. Errors and axes are
 * kept, errors divided as well. A curve without an area, or of area 0, is NaN everywhere. Errors: CURVE_RANK, CURVE_RANGE.
 */
export function normalised(curve: CurveLike, range: CurveRange = {}): Labelled {
  const points = curvePoints(curve, range);
  const { y, stack } = points;
  const shape = [...stack, points.points];
  const labels = curve instanceof Labelled ? curve.labels : {};
  const divided = (values: ArrayLike<number>): NdArray => {
    const out = scratch(shape, 'float64');
    const to = flat<Float64Array>(out);
    for (let k = 0; k * points.points < to.length; k++) {
      const area = meritOf(points, k, 'area') || Number.NaN;
      for (let i = k * points.points; i < (k + 1) * points.points; i++) to[i] = values[i]! / area;
    }
    return out;
  };
  const { errors, ...kept } = labels;
  const { unit: _, ...rest } = kept;
  return labelled(divided(y), { ...rest, ...(errors && { errors: divided(errors.flatten().data as Float64Array) }) });
}
