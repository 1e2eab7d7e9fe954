import { YardError } from '@trainyard/core';
import { ndarray, type NdArray } from '@trainyard/nd';
import type { Geometry } from './geometry.ts';
import type { Layout } from './layout.ts';
import type { Tile, Vector } from './tile.ts';

/** Corners of a pixel, as parts of a step along slow and fast scan from its first corner; hexagons reach over it. */
const SQUARE_CORNERS = { ss: [0, 1, 1, 0], fs: [0, 0, 1, 1] };
const HEXAGON_CORNERS = { ss: [0, 0.25, 0.75, 1, 0.75, 0.25].map((part) => (part * 4) / 3), fs: [0.5, 1, 1, 0.5, 0, 0] };

/** What to add to the numbers of a pixel in its tile to be at its middle, or at its first corner. */
function inTile({ hexagonal }: Layout, row: number, centre: boolean): readonly [ss: number, fs: number] {
  const aside = hexagonal && row % 2 === 1 ? 0.5 : 0;
  return [centre ? (hexagonal ? 2 / 3 : 0.5) : 0, centre ? aside + 0.5 : aside];
}

/** Calls back for each pixel of a tile with its place in the whole array (module, ss, fs) and in the tile. */
function eachPixel(geometry: Geometry, visit: (tile: Tile, at: number, row: number, column: number) => void): void {
  const [, ssPixels, fsPixels] = geometry.shape;
  const { places, tile: [rows, columns] } = geometry.layout;
  for (const [m, tiles] of geometry.modules.entries()) {
    for (const [t, tile] of tiles.entries()) {
      for (let row = 0; row < rows; row++) {
        const at = (m * ssPixels + places[t]!.ss + row) * fsPixels + places[t]!.fs;
        for (let column = 0; column < columns; column++) visit(tile, at + column, row, column);
      }
    }
  }
}

/**
 * x, y and z of each pixel in metres, float64, shape (modules, ss, fs, 3): of its middle, or with `centre: false` of its first corner (which of
 * odd rows of hexagonal pixels lies half a pixel aside).
 */
export function pixelPositions(geometry: Geometry, { centre = true }: { readonly centre?: boolean } = {}): NdArray<4, Float64Array> {
  const shape = geometry.shape;
  const out = new Float64Array(shape[0] * shape[1] * shape[2] * 3);
  eachPixel(geometry, ({ corner, ss, fs }, at, row, column) => {
    const [ssMore, fsMore] = inTile(geometry.layout, row, centre);
    for (let axis = 0; axis < 3; axis++) out[at * 3 + axis] = corner[axis]! + (row + ssMore) * ss[axis]! + (column + fsMore) * fs[axis]!;
  });
  return ndarray(out, [...shape, 3]) as NdArray<4, Float64Array>;
}

/**
 * The corners of each pixel as pyFAI takes them: z, y, x in metres, float32, shape (modules * ss, fs, 4, 3), of hexagons 6 instead of 4. Unless
 * `negative`, x and y are shifted so that the lowest are 0.
 */
export function pixelCorners(geometry: Geometry, { negative = false }: { readonly negative?: boolean } = {}): NdArray<4, Float32Array> {
  const [modules, ssPixels, fsPixels] = geometry.shape;
  const parts = geometry.layout.hexagonal ? HEXAGON_CORNERS : SQUARE_CORNERS;
  const corners = parts.ss.length;
  const out = new Float32Array(modules * ssPixels * fsPixels * corners * 3);
  eachPixel(geometry, ({ corner, ss, fs }, at, row, column) => {
    const [ssMore, fsMore] = inTile(geometry.layout, row, false);
    for (let axis = 0; axis < 3; axis++) {
      const first = corner[axis]! + (row + ssMore) * ss[axis]! + (column + fsMore) * fs[axis]!;
      for (let i = 0; i < corners; i++) out[(at * corners + i) * 3 + 2 - axis] = first + parts.ss[i]! * ss[axis]! + parts.fs[i]! * fs[axis]!;
    }
  });
  if (!negative) {
    const least = new Float32Array(3).fill(Infinity);
    for (let i = 0; i < out.length; i += 3) for (const k of [1, 2]) least[k] = Math.min(least[k]!, out[i + k]!);
    for (let i = 0; i < out.length; i += 3) for (const k of [1, 2]) out[i + k]! -= least[k]!;
  }
  return ndarray(out, [modules * ssPixels, fsPixels, corners, 3]) as NdArray<4, Float32Array>;
}

/** Which pixel of the data, in parts of a pixel: 0 is the first edge of the first one, 0.5 its middle. */
export interface DataCoordinates {
  readonly module: number;
  readonly ss: number;
  readonly fs: number;
}

/** Where a place in the data is, in metres. Throws `GEOMETRY_OUTSIDE` for one that no module has. */
export function positionOf(geometry: Geometry, { module, ss, fs }: DataCoordinates): Vector {
  const { layout, modules } = geometry;
  const [rows, columns] = layout.tile;
  const t = layout.places.findIndex((place) => ss >= place.ss && ss < place.ss + rows && fs >= place.fs && fs < place.fs + columns);
  const tile = modules[module]?.[t];
  if (!tile) throw new YardError('GEOMETRY_OUTSIDE', `Module ${module}, slow scan ${ss}, fast scan ${fs} is no place of ${layout.name}: it has ${modules.length} modules of ${layout.module.join(' x ')}.`);
  const [row, column] = [ss - layout.places[t]!.ss, fs - layout.places[t]!.fs];
  const aside = layout.hexagonal && Math.floor(row) % 2 === 1 ? 0.5 : 0;
  return [0, 1, 2].map((axis) => tile.corner[axis]! + row * tile.ss[axis]! + (column + aside) * tile.fs[axis]!) as unknown as Vector;
}

/** The place in the data that lies at x and y (metres), as seen along the beam; undefined between the tiles and outside. The last tile wins, as in an image. */
export function dataAt(geometry: Geometry, x: number, y: number): DataCoordinates | undefined {
  const { layout, modules } = geometry;
  const [rows, columns] = layout.tile;
  for (let module = modules.length - 1; module >= 0; module--) {
    for (let t = layout.places.length - 1; t >= 0; t--) {
      const { corner, ss, fs } = modules[module]![t]!;
      const area = ss[0] * fs[1] - ss[1] * fs[0];
      if (area === 0) continue;
      const [dx, dy] = [x - corner[0], y - corner[1]];
      const row = (dx * fs[1] - dy * fs[0]) / area;
      if (!(row >= 0 && row < rows)) continue;
      const column = (ss[0] * dy - ss[1] * dx) / area - (layout.hexagonal && Math.floor(row) % 2 === 1 ? 0.5 : 0);
      if (column >= 0 && column < columns) return { module, ss: layout.places[t]!.ss + row, fs: layout.places[t]!.fs + column };
    }
  }
  return undefined;
}
