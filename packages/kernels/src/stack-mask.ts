import { KernelError, needLength, type Floats } from './numbers.ts';

export interface StackMaskOptions {
  /** Not 0 where a pixel is left out; one entry per pixel of a frame. */
  readonly masked?: ArrayLike<number> | undefined;
  /** Values below or above become NaN. */
  readonly low?: number;
  readonly high?: number;
}

/** Sets to NaN, in place, what an image mask leaves out and what lies outside limits. The mask is kept as a list of pixels: it costs only what it hides. */
export class StackMask {
  readonly pixels: number;
  readonly #hidden: Int32Array;
  readonly #low: number;
  readonly #high: number;

  /** For frames of so many pixels. Errors: KERNEL_LENGTH, STACK_LIMITS. */
  constructor(pixels: number, { masked, low = -Infinity, high = Infinity }: StackMaskOptions) {
    if (!(low <= high)) throw new KernelError('STACK_LIMITS', `low is not above high; they are ${low} and ${high}`);
    if (masked) needLength('the mask', masked, pixels);
    this.pixels = pixels;
    this.#hidden = masked ? Int32Array.from({ length: pixels }, (_, i) => i).filter((i) => masked[i] !== 0) : new Int32Array(0);
    [this.#low, this.#high] = [low, high];
  }

  /** `frames` of them, packed, from `from` on. Errors: KERNEL_LENGTH. */
  run(values: Floats, frames = Math.floor(values.length / this.pixels), from = 0): void {
    needLength('the stack', values, from + frames * this.pixels);
    if (this.#low > -Infinity || this.#high < Infinity) blank(values, from, from + frames * this.pixels, this.#low, this.#high);
    for (let f = 0, at = from; f < frames; f++, at += this.pixels) hide(values, at, this.#hidden);
  }
}

function blank(values: Floats, from: number, end: number, low: number, high: number): void {
  for (let i = from; i < end; i++) {
    const v = values[i];
    if (v < low || v > high) values[i] = NaN;
  }
}

function hide(values: Floats, at: number, hidden: Int32Array): void {
  for (let k = 0; k < hidden.length; k++) values[at + hidden[k]] = NaN;
}
