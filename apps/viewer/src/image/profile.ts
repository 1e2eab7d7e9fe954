import { patchValue, type Patch } from './patch.ts';
import type { Point } from './turn.ts';

/** A line on a picture along which values are shown, in pixel edges of the array. */
export interface Profile {
  readonly from: Point;
  readonly to: Point;
  /** Pixels across that are averaged. */
  readonly width: number;
}

export interface ProfileValues {
  /** Pixels from the beginning. */
  readonly distance: Float64Array;
  /** Means across the line, NaN where there is nothing. */
  readonly values: Float64Array;
  /** Pixels of the array in one value of what was at hand (along one side). */
  readonly block: number;
}

const MOST = 8192;

/** A row or a column in full, as a line through the middle of its pixels. */
export function rowOf(y: number, columns: number, width: number): Profile {
  return { from: [0, Math.floor(y) + 0.5], to: [columns, Math.floor(y) + 0.5], width };
}
export function columnOf(x: number, rows: number, width: number): Profile {
  return { from: [Math.floor(x) + 0.5, 0], to: [Math.floor(x) + 0.5, rows], width };
}

/** Values along a line, one for each pixel of its length (each block where blocks are what there is), means over its width without NaN. */
export function profileAlong(patch: Patch, { from, to, width }: Profile): ProfileValues {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const step = Math.max(patch.block, length / MOST);
  const n = Math.max(1, Math.round(length / step));
  const across = Math.max(1, Math.round(width / patch.block));
  const [ux, uy] = length === 0 ? [0, 0] : [-dy / length, dx / length];
  const distance = new Float64Array(n);
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const along = (i + 0.5) / n;
    distance[i] = along * length;
    let [sum, count] = [0, 0];
    for (let k = 0; k < across; k++) {
      const aside = (k - (across - 1) / 2) * patch.block;
      const value = patchValue(patch, Math.floor(from[1] + along * dy + aside * uy), Math.floor(from[0] + along * dx + aside * ux));
      if (value === undefined || value !== value) continue;
      sum += value;
      count++;
    }
    values[i] = sum / count;
  }
  return { distance, values, block: patch.block };
}
