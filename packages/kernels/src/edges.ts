import type { BorderOptions, Place } from './border.ts';
import { Gaussian } from './gaussian.ts';
import { KernelError, needLength, type Floats, type Numbers } from './numbers.ts';
import { Sobel } from './sobel.ts';

/** From which slope on a pixel is an edge: at `high`, and at `low` where it hangs together with one that is. In the units of `Sobel`: eight times the slope per pixel. */
export interface EdgeLimits {
  readonly low: number;
  readonly high: number;
}

const TAN_22_5 = Math.SQRT2 - 1;
const OFF = 0;
const MAYBE = 1;
const EDGE = 2;

/**
 * Edges of images of one shape as thin lines, by the steps of J. Canny, IEEE Trans. PAMI 8 (1986) 679: smoothed by a Gaussian, differentiated, kept where the slope
 * is steepest in its own direction (of eight), and then by two limits. The result is the slope on an edge, 0 beside it, NaN where the slope is not known.
 */
export class Edges {
  readonly #rows: number;
  readonly #cols: number;
  readonly #low: number;
  readonly #high: number;
  readonly #gaussian: Gaussian;
  readonly #x: Sobel;
  readonly #y: Sobel;
  #room: { readonly smooth: Floats; readonly x: Floats; readonly y: Floats } | undefined;
  readonly #slope: Float64Array;
  readonly #state: Uint8Array;
  readonly #waiting: Int32Array;

  /** Errors: EDGE_LIMITS, GAUSSIAN_SIGMA, BOUNDARY_MODE. */
  constructor(rows: number, cols: number, sigma: number, { low, high }: EdgeLimits, options: BorderOptions = {}) {
    const { mode = 'reflect', cval = 0 } = options;
    if (!(low >= 0 && low <= high)) throw new KernelError('EDGE_LIMITS', `low and high are slopes, 0 or more, low not above high, not ${low} and ${high}`);
    [this.#rows, this.#cols, this.#low, this.#high] = [rows, cols, low, high];
    this.#gaussian = new Gaussian(rows, cols, [sigma, sigma], { mode, cval });
    this.#x = new Sobel('x', rows, cols, options);
    this.#y = new Sobel('y', rows, cols, options);
    this.#slope = new Float64Array(rows * cols);
    this.#state = new Uint8Array(rows * cols);
    this.#waiting = new Int32Array(rows * cols);
  }

  /** Finds the edges of `image`. They may be the same memory. Errors: KERNEL_LENGTH. */
  run(image: Numbers, out: Floats, place: Place = {}): void {
    const size = this.#rows * this.#cols;
    const { to = 0 } = place;
    needLength('the result', out, to + size);
    const Type = out instanceof Float32Array ? Float32Array : Float64Array;
    if (!this.#room || this.#room.smooth.constructor !== Type) this.#room = { smooth: new Type(size), x: new Type(size), y: new Type(size) };
    const { smooth, x, y } = this.#room;
    this.#gaussian.run(image, smooth, { ...place, to: 0 });
    this.#x.run(smooth, x);
    this.#y.run(smooth, y);
    const slope = this.#slope;
    for (let i = 0; i < size; i++) slope[i] = Math.sqrt(x[i] * x[i] + y[i] * y[i]);
    this.#thin(x, y);
    this.#follow();
    for (let i = 0; i < size; i++) out[to + i] = slope[i] !== slope[i] ? Number.NaN : this.#state[i] === EDGE ? slope[i] : 0;
  }

  /** Keeps what is steepest: of equal neighbours the one to the left, or above. */
  #thin(x: Floats, y: Floats): void {
    const [low, high] = [this.#low, this.#high];
    const [rows, cols, slope, state] = [this.#rows, this.#cols, this.#slope, this.#state];
    const at = (r: number, c: number): number => (r < 0 || c < 0 || r >= rows || c >= cols ? 0 : slope[r * cols + c]);
    for (let r = 0, i = 0; r < rows; r++) {
      for (let c = 0; c < cols; c++, i++) {
        const here = slope[i];
        state[i] = OFF;
        if (!(here >= low && here > 0)) continue;
        const [ax, ay] = [Math.abs(x[i]), Math.abs(y[i])];
        let [dr, dc] = [1, 1];
        if (ay <= ax * TAN_22_5) dr = 0;
        else if (ax <= ay * TAN_22_5) dc = 0;
        else if (x[i] > 0 !== y[i] > 0) dc = -1;
        // A neighbour that is not known holds nothing back.
        if (at(r - dr, c - dc) >= here || at(r + dr, c + dc) > here) continue;
        state[i] = here >= high ? EDGE : MAYBE;
      }
    }
  }

  /** From what is an edge to the pixels beside it, also across corners, that may be one. */
  #follow(): void {
    const [rows, cols, state, waiting] = [this.#rows, this.#cols, this.#state, this.#waiting];
    let count = 0;
    for (let i = 0; i < state.length; i++) if (state[i] === EDGE) waiting[count++] = i;
    while (count > 0) {
      const i = waiting[--count];
      const r = Math.floor(i / cols);
      const c = i - r * cols;
      for (let v = Math.max(0, r - 1); v <= Math.min(rows - 1, r + 1); v++) {
        for (let u = Math.max(0, c - 1); u <= Math.min(cols - 1, c + 1); u++) {
          if (state[v * cols + u] !== MAYBE) continue;
          state[v * cols + u] = EDGE;
          waiting[count++] = v * cols + u;
        }
      }
    }
  }
}
