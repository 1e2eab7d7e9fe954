import { code } from './variation.wasm.ts';
import { loops, Room, type Loops } from './wasm.ts';

interface Code {
  field(size: number, count: number, light: number, modes: number, step: number, weights: number, to: number): void;
  rises(size: number, columns: number, signal: number, field: number, mean: number, value: number, right: number, below: number, across: number, down: number): number;
  slopes(size: number, columns: number, field: number, value: number, across: number, down: number, to: number): number;
  project(size: number, count: number, factor: number, modes: number, step: number, to: number): void;
}

/** A field of so many pixels: light and modes (one after the other, in float32) times their weights, in float64. */
export class ModeField {
  readonly light: Float64Array;
  readonly field: Float64Array;
  readonly #run: () => void;
  readonly #weights: Float64Array;

  constructor(light: ArrayLike<number>, modes: Float32Array) {
    const size = light.length;
    const count = modes.length / size;
    const [stride, padded] = [4 * Math.ceil(size / 4), 4 * Math.ceil(count / 4)];
    const room = new Room();
    const at = { light: room.take(8 * stride), field: room.take(8 * stride), modes: room.take(4 * stride * padded), weights: room.take(8 * padded) };
    const { buffer, run } = loops<Code>(code, room);
    [this.light, this.field] = [new Float64Array(buffer, at.light, size), new Float64Array(buffer, at.field, size)];
    this.light.set(light);
    for (let k = 0; k < count; k++) new Float32Array(buffer, at.modes + 4 * k * stride, size).set(modes.subarray(k * size, (k + 1) * size));
    this.#weights = new Float64Array(buffer, at.weights, padded);
    this.#run = () => run.field(stride, padded, at.light, at.modes, 4 * stride, at.weights, at.field);
  }

  /** Writes `field`. */
  run(weights: Float64Array): void {
    this.#weights.set(weights);
    this.#run();
  }
}

/**
 * The total variation of `signal / field` times the mean of the field, and its derivatives by the weights of the modes: the field is `light` and the modes times
 * their weights. The variation is the sum of sqrt(dx^2 + dy^2) over all pixels, with the differences to the next column and row where both count. In float64,
 * the modes in float32. Set up once for a shape; `count` pixels and run on every image.
 */
export class Variation {
  readonly rows: number;
  readonly columns: number;
  /** Of a pixel that does not count nothing is looked at. */
  readonly light: Float64Array;
  readonly signal: Float64Array;
  /** One mode after the other, each of so many pixels as `stride` says. */
  readonly modes: Float32Array;
  readonly stride: number;
  readonly #count: number;
  readonly #padded: number;
  readonly #at: Readonly<Record<'light' | 'signal' | 'field' | 'value' | 'right' | 'below' | 'across' | 'down' | 'slope' | 'modes' | 'weights' | 'sums', number>>;
  readonly #loops: Loops<Code>;
  readonly #right: Float64Array;
  readonly #below: Float64Array;
  readonly #weights: Float64Array;
  readonly #sums: Float64Array;
  /** Of the modes over the pixels that count, and of the light. */
  readonly #means: Float64Array;
  #meanLight = 0;

  constructor(rows: number, columns: number, count: number) {
    [this.rows, this.columns, this.#count] = [rows, columns, count];
    const size = rows * columns;
    const stride = (this.stride = 4 * Math.ceil(size / 4));
    const padded = (this.#padded = 4 * Math.ceil(count / 4));
    const room = new Room();
    // Before the directions and behind the values lies a row of zeros.
    const margin = 8 * (columns + 4);
    const image = (before: number): number => room.take(8 * stride + margin + before) + before;
    const before = 64 * Math.ceil(margin / 64);
    const at = (this.#at = {
      light: image(0), signal: image(0), field: image(0), value: image(0), right: image(0), below: image(0), across: image(before), down: image(before), slope: image(0),
      modes: room.take(4 * stride * padded), weights: room.take(8 * padded), sums: room.take(8 * padded),
    });
    const { buffer } = (this.#loops = loops<Code>(code, room));
    [this.light, this.signal] = [new Float64Array(buffer, at.light, size), new Float64Array(buffer, at.signal, size)];
    [this.#right, this.#below] = [new Float64Array(buffer, at.right, size), new Float64Array(buffer, at.below, size)];
    this.modes = new Float32Array(buffer, at.modes, stride * count);
    [this.#weights, this.#sums] = [new Float64Array(buffer, at.weights, padded), new Float64Array(buffer, at.sums, padded)];
    new Float64Array(buffer, at.light, stride).fill(1);
    this.#means = new Float64Array(count);
  }

  /** Which pixels count (not 0): their light, signal and modes are finite. Of the others light, signal and modes are written over. Gives how many there are. */
  use(used: Uint8Array): number {
    const { rows, columns, stride, light, signal, modes } = this;
    let count = 0;
    this.#meanLight = 0;
    this.#means.fill(0);
    for (let r = 0, i = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++, i++) {
        this.#right[i] = c + 1 < columns && used[i] && used[i + 1] ? 1 : 0;
        this.#below[i] = r + 1 < rows && used[i] && used[i + columns] ? 1 : 0;
        if (used[i]) {
          count += 1;
          this.#meanLight += light[i];
        } else {
          [light[i], signal[i]] = [1, 0];
          for (let k = 0; k < this.#count; k++) modes[k * stride + i] = 0;
        }
      }
    }
    for (let k = 0; k < this.#count; k++) {
      let sum = 0;
      for (let i = k * stride; i < k * stride + rows * columns; i++) sum += modes[i];
      this.#means[k] = sum / count;
    }
    this.#meanLight /= count;
    return count;
  }

  /** The variation for these weights; writes its derivatives by them. Not finite where the field of a pixel is 0. */
  run(weights: Float64Array, gradient: Float64Array): number {
    const { columns, stride } = this;
    const [at, { run }, padded] = [this.#at, this.#loops, this.#padded];
    this.#weights.set(weights);
    let mean = this.#meanLight;
    for (let k = 0; k < weights.length; k++) mean += weights[k] * this.#means[k];
    run.field(stride, padded, at.light, at.modes, 4 * stride, at.weights, at.field);
    const total = run.rises(stride, columns, at.signal, at.field, mean, at.value, at.right, at.below, at.across, at.down);
    const byMean = run.slopes(stride, columns, at.field, at.value, at.across, at.down, at.slope) / mean;
    run.project(stride, padded, at.slope, at.modes, 4 * stride, at.sums);
    for (let k = 0; k < weights.length; k++) gradient[k] = this.#sums[k] + this.#means[k] * byMean;
    return total;
  }
}
