import { needLength, type Numbers } from './numbers.ts';

/** The area under the points (x[i], y[i]) for i in from ... to - 1 by trapezoids, in float64, as `numpy.trapz`; 0 of fewer than two points. NaN stays NaN, and infinity gives it. Errors: KERNEL_LENGTH. */
export function trapezoid(x: Numbers, y: Numbers, from = 0, to = y.length): number {
  needLength('x', x, to);
  needLength('y', y, to);
  // With what each addition loses (Neumaier): differences of curves over their areas are small numbers.
  let [sum, lost] = [0, 0];
  for (let i = from + 1; i < to; i++) {
    const part = ((x[i] - x[i - 1]) * (y[i] + y[i - 1])) / 2;
    const next = sum + part;
    lost += Math.abs(sum) >= Math.abs(part) ? sum - next + part : part - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** The points of ascending x that lie in low ... high, both included: from the first to one behind the last. All without a range. */
export function pointsWithin(x: Numbers, range?: readonly [low: number, high: number]): readonly [from: number, to: number] {
  let [from, to] = [0, x.length];
  if (!range) return [from, to];
  while (from < to && !(x[from] >= range[0])) from++;
  while (to > from && !(x[to - 1] <= range[1])) to--;
  return [from, to];
}

/** Divides each curve of `x.length` points by the area under it in the range: NaN where that has fewer than two points, or is 0 or NaN. Gives back the areas. `out` may be `curves`. Errors: KERNEL_LENGTH. */
export function divideByArea(curves: Float64Array, x: Numbers, range: readonly [number, number] | undefined, out: Float64Array): Float64Array {
  const n = x.length;
  needLength('the normalised curves', out, curves.length);
  const [from, to] = pointsWithin(x, range);
  const areas = new Float64Array(n === 0 ? 0 : Math.floor(curves.length / n));
  for (let k = 0; k < areas.length; k++) {
    const curve = curves.subarray(k * n, (k + 1) * n);
    const area = to - from < 2 ? NaN : trapezoid(x, curve, from, to);
    areas[k] = area;
    for (let i = 0; i < n; i++) out[k * n + i] = area === 0 ? NaN : curve[i] / area;
  }
  return areas;
}
