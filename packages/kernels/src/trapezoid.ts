import { needLength, type Numbers } from './numbers.ts';

/** The area under the points (x[i], y[i]) for i in from ... to - 1 by trapezoids, in float64, as `numpy.trapz`; 0 of fewer than two points. NaN stays NaN. Errors: KERNEL_LENGTH. */
export function trapezoid(x: Numbers, y: Numbers, from = 0, to = y.length): number {
  needLength('x', x, to);
  needLength('y', y, to);
  let sum = 0;
  for (let i = from + 1; i < to; i++) sum += ((x[i] - x[i - 1]) * (y[i] + y[i - 1])) / 2;
  return sum;
}
