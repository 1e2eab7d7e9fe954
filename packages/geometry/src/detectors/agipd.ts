import { ndarray, type NdArray } from '@trainyard/nd';
import { Geometry } from '../geometry.ts';
import { grid, type Layout } from '../layout.ts';
import type { Tile } from '../tile.ts';
import { requireQuadrants, type Quadrants } from './quadrants.ts';

const PIXEL = 2e-4;
const AGIPD = { pixelSize: PIXEL, cell: [PIXEL, PIXEL], module: [512, 128], tile: [64, 128], places: grid(8, 1, [64, 128]), firstModule: 0 } as const;
export const AGIPD_1M: Layout = { ...AGIPD, name: 'AGIPD-1M', modules: 16, quadrants: 4 };
export const AGIPD_500K2G: Layout = { ...AGIPD, name: 'AGIPD-500K2G', modules: 8, quadrants: 1 };

const HEIGHT = 128;
const WIDTH = 64;

export interface Agipd1mOptions {
  /** x and y of the first pixel of modules 0, 4, 8 and 12. */
  readonly quadrants: Quadrants;
  /** Between the tiles of a module; default 2 pixels. */
  readonly asicGap?: number;
  /** Between the modules of a quadrant; default 29 pixels. */
  readonly panelGap?: number;
  /** Metres of one unit of the numbers above; default a pixel. */
  readonly unit?: number;
}

/** AGIPD-1M, flat and evenly spaced inside its quadrants. Fast scan is vertical. */
export function agipd1m({ quadrants, unit = PIXEL, asicGap = (2 * PIXEL) / unit, panelGap = (29 * PIXEL) / unit }: Agipd1mOptions): Geometry {
  requireQuadrants(quadrants, AGIPD_1M);
  const moduleHeight = (HEIGHT + (panelGap * unit) / PIXEL) * PIXEL;
  const tileWidth = (WIDTH + (asicGap * unit) / PIXEL) * PIXEL;
  return new Geometry(AGIPD_1M, Array.from({ length: 16 }, (_, p) => {
    const [across, up] = p < 8 ? [1, -1] : [-1, 1];
    const [x, y] = quadrants[Math.floor(p / 4)]!;
    return Array.from({ length: 8 }, (__, a): Tile => ({
      corner: [x * unit + across! * tileWidth * a, y * unit - (p % 4) * moduleHeight, 0],
      ss: [across! * PIXEL, 0, 0], fs: [0, up! * PIXEL, 0], ssPixels: WIDTH, fsPixels: HEIGHT,
    }));
  }));
}

/** Where AGIPD-1M roughly stands, for a first look. */
export function exampleAgipd1m(): Geometry {
  return agipd1m({ quadrants: [[-525, 625], [-550, -10], [520, -160], [542.5, 475]] });
}

export interface Agipd500kOptions {
  /** Where the origin lies, from the lower right corner of the detector; default there. */
  readonly origin?: readonly [x: number, y: number];
  /** Default 2 pixels. */
  readonly asicGap?: number;
  /** Horizontal and vertical; default 16 and 30 pixels. */
  readonly panelGap?: readonly [x: number, y: number];
  /** Metres of one unit of the numbers above; default a pixel. */
  readonly unit?: number;
}

/** AGIPD-500K2G: two columns of four modules. */
export function agipd500k2g({ origin = [0, 0], asicGap, panelGap, unit = PIXEL }: Agipd500kOptions = {}): Geometry {
  const inPixels = unit / PIXEL;
  const gap = asicGap === undefined ? 2 : asicGap * inPixels;
  const [gapX, gapY] = panelGap === undefined ? [16, 30] : [panelGap[0] * inPixels, panelGap[1] * inPixels];
  const moduleHeight = HEIGHT * PIXEL;
  const tileWidth = (WIDTH + gap) * PIXEL;
  const moduleWidth = 8 * tileWidth - gap * PIXEL;
  const x0 = -(origin[0] * unit + -moduleWidth);
  const y0 = -(origin[1] * unit + -(3 * (HEIGHT + gapY!) * PIXEL));
  return new Geometry(AGIPD_500K2G, Array.from({ length: 8 }, (_, p) => {
    const y = y0 - Math.floor(p / 2) * (moduleHeight + gapY! * PIXEL);
    const x = x0 + (p % 2) * (moduleWidth + gapX! * PIXEL);
    return Array.from({ length: 8 }, (__, a): Tile => ({ corner: [x - a * tileWidth, y, 0], ss: [-PIXEL, 0, 0], fs: [0, PIXEL, 0], ssPixels: WIDTH, fsPixels: HEIGHT }));
  }));
}

/** Pixels of a module beside a seam between two ASICs: true there, shape (512, 128). */
export function agipdSeams(): NdArray<2, Uint8Array> {
  const out = new Uint8Array(512 * 128);
  for (let seam = 64; seam < 512; seam += 64) out.fill(1, (seam - 1) * 128, (seam + 1) * 128);
  return ndarray(out, [512, 128], { dtype: 'bool' }) as NdArray<2, Uint8Array>;
}
