import { Border, type BorderOptions, type Place, type WindowSize } from './border.ts';
import { Bordered, type Widen } from './bordered.ts';
import { Cascade, cascadePlaces, type CascadePlaces } from './cascade.ts';
import type { Floats, Numbers } from './numbers.ts';
import { WindowPlain } from './window-plain.ts';
import { code } from './window.wasm.ts';

/** What is done with the pixels in a window. */
export type WindowJoin = 'mean' | 'minimum' | 'maximum';

/**
 * Mean, minimum or maximum of the pixels in a window around each pixel, of images of one shape, as `scipy.ndimage.uniform_filter`, `minimum_filter` and
 * `maximum_filter` have it. Sums are in float64, in the same order for every pixel, and forget what has left the window; extremes are exact (-0 is below 0).
 * A NaN in the window makes the result NaN. Float32 results come by vectors, float64 ones plain.
 */
export class WindowFilter {
  readonly #border: Border;
  readonly #size: WindowSize;
  readonly #join: WindowJoin;
  #fast: WindowFast | undefined;
  #plain: WindowPlain | undefined;

  constructor(join: WindowJoin, rows: number, cols: number, size: WindowSize, options: BorderOptions = {}) {
    this.#border = new Border(rows, cols, size, options);
    [this.#size, this.#join] = [size, join];
  }

  /** Filters `image` into `out`. They may be the same memory. Errors: KERNEL_LENGTH. */
  run(image: Numbers, out: Floats, place: Place = {}): void {
    if (this.#border.rows === 0 || this.#border.cols === 0) return;
    this.#border.check(image, out, place);
    if (out instanceof Float32Array) (this.#fast ??= new WindowFast(this.#join, this.#border, this.#size)).run(image, out, place);
    else (this.#plain ??= new WindowPlain(this.#join, this.#border, this.#size)).run(image, out, place);
  }
}

type Join = (to: number, a: number, b: number, length: number) => void;

interface Code extends Widen {
  widen(from: number, length: number, to: number): void;
  add: Join;
  addTwo: (to: number, a: number, b: number, c: number, length: number) => void;
  least: Join;
  greatest: Join;
  share(from: number, length: number, over: number, to: number): void;
  copy(from: number, length: number, to: number): void;
  move: (to: number, from: number, bytes: number) => void;
}

class WindowFast {
  readonly #frame: Bordered<Code>;
  readonly #cascade: Cascade;
  readonly #sums: boolean;
  readonly #over: number;

  constructor(join: WindowJoin, border: Border, size: WindowSize) {
    [this.#sums, this.#over] = [join === 'mean', size[0] * size[1]];
    const item = this.#sums ? 8 : 4;
    let places: CascadePlaces | undefined;
    this.#frame = new Bordered<Code>(border, code, Float32Array, 4, (room) => {
      places = cascadePlaces(border.cols, size, !this.#sums, (pixels) => room.take(item * pixels));
    });
    const { add, addTwo, least, greatest, move } = this.#frame.run;
    const rows = { item, join: { mean: add, minimum: least, maximum: greatest }[join], move: (to: number, from: number, length: number) => move(to, from, item * length) };
    this.#cascade = new Cascade(this.#sums ? { ...rows, joinTwo: addTwo } : rows, places!);
  }

  run(image: Numbers, out: Float32Array, place: Place): void {
    const { border: { rows, cols, tall, wide }, image: begin, line: step, out: first, run } = this.#frame;
    const cascade = this.#cascade;
    this.#frame.load(image, place);
    for (let y = 0; y < tall; y++) {
      let line = begin + y * step;
      if (this.#sums) run.widen(line, wide, (line = cascade.line));
      const from = cascade.push(y, line);
      if (from === undefined) continue;
      const to = first + 4 * (y - (tall - rows)) * cols;
      if (this.#sums) run.share(from, cols, this.#over, to);
      else run.copy(from, cols, to);
    }
    this.#frame.store(out, place);
  }
}
