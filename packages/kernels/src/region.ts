import { copyLine } from './line.ts';
import { needLength } from './numbers.ts';
import type { Layout } from './pack.ts';
import { boxRuns, type RegionRuns } from './region-runs.ts';

/** Sums over a region; NaN pixels count nowhere. */
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

/** Room for the sums of a region in a box of `rows` x `cols`. */
export function regionSums(rows: number, cols: number): RegionSums {
  return { sum: 0, count: 0, x: new Float64Array(cols), xCount: new Float64Array(cols), y: new Float64Array(rows), yCount: new Float64Array(rows) };
}

/** Sums an image (a two-dimensional layout), or the runs of a region in it, in one walk, row by row, in float64; reuses `out`. */
export function sumRegion(image: Layout, out: RegionSums, region?: RegionRuns): RegionSums {
  const [rows, cols] = image.shape as [number, number];
  const [rowStep, colStep] = image.stride as [number, number];
  const { x, xCount, y, yCount } = out;
  needLength('the projection on x', x, cols);
  needLength('the projection on y', y, rows);
  for (const zero of [x, xCount, y, yCount]) zero.fill(0);
  [out.sum, out.count] = [0, 0];
  const { runs, longest } = region ?? boxRuns(rows, cols);
  const line = new Float64Array(longest);
  for (let k = 0; k < runs.length; k += 3) {
    const [row, first, n] = [runs[k], runs[k + 1], runs[k + 2]];
    copyLine(image, image.offset + row * rowStep + first * colStep, colStep, n, line);
    sumRun(line, n, x, xCount, first, y, yCount, row);
  }
  for (let r = 0; r < rows; r++) {
    out.sum += y[r];
    out.count += yCount[r];
  }
  return out;
}

/** Adds a run to the sums of its columns and of its row. */
function sumRun(line: Float64Array, n: number, x: Float64Array, xCount: Float64Array, first: number, y: Float64Array, yCount: Float64Array, row: number): void {
  let sum = 0;
  let count = 0;
  for (let c = 0; c < n; c++) {
    const v = line[c];
    if (v !== v) continue;
    sum += v;
    count += 1;
    x[first + c] += v;
    xCount[first + c] += 1;
  }
  y[row] += sum;
  yCount[row] += count;
}
