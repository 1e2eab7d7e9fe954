import { boundaryModes, outsideIndex, type BoundaryMode } from './extend.ts';
import { KernelError, needLength, type Floats, type Numbers } from './numbers.ts';

/** What lies outside an image. */
export interface BorderOptions {
  /** Default `reflect`. */
  readonly mode?: BoundaryMode | undefined;
  /** The value outside for mode `constant`; default 0. */
  readonly cval?: number | undefined;
}

/** Where an image lies, and where its result goes. */
export interface Place {
  /** The first pixel; default 0. */
  readonly from?: number;
  /** From one row to the next; default the number of columns. */
  readonly rowStep?: number;
  /** The first pixel of the result, which is packed; default 0. */
  readonly to?: number;
}

/** Height and width of a window in pixels. For an even one the pixel is the first behind the middle, as scipy.ndimage has it. */
export type WindowSize = readonly [number, number];

/** Throws FILTER_SIZE or BOUNDARY_MODE. */
export function checkWindow(size: WindowSize, mode: BoundaryMode): void {
  for (const n of size) if (!(Number.isSafeInteger(n) && n >= 1)) throw new KernelError('FILTER_SIZE', `the size of a window is a whole number of pixels, 1 or more, not ${n}`);
  if (!boundaryModes.includes(mode)) throw new KernelError('BOUNDARY_MODE', `there is no boundary mode "${mode as string}"; one of ${boundaryModes.join(', ')}`);
}

/** The layout of an image with as many pixels of its outside around it as a window reaches. */
export class Border {
  readonly rows: number;
  readonly cols: number;
  readonly tall: number;
  readonly wide: number;
  /** Elements from one line to the next: an odd number of cache lines, since at a power of two those above each other would drive one another out of the cache. */
  readonly pitch: number;
  /** The value of everything outside, in mode constant. */
  readonly constant: number | undefined;
  readonly #left: number;
  readonly #top: number;
  readonly #rowOf: Int32Array;
  readonly #colOf: Int32Array;

  constructor(rows: number, cols: number, size: WindowSize, { mode = 'reflect', cval = 0 }: BorderOptions) {
    checkWindow(size, mode);
    [this.rows, this.cols, this.constant] = [rows, cols, mode === 'constant' ? cval : undefined];
    this.tall = rows + size[0] - 1;
    this.wide = cols + size[1] - 1;
    this.pitch = 16 * (Math.ceil((this.wide + 8) / 16) | 1);
    if (this.tall * this.pitch > 2 ** 29) throw new KernelError('KERNEL_MEMORY', `a window of ${size.join(' x ')} on an image of ${rows} x ${cols} is too large: take a smaller one`);
    this.#top = size[0] >> 1;
    this.#left = size[1] >> 1;
    const places = (count: number, before: number, length: number): Int32Array => Int32Array.from({ length: length > 0 ? count : 0 }, (_, i) => outsideIndex(i - before, length, mode));
    this.#rowOf = places(this.tall, this.#top, rows);
    this.#colOf = places(this.wide, this.#left, cols);
  }

  /** Throws KERNEL_LENGTH where the image or the result is too short. */
  check(image: Numbers, out: Floats, { from = 0, rowStep = this.cols, to = 0 }: Place): void {
    needLength('the image', image, from + (this.rows - 1) * rowStep + this.cols);
    needLength('the result', out, to + this.rows * this.cols);
  }

  /** Copies an image into `values`, lines `pitch` apart, and fills what lies outside. `widen` may take a line of uint16 in a quicker way. */
  fill(image: Numbers, { from = 0, rowStep = this.cols }: Place, values: Floats, widen?: (line: Uint16Array, to: number) => void): void {
    const { rows, cols, tall, wide, pitch } = this;
    const [top, left, rowOf, colOf, cval] = [this.#top, this.#left, this.#rowOf, this.#colOf, this.constant ?? 0];
    for (let y = 0; y < rows; y++) {
      const begin = (top + y) * pitch;
      const line = image.subarray(from + y * rowStep, from + y * rowStep + cols);
      if (widen && line instanceof Uint16Array) widen(line, begin + left);
      else values.set(line as Float32Array, begin + left);
      for (let x = 0; x < left; x++) values[begin + x] = colOf[x] < 0 ? cval : values[begin + left + colOf[x]];
      for (let x = left + cols; x < wide; x++) values[begin + x] = colOf[x] < 0 ? cval : values[begin + left + colOf[x]];
    }
    for (let y = 0; y < tall; y++) {
      if (y === top) y += rows;
      if (y >= tall) break;
      if (rowOf[y] < 0) values.fill(cval, y * pitch, y * pitch + wide);
      else values.copyWithin(y * pitch, (top + rowOf[y]) * pitch, (top + rowOf[y]) * pitch + wide);
    }
  }
}
