import { KernelError, needLength, type Floats } from './numbers.ts';
import { code } from './stack.wasm.ts';
import { loops, Room } from './wasm.ts';

export interface StackMaskOptions {
  /** Not 0 where a pixel is left out; one entry per pixel of a frame. */
  readonly masked?: ArrayLike<number> | undefined;
  /** Values below or above become NaN. */
  readonly low?: number;
  readonly high?: number;
}

/** Pixels that are copied in together; what is changed in them is copied back. */
const TILE = 4096;

interface Code {
  blank(line: number, n: number, low: number, high: number): number;
}

/** Sets to NaN, in place, what an image mask leaves out and what lies outside limits. The mask is kept as a list of pixels: it costs only what it hides. */
export class StackMask {
  readonly pixels: number;
  readonly #hidden: Int32Array;
  readonly #low: number;
  readonly #high: number;
  #fast: { readonly run: Code; readonly at: number; readonly line: Float32Array } | undefined;

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
    const end = from + frames * this.pixels;
    if (this.#low > -Infinity || this.#high < Infinity) {
      if (values instanceof Float32Array) this.#blank32(values, from, end);
      else blank(values, from, end, this.#low, this.#high);
    }
    for (let f = 0, at = from; f < frames; f++, at += this.pixels) hide(values, at, this.#hidden);
  }

  #blank32(values: Float32Array, from: number, end: number): void {
    const { run, at, line } = (this.#fast ??= makeFast());
    // Limits between two float32 are those of the values that they part.
    const [low, high] = [atLeast(this.#low), -atLeast(-this.#high)];
    // Where it lies in eight bytes as in the stack it is copied fast (see `copyIn`).
    const first = (values.byteOffset / 4 + from) % 2;
    for (let x = from; x < end; x += TILE) {
      const piece = values.subarray(x, Math.min(end, x + TILE));
      line.set(piece, first);
      if (run.blank(at + 4 * first, piece.length, low, high)) piece.set(line.subarray(first, first + piece.length));
    }
  }
}

function makeFast() {
  const room = new Room();
  const at = room.take(4 * (TILE + 1));
  const { run, buffer } = loops<Code>(code, room);
  return { run, at, line: new Float32Array(buffer, at, TILE + 1) };
}

/** The smallest float32 that is not below `limit`. */
function atLeast(limit: number): number {
  const near = Math.fround(limit);
  if (near >= limit) return near;
  // One step up.
  const bits = new Int32Array(Float32Array.of(near === 0 ? 0 : near).buffer);
  bits[0] += near >= 0 ? 1 : -1;
  return new Float32Array(bits.buffer)[0];
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
