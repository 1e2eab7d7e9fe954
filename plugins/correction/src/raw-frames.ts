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
  #digital = new Uint16Array();

  constructor(detector: Detector) {
    this.#detector = detector;
  }

  /**
   * (ss, fs), (frame, ss, fs) or (frame, module, ss, fs), of AGIPD without `gain` with an axis of 2 (analog, digital) before ss. uint16, or uint8.
   * Throws `RAW_SHAPE`, `RAW_DTYPE`.
   */
  read(raw: NdLike, gain?: NdLike): RawFrames {
    const { name, by } = this.#detector;
    const isAgipd = by === 'threshold';
    for (const array of [raw, gain]) if (array && !(array.dtype === 'uint16' || (array.dtype === 'uint8' && stagesOf(this.#detector) === 1))) throw new YardError('RAW_DTYPE', `${name}: raw data are uint16, not ${array.dtype}${array.dtype.startsWith('float') ? '; these are corrected already, it seems' : ''}.`);
    const isDouble = isAgipd && gain === undefined;
    const shape = isDouble ? raw.shape.toSpliced(-3, 1) : raw.shape;
    const fail = (why: string): never => {
      throw new YardError('RAW_SHAPE', `${name}: data of shape (${raw.shape.join(', ')}) ${why}; raw data are (frame, ss, fs) or (frame, module, ss, fs)${isAgipd ? ', with an axis of 2 before ss where the digital gain comes with them' : ''}.`);
    };
    if (isDouble && raw.shape.at(-3) !== 2) fail('have no axis of analog and digital gain, and no digital gain is given');
    if (shape.length < 2 || shape.length > 4) fail(`have ${raw.shape.length} axes`);
    if (shape.slice(-2).includes(0)) fail('have no pixels');
    if (gain && gain.shape.join() !== raw.shape.join()) fail(`and a digital gain of shape (${gain.shape.join(', ')}) do not fit`);
    const [rows, cols] = [shape.at(-2)!, shape.at(-1)!];
    const modules = shape.length === 4 ? shape[1] : 1;
    const n = rows * cols;
    const values = this.#flat(raw, false);
    return {
      raw: values, digital: gain ? this.#flat(gain, true) : values, frames: shape.length === 2 ? 1 : shape[0], modules, rows, cols, shape,
      pixels: shape.length === 4 ? shape.slice(1) : [rows, cols], step: isDouble ? 2 * n : n, toDigital: isDouble ? n : 0,
    };
  }

  #flat(array: NdLike, digital: boolean): Uint16Array {
    if (array.dtype === 'uint16' && isPacked(array)) return flat<Uint16Array>(array);
    const size = sizeOf(array.shape);
    let memory = digital ? this.#digital : this.#raw;
    if (memory.length !== size) {
      memory = new Uint16Array(size);
      if (digital) this.#digital = memory;
      else this.#raw = memory;
    }
    pack(array, memory);
    return memory;
  }
}

/** The memory cell of each frame. Throws `CELLS_SHAPE`. */
export function cellsOf(cells: NdLike | undefined, frames: number): ArrayLike<number> | undefined {
  if (!cells) return undefined;
  if (sizeOf(cells.shape) !== frames || cells.shape.filter((n) => n !== 1).length > 1) throw new YardError('CELLS_SHAPE', `${frames} frames need ${frames} memory cells, not cells of shape (${cells.shape.join(', ')}).`);
  return Array.from({ length: frames }, (_, i) => Number(cells.data[cells.offset + i * (cells.stride[cells.shape.findIndex((n) => n === frames)] ?? 1)]));
}
