/** How a picture lies on the screen: rows and columns swapped or not, then mirrored along x and y of the screen. */
export interface Turn {
  readonly swap: boolean;
  readonly flipX: boolean;
  readonly flipY: boolean;
}

/** Rows and columns of the array. */
export interface Extent {
  readonly rows: number;
  readonly columns: number;
}

export type Point = readonly [x: number, y: number];

export const upright: Turn = { swap: false, flipX: false, flipY: false };

/** The same picture turned clockwise by a quarter. */
export function turnedClockwise({ swap, flipX, flipY }: Turn): Turn {
  return { swap: !swap, flipX: !flipY, flipY: flipX };
}

/** Width and height on the screen, in pixels of the array. */
export function turnedSize({ rows, columns }: Extent, { swap }: Turn): readonly [width: number, height: number] {
  return swap ? [rows, columns] : [columns, rows];
}

/** From pixel edges of the array (x counts columns, y rows) to the picture as it lies on the screen. */
export function toTurned([x, y]: Point, extent: Extent, turn: Turn): Point {
  const [width, height] = turnedSize(extent, turn);
  const [u, v] = turn.swap ? [y, x] : [x, y];
  return [turn.flipX ? width - u : u, turn.flipY ? height - v : v];
}

export function fromTurned([u, v]: Point, extent: Extent, turn: Turn): Point {
  const [width, height] = turnedSize(extent, turn);
  const [a, b] = [turn.flipX ? width - u : u, turn.flipY ? height - v : v];
  return turn.swap ? [b, a] : [a, b];
}
