import { Fft } from './fft.ts';
import type { Numbers } from './numbers.ts';

/** Rows or columns that are done together: they fit the cache next to the factors. */
const TOGETHER = 16;

/** `RealFft2` without WebAssembly, by which its loops are tested. */
export class RealFft2Twin {
  readonly rows: number;
  readonly cols: number;
  readonly half: number;
  readonly #along: Fft;
  readonly #across: Fft;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  constructor(rows: number, cols: number) {
    this.rows = rows;
    this.cols = cols;
    this.half = Math.floor(cols / 2) + 1;
    this.#along = new Fft(cols);
    this.#across = rows === cols ? this.#along : new Fft(rows);
    this.#re = new Float64Array(Math.max(rows, cols) * TOGETHER);
    this.#im = new Float64Array(this.#re.length);
  }

  /** Of image[from] and what follows it. */
  run(image: Numbers, from: number, re: Float64Array, im: Float64Array): void {
    const { rows, half } = this;
    for (let row = 0; row < rows; row += 2 * TOGETHER) this.#pairs(image, from, row, re, im);
    for (let col = 0; col < half; col += TOGETHER) this.#columns(col, Math.min(TOGETHER, half - col), re, im);
  }

  /** Up to 32 rows, two by two as the real and imaginary parts of signals beside each other. */
  #pairs(image: Numbers, from: number, row: number, re: Float64Array, im: Float64Array): void {
    const { rows, cols, half } = this;
    const [a, b] = [this.#re, this.#im];
    const width = Math.min(TOGETHER, Math.ceil((rows - row) / 2));
    for (let q = 0; q < width; q++) {
      const first = from + (row + 2 * q) * cols;
      for (let k = 0, at = q; k < cols; k++, at += width) a[at] = image[first + k];
      if (row + 2 * q + 1 < rows) for (let k = 0, at = q; k < cols; k++, at += width) b[at] = image[first + cols + k];
      else for (let k = 0, at = q; k < cols; k++, at += width) b[at] = 0;
    }
    this.#along.run(a, b, width);
    for (let q = 0; q < width; q++) {
      const to = (row + 2 * q) * half;
      const second = row + 2 * q + 1 < rows;
      for (let k = 0; k < half; k++) {
        const here = k * width + q;
        const there = (k === 0 ? 0 : cols - k) * width + q;
        re[to + k] = (a[here] + a[there]) / 2;
        im[to + k] = (b[here] - b[there]) / 2;
        if (!second) continue;
        re[to + half + k] = (b[here] + b[there]) / 2;
        im[to + half + k] = (a[there] - a[here]) / 2;
      }
    }
  }

  #columns(col: number, width: number, re: Float64Array, im: Float64Array): void {
    const { rows, half } = this;
    const [a, b] = [this.#re, this.#im];
    for (let row = 0; row < rows; row++) {
      const [at, to] = [row * half + col, row * width];
      for (let q = 0; q < width; q++) {
        a[to + q] = re[at + q];
        b[to + q] = im[at + q];
      }
    }
    this.#across.run(a, b, width);
    for (let row = 0; row < rows; row++) {
      const [to, at] = [row * half + col, row * width];
      for (let q = 0; q < width; q++) {
        re[to + q] = a[at + q];
        im[to + q] = b[at + q];
      }
    }
  }
}
