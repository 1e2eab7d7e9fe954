import { describe, expect, it } from 'vitest';
import { errorCode as code } from './testing.ts';
import { divideByArea, pointsWithin, trapezoid } from './trapezoid.ts';

describe('areas by trapezoids', () => {
  it('of all points or some; NaN stays NaN; of fewer than two points 0', () => {
    expect([trapezoid(Float64Array.of(0, 1, 3), Uint8Array.of(2, 4, 4)), trapezoid(Float64Array.of(0, 1, 3), Float32Array.of(2, 4, 4), 1), trapezoid(Float64Array.of(0, 1), Float64Array.of(1, NaN)), trapezoid(Float64Array.of(5), Float64Array.of(5))]).toEqual([11, 8, NaN, 0]);
    expect(code(() => trapezoid(Float64Array.of(1), Float64Array.of(1, 2)))).toBe('KERNEL_LENGTH');
  });
  it('points within a range, both ends included', () => {
    const x = Float64Array.of(1, 2, 3, 4);
    expect([pointsWithin(x), pointsWithin(x, [2, 3]), pointsWithin(x, [2.5, 2.6]), pointsWithin(x, [9, 10]), pointsWithin(x, [-2, 0]), pointsWithin(new Float64Array(0), [0, 1])]).toEqual([[0, 4], [1, 3], [2, 2], [4, 4], [0, 0], [0, 0]]);
  });
  it('curves over their areas, also in place', () => {
    const curves = Float64Array.of(1, 1, 3, 0, 0, 0, 1, NaN, 1);
    const areas = divideByArea(curves, Float64Array.of(0, 2, 4), undefined, curves);
    expect([[...areas], [...curves]]).toEqual([[6, 0, NaN], [1 / 6, 1 / 6, 0.5, NaN, NaN, NaN, NaN, NaN, NaN]]);
    expect([...divideByArea(Float64Array.of(1, 2), Float64Array.of(0, 1), [5, 6], new Float64Array(2))]).toEqual([NaN]);
    expect(code(() => divideByArea(Float64Array.of(1, 2), Float64Array.of(0, 1), undefined, new Float64Array(1)))).toBe('KERNEL_LENGTH');
  });
});
