import { YardError, type ArrayFile, type NdArray, type NdLike } from '@trainyard/core';
import { flat, isPacked, pack, sizeOf } from '@trainyard/kernels';

/**
 * What raw data of a detector are corrected with. `pixels` is the shape of the raw data of one frame, (ss, fs) or (module, ss, fs); leading axes that a constant
 * does not have are the same for all stages or cells:
 * `((raw - offset) * relativeGain * gainAmpMap / gain + mediumGainOffset) * flatField / xrayGain`, factors multiplied in float64 beforehand.
 */
export interface DetectorConstants {
  /** (stage, cell, ...pixels), in raw units; needed unless a dark is recorded. Detectors with one stage have no axis of stages here and below. */
  readonly offset?: NdLike | undefined;
  /** AGIPD: (2, cell, ...pixels), the digital gain above which a pixel is in stage 1, and in stage 2. */
  readonly thresholds?: NdLike | undefined;
  /** (stage, cell, ...pixels), a factor. */
  readonly relativeGain?: NdLike | undefined;
  /** (stage, cell, ...pixels), one more factor (LPD). */
  readonly gainAmpMap?: NdLike | undefined;
  /** (stage, cell, ...pixels), raw units per unit of the result (JUNGFRAU: ADU per keV, negative in stages 1 and 2): divides. */
  readonly gain?: NdLike | undefined;
  /** (cell, ...pixels), a factor. */
  readonly flatField?: NdLike | undefined;
  /** (cell, ...pixels), units per photon: divides. */
  readonly xrayGain?: NdLike | undefined;
  /** (cell, ...pixels), added in stage 1 after the relative gain (AGIPD). */
  readonly mediumGainOffset?: NdLike | undefined;
  /** (stage, cell, ...pixels), reasons as bits, 0 where a pixel is good. bool, or integers of up to 32 bits. */
  readonly badPixels?: NdLike | undefined;
  /** (cell), the memory cells that the axis of cells stands for; without it 0, 1, 2, ... */
  readonly cellId?: NdLike | undefined;
}

export type ConstantName = keyof DetectorConstants;

/** Those that have an axis of stages. */
const ofStages: readonly ConstantName[] = ['offset', 'thresholds', 'relativeGain', 'gainAmpMap', 'gain', 'badPixels'];
export const constantNames: readonly ConstantName[] = [...ofStages, 'flatField', 'xrayGain', 'mediumGainOffset', 'cellId'];

/** Far beyond any detector: a file that says more is damaged. */
const MOST_CELLS = 65_536;

interface Described {
  readonly shape: readonly number[];
  readonly dtype: string;
  read(slice: readonly (readonly [number, number])[]): NdArray;
}

/** Values of one constant for one module and stage: all cells, or one for all of them. */
export interface Block {
  readonly cells: number;
  readonly data: ArrayLike<number>;
}

/** The constants of an open file or of arrays, held against the shape of the data; read module by module. */
export class Constants {
  readonly where: string;
  /** The row of the axis of cells by memory cell; undefined where constants do not depend on it. */
  readonly rows: ReadonlyMap<number, number> | undefined;
  readonly #found = new Map<ConstantName, Described>();
  readonly #pixels: readonly number[];
  readonly #stages: number;

  /** Throws `CONSTANTS_SHAPE`, `CONSTANTS_DTYPE`, `CONSTANTS_CELLS`, `CONSTANTS_FILE`. */
  constructor(from: ArrayFile | DetectorConstants, group: string, pixels: readonly number[], stages: number) {
    this.where = isFile(from) ? from.path : 'the constants';
    this.#pixels = pixels;
    this.#stages = stages;
    for (const name of constantNames) {
      const found = isFile(from) ? inFile(from, group, name) : inArrays(from[name]);
      if (!found) {
        const other = isFile(from) ? otherInFile(from, group, name) : undefined;
        if (other !== undefined) throw new YardError('CONSTANTS_DTYPE', `${name} of ${this.where} is ${other}; a constant is numbers.`);
        continue;
      }
      this.#found.set(name, found);
      if (!/^(bool|u?int(8|16|32)|float(16|32|64)|int64|uint64)$/.test(found.dtype) || (name === 'badPixels' && !/^(bool|u?int(8|16|32))$/.test(found.dtype))) {
        throw new YardError('CONSTANTS_DTYPE', `${name} of ${this.where} is ${found.dtype}; ${name === 'badPixels' ? 'bits are bool or integers of up to 32 bits' : 'a constant is numbers'}.`);
      }
      if (name !== 'cellId') this.#axes(name, found.shape);
    }
    if (isFile(from) && this.#found.size === 0) throw new YardError('CONSTANTS_FILE', `${this.where} has none of ${constantNames.join(', ')}${group ? ` in ${group}` : ''}: it has ${[...from.arrays.keys()].slice(0, 8).join(', ') || 'no arrays'}. Name the group that they are in.`);
    this.rows = this.#rows();
  }

  has(name: ConstantName): boolean {
    return this.#found.has(name);
  }

  /** Of one module (0 where the data have no such axis) and stage. */
  block(name: ConstantName, stage: number, module: number): Block | undefined {
    const found = this.#found.get(name);
    if (!found) return undefined;
    const { stageAxis, cellAxis } = this.#axes(name, found.shape);
    const slice: (readonly [number, number])[] = [];
    if (stageAxis) slice.push([stage, stage + 1]);
    if (cellAxis) slice.push([0, found.shape[slice.length]]);
    if (this.#pixels.length > 2) slice.push([module, module + 1]);
    return { cells: cellAxis ? found.shape[stageAxis ? 1 : 0] : 1, data: numbersOf(found.read(slice)) };
  }

  #axes(name: ConstantName, shape: readonly number[]): { readonly stageAxis: boolean; readonly cellAxis: boolean } {
    const leading = shape.length - this.#pixels.length;
    const stages = name === 'thresholds' ? 2 : this.#stages;
    const hasStages = ofStages.includes(name) && stages > 1;
    const stageAxis = hasStages && leading > 0;
    const fits = leading >= 0 && leading <= (hasStages ? 2 : 1) && (!stageAxis || shape[0] === stages) && this.#pixels.every((n, k) => n === shape[leading + k]) && !shape.includes(0);
    if (!fits || (name === 'thresholds' && leading === 0)) {
      const wanted = `${hasStages ? `${stages}, ` : ''}cells, ${this.#pixels.join(', ')}`;
      throw new YardError('CONSTANTS_SHAPE', `${name} of ${this.where} has the shape (${shape.join(', ')}), and data whose frames are (${this.#pixels.join(', ')}) need (${wanted})${name === 'thresholds' ? '' : ', or without the first ones of these axes'}.`);
    }
    return { stageAxis, cellAxis: leading > (stageAxis ? 1 : 0) };
  }

  #rows(): ReadonlyMap<number, number> | undefined {
    const ids = this.#found.get('cellId');
    // An axis of one cell is of all, where nothing says which.
    const counts = [...this.#found].filter(([name]) => name !== 'cellId').map(([name, { shape }]) => ({ name, ...this.#axes(name, shape), shape })).filter(({ cellAxis }) => cellAxis).map(({ name, stageAxis, shape }) => ({ name, cells: shape[stageAxis ? 1 : 0] })).filter(({ cells }) => ids !== undefined || cells !== 1);
    if (ids && ids.shape.length !== 1) throw new YardError('CONSTANTS_SHAPE', `cellId of ${this.where} has the shape (${ids.shape.join(', ')}); it is one number per memory cell.`);
    const n = ids?.shape[0] ?? counts[0]?.cells;
    if (n === undefined || counts.length === 0) return undefined;
    const other = counts.find(({ cells }) => cells !== n);
    if (other) throw new YardError('CONSTANTS_CELLS', `${other.name} of ${this.where} is of ${other.cells} memory cells, and ${ids ? 'cellId' : counts[0].name} of ${n}.`);
    if (n > MOST_CELLS) throw new YardError('CONSTANTS_CELLS', `${counts[0].name} of ${this.where} is of ${n} memory cells; a detector has ${MOST_CELLS} at most.`);
    const rows = new Map<number, number>();
    const cells = ids ? numbersOf(ids.read([])) : Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n; i++) rows.set(cells[i]!, i);
    if (rows.size !== n) throw new YardError('CONSTANTS_CELLS', `cellId of ${this.where} names a memory cell twice.`);
    return rows;
  }
}

function isFile(from: ArrayFile | DetectorConstants): from is ArrayFile {
  return 'arrays' in from;
}

/** As `NAME` or `NAME/data` in the group; without a group also as a results file has it that was saved from views: `entry/VIEW_NAME/data`. */
function inFile(file: ArrayFile, group: string, name: string): Described | undefined {
  const begin = group === '' ? '' : `${group.replace(/^\/+|\/+$/g, '')}/`;
  let found = [`${begin}${name}`, `${begin}${name}/data`].find((path) => file.arrays.has(path));
  if (found === undefined && begin === '') {
    const saved = [...file.arrays.keys()].filter((path) => path.endsWith(`_${name}/data`) || path.endsWith(`/${name}/data`));
    if (saved.length > 1) throw new YardError('CONSTANTS_FILE', `${file.path} has several arrays ${name}: ${saved.slice(0, 4).join(', ')}. Name the group.`);
    [found] = saved;
  }
  if (found === undefined) return undefined;
  return { ...file.arrays.get(found)!, read: (slice) => file.read(found, slice) };
}

/** What a constant is that is there and holds no numbers, such as text. */
function otherInFile(file: ArrayFile, group: string, name: string): string | undefined {
  const begin = group === '' ? '' : `${group.replace(/^\/+|\/+$/g, '')}/`;
  return file.others?.get(`${begin}${name}`) ?? file.others?.get(`${begin}${name}/data`);
}

function inArrays(array: NdLike | undefined): Described | undefined {
  if (!array) return undefined;
  const { shape, stride, dtype, data, offset } = array;
  return {
    shape, dtype,
    read(slice) {
      // The first axes are cut, so that what is left stays in C order where the array is.
      let start = offset;
      for (const [k, [from]] of slice.entries()) start += from * stride[k];
      return { data, stride, offset: start, shape: shape.map((n, k) => (slice[k] ? slice[k][1] - slice[k][0] : n)), dtype } as unknown as NdArray;
    },
  };
}

/** The elements in C order. */
function numbersOf(array: NdArray): ArrayLike<number> {
  if (isPacked(array) && !array.dtype.endsWith('int64')) return flat<Float32Array>(array);
  const out = new Float64Array(sizeOf(array.shape));
  pack(array, out);
  return out;
}
