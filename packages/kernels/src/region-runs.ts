import { copyLine } from './line.ts';
import { needLength } from './numbers.ts';
import type { Layout } from './pack.ts';

/** The pixels of a region as runs along rows, in the box that holds it: a circle, a polygon or what a mask leaves. */
export interface RegionRuns {
  /** Rows and columns of the box. */
  readonly rows: number;
  readonly cols: number;
  /** How many pixels there are in all runs. */
  readonly pixels: number;
  /** The longest run. */
  readonly longest: number;
  /** Row, first column and length of one run after the other, from top left on. */
  readonly runs: Int32Array;
}

/** All of a box. */
export function boxRuns(rows: number, cols: number): RegionRuns {
  const runs = new Int32Array(cols > 0 ? 3 * rows : 0);
  for (let k = 0; k < runs.length; k += 3) {
    runs[k] = k / 3;
    runs[k + 2] = cols;
  }
  return { rows, cols, pixels: rows * cols, longest: rows > 0 ? cols : 0, runs };
}

/** Where `inside`, rows x cols in C order, is not 0. */
export function maskRuns(inside: ArrayLike<number>, rows: number, cols: number): RegionRuns {
  needLength('the mask', inside, rows * cols);
  const runs: number[] = [];
  let [pixels, longest] = [0, 0];
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < cols; c++) {
      if (inside[row * cols + c] === 0) continue;
      const first = c;
      while (c < cols && inside[row * cols + c] !== 0) c++;
      runs.push(row, first, c - first);
      pixels += c - first;
      longest = Math.max(longest, c - first);
    }
  }
  return { rows, cols, pixels, longest, runs: Int32Array.from(runs) };
}

/** The values of a region from `low` to `high` (both counted, NaN left out) one after the other into `to` from `from` on. Gives where they end. Errors: KERNEL_LENGTH. */
export function regionValues(box: Layout, { runs, pixels, longest }: RegionRuns, low: number, high: number, to: Float64Array, from = 0): number {
  needLength('the values', to, from + pixels);
  const [rowStep, colStep] = box.stride as [number, number];
  const line = new Float64Array(longest);
  let end = from;
  for (let k = 0; k < runs.length; k += 3) {
    copyLine(box, box.offset + runs[k] * rowStep + runs[k + 1] * colStep, colStep, runs[k + 2], line);
    end = keepBetween(line, runs[k + 2], low, high, to, end);
  }
  return end;
}

function keepBetween(line: Float64Array, n: number, low: number, high: number, to: Float64Array, end: number): number {
  for (let i = 0; i < n; i++) {
    const v = line[i];
    if (v >= low && v <= high) to[end++] = v;
  }
  return end;
}
