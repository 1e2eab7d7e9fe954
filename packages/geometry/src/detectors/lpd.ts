import { YardError } from '@trainyard/core';
import { Geometry } from '../geometry.ts';
import { grid, type Layout } from '../layout.ts';
import type { Tile } from '../tile.ts';
import { moduleTree, quadrantsOf, type PositionFile } from './position-file.ts';
import { requireQuadrants, type Quadrants } from './quadrants.ts';

const PIXEL = 5e-4;
const [SS, FS] = [32, 128];
/** Tiles 1 to 8 from the top down in the first half of the columns, 9 to 16 from the bottom up in the second. */
const PLACES = Array.from({ length: 16 }, (_, t) => (t < 8 ? { ss: (7 - t) * SS, fs: 0 } : { ss: (t - 8) * SS, fs: FS }));
const LPD = { pixelSize: PIXEL, cell: [PIXEL, PIXEL], tile: [SS, FS], firstModule: 0 } as const;
export const LPD_1M: Layout = { ...LPD, name: 'LPD-1M', modules: 16, module: [256, 256], places: PLACES, quadrants: 4 };
export const LPD_MINI: Layout = { ...LPD, name: 'LPD-Mini', module: [32, 256], places: grid(1, 2, [SS, FS]), quadrants: 1 };

const STEPS = { ss: [0, PIXEL, 0], fs: [PIXEL, 0, 0], ssPixels: SS, fsPixels: FS } as const;

export interface Lpd1mOptions {
  /** x and y of the outer corner of tile 16 of module 4 of each quadrant. */
  readonly quadrants: Quadrants;
  /** Default 4 pixels. */
  readonly asicGap?: number;
  /** Default 4 pixels. */
  readonly panelGap?: number;
  /** Metres of one unit of the numbers above; default a millimetre. */
  readonly unit?: number;
}

/** LPD-1M, evenly spaced inside its quadrants. */
export function lpd1m({ quadrants, asicGap, panelGap, unit = 1e-3 }: Lpd1mOptions): Geometry {
  requireQuadrants(quadrants, LPD_1M);
  const inPixels = unit / PIXEL;
  const gap = asicGap === undefined ? 4 : asicGap * inPixels;
  const between = panelGap === undefined ? 4 : panelGap * inPixels;
  const [panelWidth, panelHeight] = [(256 + gap + between) * PIXEL, (256 + 7 * gap + between) * PIXEL];
  const [tileWidth, tileHeight] = [(FS + gap) * PIXEL, (SS + gap) * PIXEL];
  const panels = [[-1, 0], [-1, -1], [0, -1], [0, 0]] as const;
  return new Geometry(LPD_1M, Array.from({ length: 16 }, (_, p) => {
    const [x, y] = quadrants[Math.floor(p / 4)]!;
    const [across, up] = panels[p % 4]!;
    const [panelX, panelY] = [x * unit + across * panelWidth, y * unit + up * panelHeight];
    return Array.from({ length: 16 }, (__, a): Tile => {
      const [right, down] = a < 8 ? [-1, -a] : [0, -(15 - a)];
      return { ...STEPS, corner: [panelX + right! * tileWidth - FS * PIXEL, panelY + down! * tileHeight - SS * PIXEL, 0] };
    });
  }));
}

export function exampleLpd1m(): Geometry {
  return lpd1m({ quadrants: [[11.4, 299], [-11.5, 8], [254.5, -16], [278.5, 275]] });
}

/** LPD-1M by the measured positions of a file (mm), with quadrants from there or given. Errors: `GEOMETRY_FILE`, `GEOMETRY_QUADRANTS`. */
export function lpd1mFromFile(file: PositionFile, { quadrants = quadrantsOf(file), unit = 1e-3 }: { readonly quadrants?: Quadrants; readonly unit?: number } = {}): Geometry {
  requireQuadrants(quadrants, LPD_1M);
  return new Geometry(LPD_1M, moduleTree(file, quadrants, 16, ([x, y]): Tile => ({ ...STEPS, corner: [x * unit - FS * PIXEL, y * unit - SS * PIXEL, 0] })));
}

export interface LpdMiniOptions {
  /** x and y, or x, y and z, of each module's corner. */
  readonly positions: readonly (readonly number[])[];
  /** Degrees, one for each module; default 0. */
  readonly rotations?: readonly number[];
  /** Default 2 mm. */
  readonly asicGap?: number;
  /** Metres of one unit of the numbers above; default a millimetre. */
  readonly unit?: number;
}

/** LPD-Mini: modules of two tiles back to back. Throws `GEOMETRY_MODULES`. */
export function lpdMini({ positions, rotations = positions.map(() => 0), asicGap, unit = 1e-3 }: LpdMiniOptions): Geometry {
  if (rotations.length !== positions.length) throw new YardError('GEOMETRY_MODULES', `There are ${positions.length} positions and ${rotations.length} rotations: give one for each module.`);
  const gap = asicGap === undefined ? 0.002 : asicGap * unit;
  const [width, height] = [FS * PIXEL, SS * PIXEL];
  return new Geometry(LPD_MINI, positions.map(([x = 0, y = 0, z = 0], i) => {
    const angle = rotations[i]! * (Math.PI / 180);
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const at = (dx: number, dy: number) => [x * unit + dx, y * unit + dy, z * unit] as const;
    const pixels = { ssPixels: SS, fsPixels: FS };
    return [
      { ...pixels, corner: at(-height * sin, height * cos), ss: [sin * PIXEL, -cos * PIXEL, 0], fs: [-cos * PIXEL, -sin * PIXEL, 0] },
      { ...pixels, corner: at(-width * cos - (height + gap) * sin, -width * sin + (height + gap) * cos), ss: [-sin * PIXEL, cos * PIXEL, 0], fs: [cos * PIXEL, sin * PIXEL, 0] },
    ] as const;
  }));
}
