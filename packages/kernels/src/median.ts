import { Border, type BorderOptions, type Place, type WindowSize } from './border.ts';
import { Bordered, type Widen } from './bordered.ts';
import { MedianPlain, tileRoom } from './median-plain.ts';
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
 * -0 becomes 0. 3 x 3 and 5 x 5 come by vectors (with many NaN slower); the others in WebAssembly for float32 and plain for float64 results.
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

  /** Errors: FILTER_SIZE, BOUNDARY_MODE, KERNEL_MEMORY. */
  constructor(rows: number, cols: number, size: WindowSize, { skipNaN = false, ...options }: MedianOptions = {}) {
    this.#border = new Border(rows, cols, size, options);
    [this.#size, this.#skip] = [size, skipNaN];
    tileRoom(this.#border, size);
    this.#side = size[0] !== size[1] ? undefined : size[0] === 3 ? 3 : size[0] === 5 ? 5 : undefined;
  }

  /** Filters `image` into `out`. They may be the same memory. Errors: KERNEL_LENGTH. */
  run(image: Numbers, out: Floats, place: Place = {}): void {
    if (this.#border.rows === 0 || this.#border.cols === 0) return;
    this.#border.check(image, out, place);
    const narrow = out instanceof Float32Array;
    if (this.#side) {
      const network = narrow ? (this.#network32 ??= new Network(this.#border, this.#side, this.#skip, Float32Array)) : (this.#network64 ??= new Network(this.#border, this.#side, this.#skip, Float64Array));
      if (network.run(image, out, place)) return;
    }
    if (narrow) (this.#tiles ??= new MedianTiles(this.#border, this.#size, this.#skip)).run(image, out, place);
    else (this.#plain ??= new MedianPlain(this.#border, this.#size, this.#skip)).run(image, out, place);
  }
}

type Row = (from: number, pitch: number, length: number, room: number, to: number) => void;
type TakeOut = (at: number, length: number, list: number) => number;
type Again = (from: number, pitch: number, rows: number, cols: number, side: number, list: number, count: number, done: number, room: number, strips: number, to: number, skip: number) => void;

interface Code extends Widen {
  three32: Row;
  three64: Row;
  five32: Row;
  five64: Row;
  takeOut32: TakeOut;
  takeOut64: TakeOut;
  doAgain32: Again;
  doAgain64: Again;
}

/** Pixels to a row of a strip of windows, as the code has it. */
const STRIP = 336;

/** Windows of 3 x 3 and 5 x 5, with few NaN. */
class Network<F extends Floats> {
  readonly #frame: Bordered<Code, F>;
  readonly #side: 3 | 5;
  readonly #skip: boolean;
  readonly #item: number;
  readonly #row: Row;
  readonly #takeOut: TakeOut;
  readonly #again: Again;
  #room = 0;
  #list = 0;
  #done = 0;
  #strips = 0;

  constructor(border: Border, side: 3 | 5, skip: boolean, Type: { new (buffer: ArrayBuffer, at: number, length: number): F; readonly BYTES_PER_ELEMENT: number }) {
    [this.#side, this.#skip, this.#item] = [side, skip, Type.BYTES_PER_ELEMENT];
    this.#frame = new Bordered<Code, F>(border, code, Type, this.#item, (room) => {
      // Columns in order, and pairs of them.
      this.#room = room.take(15 * this.#item * Math.max(border.pitch, STRIP));
      this.#list = room.take(4 * border.tall * border.pitch);
      this.#done = room.take(border.rows * border.cols);
      this.#strips = room.take((2 * side + 3) * this.#item * STRIP);
    });
    const { three32, three64, five32, five64, takeOut32, takeOut64, doAgain32, doAgain64 } = this.#frame.run;
    if (this.#item === 4) [this.#row, this.#takeOut, this.#again] = [side === 3 ? three32 : five32, takeOut32, doAgain32];
    else [this.#row, this.#takeOut, this.#again] = [side === 3 ? three64 : five64, takeOut64, doAgain64];
  }

  /** False where so many windows hold a NaN that tiles are quicker: then nothing was done. */
  run(image: Numbers, out: Floats, place: Place): boolean {
    const { border: { rows, cols, tall, pitch }, image: from, line, out: to } = this.#frame;
    const [side, item] = [this.#side, this.#item];
    this.#frame.load(image, place);
    const absent = this.#takeOut(from, tall * pitch, this.#list);
    if (this.#skip && side === 5 && item === 4 && absent * side * side > rows * cols) return false;
    for (let y = 0; y < rows; y++) this.#row(from + y * line, line, cols, this.#room, to + item * y * cols);
    if (absent > 0) this.#again(from, pitch, rows, cols, side, this.#list, absent, this.#done, this.#room, this.#strips, to, Number(this.#skip));
    this.#frame.store(out, place);
    return true;
  }
}
