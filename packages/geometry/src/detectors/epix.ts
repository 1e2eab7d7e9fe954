import { ndarray, type NdArray } from '@trainyard/nd';
import { Geometry } from '../geometry.ts';
import { grid, type Layout } from '../layout.ts';
import { minus, plus, times, type Tile, type Vector } from '../tile.ts';

/** A kind of ePix: four ASICs around a cross of wider pixels. */
export interface Epix extends Layout {
  /** Metres across a pixel beside the cross. */
  readonly innerPixelSize: number;
}

function epix(name: string, pixel: number, innerPixelSize: number, tile: readonly [number, number]): Epix {
  const [rows, columns] = [2 * tile[0], 2 * tile[1]];
  /** Raw frames have two rows of calibration at each end; one module comes without its axis, too. */
  const reshape = (data: NdArray): NdArray => {
    const cut = data.shape.at(-2) === rows + 4 && data.shape.at(-1) === columns ? (data.slice([...data.shape.slice(0, -2).map(() => ':'), '2:-2', ':'].join(', ')) as NdArray) : data;
    if (cut.dimension >= 3 && cut.shape.at(-3) === 1) return cut;
    return insertAxis(cut);
  };
  return { name, pixelSize: pixel, innerPixelSize, cell: [pixel, pixel], module: [rows, columns], modules: 1, tile, places: grid(2, 2, tile), quadrants: 0, firstModule: 0, reshape };
}

/** An axis of one module before the last two, without copying. */
function insertAxis(data: NdArray): NdArray {
  const at = data.dimension - 2;
  const shape = [...data.shape.slice(0, at), 1, ...data.shape.slice(at)];
  const stride = [...data.stride.slice(0, at), 0, ...data.stride.slice(at)];
  return ndarray(data.data as Float32Array, shape, { stride, offset: data.offset, dtype: data.dtype });
}

export const EPIX_100 = epix('ePix100', 50e-6, 175e-6, [352, 384]);
export const EPIX_10K = epix('ePix10K', 100e-6, 250e-6, [176, 192]);

export interface EpixOptions {
  /** Where the origin lies, from the middle of the detector; default there. */
  readonly origin?: readonly [x: number, y: number];
  /** Between the ASICs; default what the wider pixels beside the cross take more. */
  readonly asicGap?: number;
  /** Metres of one unit of the numbers above; default a pixel. */
  readonly unit?: number;
}

/** One ePix100 or ePix10K. */
export function epixAt(kind: Epix, { origin = [0, 0], asicGap, unit = kind.pixelSize }: EpixOptions = {}): Geometry {
  const pixel = kind.pixelSize;
  const gap = asicGap === undefined ? ((2 * (kind.innerPixelSize - pixel)) / pixel) * pixel : asicGap * unit;
  const [row, column] = [kind.tile[0] * pixel, kind.tile[1] * pixel];
  return new Geometry(kind, [[0, 1, 2, 3].map((t): Tile => ({
    corner: [column - (t % 2) * (column + gap) - origin[0] * unit + gap / 2, row - Math.floor(t / 2) * (row + gap) - origin[1] * unit + gap / 2, 0],
    ss: [0, -pixel, 0], fs: [-pixel, 0, 0], ssPixels: kind.tile[0], fsPixels: kind.tile[1],
  }))]);
}

export interface EpixHalvesOptions {
  /** Where the first pixel of the upper and of the lower half stands. */
  readonly top?: Vector;
  readonly bottom?: Vector;
  readonly asicGap?: number;
  /** Metres of one unit of the numbers above; default a pixel. */
  readonly unit?: number;
}

/** An ePix whose halves were placed one by one. */
export function epixHalves(kind: Epix, { top = [0, 0, 0], bottom = [0, 0, 0], asicGap, unit = kind.pixelSize }: EpixHalvesOptions = {}): Geometry {
  const whole = epixAt(kind, { ...(asicGap !== undefined && { asicGap, unit }) });
  const tiles = whole.modules[0]!;
  return new Geometry(kind, [tiles.map((tile, t) => ({ ...tile, corner: plus(tile.corner, minus(times(t < 2 ? top : bottom, unit), tiles[t < 2 ? 0 : 2]!.corner)) }))]);
}

/** Two ePix100 halves as they stand in a pair of detectors. */
export function epix100Pair(): Geometry {
  return epixHalves(EPIX_100, { top: [386.5, 364.5, 0], bottom: [386.5, -12.5, 0] });
}

/** The wider pixels beside the cross: true there, in the shape of the frame. */
export function epixSeams({ module: [rows, columns], tile }: Epix): NdArray<2, Uint8Array> {
  const beside = (at: number, middle: number): boolean => at === middle - 1 || at === middle;
  const out = Uint8Array.from({ length: rows * columns }, (_, i) => Number(beside(Math.floor(i / columns), tile[0]) || beside(i % columns, tile[1])));
  return ndarray(out, [rows, columns], { dtype: 'bool' }) as NdArray<2, Uint8Array>;
}

/** The area of each pixel in square metres, float64. */
export function epixPixelAreas({ module: [rows, columns], tile, pixelSize, innerPixelSize }: Epix): NdArray<2, Float64Array> {
  const across = (at: number, middle: number): number => (at === middle - 1 || at === middle ? innerPixelSize : pixelSize);
  return ndarray(Float64Array.from({ length: rows * columns }, (_, i) => across(Math.floor(i / columns), tile[0]) * across(i % columns, tile[1])), [rows, columns]) as NdArray<2, Float64Array>;
}
