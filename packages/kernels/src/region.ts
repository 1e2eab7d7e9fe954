import { needLength } from './numbers.ts';
import type { Layout } from './pack.ts';

/** Sums over a rectangle; NaN pixels count nowhere. */
export interface RegionSums {
  sum: number;
  /** Pixels that are not NaN. */
  count: number;
  /** Per column (projection on x), and how many pixels each holds. */
  readonly x: Float64Array;
  readonly xCount: Float64Array;
  /** Per row (projection on y). */
  readonly y: Float64Array;
  readonly yCount: Float64Array;
}

/** Room for the sums of a rectangle of `rows` x `cols`. */
export function regionSums(rows: number, cols: number): RegionSums {
  return { sum: 0, count: 0, x: new Float64Array(cols), xCount: new Float64Array(cols), y: new Float64Array(rows), yCount: new Float64Array(rows) };
}

/** Sums a rectangle (a two-dimensional layout) in one walk, row by row, in float64; reuses `out`. */
export function sumRegion(image: Layout, out: RegionSums): RegionSums {
  const [rows, cols] = image.shape as [number, number];
  const [rowStep, colStep] = image.stride as [number, number];
  const { x, xCount, y, yCount } = out;
  needLength('the projection on x', x, cols);
  needLength('the projection on y', y, rows);
  x.fill(0);
  xCount.fill(0);
  out.sum = 0;
  out.count = 0;
  const line = new Float64Array(cols);
  const big = typeof image.data[image.offset] === 'bigint';
  for (let r = 0; r < rows; r++) {
    const at = image.offset + r * rowStep;
    if (colStep === 1 && !big) line.set((image.data as unknown as Float64Array).subarray(at, at + cols));
    else for (let c = 0; c < cols; c++) line[c] = Number(image.data[at + c * colStep]);
    yCount[r] = sumLine(line, x, xCount, y, r);
    out.sum += y[r];
    out.count += yCount[r];
  }
  return out;
}

/** Adds a line to the columns' sums, puts its own sum in `y[row]` and gives back how many of its elements are not NaN. */
function sumLine(line: Float64Array, x: Float64Array, xCount: Float64Array, y: Float64Array, row: number): number {
  let sum = 0;
  let count = 0;
  for (let c = 0; c < line.length; c++) {
    const v = line[c];
    if (v !== v) continue;
    sum += v;
    count += 1;
    x[c] += v;
    xCount[c] += 1;
  }
  y[row] = sum;
  return count;
}
