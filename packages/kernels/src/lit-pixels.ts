import { code } from './lit-pixels.wasm.ts';
import { KernelError, needLength, type Numbers } from './numbers.ts';
import { loops, Room, type Loops } from './wasm.ts';

export interface LitLayout {
  /** Rows and columns of a panel; the image is whole panels. Default: the image. */
  readonly panel?: readonly [rows: number, columns: number] | undefined;
  /** Not 0: the pixel does not count; a value per pixel, row by row. */
  readonly masked?: ArrayLike<number> | undefined;
}

interface Code {
  widen16(from: number, length: number, to: number): void;
  lit(line: number, length: number, keep: number, threshold: number): number;
}

/**
 * Pixels above a threshold, panel by panel. Values are taken as float32, as is the threshold: pixels of integers up to 2^24 and of float32 are counted
 * exactly. NaN is never lit. Errors: LIT_PANEL, KERNEL_LENGTH, KERNEL_MEMORY.
 */
export class LitPixels {
  readonly rows: number;
  readonly columns: number;
  /** Counted row by row of panels. */
  readonly panels: number;
  readonly #panel: readonly [number, number];
  readonly #width: number;
  readonly #masked: boolean;
  readonly #at: { readonly raw: number; readonly line: number; readonly keep: number };
  readonly #loops: Loops<Code>;
  readonly #raw: Uint16Array;
  readonly #line: Float32Array;

  constructor(rows: number, columns: number, { panel = [rows, columns], masked }: LitLayout = {}) {
    const [height, width] = panel;
    if (!(height > 0 && width > 0) || rows % height || columns % width) throw new KernelError('LIT_PANEL', `an image of ${rows} x ${columns} pixels is no whole number of panels of ${height} x ${width}`);
    const pixels = rows * columns;
    if (masked) needLength('the mask', masked, pixels);
    // A line is a row of one panel, whole vectors long; what is beyond it does not count.
    const padded = (this.#width = Math.ceil(width / 8) * 8);
    const across = columns / width;
    const room = new Room();
    const at = (this.#at = { raw: room.take(2 * padded), line: room.take(4 * padded), keep: room.take(4 * padded * (masked ? rows * across : 1)) });
    const { buffer } = (this.#loops = loops<Code>(code, room));
    [this.rows, this.columns, this.panels, this.#panel, this.#masked] = [rows, columns, (rows / height) * across, panel, masked !== undefined];
    this.#raw = new Uint16Array(buffer, at.raw, padded);
    this.#line = new Float32Array(buffer, at.line, padded);
    const keep = new Int32Array(buffer, at.keep);
    for (let k = 0; k < (masked ? rows * across : 1); k++) for (let x = 0; x < width; x++) keep[k * padded + x] = masked && masked[k * width + x] !== 0 ? 0 : -1;
  }

  /** Writes the count of each panel into `counts` from `to` on; the image begins at `from`, its rows are `rowStep` apart. Gives back their sum. */
  run(image: Numbers, threshold: number, counts: Float64Array, { from = 0, rowStep = this.columns, to = 0 }: { from?: number; rowStep?: number; to?: number } = {}): number {
    const { rows, columns, panels } = this;
    const [height, width] = this.#panel;
    needLength('the image', image, from + (rows - 1) * rowStep + columns);
    needLength('the counts', counts, to + panels);
    counts.fill(0, to, to + panels);
    const [{ run }, { raw, line, keep }, padded] = [this.#loops, this.#at, this.#width];
    const across = columns / width;
    let all = 0;
    for (let y = 0; y < rows; y++) {
      const first = to + Math.floor(y / height) * across;
      for (let p = 0; p < across; p++) {
        const at = from + y * rowStep + p * width;
        const pixels = image.subarray(at, at + width);
        if (pixels instanceof Uint16Array) {
          this.#raw.set(pixels);
          run.widen16(raw, width, line);
        } else this.#line.set(pixels as Float32Array);
        const lit = run.lit(line, width, this.#masked ? keep + 4 * padded * (y * across + p) : keep, threshold);
        counts[first + p] += lit;
        all += lit;
      }
    }
    return all;
  }
}
