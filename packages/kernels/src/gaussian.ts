import { copyIn } from './copy-in.ts';
import { boundaryModes, outsideIndex, type BoundaryMode } from './extend.ts';
import { GaussianPlain } from './gaussian-plain.ts';
import { code } from './gaussian.wasm.ts';
import { KernelError, needLength, type Floats, type Numbers } from './numbers.ts';
import { loops, Room, type Loops } from './wasm.ts';

/** Radius of the kernel as scipy.ndimage takes it: `int(truncate * sigma + 0.5)`. */
export function gaussianRadius(sigma: number, truncate = 4): number {
  return Math.trunc(truncate * sigma + 0.5);
}

/** Half of the normalised kernel: `half[k]` is the weight at distance k, exp(-k^2 / 2 sigma^2) over the sum of all 2 radius + 1. */
export function gaussianHalf(sigma: number, radius: number): Float64Array {
  if (radius === 0) return Float64Array.of(1);
  const half = Float64Array.from({ length: radius + 1 }, (_, k) => (k === 0 ? 1 : Math.exp((-0.5 * k * k) / (sigma * sigma))));
  let sum = half[0];
  for (let k = 1; k <= radius; k++) sum += 2 * half[k];
  return half.map((weight) => weight / sum);
}

export interface GaussianOptions {
  /** What lies outside; default `reflect`. */
  readonly mode?: BoundaryMode;
  /** The value outside for mode `constant`; default 0. */
  readonly cval?: number;
  /** The kernel ends at this many sigmas; default 4. */
  readonly truncate?: number;
}

/** What both ways of doing it are made of: first along y, then along x. */
export interface GaussianParts {
  readonly half: readonly [Float64Array, Float64Array];
  /** Where each element outside a line comes from, those before it and those behind; -1: the constant. */
  readonly outside: readonly [Int32Array, Int32Array];
  readonly cval: number;
}

/**
 * Gaussian filter of images of one shape, as `scipy.ndimage.gaussian_filter`: set up once, run on every image without allocating. Float32 results are
 * summed in float32 (2e-6 of the largest value nearby), float64 ones in float64; weights from the middle outwards, in the same order for every pixel.
 * A sigma of 0 leaves its direction alone. NaN spreads as far as the kernel reaches.
 */
export class Gaussian {
  readonly rows: number;
  readonly cols: number;
  readonly #parts: GaussianParts;
  #plain: GaussianPlain | undefined;
  #fast: GaussianFast | undefined;

  constructor(rows: number, cols: number, sigma: readonly [number, number], { mode = 'reflect', cval = 0, truncate = 4 }: GaussianOptions = {}) {
    for (const s of sigma) if (!(s >= 0 && Number.isFinite(s))) throw new KernelError('GAUSSIAN_SIGMA', `sigma is a number of pixels, 0 or more, not ${s}`);
    if (!(truncate > 0 && Number.isFinite(truncate))) throw new KernelError('GAUSSIAN_TRUNCATE', `truncate is a number of sigmas above 0, not ${truncate}`);
    if (!boundaryModes.includes(mode)) throw new KernelError('BOUNDARY_MODE', `there is no boundary mode "${mode as string}"; one of ${boundaryModes.join(', ')}`);
    this.rows = rows;
    this.cols = cols;
    const radius = sigma.map((s) => gaussianRadius(s, truncate)) as [number, number];
    this.#parts = {
      half: [gaussianHalf(sigma[0], radius[0]), gaussianHalf(sigma[1], radius[1])],
      outside: [outsideOf(rows, radius[0], mode), outsideOf(cols, radius[1], mode)],
      cval,
    };
  }

  /**
   * Filters `image` (its first pixel at `from`, its rows `rowStep` apart) into `out` (packed, from `to` on).
   * They may be the same memory. Errors: KERNEL_LENGTH.
   */
  run(image: Numbers, out: Floats, { from = 0, rowStep = this.cols, to = 0 }: { from?: number; rowStep?: number; to?: number } = {}): void {
    const { rows, cols } = this;
    if (rows === 0 || cols === 0) return;
    needLength('the image', image, from + (rows - 1) * rowStep + cols);
    needLength('the result', out, to + rows * cols);
    if (out instanceof Float32Array) (this.#fast ??= new GaussianFast(rows, cols, this.#parts)).run(image, out, from, rowStep, to);
    else (this.#plain ??= new GaussianPlain(rows, cols, this.#parts)).run(image, out, from, rowStep, to);
  }
}

function outsideOf(length: number, radius: number, mode: BoundaryMode): Int32Array {
  const outside = new Int32Array(2 * radius);
  for (let k = 0; k < (length > 0 ? radius : 0); k++) {
    outside[k] = outsideIndex(k - radius, length, mode);
    outside[radius + k] = outsideIndex(length + k, length, mode);
  }
  return outside;
}

interface Code {
  rowwise(line: number, length: number, half: number, radius: number, to: number): void;
  columnwise(rows: number, count: number, width: number, half: number, radius: number, to: number): void;
  widen16(from: number, length: number, to: number): void;
}

/** Rows of the result that are made at once: they are copied out while they are in the cache. */
const TILE_ROWS = 64;

/** In float32: along rows into a second image, then along its columns. */
class GaussianFast {
  readonly #rows: number;
  readonly #cols: number;
  /** Columns to whole vectors. */
  readonly #width: number;
  /** Pixels from one line in between to the next. */
  readonly #pitch: number;
  readonly #parts: GaussianParts;
  readonly #at: Readonly<Record<'raw' | 'line' | 'halfX' | 'halfY' | 'middle' | 'list' | 'out', number>>;
  readonly #loops: Loops<Code>;
  /** Begins `radius` pixels before the line. */
  readonly #line: Float32Array;
  readonly #raw: Uint16Array;
  readonly #out: Float32Array;

  constructor(rows: number, cols: number, parts: GaussianParts) {
    const { half: [halfY, halfX], outside: [outsideY], cval } = parts;
    const [radiusY, radiusX] = [halfY.length - 1, halfX.length - 1];
    const width = (this.#width = Math.ceil(cols / 8) * 8);
    // Lines an odd number of cache lines apart: at a power of two those above each other would drive one another out of the cache (four times as slow).
    const pitch = (this.#pitch = 16 * (Math.ceil(width / 16) | 1));
    const room = new Room();
    const at = (this.#at = {
      raw: room.take(2 * width), line: room.take(4 * (cols + 2 * radiusX)), halfX: room.take(4 * halfX.length), halfY: room.take(4 * halfY.length),
      middle: room.take(4 * (rows + 1) * pitch), list: room.take(4 * (rows + 2 * radiusY)), out: room.take(4 * TILE_ROWS * width),
    });
    const { buffer } = (this.#loops = loops<Code>(code, room));
    [this.#rows, this.#cols, this.#parts] = [rows, cols, parts];
    new Float32Array(buffer, at.halfX).set(halfX);
    new Float32Array(buffer, at.halfY).set(halfY);
    // Behind the last line there is one of the constant.
    const lineAt = (row: number): number => at.middle + 4 * pitch * (row < 0 ? rows : row);
    new Float32Array(buffer, lineAt(-1), width).fill(cval);
    new Uint32Array(buffer, at.list).set([...outsideY.subarray(0, radiusY), ...Array(rows).keys(), ...outsideY.subarray(radiusY)].map(lineAt));
    this.#line = new Float32Array(buffer, at.line, cols + 2 * radiusX + 8);
    this.#raw = new Uint16Array(buffer, at.raw, cols + 8);
    this.#out = new Float32Array(buffer, at.out, TILE_ROWS * width);
  }

  run(image: Numbers, out: Float32Array, from: number, rowStep: number, to: number): void {
    const [rows, cols, width, at, line] = [this.#rows, this.#cols, this.#width, this.#at, this.#line];
    const { half: [halfY, halfX], outside: [, outside], cval } = this.#parts;
    const radius = halfX.length - 1;
    const { run } = this.#loops;
    for (let y = 0; y < rows; y++) {
      const start = from + y * rowStep;
      if (image instanceof Uint16Array) {
        copyIn(image, start, cols, this.#raw, 0);
        run.widen16(at.raw, cols, at.line + 4 * radius);
      } else if (image instanceof Float32Array) copyIn(image, start, cols, line, radius);
      else line.set(image.subarray(start, start + cols), radius);
      for (let k = 0; k < radius; k++) {
        const [left, right] = [outside[k], outside[radius + k]];
        line[k] = left < 0 ? cval : line[radius + left];
        line[radius + cols + k] = right < 0 ? cval : line[radius + right];
      }
      run.rowwise(at.line + 4 * radius, cols, at.halfX, radius, at.middle + 4 * y * this.#pitch);
    }
    for (let begin = 0; begin < rows; begin += TILE_ROWS) {
      const n = Math.min(TILE_ROWS, rows - begin);
      run.columnwise(at.list + 4 * begin, n, width, at.halfY, halfY.length - 1, at.out);
      if (width === cols) out.set(this.#out.subarray(0, n * cols), to + begin * cols);
      else for (let y = 0; y < n; y++) out.set(this.#out.subarray(y * width, y * width + cols), to + (begin + y) * cols);
    }
  }
}
