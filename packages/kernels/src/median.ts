import { Border, type BorderOptions, type Place, type WindowSize } from './border.ts';
import { Bordered, type Widen } from './bordered.ts';
import { MedianPlain } from './median-plain.ts';
import { MedianTiles } from './median-tiles.ts';
import { code } from './median.wasm.ts';
import type { Floats, Numbers } from './numbers.ts';

export interface MedianOptions extends BorderOptions {
  /** Leave NaN out; default false. */
  readonly skipNaN?: boolean | undefined;
}

/**
 * Median of the pixels in a window around each pixel, of images of one shape; exactly one of them, as `scipy.ndimage.median_filter` has it:
 * of an even number the upper one of the two in the middle. A NaN in the window makes the result NaN.
 * With `skipNaN` it is that of the pixels which are not NaN, the mean of the two in the middle of an even number, as `numpy.nanmedian` has it; NaN where there is none.
 * -0 becomes 0. 3 x 3 and 5 x 5 without NaN come by vectors; the others in WebAssembly for float32 and plain for float64 results.
 */
export class Median {
  readonly #border: Border;
  readonly #size: WindowSize;
  readonly #skip: boolean;
  readonly #side: 3 | 5 | undefined;
  #network32: Network<Float32Array> | undefined;
  #network64: Network<Float64Array> | undefined;
  #tiles: MedianTiles | undefined;
  #plain: MedianPlain | undefined;

  constructor(rows: number, cols: number, size: WindowSize, { skipNaN = false, ...options }: MedianOptions = {}) {
    this.#border = new Border(rows, cols, size, options);
    [this.#size, this.#skip] = [size, skipNaN];
    this.#side = size[0] !== size[1] ? undefined : size[0] === 3 ? 3 : size[0] === 5 ? 5 : undefined;
  }

  /** Filters `image` into `out`. They may be the same memory. Errors: KERNEL_LENGTH. */
  run(image: Numbers, out: Floats, place: Place = {}): void {
    if (this.#border.rows === 0 || this.#border.cols === 0) return;
    this.#border.check(image, out, place);
    const narrow = out instanceof Float32Array;
    if (this.#side) {
      const network = narrow ? (this.#network32 ??= new Network(this.#border, this.#side, Float32Array)) : (this.#network64 ??= new Network(this.#border, this.#side, Float64Array));
      if (network.run(image, out, place)) return;
    }
    if (narrow) (this.#tiles ??= new MedianTiles(this.#border, this.#size, this.#skip)).run(image, out, place);
    else (this.#plain ??= new MedianPlain(this.#border, this.#size, this.#skip)).run(image, out, place);
  }
}

type Row = (from: number, pitch: number, length: number, room: number, to: number) => void;

interface Code extends Widen {
  has32(at: number, length: number): number;
  has64(at: number, length: number): number;
  three32: Row;
  three64: Row;
  five32: Row;
  five64: Row;
}

/** Windows of 3 x 3 and 5 x 5 without NaN. */
class Network<F extends Floats> {
  readonly #frame: Bordered<Code, F>;
  readonly #item: number;
  readonly #row: Row;
  #room = 0;

  constructor(border: Border, side: 3 | 5, Type: { new (buffer: ArrayBuffer, at: number, length: number): F; readonly BYTES_PER_ELEMENT: number }) {
    this.#item = Type.BYTES_PER_ELEMENT;
    // Columns in order, and pairs of them.
    this.#frame = new Bordered<Code, F>(border, code, Type, this.#item, (room) => (this.#room = room.take(15 * this.#item * border.pitch)));
    const { three32, three64, five32, five64 } = this.#frame.run;
    this.#row = this.#item === 4 ? (side === 3 ? three32 : five32) : side === 3 ? three64 : five64;
  }

  /** False where there is a NaN: then nothing was done. */
  run(image: Numbers, out: Floats, place: Place): boolean {
    const { border: { rows, cols, tall, pitch }, image: from, line, out: to, run } = this.#frame;
    this.#frame.load(image, place);
    if (this.#item === 4 ? run.has32(from, tall * pitch) : run.has64(from, tall * pitch)) return false;
    for (let y = 0; y < rows; y++) this.#row(from + y * line, line, cols, this.#room, to + this.#item * y * cols);
    this.#frame.store(out, place);
    return true;
  }
}
