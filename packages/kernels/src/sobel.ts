import { Border, type BorderOptions, type Place } from './border.ts';
import { Bordered, type Widen } from './bordered.ts';
import type { Floats, Numbers } from './numbers.ts';
import { SobelPlain, sobelBorder } from './sobel-plain.ts';
import { code } from './sobel.wasm.ts';

/** Along x, along y, or the length of both together. */
export type SobelDirection = 'x' | 'y' | 'magnitude';

/**
 * Sobel's derivative of images of one shape, as `scipy.ndimage.sobel` has it (-1 0 1 along one direction, 1 2 1 along the other, not divided), or its length.
 * Mode `constant` takes its value for pixels outside and, as scipy does, for derivatives outside. In float64 until the result. A NaN or infinity anywhere in the 3 x 3 pixels makes it NaN, as with scipy also where its weight is 0 (for infinity: or infinite).
 */
export class Sobel {
  readonly #border: Border;
  readonly #direction: SobelDirection;
  #fast: SobelFast | undefined;
  #plain: SobelPlain | undefined;

  constructor(direction: SobelDirection, rows: number, cols: number, options: BorderOptions = {}) {
    this.#border = new Border(rows, cols, [3, 3], options);
    this.#direction = direction;
  }

  /** Filters `image` into `out`. They may be the same memory. Errors: KERNEL_LENGTH. */
  run(image: Numbers, out: Floats, place: Place = {}): void {
    if (this.#border.rows === 0 || this.#border.cols === 0) return;
    this.#border.check(image, out, place);
    if (out instanceof Float32Array) (this.#fast ??= new SobelFast(this.#direction, this.#border)).run(image, out, place);
    else (this.#plain ??= new SobelPlain(this.#direction, this.#border)).run(image, out, place);
  }
}

type Loop = (from: number, pitch: number, length: number, to: number) => void;

interface Code extends Widen {
  across: Loop;
  down: Loop;
  magnitude: Loop;
}

class SobelFast {
  readonly #frame: Bordered<Code>;
  readonly #direction: SobelDirection;
  readonly #loop: Loop;

  constructor(direction: SobelDirection, border: Border) {
    this.#direction = direction;
    this.#frame = new Bordered<Code>(border, code, Float32Array, 4);
    const { across, down, magnitude } = this.#frame.run;
    this.#loop = { x: across, y: down, magnitude }[direction];
  }

  run(image: Numbers, out: Float32Array, place: Place): void {
    const { border, image: from, line, out: to } = this.#frame;
    const { rows, cols } = border;
    this.#frame.load(image, place);
    for (let y = 0; y < rows; y++) this.#loop(from + y * line, line, cols, to + 4 * y * cols);
    this.#frame.store(out, place);
    sobelBorder(this.#direction, border, this.#frame.pixels, out, place.to ?? 0);
  }
}
