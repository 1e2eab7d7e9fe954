import { KernelError, needLength } from './numbers.ts';

export interface CommonModeOptions {
  /** Rows and columns of pixels that share one shift: an ASIC [64, 64], a row of it [1, 64], a column of it [64, 1]. */
  readonly block: readonly [number, number];
  /** Of a block: the mean, or the median (the mean of the two middle ones). Default mean. */
  readonly by?: 'mean' | 'median';
  /** Values in between, both included, are background. */
  readonly range: readonly [number, number];
  /** A block with fewer of them stays as it is; at least 1. */
  readonly least: number;
  /** How often it is done: what is shifted may come into the range, or leave it. Default 1. */
  readonly passes?: number;
}

/**
 * Subtracts what the pixels of a block share in one frame, from images of one shape: set up once. Pixels that are not looked at (another stage, bad, NaN, out
 * of range) are no background; those of stage 0 are shifted, of bad ones too. Four sums in float64, by column, row by row. Errors: COMMON_MODE_BLOCK, COMMON_MODE_RANGE.
 */
export class CommonMode {
  readonly rows: number;
  readonly cols: number;
  /** How many blocks lie below and beside each other. */
  readonly blocks: readonly [number, number];
  readonly options: Required<CommonModeOptions>;
  readonly #kept: Float32Array;

  constructor(rows: number, cols: number, options: CommonModeOptions) {
    const { block: [height, width], range: [low, high], least, passes = 1, by = 'mean' } = options;
    if (!(height > 0 && width > 0 && rows % height === 0 && cols % width === 0)) throw new KernelError('COMMON_MODE_BLOCK', `an image of ${rows} x ${cols} is not made of blocks of ${height} x ${width}`);
    if (!(low <= high)) throw new KernelError('COMMON_MODE_RANGE', `the range of the background is low, high, not ${low}, ${high}`);
    if (!(Number.isInteger(passes) && passes > 0 && least >= 1)) throw new KernelError('COMMON_MODE_RANGE', `passes and least are at least 1, not ${passes} and ${least}`);
    [this.rows, this.cols, this.blocks] = [rows, cols, [rows / height, cols / width]];
    this.options = { ...options, passes, by };
    this.#kept = new Float32Array(by === 'median' ? height * width : 0);
  }

  /**
   * Shifts the image at `at` of `values` in place. `stage` (one per pixel) leaves alone what is not 0; a pixel that is `bad` (not 0) is no background.
   * `shifts` gets what was subtracted from each block. Errors: KERNEL_LENGTH.
   */
  run(values: Float32Array, at: number, { stage, bad, shifts }: { readonly stage?: Uint8Array | undefined; readonly bad?: Uint8Array | undefined; readonly shifts?: Float64Array } = {}): void {
    const { rows, cols, blocks: [down, across] } = this;
    needLength('the image', values, at + rows * cols);
    if (stage) needLength('the stages', stage, rows * cols);
    if (bad) needLength('the bad pixels', bad, rows * cols);
    for (let b = 0; b < down * across; b++) {
      const shift = this.#shiftBlock(values, at, Math.floor(b / across), b % across, stage, bad);
      if (shifts) shifts[b] = shift;
    }
  }

  #shiftBlock(values: Float32Array, at: number, down: number, across: number, stage: Uint8Array | undefined, bad: Uint8Array | undefined): number {
    const { cols } = this;
    const { block: [height, width], by, range: [low, high], least, passes } = this.options;
    const first = down * height * cols + across * width;
    const kept = this.#kept;
    let shift = 0;
    for (let pass = 0; pass < passes; pass++) {
      let [s0, s1, s2, s3, count] = [0, 0, 0, 0, 0];
      for (let r = 0; r < height; r++) {
        for (let x = 0, i = first + r * cols; x < width; x++, i++) {
          const v = values[at + i] - shift;
          if (!(v >= low && v <= high) || (stage && stage[i] !== 0) || (bad && bad[i] !== 0)) continue;
          if (by === 'median') kept[count] = v;
          count += 1;
          switch (x & 3) {
            case 0: s0 += v; break;
            case 1: s1 += v; break;
            case 2: s2 += v; break;
            default: s3 += v;
          }
        }
      }
      if (count < least) break;
      shift += by === 'median' ? medianOf(kept, count) : (s0 + s1 + (s2 + s3)) / count;
    }
    if (shift !== 0) for (let r = 0; r < height; r++) for (let i = first + r * cols; i < first + r * cols + width; i++) if (!stage || stage[i] === 0) values[at + i] -= shift;
    return shift;
  }
}

/** Of the first `n` values, which it puts into another order; float32, as numpy has it. */
function medianOf(values: Float32Array, n: number): number {
  const upper = nth(values, n, n >> 1);
  if (n % 2) return upper;
  let lower = values[0];
  for (let i = 1; i < n >> 1; i++) if (values[i] > lower) lower = values[i];
  return Math.fround(lower + upper) / 2;
}

/** The k-th smallest, from 0 (Hoare); what is smaller or equal lies before it afterwards. */
function nth(values: Float32Array, n: number, k: number): number {
  let [left, right] = [0, n - 1];
  while (left < right) {
    const pivot = values[(left + right) >> 1];
    let [i, j] = [left, right];
    while (i <= j) {
      while (values[i] < pivot) i += 1;
      while (values[j] > pivot) j -= 1;
      if (i > j) break;
      const v = values[i];
      values[i] = values[j];
      values[j] = v;
      i += 1;
      j -= 1;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return values[k];
}
