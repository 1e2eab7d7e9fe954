import type { Layout } from './pack.ts';

/** Pixels that go through all frames together: their sums stay in the second cache, and pieces of a frame are long enough to come at the speed of memory. */
export const TILE = 65_536;

/** Sums of the pixels of a tile, in float64. Of what was not wanted anything may be in it. */
export interface StackTile {
  readonly sum: Float64Array;
  readonly count: Float64Array;
  /** Infinity where there is no number, with -Infinity in `max`. */
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** Squared distances from the mean. */
  readonly squares: Float64Array;
  /** Where they were made along with the sums. */
  readonly mean?: Float32Array | undefined;
}

/** Which of them are wanted. */
export interface StackWanted {
  /** The mean and nothing else, in float32. */
  readonly onlyMean: boolean;
  readonly sums: boolean;
  readonly extremes: boolean;
  readonly squares: boolean;
}

/** The frames that count, as distances from the first one. */
export type Frames = Float64Array;

/** Sums `n` pixels from `at` on, `step` apart, over the frames. */
export interface StackSums {
  sum(stack: Layout, at: number, step: number, n: number, frames: Frames, wanted: StackWanted): StackTile;
}

/** Sums of squared distances from one value of each pixel as those from its mean, by the sums of the distances. Of equal values they may be rounded to below 0. */
export function aboutMean({ count, squares }: StackTile, away: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) squares[i] = Math.max(0, squares[i] - (away[i] * away[i]) / count[i]);
}
