import { Labelled, YardError, asNdArray, type NdArray, type NdLike } from '@trainyard/core';

/** A curve, or one for each frame of a stack: an array with points along its last axis, or a labelled one, whose axis is then taken. */
export type CurveLike = NdLike | Labelled;

/** Part of the axis, ends included; default all of it. */
export interface CurveRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Where the points lie, ascending; default the axis of a labelled curve, else 0, 1, 2 ... */
  readonly axis?: ArrayLike<number> | undefined;
}

/** Points of curves in C order, and which of them lie within the range. */
export interface CurvePoints {
  readonly x: ArrayLike<number>;
  /** All curves, one after the other. */
  readonly y: ArrayLike<number>;
  readonly points: number;
  /** Shape of the stack, without the points. */
  readonly stack: readonly number[];
  /** First point within the range, and the one after the last. */
  readonly first: number;
  readonly end: number;
}

/** Takes a curve apart. Errors: CURVE_RANK (a number, or points without an axis of their length), CURVE_RANGE (from is not below to). */
export function curvePoints(curve: CurveLike, { from = -Infinity, to = Infinity, axis }: CurveRange = {}): CurvePoints {
  const array = arrayOf(curve);
  const { shape } = array;
  if (shape.length === 0) throw new YardError('CURVE_RANK', 'A curve has one axis, or more of a stack of curves; this input is a number.');
  if (!(from <= to)) throw new YardError('CURVE_RANGE', `The range of a curve goes up from one end to the other; it is ${from} to ${to}.`);
  const points = shape.at(-1)!;
  const x = axis ?? (curve instanceof Labelled ? curve.labels.axes?.at(-1)?.values : undefined) ?? Float64Array.from({ length: points }, (_, i) => i);
  if (x.length !== points) throw new YardError('CURVE_RANK', `The axis has ${x.length} points; the curve has ${points}.`);
  let first = 0;
  while (first < points && !(x[first]! >= from)) first++;
  let end = points;
  while (end > first && !(x[end - 1]! <= to)) end--;
  return { x, y: array.flatten().data as Float64Array, points, stack: shape.slice(0, -1), first, end };
}

export function arrayOf(curve: CurveLike): NdArray {
  return curve instanceof Labelled ? curve.array : asNdArray(curve);
}
