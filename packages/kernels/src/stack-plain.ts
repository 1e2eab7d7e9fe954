import { copyLine } from './line.ts';
import type { Layout } from './pack.ts';
import { TILE, aboutMean, type Frames, type StackSums, type StackTile, type StackWanted } from './stack-sums.ts';

/** For every type of data and every layout. */
export class StackPlain implements StackSums {
  readonly #tile: StackTile = { sum: new Float64Array(TILE), count: new Float64Array(TILE), min: new Float64Array(TILE), max: new Float64Array(TILE), squares: new Float64Array(TILE) };
  readonly #pivot = new Float64Array(TILE);
  readonly #away = new Float64Array(TILE);
  readonly #line = new Float64Array(TILE);

  sum(stack: Layout, at: number, step: number, n: number, frames: Frames, wanted: StackWanted): StackTile {
    const [{ sum, count, min, max, squares }, line, pivot, away] = [this.#tile, this.#line, this.#pivot, this.#away];
    for (const zero of [sum, count, squares, away]) zero.fill(0, 0, n);
    min.fill(Infinity, 0, n);
    max.fill(-Infinity, 0, n);
    pivot.fill(NaN, 0, n);
    for (const frame of frames) {
      copyLine(stack, at + frame, step, n, line);
      if (wanted.squares) addSpread(line, n, sum, count, pivot, away, squares);
      else if (wanted.sums) addLine(line, n, sum, count);
      if (wanted.extremes) widen(line, n, min, max);
    }
    if (wanted.squares) aboutMean(this.#tile, away, n);
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

function addSpread(line: Float64Array, n: number, sum: Float64Array, count: Float64Array, pivot: Float64Array, away: Float64Array, squares: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const v = line[i];
    if (v !== v) continue;
    if (pivot[i] !== pivot[i]) pivot[i] = v;
    const d = v - pivot[i];
    sum[i] += v;
    away[i] += d;
    squares[i] += d * d;
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
