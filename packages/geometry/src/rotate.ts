import { depthOf, selected, type Selection } from './selection.ts';
import { centreOf, minus, plus, times, type Tile, type Vector } from './tile.ts';

/** Which tiles turn, and about what. */
export interface RotateOptions extends Selection {
  /** The point that stays, in metres: one for all. */
  readonly about?: Vector;
}

type Matrix = readonly [Vector, Vector, Vector];

/** The tile of a module turned by its angles, for each; angles in degrees. */
export function turned(modules: readonly (readonly Tile[])[], angles: Vector | readonly Vector[] | readonly (readonly Vector[])[], { about, ...selection }: RotateOptions): (tile: Tile, module: number, index: number) => Tile {
  const anglesAt = selected(modules.length, modules[0]!.length, selection, angles, 'rotation');
  const depth = depthOf(angles);
  const perTile = depth === 3 || selection.tiles !== undefined;
  const perModule = depth === 2 || selection.modules !== undefined;
  return (tile, m, t) => {
    const by = anglesAt(m, t);
    if (!by) return tile;
    const still = about ?? (perTile ? centreOf(tile) : perModule ? middleOf(modules[m]!) : [0, 0, 0]);
    const matrix = matrixOf(by as Vector);
    return { ...tile, ss: apply(matrix, tile.ss), fs: apply(matrix, tile.fs), corner: plus(apply(matrix, minus(tile.corner, still)), still) };
  };
}

function middleOf(tiles: readonly Tile[]): Vector {
  return times(tiles.map(centreOf).reduce(plus), 1 / tiles.length);
}

/** Rx·Ry·Rz. */
function matrixOf(degrees: Vector): Matrix {
  const [x, y, z] = degrees.map((angle) => angle * (Math.PI / 180)) as [number, number, number];
  const aboutX: Matrix = [[1, 0, 0], [0, Math.cos(x), -Math.sin(x)], [0, Math.sin(x), Math.cos(x)]];
  const aboutY: Matrix = [[Math.cos(y), 0, Math.sin(y)], [0, 1, 0], [-Math.sin(y), 0, Math.cos(y)]];
  const aboutZ: Matrix = [[Math.cos(z), -Math.sin(z), 0], [Math.sin(z), Math.cos(z), 0], [0, 0, 1]];
  return product(product(aboutX, aboutY), aboutZ);
}

function product(a: Matrix, b: Matrix): Matrix {
  const row = (of: Vector): Vector => [0, 1, 2].map((j) => of[0] * b[0][j]! + of[1] * b[1][j]! + of[2] * b[2][j]!) as unknown as Vector;
  return [row(a[0]), row(a[1]), row(a[2])];
}

function apply(matrix: Matrix, v: Vector): Vector {
  const along = (row: Vector): number => row[0] * v[0] + row[1] * v[1] + row[2] * v[2];
  return [along(matrix[0]), along(matrix[1]), along(matrix[2])];
}
