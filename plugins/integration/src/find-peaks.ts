import { YardError } from '@trainyard/core';
import { curvePoints, type CurveLike, type CurveRange } from './curve.ts';

export interface PeakOptions extends CurveRange {
  /** How far a peak must stand out, in units of the curve; default 0. */
  readonly prominence?: number | undefined;
}

/** Peaks of a curve, from left to right; every list is as long. */
export interface Peaks {
  /** Which point of the curve; of a flat top its middle. */
  readonly index: Int32Array;
  /** Where on the axis. */
  readonly position: Float64Array;
  readonly height: Float64Array;
  /** How far it stands out: above the higher of the lowest points between it and a higher one (or the end) on either side. */
  readonly prominence: Float64Array;
}

/**
 * Peaks of a curve by how far they stand out: the points, or middles of flat tops, that are higher than what is left and right of them, as
 * scipy.signal.find_peaks has them with a `prominence`. Points that are not finite are left out, as if they were not there. The range is cut out first:
 * its ends are the curve's. Errors: CURVE_RANK (one curve only), CURVE_RANGE, CURVE_PROMINENCE.
 */
export function findPeaks(curve: CurveLike, { prominence = 0, ...range }: PeakOptions = {}): Peaks {
  if (!(prominence >= 0)) throw new YardError('CURVE_PROMINENCE', `prominence is 0 or more, not ${prominence}.`);
  const { x, y, stack, first, end } = curvePoints(curve, range);
  if (stack.length > 0) throw new YardError('CURVE_RANK', `Peaks are of one curve; this input has ${stack.length + 1} axes.`);
  const at: number[] = [];
  for (let i = first; i < end; i++) if (Number.isFinite(y[i]!)) at.push(i);
  const values = at.map((i) => y[i]!);
  const found = tops(values).map((k) => ({ k, out: standsOut(values, k) })).filter(({ out }) => out >= prominence);
  return {
    index: Int32Array.from(found, ({ k }) => at[k]!),
    position: Float64Array.from(found, ({ k }) => x[at[k]!]!),
    height: Float64Array.from(found, ({ k }) => values[k]!),
    prominence: Float64Array.from(found, ({ out }) => out),
  };
}

/** Points with lower ones on both sides; of a flat top the middle, rounded down. */
function tops(values: readonly number[]): number[] {
  const found: number[] = [];
  for (let i = 1; i < values.length - 1; i++) {
    if (!(values[i - 1]! < values[i]!)) continue;
    let last = i;
    while (last + 1 < values.length && values[last + 1] === values[i]) last++;
    if (last + 1 < values.length && values[last + 1]! < values[i]!) found.push((i + last) >> 1);
    i = last;
  }
  return found;
}

function standsOut(values: readonly number[], peak: number): number {
  const top = values[peak]!;
  let [left, right] = [top, top];
  for (let i = peak; i >= 0 && values[i]! <= top; i--) left = Math.min(left, values[i]!);
  for (let i = peak; i < values.length && values[i]! <= top; i++) right = Math.min(right, values[i]!);
  return top - Math.max(left, right);
}
