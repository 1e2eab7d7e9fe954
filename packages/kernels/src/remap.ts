import { KernelError, needLength, type Floats, type Numbers } from './numbers.ts';

export interface RemapOptions {
  /** What lies outside the image: `fill`, or the nearest pixel. Default `constant`. */
  readonly outside?: 'constant' | 'nearest';
  /** The value outside for `constant`, and where the map says nothing (NaN); default 0. */
  readonly fill?: number;
}

/** The slope of the kernel at a distance of 1, as OpenCV has it. */
const A = -0.75;

/**
 * An image whose pixels come from other places of another image: set up once for a map, run without allocating. Between pixels it takes the 4 x 4 around by
 * cubic convolution (R. G. Keys, IEEE Trans. ASSP 29 (1981) 1153, with a = -0.75): what OpenCV's `remap` with INTER_CUBIC does, but with places as they are rather
 * than rounded to 1/32 pixel. The middle of pixel (r, c) is at r, c. Summed in float64. NaN spreads to whatever has it among its 16 pixels.
 * Errors: REMAP_MAP, KERNEL_LENGTH.
 */
export class Remap {
  readonly rows: number;
  readonly columns: number;
  /** Pixels of the result. */
  readonly size: number;
  readonly #row: Float64Array;
  readonly #column: Float64Array;
  readonly #nearest: boolean;
  readonly #fill: number;
  readonly #across = new Float64Array(4);
  readonly #down = new Float64Array(4);

  /** `row` and `column`: where each pixel of the result comes from in images of `rows` x `columns`; NaN: from nowhere. */
  constructor(rows: number, columns: number, row: ArrayLike<number>, column: ArrayLike<number>, { outside = 'constant', fill = 0 }: RemapOptions = {}) {
    if (row.length !== column.length) throw new KernelError('REMAP_MAP', `a map has a row and a column for each pixel, not ${row.length} rows and ${column.length} columns`);
    if (!(rows > 0 && columns > 0)) throw new KernelError('REMAP_MAP', `nothing comes from images of ${rows} x ${columns} pixels`);
    [this.rows, this.columns, this.size] = [rows, columns, row.length];
    [this.#row, this.#column] = [Float64Array.from(row), Float64Array.from(column)];
    [this.#nearest, this.#fill] = [outside === 'nearest', fill];
  }

  /** From `image` (packed, from `from` on) into `out`; not the same memory. */
  run(image: Numbers, out: Floats, { from = 0, to = 0 }: { readonly from?: number; readonly to?: number } = {}): void {
    const { rows, columns, size } = this;
    needLength('the image', image, from + rows * columns);
    needLength('the result', out, to + size);
    const [row, column, across, down] = [this.#row, this.#column, this.#across, this.#down];
    for (let i = 0; i < size; i++) {
      const [y, x] = [row[i], column[i]];
      // Further away nothing of the image has a weight.
      if (!(this.#nearest ? y === y && x === x : y > -2 && y < rows + 1 && x > -2 && x < columns + 1)) {
        out[to + i] = this.#fill;
        continue;
      }
      const [top, left] = [Math.floor(y) - 1, Math.floor(x) - 1];
      weights(y - top - 1, down);
      weights(x - left - 1, across);
      let sum = 0;
      if (top >= 0 && left >= 0 && top + 3 < rows && left + 3 < columns) {
        for (let r = 0, at = from + top * columns + left; r < 4; r++, at += columns) {
          sum += down[r] * (across[0] * image[at] + across[1] * image[at + 1] + across[2] * image[at + 2] + across[3] * image[at + 3]);
        }
      } else {
        for (let r = 0; r < 4; r++) {
          let line = 0;
          for (let c = 0; c < 4; c++) line += across[c] * this.#pixel(image, from, top + r, left + c);
          sum += down[r] * line;
        }
      }
      out[to + i] = sum === sum ? sum : Number.NaN;
    }
  }

  #pixel(image: Numbers, from: number, r: number, c: number): number {
    const { rows, columns } = this;
    if (this.#nearest) return image[from + Math.min(rows - 1, Math.max(0, r)) * columns + Math.min(columns - 1, Math.max(0, c))];
    return r >= 0 && r < rows && c >= 0 && c < columns ? image[from + r * columns + c] : this.#fill;
  }
}

/** Of the pixel before a place, the one at or before it, and the two behind, for a place `t` behind the second. They sum up to 1. */
function weights(t: number, out: Float64Array): void {
  const u = 1 - t;
  out[0] = A * t * u * u;
  out[1] = ((A + 2) * t - (A + 3)) * t * t + 1;
  out[2] = ((A + 2) * u - (A + 3)) * u * u + 1;
  out[3] = 1 - out[0] - out[1] - out[2];
}
