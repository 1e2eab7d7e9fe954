import type { CommonMode } from './common-mode.ts';
import { code } from './gain-stages.wasm.ts';
import { KernelError, needLength } from './numbers.ts';
import { loops, Room, type Loops } from './wasm.ts';

/** The stage that says: there is no such one, the pixel is bad. */
export const NO_STAGE = 255;

/** How a detector writes the gain stage into the two bits above its ADC value. */
export interface GainCode {
  /** Bits of the ADC value; the code stands above them. */
  readonly bits: number;
  /** Stage of each of the four codes, 0 for the first; `NO_STAGE` for one that must not occur. */
  readonly stages: readonly [number, number, number, number];
}

/** JUNGFRAU: 14 bits; codes 0, 1 and 3 are the stages 0, 1 and 2. */
export const JUNGFRAU_CODE: GainCode = { bits: 14, stages: [0, 1, NO_STAGE, 2] };
/** LPD: 12 bits; codes 0, 1 and 2 are the stages. */
export const LPD_CODE: GainCode = { bits: 12, stages: [0, 1, 2, NO_STAGE] };

/**
 * How the gain stage of a pixel is known: by a second image, the digital gain, and thresholds (AGIPD); by a code above the ADC value (JUNGFRAU, LPD); or there
 * is one stage, and a raw 0 stands for `zero` (DSSC: 256; cameras: 0).
 */
export type StagesBy = 'threshold' | GainCode | { readonly zero: number };

/** What one image is corrected with. It lies in the memory of the plan. */
export interface StageConstants {
  readonly pixels: number;
  readonly stages: number;
  /** Eight pixels after eight pixels; of each stage eight offsets and eight factors (NaN where a pixel is bad in that stage): see `placeOf`. */
  readonly values: Float32Array;
  /** Two planes of `pitch`, of AGIPD alone. */
  readonly thresholds: Uint16Array;
  readonly pitch: number;
}

/** Where the offset of a pixel in a stage lies; its factor lies `FACTOR` behind. */
export function placeOf(stages: number, stage: number, pixel: number): number {
  return ((pixel >> 3) * stages + stage) * 16 + (pixel & 7);
}
export const FACTOR = 8;

export interface StageOptions {
  /** Results beyond +-most become NaN. Default: none do. */
  readonly most?: number;
  /** Whether it is used step by step: `split`, `shift`, `scale`. */
  readonly steps?: boolean;
}

interface Code {
  byThreshold(raw: number, digital: number, thresholds: number, plane: number, constants: number, to: number, n: number, most: number, strip: number): void;
  byCode(raw: number, bits: number, places: number, constants: number, to: number, n: number, most: number, strip: number): void;
  single(raw: number, zero: number, constants: number, to: number, n: number, most: number): void;
  splitByThreshold(raw: number, digital: number, thresholds: number, plane: number, constants: number, to: number, stage: number, n: number, strip: number): void;
  splitByCode(raw: number, bits: number, places: number, stages: number, constants: number, to: number, stage: number, n: number): void;
  splitSingle(raw: number, zero: number, constants: number, to: number, n: number): void;
  scale(values: number, stage: number, constants: number, stages: number, n: number, most: number): void;
  blockMean(values: number, stage: number, constants: number, stages: number, first: number, line: number, rows: number, width: number, low: number, high: number, shift: number, least: number): number;
  shiftBlock(values: number, stage: number, first: number, line: number, rows: number, width: number, shift: number): void;
}

/** Pixels that are copied in, corrected and copied out together: with their results they stay in the cache next to the first. */
const TILE = 65_536;
/** Constants beyond this size come from memory on every train: they are read ahead in strips of so many pixels, which fit into the first cache. */
const CACHE = 2 ** 25;
const STRIP = 512;

/**
 * `(raw - offset[g]) * factor[g]` in one walk, each step rounded to float32, g being the gain stage of the pixel: for images of one module, each with its own
 * constants (one per memory cell). Set up once, and `put` for each image; then nothing is allocated. Errors: STAGE_PIXELS, KERNEL_MEMORY.
 */
export class StageCorrection {
  readonly pixels: number;
  readonly images: number;
  readonly stages: 1 | 3;
  readonly by: StagesBy;
  readonly most: number;
  readonly #pitch: number;
  readonly #strip: number;
  readonly #at: Readonly<Record<'raw' | 'digital' | 'out' | 'stage' | 'codes' | 'stages' | 'thresholds' | 'constants', number>>;
  readonly #loops: Loops<Code>;
  readonly #raw: Uint16Array;
  readonly #digital: Uint16Array;
  readonly #out: Float32Array;
  /** Of the image that was split last: its stages, and its values until they are scaled. Of a correction made with `steps`. */
  readonly stage: Uint8Array;
  readonly values: Float32Array;
  #bad: Uint8Array | undefined;

  constructor(by: StagesBy, pixels: number, images: number, { most = Infinity, steps = false }: StageOptions = {}) {
    for (const [what, n] of [['pixels', pixels], ['images', images]] as const) if (!(Number.isInteger(n) && n > 0)) throw new KernelError('STAGE_PIXELS', `a correction is of a whole number of ${what} above 0, not ${n}`);
    [this.by, this.pixels, this.images, this.most, this.stages] = [by, pixels, images, most, typeof by === 'object' && 'zero' in by ? 1 : 3];
    const pitch = (this.#pitch = Math.ceil(pixels / 8) * 8);
    // Steps have the whole image between them.
    const tile = steps ? pitch : Math.min(TILE, pitch);
    const room = new Room();
    const at = (this.#at = {
      raw: room.take(2 * tile), digital: room.take(2 * tile), out: room.take(4 * tile), stage: room.take(steps ? tile : 0), codes: room.take(16), stages: room.take(16),
      thresholds: room.take(by === 'threshold' ? 4 * pitch * images : 0), constants: room.take(8 * this.stages * pitch * images),
    });
    this.#strip = 8 * this.stages * pitch * images > CACHE ? STRIP : 0;
    const { buffer } = (this.#loops = loops<Code>(code, room));
    this.#raw = new Uint16Array(buffer, at.raw, tile);
    this.#digital = new Uint16Array(buffer, at.digital, tile);
    this.#out = new Float32Array(buffer, at.out, tile);
    this.stage = new Uint8Array(buffer, at.stage, steps ? pixels : 0);
    this.values = new Float32Array(buffer, at.out, steps ? pixels : 0);
    if (typeof by === 'object' && 'stages' in by) new Uint32Array(buffer, at.codes, 4).set(by.stages.map((stage) => (stage === NO_STAGE ? 0 : 64 * stage)));
    if (typeof by === 'object' && 'stages' in by) new Uint8Array(buffer, at.stages, 4).set(by.stages);
  }

  /** The constants of one image, as they lie in the plan: written by `put`. Errors: STAGE_IMAGE. */
  constants(image: number): StageConstants {
    const { pixels, stages } = this;
    const [pitch, { buffer }, at] = [this.#pitch, this.#loops, this.#placesOf(image)];
    return { pixels, stages, pitch, values: new Float32Array(buffer, at.constants, 2 * stages * pitch), thresholds: new Uint16Array(buffer, at.thresholds, this.by === 'threshold' ? 2 * pitch : 0) };
  }

  /**
   * Sets the constants of one image and stage. Where one of them is not finite the pixel is bad in that stage, its factor NaN. `bad`, where it is given and
   * not 0, makes it so, too. Errors: KERNEL_LENGTH, STAGE_IMAGE.
   */
  put(image: number, stage: number, offset: ArrayLike<number>, factor: ArrayLike<number> | number, bad?: ArrayLike<number>): void {
    const { pixels, stages, values } = this.constants(image);
    needLength('the offset', offset, pixels);
    if (typeof factor !== 'number') needLength('the factor', factor, pixels);
    if (bad) needLength('the bad pixels', bad, pixels);
    for (let i = 0; i < pixels; i++) {
      const k = placeOf(stages, stage, i);
      values[k] = offset[i]!;
      values[k + FACTOR] = typeof factor === 'number' ? factor : factor[i]!;
      // Infinity less itself is no number, either.
      if (!(values[k] - values[k] === 0 && values[k + FACTOR] - values[k + FACTOR] === 0) || (bad && bad[i] !== 0)) values[k + FACTOR] = Number.NaN;
    }
  }

  /**
   * AGIPD's thresholds of one image, exact for whole numbers: `d > t` is `d > floor(t)`. The first is kept as the lower one of each pixel, so that a pixel in
   * stage 0 needs no other. NaN is never passed; one below 0 is taken for 0.
   */
  putThresholds(image: number, toMedium: ArrayLike<number>, toLow: ArrayLike<number>): void {
    const { pixels, pitch, thresholds } = this.constants(image);
    needLength('the thresholds to medium gain', toMedium, pixels);
    needLength('the thresholds to low gain', toLow, pixels);
    for (let i = 0; i < pixels; i++) {
      const low = wholeThreshold(toLow[i]!);
      thresholds[pitch + i] = low;
      thresholds[i] = Math.min(wholeThreshold(toMedium[i]!), low);
    }
  }

  /** Corrects the image that begins at `at` of `raw` (with its digital gain at `digitalAt` of `digital`) into `out` from `to` on. Errors: KERNEL_LENGTH, STAGE_IMAGE. */
  run(image: number, raw: Uint16Array, at: number, out: Float32Array, to: number, digital: Uint16Array = raw, digitalAt = at): void {
    const { pixels, by, most } = this;
    const { constants, thresholds } = this.#placesOf(image);
    needLength('the image', raw, at + pixels);
    needLength('the gain image', digital, digitalAt + pixels);
    needLength('the result', out, to + pixels);
    const [{ run }, here] = [this.#loops, this.#at];
    for (let from = 0; from < pixels; from += TILE) {
      const n = Math.min(TILE, pixels - from);
      const c = constants + 8 * this.stages * from;
      this.#raw.set(n === raw.length ? raw : raw.subarray(at + from, at + from + n));
      if (by === 'threshold') {
        this.#digital.set(digital.subarray(digitalAt + from, digitalAt + from + n));
        run.byThreshold(here.raw, here.digital, thresholds + 2 * from, 2 * this.#pitch, c, here.out, n, most, this.#strip);
      } else if ('zero' in by) run.single(here.raw, by.zero, c, here.out, n, most);
      else run.byCode(here.raw, by.bits, here.codes, c, here.out, n, most, this.#strip);
      out.set(n === this.#out.length ? this.#out : this.#out.subarray(0, n), to + from);
    }
  }

  /** The first step of `run`: `values` are then `raw - offset[g]`, and `stage` is g. Errors: KERNEL_LENGTH, STAGE_IMAGE, STAGE_STEPS. */
  split(image: number, raw: Uint16Array, at: number, digital: Uint16Array = raw, digitalAt = at): void {
    const { pixels: n, by } = this;
    if (this.stage.length === 0) throw new KernelError('STAGE_STEPS', 'this correction was made for one walk: make it with steps');
    const { constants, thresholds } = this.#placesOf(image);
    needLength('the image', raw, at + n);
    needLength('the gain image', digital, digitalAt + n);
    const [{ run }, here] = [this.#loops, this.#at];
    this.#raw.set(raw.subarray(at, at + n));
    if (by === 'threshold') {
      this.#digital.set(digital.subarray(digitalAt, digitalAt + n));
      run.splitByThreshold(here.raw, here.digital, thresholds, 2 * this.#pitch, constants, here.out, here.stage, n, this.#strip);
    } else if ('zero' in by) run.splitSingle(here.raw, by.zero, constants, here.out, n);
    else run.splitByCode(here.raw, by.bits, here.codes, here.stages, constants, here.out, here.stage, n);
  }

  /** What may come in between: the common mode is taken off `values`, with the bits of `commonMode.run`. `skipBad`: pixels that are bad in stage 0 are no background. */
  shift(image: number, commonMode: CommonMode, skipBad: boolean): void {
    const { rows, cols, blocks: [down, across], options: { block: [height, width], by, range: [low, high], least, passes } } = commonMode;
    needLength('the values', this.values, rows * cols);
    const { constants } = this.#placesOf(image);
    if (by === 'median' || width % 4 !== 0 || (skipBad && cols % 4 !== 0)) {
      commonMode.run(this.values, 0, { stage: this.stage, bad: skipBad ? this.#badIn0(image) : undefined });
      return;
    }
    const [{ run }, here] = [this.#loops, this.#at];
    for (let b = 0; b < down * across; b++) {
      const first = Math.floor(b / across) * height * cols + (b % across) * width;
      let shift = 0;
      for (let pass = 0; pass < passes; pass++) {
        const mean = run.blockMean(here.out, here.stage, skipBad ? constants : 0, this.stages, first, cols, height, width, low, high, shift, least);
        if (Number.isNaN(mean)) break;
        shift += mean;
      }
      if (shift !== 0) run.shiftBlock(here.out, here.stage, first, cols, height, width, shift);
    }
  }

  /** The last step: `values * factor[stage]` into `out`. Errors: KERNEL_LENGTH. */
  scale(image: number, out: Float32Array, to: number): void {
    const { constants } = this.#placesOf(image);
    needLength('the result', out, to + this.pixels);
    const here = this.#at;
    this.#loops.run.scale(here.out, here.stage, constants, this.stages, this.pixels, this.most);
    out.set(this.values, to);
  }

  #badIn0(image: number): Uint8Array {
    const { pixels, stages, values } = this.constants(image);
    this.#bad ??= new Uint8Array(pixels);
    for (let i = 0; i < pixels; i++) this.#bad[i] = Number.isNaN(values[placeOf(stages, 0, i) + FACTOR]) ? 1 : 0;
    return this.#bad;
  }

  #placesOf(image: number): Readonly<Record<'constants' | 'thresholds', number>> {
    if (!(image >= 0 && image < this.images)) throw new KernelError('STAGE_IMAGE', `there is no image ${image} in a correction of ${this.images}`);
    const [at, pitch] = [this.#at, this.#pitch];
    return { constants: at.constants + 8 * this.stages * pitch * image, thresholds: at.thresholds + 4 * pitch * image };
  }
}

function wholeThreshold(t: number): number {
  return Number.isNaN(t) ? 65_535 : Math.min(65_535, Math.max(0, Math.floor(t)));
}
