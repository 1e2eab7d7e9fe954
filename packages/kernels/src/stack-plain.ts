import { copyLine } from './line.ts';
import type { Layout } from './pack.ts';
import { TILE, type Frames, type StackSums, type StackTile, type StackWanted } from './stack-sums.ts';

/** For every type of data and every layout. */
export class StackPlain implements StackSums {
  readonly #tile: StackTile = { sum: new Float64Array(TILE), count: new Float64Array(TILE), min: new Float64Array(TILE), max: new Float64Array(TILE), squares: new Float64Array(TILE) };
  readonly #mean = new Float64Array(TILE);
  #line = new Float64Array(TILE);

  sum(stack: Layout, at: number, step: number, n: number, frames: Frames, wanted: StackWanted): StackTile {
    const { sum, count, min, max, squares } = this.#tile;
    for (const zero of [sum, count, squares]) zero.fill(0, 0, n);
    min.fill(Infinity, 0, n);
    max.fill(-Infinity, 0, n);
    const line = this.#line;
    for (const frame of frames) {
      copyLine(stack, at + frame, step, n, line);
      if (wanted.sums) addLine(line, n, sum, count);
      if (wanted.extremes) widen(line, n, min, max);
    }
    if (!wanted.squares) return this.#tile;
    const mean = this.#mean;
    for (let i = 0; i < n; i++) mean[i] = sum[i] / count[i];
    for (const frame of frames) {
      copyLine(stack, at + frame, step, n, line);
      addSquares(line, n, mean, squares);
    }
    return this.#tile;
  }
}

function addLine(line: Float64Array, n: number, sum: Float64Array, count: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const v = line[i];
    if (v !== v) continue;
    sum[i] += v;
    count[i] += 1;
  }
}

function widen(line: Float64Array, n: number, min: Float64Array, max: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const v = line[i];
    if (v < min[i]) min[i] = v;
    if (v > max[i]) max[i] = v;
  }
}

function addSquares(line: Float64Array, n: number, mean: Float64Array, squares: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const v = line[i];
    if (v !== v) continue;
    const d = v - mean[i];
    squares[i] += d * d;
  }
}
