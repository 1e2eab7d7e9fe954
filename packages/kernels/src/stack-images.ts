import { copyLine } from './line.ts';
import { KernelError, needLength, type Floats } from './numbers.ts';
import { sizeOf, type Layout } from './pack.ts';
import { pixelRows } from './pixel-rows.ts';

/** What a stack of frames gives per pixel, of the frames in which the pixel is not NaN. */
export const stackImageNames = ['mean', 'sum', 'min', 'max', 'std', 'var', 'count'] as const;
export type StackImage = (typeof stackImageNames)[number];
/** Where each that is wanted goes, in C order of the pixels. A pixel that is NaN in all frames is NaN; its count is 0. */
export type StackOut = Partial<Record<StackImage, Floats>>;

/** Pixels that go through all frames together: their sums stay in the first cache. */
export const TILE = 1024;

/** Sums of the pixels of a tile, in float64. */
export interface StackTile {
  readonly sum: Float64Array;
  readonly count: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** Squared distances from the mean. */
  readonly squares: Float64Array;
}

/** Which of them are wanted. */
export interface StackWanted {
  readonly extremes: boolean;
  readonly squares: boolean;
}

/** The frames that count, as distances from the first one. */
export type Frames = Float64Array;

/** Sums `n` pixels from `at` on, `step` apart, over the frames. */
export interface StackSums {
  sum(stack: Layout, at: number, step: number, n: number, frames: Frames, wanted: StackWanted): StackTile;
}

/**
 * Images over the frames of a stack: the frames are its first axis, or some entries of it; all other axes are pixels. A tile of pixels goes through all
 * frames, frame after frame in float64, so the bits depend neither on tiles nor on how the stack lies in memory. The variance (ddof 0) takes a second walk,
 * about the mean. NaN counts nowhere.
 */
export class StackImages {
  readonly #plain = new StackPlain();

  /** `frames`: which of them, by index; without it all. Errors: STACK_RANK, STACK_FRAME, KERNEL_LENGTH. */
  run(stack: Layout, out: StackOut, frames?: ArrayLike<number>): void {
    if (stack.shape.length === 0) throw new KernelError('STACK_RANK', 'a stack has frames along its first axis; this is a single number');
    const chosen = distances(stack, frames);
    const pixels = sizeOf(stack.shape.slice(1));
    for (const name of stackImageNames) if (out[name]) needLength(name, out[name], pixels);
    if (pixels === 0) return;
    const rows = pixelRows(stack);
    const wanted = { extremes: !!(out.min ?? out.max), squares: !!(out.std ?? out.var) };
    for (let row = 0; row < rows.starts.length; row++) {
      for (let c = 0; c < rows.length; c += TILE) {
        const n = Math.min(TILE, rows.length - c);
        const tile = this.#plain.sum(stack, rows.starts[row] + c * rows.step, rows.step, n, chosen, wanted);
        write(tile, n, out, rows.outStarts[row] + c * rows.outStep, rows.outStep);
      }
    }
  }
}

function distances({ shape: [count], stride: [step] }: Layout, frames?: ArrayLike<number>): Frames {
  if (!frames) return Float64Array.from({ length: count }, (_, i) => i * step);
  return Float64Array.from(frames, (i) => {
    if (!(Number.isInteger(i) && i >= 0 && i < count)) throw new KernelError('STACK_FRAME', `there is no frame ${i} in a stack of ${count}`);
    return i * step;
  });
}

function write({ sum, count, min, max, squares }: StackTile, n: number, out: StackOut, to: number, step: number): void {
  if (out.sum) for (let i = 0; i < n; i++) out.sum[to + i * step] = count[i] === 0 ? NaN : sum[i];
  if (out.count) for (let i = 0; i < n; i++) out.count[to + i * step] = count[i];
  if (out.mean) for (let i = 0; i < n; i++) out.mean[to + i * step] = count[i] === 0 ? NaN : sum[i] / count[i];
  if (out.min) for (let i = 0; i < n; i++) out.min[to + i * step] = count[i] === 0 ? NaN : min[i] + 0;
  if (out.max) for (let i = 0; i < n; i++) out.max[to + i * step] = count[i] === 0 ? NaN : max[i] + 0;
  if (out.var) for (let i = 0; i < n; i++) out.var[to + i * step] = count[i] === 0 ? NaN : squares[i] / count[i];
  if (out.std) for (let i = 0; i < n; i++) out.std[to + i * step] = count[i] === 0 ? NaN : Math.sqrt(squares[i] / count[i]);
}

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
      addLine(line, n, sum, count);
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
