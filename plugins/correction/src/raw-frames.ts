import { YardError, type NdLike } from '@trainyard/core';
import { flat, isPacked, pack, sizeOf } from '@trainyard/kernels';
import { stagesOf, type Detector } from './detectors.ts';

/** The images of one train in plain memory: one of each module in each frame. */
export interface RawFrames {
  readonly raw: Uint16Array;
  /** The memory of the digital gain; `raw` where it lies beside the analog image. */
  readonly digital: Uint16Array;
  readonly frames: number;
  readonly modules: number;
  readonly rows: number;
  readonly cols: number;
  /** (module, ss, fs), or (ss, fs) where there is no axis of modules. */
  readonly pixels: readonly number[];
  /** Of the result: without the axis of analog and digital. */
  readonly shape: readonly number[];
  /** From one module's image to the next, and from an analog image to its digital one. */
  readonly step: number;
  readonly toDigital: number;
}

/** Brings raw data into C order where they are not; its memory is used again for the next train. */
export class RawReader {
  readonly #detector: Detector;
  #raw = new Uint16Array();
  #gain = new Uint16Array();

  constructor(detector: Detector) {
    this.#detector = detector;
  }

  /**
   * (ss, fs), (frame, ss, fs) or (frame, module, ss, fs), of AGIPD without `gain` with an axis of 2 (analog, digital) before ss. uint16; of cameras also uint8.
   * `gain` in the same shape: AGIPD's digital gain, or the codes of JUNGFRAU and LPD where they do not stand above the ADC values (uint8 or uint16). Throws `RAW_SHAPE`, `RAW_DTYPE`.
   */
  read(raw: NdLike, gain?: NdLike): RawFrames {
    const { name, by } = this.#detector;
    const isAgipd = by === 'threshold';
    for (const array of [raw, gain]) if (array && !(array.dtype === 'uint16' || (array.dtype === 'uint8' && (array === raw ? stagesOf(this.#detector) === 1 : !isAgipd)))) throw new YardError('RAW_DTYPE', `${name}: raw data are uint16, not ${array.dtype}${array.dtype.startsWith('float') ? '; these are corrected already, it seems' : ''}.`);
    const isDouble = isAgipd && gain === undefined;
    const shape = isDouble ? raw.shape.toSpliced(-3, 1) : raw.shape;
    const fail = (why: string): never => {
      throw new YardError('RAW_SHAPE', `${name}: data of shape (${raw.shape.join(', ')}) ${why}; raw data are (frame, ss, fs) or (frame, module, ss, fs)${isAgipd ? ', with an axis of 2 before ss where the digital gain comes with them' : ''}.`);
    };
    if (isDouble && raw.shape.at(-3) !== 2) fail('have no axis of analog and digital gain, and no digital gain is given');
    if (shape.length < 2 || shape.length > 4) fail(`have ${raw.shape.length} axes`);
    if (shape.slice(-2).includes(0)) fail('have no pixels');
    if (gain && gain.shape.join() !== raw.shape.join()) fail(`and a gain of shape (${gain.shape.join(', ')}) do not fit`);
    const [rows, cols] = [shape.at(-2)!, shape.at(-1)!];
    const modules = shape.length === 4 ? shape[1] : 1;
    const n = rows * cols;
    const values = gain && typeof by === 'object' && 'bits' in by ? this.#joined(raw, gain, by.bits) : this.#flat(raw);
    return {
      raw: values, digital: gain && isAgipd ? this.#flat(gain, true) : values, frames: shape.length === 2 ? 1 : shape[0], modules, rows, cols, shape,
      pixels: shape.length === 4 ? shape.slice(1) : [rows, cols], step: isDouble ? 2 * n : n, toDigital: isDouble ? n : 0,
    };
  }

  #flat(array: NdLike, isGain = false): Uint16Array {
    if (array.dtype === 'uint16' && isPacked(array)) return flat<Uint16Array>(array);
    const memory = this.#memory(sizeOf(array.shape), isGain);
    pack(array, memory);
    return memory;
  }

  /** The codes above the ADC values, as detectors write them that send both in one word. */
  #joined(raw: NdLike, gain: NdLike, bits: number): Uint16Array {
    const [values, codes] = [this.#flat(raw), this.#memory(sizeOf(gain.shape), true)];
    pack(gain, codes);
    const adc = (1 << bits) - 1;
    for (let i = 0; i < codes.length; i++) codes[i] = (values[i]! & adc) | ((codes[i]! & 3) << bits);
    return codes;
  }

  #memory(size: number, isGain: boolean): Uint16Array {
    const memory = isGain ? this.#gain : this.#raw;
    if (memory.length === size) return memory;
    return isGain ? (this.#gain = new Uint16Array(size)) : (this.#raw = new Uint16Array(size));
  }
}

/** The memory cell of each frame; of a single one also as a number. Throws `CELLS_SHAPE`. */
export function cellsOf(cells: NdLike | number | undefined, frames: number): ArrayLike<number> | undefined {
  if (cells === undefined) return undefined;
  if (typeof cells === 'number' ? frames !== 1 : sizeOf(cells.shape) !== frames || cells.shape.filter((n) => n !== 1).length > 1) throw new YardError('CELLS_SHAPE', `${frames} frames need ${frames} memory cells, not ${typeof cells === 'number' ? 'one' : `cells of shape (${cells.shape.join(', ')})`}.`);
  if (typeof cells === 'number') return [cells];
  const out = new Float64Array(frames);
  pack(cells, out);
  return out;
}
