import { YardError } from '@trainyard/core';
import type { NdArray } from '@trainyard/nd';
import { Geometry } from '../geometry.ts';
import { grid, type Layout } from '../layout.ts';
import type { Tile } from '../tile.ts';

const PIXEL = 75e-6;
const SIDE = 256;

/** One module comes without its axis, too. */
function withModule(data: NdArray): NdArray {
  return data.dimension === 2 ? data.reshape(1, ...data.shape) : data;
}

export const JUNGFRAU: Layout = {
  name: 'JUNGFRAU', pixelSize: PIXEL, cell: [PIXEL, PIXEL], module: [512, 1024], tile: [SIDE, SIDE], places: grid(2, 4, [SIDE, SIDE]), quadrants: 0, firstModule: 1, reshape: withModule,
};

export interface JungfrauOptions {
  /** x and y of each module's lower right corner. */
  readonly positions: readonly (readonly [x: number, y: number])[];
  /** Of x and y, 1 or -1, for each module; default as they are. */
  readonly orientations?: readonly (readonly [x: 1 | -1, y: 1 | -1])[];
  /** Default 2 pixels. */
  readonly asicGap?: number;
  /** Metres of one unit of the numbers above; default a pixel. */
  readonly unit?: number;
}

/** JUNGFRAU of any number of modules. Throws `GEOMETRY_MODULES`. */
export function jungfrau({ positions, orientations = positions.map(() => [1, 1] as const), unit = PIXEL, asicGap = (2 * PIXEL) / unit }: JungfrauOptions): Geometry {
  if (orientations.length !== positions.length) throw new YardError('GEOMETRY_MODULES', `There are ${positions.length} positions and ${orientations.length} orientations: give one for each module.`);
  const inPixels = unit / PIXEL;
  const gap = asicGap * inPixels;
  const [width, height] = [4 * SIDE + 3 * gap, 2 * SIDE + gap];
  return new Geometry(JUNGFRAU, positions.map(([x, y], i) => {
    const [right, up] = orientations[i]!;
    // A module that is turned over begins at its other end: all in pixels from here on.
    const [startX, startY] = [x * inPixels + (right === 1 ? 0 : width), y * inPixels + (up === 1 ? 0 : height)];
    return Array.from({ length: 8 }, (_, a): Tile => ({
      corner: [(startX + right * (SIDE + gap) * (a % 4)) * PIXEL, (startY + up * (SIDE + gap) * Math.floor(a / 4)) * PIXEL, 0],
      ss: [0, up * PIXEL, 0], fs: [right * PIXEL, 0, 0], ssPixels: SIDE, fsPixels: SIDE,
    }));
  }));
}

/** So many modules in two columns, for a first look. */
export function exampleJungfrau(modules = 1): Geometry {
  const [width, height] = [4 * SIDE + 6, 2 * SIDE + 2];
  return jungfrau({ positions: Array.from({ length: modules }, (_, i) => [-width - (i % 2) * (width + 100), Math.floor(i / 2) * (height + 20)] as const) });
}
