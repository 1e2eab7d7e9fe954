import { Minimiser } from './minimise.ts';
import { KernelError, needLength, type Numbers } from './numbers.ts';

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
  readonly #of: FlatModes;
  readonly #search: VariationSearch;
  readonly #flat: Float64Array;

  constructor(rows: number, columns: number, of: FlatModes, { downsample = [2, 4], change = 2e-6 }: DynamicFlatOptions = {}) {
    const pixels = rows * columns;
    const count = of.modes.length / pixels;
    if (!(rows > 0 && columns > 0 && Number.isInteger(count) && count > 0)) throw new KernelError('DYNAMIC_FLAT', `${of.modes.length} values are no whole number of modes for frames of ${rows} x ${columns} pixels`);
    needLength('the flat', of.flat, pixels);
    needLength('the dark', of.dark, pixels);
    const [down, across] = downsample;
    if (![down, across].every((n) => Number.isInteger(n) && n > 0) || rows < 2 * down || columns < 2 * across) throw new KernelError('DYNAMIC_FLAT', `frames of ${rows} x ${columns} pixels cannot be averaged by ${down} x ${across}: two blocks along each axis are the least`);
    [this.rows, this.columns, this.#of] = [rows, columns, of];
    this.weights = new Float64Array(count);
    this.#search = new VariationSearch(rows, columns, of, down, across, change);
    this.#flat = new Float64Array(pixels);
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
    const { flat, dark, modes } = this.#of;
    this.#search.run(image, from, this.weights);
    const own = this.#flat;
    for (let i = 0; i < pixels; i++) own[i] = flat[i] - dark[i];
    for (const [k, weight] of this.weights.entries()) {
      const at = k * pixels;
      for (let i = 0; i < pixels; i++) own[i] += weight * modes[at + i];
    }
    let [sum, plain, count] = [0, 0, 0];
    for (let i = 0; i < pixels; i++) {
      const signal = image[from + i] - dark[i];
      const light = flat[i] - dark[i];
      const value = own[i] > 0 && light > 0 ? signal / own[i] : Number.NaN;
      own[i] = value;
      if (!Number.isFinite(value)) continue;
      sum += value;
      plain += signal / light;
      count += 1;
    }
    const factor = count > 0 && sum !== 0 ? plain / sum : 1;
    for (let i = 0; i < pixels; i++) out[to + i] = Number.isNaN(own[i]) ? Number.NaN : own[i] * factor;
  }
}

/** Looks for the weights on averaged pixels. */
class VariationSearch {
  readonly #rows: number;
  readonly #columns: number;
  readonly #block: readonly [number, number];
  /** Pixels of a row of the frame. */
  readonly #width: number;
  readonly #dark: Float64Array;
  /** Flat less dark. */
  readonly #light: Float64Array;
  readonly #modes: Float64Array;
  readonly #means: Float64Array;
  readonly #signal: Float64Array;
  readonly #flat: Float64Array;
  /** Corrected; then the derivative of the variation by it. */
  readonly #value: Float64Array;
  readonly #slope: Float64Array;
  readonly #minimiser: Minimiser;
  readonly #tried: Float64Array;
  /** Pixels that have a value in all that is constant. */
  readonly #fit: Uint8Array;
  readonly #used: Uint8Array;
  readonly #objective = (w: Float64Array, gradient: Float64Array): number => this.#variation(w, gradient);

  constructor(rows: number, columns: number, { flat, dark, modes }: FlatModes, down: number, across: number, change: number) {
    [this.#rows, this.#columns] = [Math.floor(rows / down), Math.floor(columns / across)];
    [this.#block, this.#width] = [[down, across], columns];
    const size = this.#rows * this.#columns;
    const count = modes.length / (rows * columns);
    [this.#dark, this.#light, this.#signal, this.#flat, this.#value, this.#slope] = Array.from({ length: 6 }, () => new Float64Array(size)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    this.#modes = new Float64Array(count * size);
    this.#average(dark, 0, this.#dark, 0);
    this.#average(flat, 0, this.#light, 0);
    for (let i = 0; i < size; i++) this.#light[i] -= this.#dark[i];
    for (let k = 0; k < count; k++) this.#average(modes, k * rows * columns, this.#modes, k * size);
    [this.#fit, this.#used] = [new Uint8Array(size), new Uint8Array(size)];
    for (let i = 0; i < size; i++) {
      let whole = this.#light[i] > 0 && Number.isFinite(this.#light[i]);
      for (let k = 0; k < count; k++) whole &&= Number.isFinite(this.#modes[k * size + i]);
      this.#fit[i] = whole ? 1 : 0;
    }
    this.#means = new Float64Array(count);
    this.#tried = new Float64Array(count);
    this.#minimiser = new Minimiser(count, { change });
  }

  run(image: Numbers, from: number, weights: Float64Array): void {
    const [signal, used, size] = [this.#signal, this.#used, this.#signal.length];
    this.#average(image, from, signal, 0);
    let count = 0;
    for (let i = 0; i < size; i++) {
      signal[i] -= this.#dark[i];
      count += used[i] = this.#fit[i] === 1 && Number.isFinite(signal[i]) ? 1 : 0;
    }
    if (count === 0) return;
    // Only pixels that count make the mean of the flat field.
    for (let k = 0; k < weights.length; k++) {
      let sum = 0;
      for (let i = 0; i < size; i++) if (used[i] === 1) sum += this.#modes[k * size + i];
      this.#means[k] = sum / count;
    }
    // Where the frame before leads nowhere the search begins anew.
    if (!Number.isFinite(this.#variation(weights, this.#tried))) weights.fill(0);
    this.#minimiser.run(this.#objective, weights);
  }

  /** Sum of the lengths of the gradients (differences to the next row and column) of the corrected frame times the mean flat field. */
  #variation(weights: Float64Array, gradient: Float64Array): number {
    const [rows, columns, size] = [this.#rows, this.#columns, this.#signal.length];
    const [flat, signal, value, slope, used, modes] = [this.#flat, this.#signal, this.#value, this.#slope, this.#used, this.#modes];
    flat.set(this.#light);
    for (let k = 0; k < weights.length; k++) {
      const [weight, at] = [weights[k], k * size];
      for (let i = 0; i < size; i++) flat[i] += weight * modes[at + i];
    }
    let [mean, count] = [0, 0];
    for (let i = 0; i < size; i++) {
      if (used[i] === 0) continue;
      mean += flat[i];
      count += 1;
    }
    mean /= count;
    for (let i = 0; i < size; i++) value[i] = (signal[i] / flat[i]) * mean;
    slope.fill(0);
    let total = 0;
    for (let r = 0, i = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++, i++) {
        if (used[i] === 0) continue;
        const [below, right] = [i + columns, i + 1];
        const dy = r + 1 < rows && used[below] === 1 ? value[below] - value[i] : 0;
        const dx = c + 1 < columns && used[right] === 1 ? value[right] - value[i] : 0;
        const length = Math.sqrt(dx * dx + dy * dy);
        if (length === 0) continue;
        total += length;
        slope[i] -= (dx + dy) / length;
        if (dy !== 0) slope[below] += dy / length;
        if (dx !== 0) slope[right] += dx / length;
      }
    }
    // The corrected frame depends on a weight by the pixel's own flat field, and by the mean of all.
    let byMean = 0;
    for (let i = 0; i < size; i++) {
      if (used[i] === 0) continue;
      byMean += (slope[i] * signal[i]) / flat[i];
      slope[i] *= (-value[i]) / flat[i];
    }
    for (let k = 0; k < weights.length; k++) {
      const at = k * size;
      let sum = this.#means[k] * byMean;
      for (let i = 0; i < size; i++) if (used[i] === 1) sum += slope[i] * modes[at + i];
      gradient[k] = sum;
    }
    return total;
  }

  #average(image: Numbers, from: number, to: Float64Array, at: number): void {
    const [down, across] = this.#block;
    for (let r = 0; r < this.#rows; r++) {
      for (let c = 0; c < this.#columns; c++) {
        let sum = 0;
        for (let y = 0; y < down; y++) {
          const line = from + (r * down + y) * this.#width + c * across;
          for (let x = 0; x < across; x++) sum += image[line + x];
        }
        to[at + r * this.#columns + c] = sum / (down * across);
      }
    }
  }
}
