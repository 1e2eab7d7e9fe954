import type { NdArray } from '@trainyard/nd';

/** Where a tile's pixels lie in the array of its module. */
export interface TilePlace {
  readonly ss: number;
  readonly fs: number;
}

/** What a kind of detector is, wherever its modules stand. */
export interface Layout {
  /** `AGIPD-1M`. */
  readonly name: string;
  /** Metres; of hexagonal pixels the width. */
  readonly pixelSize: number;
  /** Width and height of a cell of the assembled image, in metres. */
  readonly cell: readonly [x: number, y: number];
  /** Shape of one module's array: slow scan, fast scan. */
  readonly module: readonly [ss: number, fs: number];
  /** How many modules it has; undefined: as many as were placed. */
  readonly modules?: number;
  /** Pixels of one tile. */
  readonly tile: readonly [ss: number, fs: number];
  /** The tiles of a module, in the order of the geometry. */
  readonly places: readonly TilePlace[];
  /** Quadrants that move as one. */
  readonly quadrants: number;
  /** The first number that a module has where modules are named: 1 for JUNGFRAU. */
  readonly firstModule: 0 | 1;
  /** Hexagonal pixels: odd rows lie half a pixel further along fast scan. */
  readonly hexagonal?: true;
  /** Other shapes that its data come in, brought to (..., module, ss, fs); undefined where they fit already. */
  readonly reshape?: (data: NdArray) => NdArray;
}

/** Tiles in a grid of rows and columns of a module, row by row. */
export function grid(rows: number, columns: number, tile: readonly [ss: number, fs: number]): TilePlace[] {
  return Array.from({ length: rows * columns }, (_, i) => ({ ss: Math.floor(i / columns) * tile[0], fs: (i % columns) * tile[1] }));
}
