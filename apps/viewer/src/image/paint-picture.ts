import { colorCount } from './color-maps.ts';
import type { Picture } from './picture.ts';
import type { Range, ScaleName } from './auto-range.ts';

/** The part of a picture that is shown, in pixels of the picture: left and top edge inclusive, may be fractions. */
export interface Window2d {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** Reused from frame to frame: allocating megabytes ten times a second is what makes a page stutter. */
export class Painter {
  #sums = new Float64Array(0);
  #counts = new Float64Array(0);
  #starts = new Int32Array(0);
  #means = new Float64Array(0);

  /**
   * Paints `view` of a picture into `pixels` (width × height words). Where several picture pixels fall on one screen pixel
   * their mean is shown (NaN left out), so that a lone bright pixel dims but never vanishes; where one covers several it is
   * repeated, not smoothed. `flipY` puts row 0 at the bottom.
   */
  paint(picture: Picture, view: Window2d, pixels: Uint32Array, width: number, height: number, table: Uint32Array, range: Range, scale: ScaleName, flipY = false): void {
    const { data, rowStride, colStride } = picture;
    if (this.#means.length < width) this.#means = new Float64Array(width);
    if (this.#starts.length < width + 1) this.#starts = new Int32Array(width + 1);
    const starts = this.#starts;
    const dx = (view.x1 - view.x0) / width;
    const dy = (view.y1 - view.y0) / height;
    const clampX = (x: number) => Math.min(picture.width, Math.max(0, x));
    for (let i = 0; i <= width; i++) starts[i] = clampX(Math.floor(view.x0 + i * dx));
    const first = starts[0]!;
    const span = Math.max(1, clampX(Math.ceil(view.x1)) - first);
    if (this.#sums.length < span) {
      this.#sums = new Float64Array(span);
      this.#counts = new Float64Array(span);
    }
    const means = this.#means;
    const color = colorer(table, range, scale);
    let painted = -1;
    for (let j = 0; j < height; j++) {
      const target = (flipY ? height - 1 - j : j) * width;
      const y = view.y0 + j * dy;
      const r0 = Math.floor(y);
      const r1 = Math.min(picture.height, Math.max(r0 + 1, Math.floor(y + dy)));
      if (r0 < 0 || r0 >= picture.height) {
        pixels.fill(0, target, target + width);
        continue;
      }
      if (r0 === painted && r1 === r0 + 1) {
        // Magnified: the same row again.
        const before = (flipY ? height - j : j - 1) * width;
        pixels.copyWithin(target, before, before + width);
        continue;
      }
      painted = r1 === r0 + 1 ? r0 : -1;
      const rows = r1 - r0;
      const start = picture.offset + r0 * rowStride;
      if (dx <= 1 && rows === 1) {
        for (let i = 0; i < width; i++) means[i] = data[start + starts[i]! * colStride]!;
      } else if (data instanceof Float32Array || data instanceof Float64Array) {
        this.#foldFloats(data, start + first * colStride, rows, rowStride, colStride, span, width, first);
      } else {
        this.#foldIntegers(data, start + first * colStride, rows, rowStride, colStride, span, width, first);
      }
      color(means, pixels, target, width);
      if (view.x0 < 0 || view.x1 > picture.width) clearOutside(pixels, target, width, view.x0, dx, picture.width);
    }
  }

  #foldIntegers(data: ArrayLike<number>, at: number, rows: number, rowStride: number, colStride: number, span: number, width: number, first: number): void {
    const sums = this.#sums;
    for (let c = 0, k = at; c < span; c++, k += colStride) sums[c] = data[k]!;
    for (let r = 1; r < rows; r++) for (let c = 0, k = at + r * rowStride; c < span; c++, k += colStride) sums[c]! += data[k]!;
    const starts = this.#starts;
    const means = this.#means;
    for (let i = 0; i < width; i++) {
      const a = Math.min(starts[i]! - first, span - 1);
      const b = Math.max(a + 1, Math.min(span, starts[i + 1]! - first));
      let sum = 0;
      for (let c = a; c < b; c++) sum += sums[c]!;
      means[i] = sum / ((b - a) * rows);
    }
  }

  #foldFloats(data: ArrayLike<number>, at: number, rows: number, rowStride: number, colStride: number, span: number, width: number, first: number): void {
    const sums = this.#sums;
    const counts = this.#counts;
    sums.fill(0, 0, span);
    counts.fill(0, 0, span);
    for (let r = 0; r < rows; r++) {
      for (let c = 0, k = at + r * rowStride; c < span; c++, k += colStride) {
        const value = data[k]!;
        if (value === value) {
          sums[c]! += value;
          counts[c]! += 1;
        }
      }
    }
    const starts = this.#starts;
    const means = this.#means;
    for (let i = 0; i < width; i++) {
      const a = Math.min(starts[i]! - first, span - 1);
      const b = Math.max(a + 1, Math.min(span, starts[i + 1]! - first));
      let sum = 0;
      let count = 0;
      for (let c = a; c < b; c++) {
        sum += sums[c]!;
        count += counts[c]!;
      }
      means[i] = sum / count;
    }
  }
}

function clearOutside(pixels: Uint32Array, target: number, width: number, x0: number, dx: number, pictureWidth: number): void {
  const left = Math.min(width, Math.max(0, Math.ceil(-x0 / dx)));
  const right = Math.min(width, Math.max(0, Math.floor((pictureWidth - x0) / dx)));
  pixels.fill(0, target, target + left);
  pixels.fill(0, target + right, target + width);
}

type Colorer = (values: Float64Array, pixels: Uint32Array, at: number, count: number) => void;

/** One loop for each scale: a call for every pixel would cost more than the sums. */
function colorer(table: Uint32Array, [low, high]: Range, scale: ScaleName): Colorer {
  const top = colorCount - 1;
  const base = scale === 'log' ? Math.log(low) : low;
  const k = scale === 'log' ? top / (Math.log(high) - base) : scale === 'sqrt' ? 1 / (high - low) : top / (high - low);
  const index = (x: number) => (x >= top ? top : x > 0 ? x | 0 : 0);
  if (scale === 'log') {
    return (values, pixels, at, count) => {
      for (let i = 0; i < count; i++) {
        const value = values[i]!;
        pixels[at + i] = table[value !== value ? colorCount : value <= low ? 0 : index((Math.log(value) - base) * k + 0.5)]!;
      }
    };
  }
  if (scale === 'sqrt') {
    return (values, pixels, at, count) => {
      for (let i = 0; i < count; i++) {
        const value = values[i]!;
        pixels[at + i] = table[value !== value ? colorCount : value <= low ? 0 : index(Math.sqrt((value - low) * k) * top + 0.5)]!;
      }
    };
  }
  return (values, pixels, at, count) => {
    for (let i = 0; i < count; i++) {
      const value = values[i]!;
      pixels[at + i] = table[value !== value ? colorCount : index((value - base) * k + 0.5)]!;
    }
  };
}

/** Where a value lies between the ends of a range, 0 to 1 and beyond, as the colours show it. */
export function fractionOf(value: number, [low, high]: Range, scale: ScaleName): number {
  if (scale === 'log') return (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low));
  const linear = (value - low) / (high - low);
  return scale === 'sqrt' ? Math.sqrt(Math.max(0, linear)) : linear;
}
