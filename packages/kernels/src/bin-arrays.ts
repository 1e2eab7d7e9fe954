/** Pixels at a time, copied beside the code; a multiple of the lanes. */
export const TILE = 4096;
/** Numbers of a bin beside its sums: norm, count, entries, nothing. */
export const BESIDE = 4;

/** What the loops of `BinSum` work on. */
export interface BinArrays {
  readonly tile: Float32Array;
  readonly dark: Float32Array;
  /** Signal and variance beside each other: bin b of lane k begins at b * binStep + k * laneStep. */
  readonly sums: Float64Array;
  readonly binStep: number;
  readonly laneStep: number;
  /** Per bin norm, count and entries, of what does not count or (clipping) of what is left. */
  readonly beside: Float64Array;
  readonly mean: Float64Array;
  readonly limit: Float64Array;
}
