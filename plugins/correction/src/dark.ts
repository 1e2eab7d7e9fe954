import { YardError, ndarray, reducer, type NdArray, type NdLike, type Reducer } from '@trainyard/core';
import { badBits, detectors, type Detector, type DetectorName } from './detectors.ts';
import { RawReader, cellsOf } from './raw-frames.ts';

/** A dark as it was recorded, by memory cell (one without an ID where the data have none). */
export interface Dark {
  /** float32 (cell, ...pixels): the mean in raw units, NaN where there are no data. */
  readonly offset: NdArray;
  /** float32 (cell, ...pixels): one standard deviation; NaN of fewer than two frames. */
  readonly noise: NdArray;
  /** uint32 (cell, ...pixels): reasons as bits, 0 where a pixel is good. */
  readonly badPixels: NdArray;
  /** AGIPD: float32 (cell, ...pixels), the mean of the digital gain. */
  readonly digital?: NdArray;
  /** uint16 (cell), ascending; empty where the data have none. */
  readonly cellId: NdArray;
}

/** What a dark is recorded from, in one train. */
export interface DarkInput {
  readonly raw: NdLike;
  readonly cells?: NdLike | number | undefined;
  /** AGIPD's digital gain, or the codes of JUNGFRAU and LPD, where they do not come with `raw`. */
  readonly gain?: NdLike | undefined;
}

export interface DarkOptions {
  /** [low, high]: a pixel whose offset is outside is bad. */
  readonly validOffset?: readonly [number, number] | undefined;
  /** [low, high]: a pixel whose noise is outside is bad. */
  readonly validNoise?: readonly [number, number] | undefined;
  /** The stage that the detector is fixed in: where the gain code of most frames says another, the pixel is bad. Default 0. */
  readonly stage?: number;
}

interface CellState {
  readonly id: number;
  count: number;
  readonly mean: Float64Array;
  readonly squares: Float64Array;
  readonly digital: Float64Array;
  readonly wrong: Uint32Array;
}

export interface DarkState {
  pixels: readonly number[];
  /** Ascending. */
  cells: CellState[];
}

/** Of all cells together, while it is recorded. */
const MOST_BYTES = 2 ** 32;
const NO_CELL = -1;

/**
 * Records a dark over trains, by memory cell: mean and standard deviation per pixel (Welford in float64; joined by Chan), and which pixels are bad: offset or
 * noise out of range or no number, always the same value (of ten frames or more), another gain than the one recorded. Throws `DARK_SIZE`, `DARK_SHAPE`, and what `RAW_*` and `CELLS_*` say.
 */
export function recordedDark(name: DetectorName, options: DarkOptions = {}): Reducer<DarkInput, DarkState, Dark> {
  const { stage = 0 } = options;
  const detector: Detector = detectors[name];
  const reader = new RawReader(detector);
  return reducer({
    name: `dark(${name}, stage=${stage})`,
    kind: 'compute',
    initial: (): DarkState => ({ pixels: [], cells: [] }),
    add(state, { raw, cells, gain }) {
      const frames = reader.read(raw, gain);
      const ids = cellsOf(cells, frames.frames);
      const n = frames.pixels.reduce((product, k) => product * k, 1);
      if (state.cells.length > 0 && (state.pixels.join() !== frames.pixels.join() || (state.cells[0]!.id === NO_CELL) !== (ids === undefined))) throw new YardError('DARK_SHAPE', `The dark so far is of frames of shape (${state.pixels.join(', ')})${state.cells[0]!.id === NO_CELL ? ' without' : ' with'} memory cells; this train has (${frames.pixels.join(', ')})${ids ? ' with' : ' without'}. Record it again.`);
      state.pixels = [...frames.pixels];
      const needed = new Set([...state.cells.map(({ id }) => id), ...(ids ? Array.from(ids) : [NO_CELL])]);
      const bytes = needed.size * n * (detector.by === 'threshold' ? 28 : 20);
      if (bytes > MOST_BYTES) throw new YardError('DARK_SIZE', `A dark of ${needed.size} memory cells of (${frames.pixels.join(', ')}) pixels needs ${(bytes / 2 ** 30).toFixed(1)} GiB while it is recorded, and there are 4: record fewer modules at once.`);
      for (let f = 0; f < frames.frames; f++) {
        const cell = cellFor(state, ids ? ids[f]! : NO_CELL, n, detector);
        for (let m = 0; m < frames.modules; m++) {
          const size = frames.rows * frames.cols;
          const at = (f * frames.modules + m) * frames.step;
          addFrame(cell, m * size, size, frames.raw, at, detector, stage);
          if (detector.by === 'threshold') addMean(cell, m * size, size, frames.digital, at + frames.toDigital);
        }
      }
      return state;
    },
    merge(a, b) {
      if (a.cells.length === 0) return b;
      if (b.cells.length === 0) return a;
      const ids = [...new Set([...a.cells, ...b.cells].map(({ id }) => id))].sort((x, y) => x - y);
      return { pixels: a.pixels, cells: ids.map((id) => joined(a.cells.find((cell) => cell.id === id), b.cells.find((cell) => cell.id === id))) };
    },
    result: (state) => (state.cells.length === 0 ? undefined : resultOf(state, detector, options)),
  });
}

function cellFor(state: DarkState, id: number, n: number, detector: Detector): CellState {
  const known = state.cells.find((cell) => cell.id === id);
  if (known) {
    known.count += 1;
    return known;
  }
  const cell: CellState = { id, count: 1, mean: new Float64Array(n), squares: new Float64Array(n), digital: new Float64Array(detector.by === 'threshold' ? n : 0), wrong: new Uint32Array(n) };
  state.cells.push(cell);
  state.cells.sort((a, b) => a.id - b.id);
  return cell;
}

function addFrame({ count, mean, squares, wrong }: CellState, to: number, n: number, raw: Uint16Array, at: number, { by, adc }: Detector, stage: number): void {
  const code = typeof by === 'object' && 'stages' in by ? by : undefined;
  const zero = typeof by === 'object' && 'zero' in by ? by.zero : 0;
  for (let i = 0; i < n; i++) {
    const word = raw[at + i]!;
    const value = (word & adc) === 0 ? zero : word & adc;
    const from = value - mean[to + i]!;
    mean[to + i]! += from / count;
    squares[to + i]! += from * (value - mean[to + i]!);
    if (code && code.stages[(word >> code.bits) & 3] !== stage) wrong[to + i]! += 1;
  }
}

function addMean({ count, digital }: CellState, to: number, n: number, values: Uint16Array, at: number): void {
  for (let i = 0; i < n; i++) digital[to + i]! += (values[at + i]! - digital[to + i]!) / count;
}

function joined(a: CellState | undefined, b: CellState | undefined): CellState {
  if (!a || !b) return (a ?? b)!;
  const count = a.count + b.count;
  const share = b.count / count;
  const mean = a.mean.map((m, i) => m + (b.mean[i]! - m) * share);
  const squares = a.squares.map((s, i) => s + b.squares[i]! + (b.mean[i]! - a.mean[i]!) ** 2 * (a.count * share));
  return { id: a.id, count, mean, squares, digital: a.digital.map((d, i) => d + (b.digital[i]! - d) * share), wrong: a.wrong.map((w, i) => w + b.wrong[i]!) };
}

function resultOf({ pixels, cells }: DarkState, detector: Detector, { validOffset, validNoise }: DarkOptions): Dark {
  const n = pixels.reduce((product, k) => product * k, 1);
  const shape = [cells.length, ...pixels];
  const [offset, noise, bad] = [new Float32Array(cells.length * n), new Float32Array(cells.length * n), new Uint32Array(cells.length * n)];
  const outside = (v: number, range: readonly [number, number] | undefined): boolean => range !== undefined && !(v >= range[0] && v <= range[1]);
  for (const [c, { count, mean, squares, wrong }] of cells.entries()) {
    for (let i = 0, k = c * n; i < n; i++, k++) {
      offset[k] = mean[i]!;
      noise[k] = count > 1 ? Math.sqrt(squares[i]! / count) : Number.NaN;
      let reasons = 0;
      if (outside(offset[k]!, validOffset)) reasons |= badBits.offsetOutOfRange;
      if (count > 1 && outside(noise[k]!, validNoise)) reasons |= badBits.noiseOutOfRange;
      if (count >= 10 && noise[k] === 0) reasons |= badBits.alwaysTheSame;
      if (2 * wrong[i]! > count) reasons |= badBits.wrongGain;
      bad[k] = reasons;
    }
  }
  const array = (data: Float32Array | Uint32Array): NdArray => ndarray(data, shape) as NdArray;
  const hasCells = cells[0]!.id !== NO_CELL;
  return {
    offset: array(offset), noise: array(noise), badPixels: array(bad),
    ...(detector.by === 'threshold' && { digital: array(Float32Array.from({ length: cells.length * n }, (_, k) => cells[Math.floor(k / n)]!.digital[k % n]!)) }),
    cellId: ndarray(Uint16Array.from(hasCells ? cells.map(({ id }) => id) : []), [hasCells ? cells.length : 0]) as NdArray,
  };
}
