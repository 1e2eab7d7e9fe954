import { KernelError, needLength, type Numbers } from './numbers.ts';

export interface LitOptions {
  readonly rows: number;
  readonly columns: number;
  /** A pixel is lit above this. */
  readonly threshold: number;
  /** Rows and columns of a panel; the image is whole panels. Default: the image. */
  readonly panel?: readonly [rows: number, columns: number] | undefined;
  /** Not 0: the pixel does not count; a value per pixel, row by row. */
  readonly masked?: ArrayLike<number> | undefined;
}

/** How many panels an image has. Throws LIT_PANEL when they do not fill it. */
export function panelsOf({ rows, columns, panel = [rows, columns] }: LitOptions): number {
  const [height, width] = panel;
  if (!(height > 0 && width > 0) || rows % height || columns % width) throw new KernelError('LIT_PANEL', `an image of ${rows} x ${columns} pixels is no whole number of panels of ${height} x ${width}`);
  return (rows / height) * (columns / width);
}

/**
 * Counts the pixels above the threshold in each panel, row by row of panels, into `counts` from `to` on; the image begins at `from`, its rows are
 * `rowStep` apart. NaN is never lit. Gives back the sum. Errors: LIT_PANEL, KERNEL_LENGTH.
 */
export function countLit(image: Numbers, options: LitOptions, counts: Float64Array, { from = 0, rowStep = options.columns, to = 0 }: { from?: number; rowStep?: number; to?: number } = {}): number {
  const { rows, columns, threshold, masked } = options;
  const panels = panelsOf(options);
  if (rows === 0 || columns === 0) return 0;
  const [height, width] = options.panel ?? [rows, columns];
  needLength('the image', image, from + (rows - 1) * rowStep + columns);
  if (masked) needLength('the mask', masked, rows * columns);
  needLength('the counts', counts, to + panels);
  counts.fill(0, to, to + panels);
  const across = columns / width;
  let all = 0;
  for (let y = 0; y < rows; y++) {
    const first = to + Math.floor(y / height) * across;
    for (let p = 0; p < across; p++) {
      const at = from + y * rowStep + p * width;
      const lit = masked ? litUnmasked(image, at, masked, y * columns + p * width, width, threshold) : litIn(image, at, width, threshold);
      counts[first + p] += lit;
      all += lit;
    }
  }
  return all;
}

function litIn(image: Numbers, at: number, n: number, threshold: number): number {
  let lit = 0;
  for (let i = at; i < at + n; i++) lit += image[i] > threshold ? 1 : 0;
  return lit;
}

function litUnmasked(image: Numbers, at: number, masked: ArrayLike<number>, from: number, n: number, threshold: number): number {
  let lit = 0;
  for (let i = 0; i < n; i++) lit += image[at + i] > threshold && masked[from + i] === 0 ? 1 : 0;
  return lit;
}
