import { code } from './frame-products.wasm.ts';
import { KernelError, needLength, type Numbers } from './numbers.ts';
import { loops, Room, type Loops } from './wasm.ts';

interface Code {
  addProducts(frames: number, pitch: number, count: number, length: number, out: number, outPitch: number): void;
}

/** Pixels of all frames that are done together. */
const PIECE = 1024;
/** Bytes from a frame's piece to the next: not a power of two, so that they have room in the cache together. */
const PITCH = 8 * PIECE + 64;

/** What every frame of a stack has to do with every other one, pixel by pixel: sums of their products. For stacks of up to so many frames; set up once. float64. Errors: FRAMES_COUNT, KERNEL_LENGTH. */
export class FrameProducts {
  readonly count: number;
  readonly #whole: number;
  readonly #loops: Loops<Code>;
  readonly #frames: number;
  readonly #out: number;
  readonly #piece: Float64Array;
  readonly #sums: Float64Array;

  constructor(count: number) {
    if (!(Number.isInteger(count) && count >= 0)) throw new KernelError('FRAMES_COUNT', `there is a whole number of frames, not ${count}`);
    this.count = count;
    const whole = (this.#whole = 4 * Math.ceil(count / 4));
    const room = new Room();
    this.#frames = room.take(whole * PITCH);
    this.#out = room.take(8 * whole * whole);
    this.#loops = loops<Code>(code, room);
    const { buffer } = this.#loops;
    this.#piece = new Float64Array(buffer, this.#frames, (whole * PITCH) / 8);
    this.#sums = new Float64Array(buffer, this.#out, whole * whole);
  }

  /**
   * Sums over the pixels of `frames` (packed, `pixels` to a frame) that are not 0 in `used` (without it all): to `products[i * count + j]` those of frames i and j, symmetric, to `sums[i]` those of
   * frame i alone. Gives back how many pixels were used.
   */
  run(frames: Numbers, pixels: number, used: Uint8Array | undefined, products: Float64Array, sums: Float64Array): number {
    const { count } = this;
    needLength('the frames', frames, count * pixels);
    needLength('the products', products, count * count);
    needLength('the sums', sums, count);
    if (used) needLength('the pixels in use', used, pixels);
    const [piece, out, whole] = [this.#piece, this.#sums, this.#whole];
    out.fill(0);
    sums.fill(0, 0, count);
    let total = 0;
    for (let from = 0; from < pixels;) {
      const to = Math.min(pixels, from + PIECE);
      const length = this.#take(frames, pixels, from, to, used, sums);
      // A pixel of zeros makes the number even, and adds nothing.
      if (length % 2 === 1) for (let i = 0; i < count; i++) piece[(i * PITCH) / 8 + length] = 0;
      this.#loops.run.addProducts(this.#frames, PITCH, whole, length + (length % 2), this.#out, 8 * whole);
      total += length;
      from = to;
    }
    for (let i = 0; i < count; i++) for (let j = 0; j <= i; j++) products[i * count + j] = products[j * count + i] = out[i * whole + j];
    return total;
  }

  /** Copies pixels from ... to - 1 of all frames; gives back how many. */
  #take(frames: Numbers, pixels: number, from: number, to: number, used: Uint8Array | undefined, sums: Float64Array): number {
    const piece = this.#piece;
    let length = 0;
    for (let i = 0; i < this.count; i++) {
      const at = (i * PITCH) / 8;
      const frame = i * pixels;
      length = 0;
      let sum = 0;
      for (let k = from; k < to; k++) {
        if (used && used[k] === 0) continue;
        const value = frames[frame + k];
        piece[at + length++] = value;
        sum += value;
      }
      sums[i] += sum;
    }
    return length;
  }
}
