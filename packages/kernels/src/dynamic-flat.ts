import { Minimiser, type Objective } from './minimise.ts';
import { KernelError, needLength, type Numbers } from './numbers.ts';
import { ModeField, Variation } from './variation.ts';

/** What is known of the flat fields: of each pixel of a frame in float32. */
export interface FlatModes {
  /** Mean of the flat fields, and of dark frames. */
  readonly flat: Float32Array;
  readonly dark: Float32Array;
  /** Principal components of the flat fields, one frame after the other. */
  readonly modes: Float32Array;
}

export interface DynamicFlatOptions {
  /** Rows and columns that are averaged for the search of the weights; rows and columns left over are not looked at. Default [2, 4]. */
  readonly downsample?: readonly [number, number];
  /** The search ends when a step lowers the total variation by less than this share; default 2e-6. */
  readonly change?: number;
}

/**
 * Flat-field correction of frames with a flat field of their own: `flat + sum(weights * modes)`, its weights those for which the corrected frame has the
 * least total variation. The frame is then scaled to the mean that a correction by `flat` alone has.
 * V. Van Nieuwenhove et al., Opt. Express 23 (2015) 27975, doi 10.1364/OE.23.027975; S. Birnsteinova et al., J. Synchrotron Rad. 30 (2023), doi
 * 10.1107/S1600577523007336. Errors: DYNAMIC_FLAT.
 */
export class DynamicFlat {
  readonly rows: number;
  readonly columns: number;
  /** Of the frame before; the next search begins there. `reset` begins at 0. */
  readonly weights: Float64Array;
  readonly #dark: Float32Array;
  readonly #search: WeightSearch;
  readonly #own: ModeField;

  constructor(rows: number, columns: number, of: FlatModes, { downsample = [2, 4], change = 2e-6 }: DynamicFlatOptions = {}) {
    const pixels = rows * columns;
    const count = of.modes.length / pixels;
    if (!(rows > 0 && columns > 0 && Number.isInteger(count) && count > 0)) throw new KernelError('DYNAMIC_FLAT', `${of.modes.length} values are no whole number of modes for frames of ${rows} x ${columns} pixels`);
    needLength('the flat', of.flat, pixels);
    needLength('the dark', of.dark, pixels);
    const [down, across] = downsample;
    if (![down, across].every((n) => Number.isInteger(n) && n > 0) || rows < 2 * down || columns < 2 * across) throw new KernelError('DYNAMIC_FLAT', `frames of ${rows} x ${columns} pixels cannot be averaged by ${down} x ${across}: two blocks along each axis are the least`);
    [this.rows, this.columns, this.#dark] = [rows, columns, of.dark];
    this.weights = new Float64Array(count);
    this.#search = new WeightSearch(rows, columns, of, down, across, change);
    this.#own = new ModeField(Float64Array.from({ length: pixels }, (_, i) => of.flat[i] - of.dark[i]), of.modes);
  }

  /** The next search begins at 0. */
  reset(): void {
    this.weights.fill(0);
  }

  /** Corrects one frame. NaN where the frame, flat, dark or a mode is NaN, or a flat field, the mean or its own, is not above the dark. */
  run(image: Numbers, out: Float32Array, { from = 0, to = 0 }: { readonly from?: number; readonly to?: number } = {}): void {
    const pixels = this.rows * this.columns;
    needLength('the image', image, from + pixels);
    needLength('the result', out, to + pixels);
    this.#search.run(image, from, this.weights);
    this.#own.run(this.weights);
    const dark = this.#dark;
    const { field, light } = this.#own;
    let [sum, plain, count] = [0, 0, 0];
    for (let i = 0; i < pixels; i++) {
      const signal = image[from + i] - dark[i];
      const value = field[i] > 0 && light[i] > 0 ? signal / field[i] : Number.NaN;
      field[i] = value;
      if (!Number.isFinite(value)) continue;
      sum += value;
      plain += signal / light[i];
      count += 1;
    }
    const factor = count > 0 && sum !== 0 ? plain / sum : 1;
    for (let i = 0; i < pixels; i++) out[to + i] = Number.isNaN(field[i]) ? Number.NaN : field[i] * factor;
  }
}

/** Looks for the weights on averaged pixels. */
class WeightSearch {
  readonly #block: readonly [number, number];
  /** Pixels of a row of the frame. */
  readonly #width: number;
  readonly #variation: Variation;
  readonly #minimiser: Minimiser;
  readonly #objective: Objective;
  readonly #tried: Float64Array;
  readonly #dark: Float64Array;
  /** Kept apart: what is left out for one frame counts for the next. */
  readonly #light: Float64Array;
  readonly #modes: Float32Array;
  /** Pixels that have a value in all that is constant; those of them that have one in the frame. */
  readonly #fit: Uint8Array;
  readonly #used: Uint8Array;
  /** Whether all that fit were used by the frame before. */
  #isWhole = false;

  constructor(rows: number, columns: number, { flat, dark, modes }: FlatModes, down: number, across: number, change: number) {
    [this.#block, this.#width] = [[down, across], columns];
    const pixels = rows * columns;
    const count = modes.length / pixels;
    const variation = (this.#variation = new Variation(Math.floor(rows / down), Math.floor(columns / across), count));
    const size = variation.rows * variation.columns;
    [this.#dark, this.#light] = [new Float64Array(size), new Float64Array(size)];
    this.#modes = new Float32Array(variation.modes.length);
    this.#average(dark, 0, this.#dark, 0);
    this.#average(flat, 0, this.#light, 0);
    for (let i = 0; i < size; i++) this.#light[i] -= this.#dark[i];
    for (let k = 0; k < count; k++) this.#average(modes, k * pixels, this.#modes, k * variation.stride);
    [this.#fit, this.#used] = [new Uint8Array(size), new Uint8Array(size)];
    for (let i = 0; i < size; i++) {
      let whole = this.#light[i] > 0 && Number.isFinite(this.#light[i]);
      for (let k = 0; k < count; k++) whole &&= Number.isFinite(this.#modes[k * variation.stride + i]);
      this.#fit[i] = whole ? 1 : 0;
    }
    this.#tried = new Float64Array(count);
    this.#minimiser = new Minimiser(count, { change });
    this.#objective = (weights, gradient) => variation.run(weights, gradient);
  }

  run(image: Numbers, from: number, weights: Float64Array): void {
    const [variation, used, fit] = [this.#variation, this.#used, this.#fit];
    const { signal } = variation;
    this.#average(image, from, signal, 0);
    let isWhole = true;
    for (let i = 0; i < signal.length; i++) {
      signal[i] -= this.#dark[i];
      used[i] = fit[i] === 1 && Number.isFinite(signal[i]) ? 1 : 0;
      if (used[i] !== fit[i]) isWhole = false;
      else if (used[i] === 0) signal[i] = 0;
    }
    // Mostly the same pixels count as before.
    if (!(isWhole && this.#isWhole)) {
      variation.light.set(this.#light);
      variation.modes.set(this.#modes);
      if (variation.use(used) === 0) return;
    }
    this.#isWhole = isWhole;
    // Where the frame before leads nowhere the search begins anew.
    if (!Number.isFinite(variation.run(weights, this.#tried))) weights.fill(0);
    this.#minimiser.run(this.#objective, weights);
  }

  #average(image: Numbers, from: number, to: Float64Array | Float32Array, at: number): void {
    const [down, across] = this.#block;
    const { rows, columns } = this.#variation;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        let sum = 0;
        for (let y = 0; y < down; y++) {
          const line = from + (r * down + y) * this.#width + c * across;
          for (let x = 0; x < across; x++) sum += image[line + x];
        }
        to[at + r * columns + c] = sum / (down * across);
      }
    }
  }
}
