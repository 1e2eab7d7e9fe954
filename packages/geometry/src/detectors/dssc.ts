import { Geometry } from '../geometry.ts';
import { grid, type Layout } from '../layout.ts';
import type { Tile, Vector } from '../tile.ts';
import { moduleTree, quadrantsOf, type PositionFile } from './position-file.ts';
import { requireQuadrants, type Quadrants } from './quadrants.ts';

const PIXEL = 236e-6;
const [SS, FS] = [128, 256];
/** Rows of hexagons stand closer than they are wide. */
const CELL = [1 * PIXEL, (1.5 / Math.sqrt(3)) * PIXEL] as const;
export const DSSC_1M: Layout = { name: 'DSSC-1M', pixelSize: PIXEL, cell: CELL, module: [128, 512], modules: 16, tile: [SS, FS], places: grid(1, 2, [SS, FS]), quadrants: 4, firstModule: 0, hexagonal: true };

const ORIENTATIONS = [[-1, 1], [-1, 1], [1, -1], [1, -1]] as const;

/** Steps of a tile of a quadrant. */
function stepsOf(quadrant: number): { ss: Vector; fs: Vector; ssPixels: number; fsPixels: number } {
  const [across, up] = ORIENTATIONS[quadrant]!;
  return { ss: [0, (up * PIXEL * 1.5) / Math.sqrt(3), 0], fs: [across * PIXEL, 0, 0], ssPixels: SS, fsPixels: FS };
}

export interface Dssc1mOptions {
  /** x and y of the lower right corner of each quadrant. */
  readonly quadrants: Quadrants;
  /** Default 2 mm. */
  readonly asicGap?: number;
  /** Default 4 mm. */
  readonly panelGap?: number;
  /** Metres of one unit of the numbers above; default a millimetre. */
  readonly unit?: number;
}

/** DSSC-1M, hexagonal pixels, evenly spaced inside its quadrants. */
export function dssc1m({ quadrants, asicGap, panelGap, unit = 1e-3 }: Dssc1mOptions): Geometry {
  requireQuadrants(quadrants, DSSC_1M);
  const gap = asicGap === undefined ? 0.002 : asicGap * unit;
  const between = panelGap === undefined ? 0.004 : panelGap * unit;
  const [width, height] = [CELL[0] * FS, CELL[1] * SS];
  const quadrantHeight = 4 * height + 3 * between;
  return new Geometry(DSSC_1M, Array.from({ length: 16 }, (_, p) => {
    const quadrant = Math.floor(p / 4);
    const [across, up] = ORIENTATIONS[quadrant]!;
    const [x, y] = quadrants[quadrant]!;
    const startX = across === -1 ? x * unit + (2 * width + gap) : x * unit;
    const startY = across === -1 ? y * unit : y * unit + quadrantHeight;
    const steps = stepsOf(quadrant);
    return [0, 1].map((t): Tile => ({ ...steps, corner: [startX + across * t * (width + gap), startY + up * (p % 4) * (height + between), 0] }));
  }));
}

export function exampleDssc1m(): Geometry {
  return dssc1m({ quadrants: [[-130, 5], [-130, -125], [5, -125], [5, 5]] });
}

/** DSSC-1M by the measured positions of a file (mm), with quadrants from there or given. Errors: `GEOMETRY_FILE`, `GEOMETRY_QUADRANTS`. */
export function dssc1mFromFile(file: PositionFile, { quadrants = quadrantsOf(file), unit = 1e-3 }: { readonly quadrants?: Quadrants; readonly unit?: number } = {}): Geometry {
  requireQuadrants(quadrants, DSSC_1M);
  return new Geometry(DSSC_1M, moduleTree(file, quadrants, 2, ([x, y], quadrant): Tile => {
    const steps = stepsOf(quadrant);
    const corner: Vector = steps.fs[0] < 0 ? [x * unit - steps.fs[0] * FS, y * unit, 0] : [x * unit, y * unit - steps.ss[1] * SS, 0];
    return { ...steps, corner };
  }));
}
