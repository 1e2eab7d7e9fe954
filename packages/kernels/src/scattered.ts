import { KernelError, needLength } from './numbers.ts';
import { triangulate } from './triangulate.ts';

/**
 * Values known at scattered points, at every place of a grid of whole numbers: linear between the corners of the Delaunay triangle that a place lies in, as
 * `scipy.interpolate.griddata`; NaN outside all of them. `points` are row and column in turn; `values` are so many lists, one value for each point. Gives a
 * list of rows x columns for each. Points on one circle, such as those of a grid, have several triangulations: between four of them values may differ
 * from scipy's by what is not linear there. Errors: SCATTERED_POINTS (not finite), TRIANGULATE_LINE, KERNEL_LENGTH.
 */
export function scatteredGrid(points: Float64Array, values: readonly Float64Array[], rows: number, columns: number): Float64Array[] {
  const count = points.length / 2;
  for (const list of values) needLength('the values of scattered points', list, count);
  if (![points, ...values].every((list) => list.every(Number.isFinite))) throw new KernelError('SCATTERED_POINTS', 'scattered points and their values must be finite; leave out those that are not known');
  const corners = triangulate(points);
  const out = values.map(() => new Float64Array(rows * columns).fill(Number.NaN));
  for (let t = 0; t < corners.length; t += 3) fill(points, values, corners.subarray(t, t + 3), rows, columns, out);
  return out;
}

/** A place counts as within a triangle when it is outside by no more than this share of it: no place between two is lost. */
const EDGE = 1e-9;

function fill(points: Float64Array, values: readonly Float64Array[], [a, b, c]: Int32Array, rows: number, columns: number, out: readonly Float64Array[]): void {
  const [ay, ax, by, bx, cy, cx] = [points[2 * a], points[2 * a + 1], points[2 * b], points[2 * b + 1], points[2 * c], points[2 * c + 1]];
  const area = (by - ay) * (cx - ax) - (bx - ax) * (cy - ay);
  if (area === 0) return;
  const share = 1 / area;
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - EDGE));
  const bottom = Math.min(rows - 1, Math.floor(Math.max(ay, by, cy) + EDGE));
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - EDGE));
  const right = Math.min(columns - 1, Math.floor(Math.max(ax, bx, cx) + EDGE));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const ofB = ((y - ay) * (cx - ax) - (x - ax) * (cy - ay)) * share;
      const ofC = ((by - ay) * (x - ax) - (bx - ax) * (y - ay)) * share;
      const ofA = 1 - ofB - ofC;
      if (ofA < -EDGE || ofB < -EDGE || ofC < -EDGE) continue;
      for (let k = 0; k < values.length; k++) {
        const list = values[k];
        out[k][y * columns + x] = ofA * list[a] + ofB * list[b] + ofC * list[c];
      }
    }
  }
}
