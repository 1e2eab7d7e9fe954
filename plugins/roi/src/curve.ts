import { YardError, type Labelled, type NdArray, type ParamValue } from '@trainyard/core';

/** From where to where along its axis a curve counts, both ends included; without it all of it. */
export type CurveRange = readonly [low: number, high: number];
/** Labelled with the x of its points, which rise. */
export type Curve = Labelled<NdArray<1>>;

/** The area under a curve (AUC) by the trapezoidal rule. Points that are NaN are left out, as if they were not there; of fewer than two it is NaN. Errors: ROI_RANGE. */
export function curveArea(curve: Curve, range?: CurveRange): number {
  let [area, points, before, last] = [0, 0, NaN, NaN];
  forEachPoint(curve, range, (x, value) => {
    if (points++ > 0) area += ((x - before) * (value + last)) / 2;
    [before, last] = [x, value];
  });
  return points < 2 ? NaN : area;
}

/** The sum of a curve's points, NaN left out; of none NaN. Errors: ROI_RANGE. */
export function curveSum(curve: Curve, range?: CurveRange): number {
  let [sum, points] = [0, 0];
  forEachPoint(curve, range, (_, value) => {
    sum += value;
    points++;
  });
  return points === 0 ? NaN : sum;
}

function forEachPoint({ array, labels }: Curve, [low, high]: CurveRange = [-Infinity, Infinity], take: (x: number, value: number) => void): void {
  const along = labels.axes![0].values!;
  for (let i = 0; i < array.size; i++) {
    const value = Number(array.data[array.offset + i * array.stride[0]]);
    if (along[i] >= low && along[i] <= high && !Number.isNaN(value)) take(along[i], value);
  }
}

/** `[]` or `[low, high]` of a parameter. Errors: ROI_RANGE. */
export function rangeOf(name: string, value: ParamValue | undefined): CurveRange | undefined {
  const list = (value ?? []) as readonly number[];
  if (list.length === 0) return undefined;
  if (list.length !== 2 || !(list[0] <= list[1])) throw new YardError('ROI_RANGE', `${name} is two numbers, low and high, or none; not [${list.join(', ')}].`);
  return [list[0], list[1]];
}
