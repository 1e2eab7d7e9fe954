/** x (to the left, looking along the beam), y (up), z (with the beam), in metres. */
export type Vector = readonly [x: number, y: number, z: number];

/** One rectangle of pixels without gaps: an ASIC, a sensor, half a module. */
export interface Tile {
  /** The outer corner of its first pixel. */
  readonly corner: Vector;
  /** From one pixel to the next along slow scan and along fast scan. */
  readonly ss: Vector;
  readonly fs: Vector;
  readonly ssPixels: number;
  readonly fsPixels: number;
}

export function plus(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function times(a: Vector, by: number): Vector {
  return [a[0] * by, a[1] * by, a[2] * by];
}

/** Its four corners, from the first pixel along fast scan and round. */
export function cornersOf({ corner, ss, fs, ssPixels, fsPixels }: Tile): readonly Vector[] {
  const [down, across] = [times(ss, ssPixels), times(fs, fsPixels)];
  return [corner, plus(corner, across), plus(plus(corner, down), across), plus(corner, down)];
}

/** Its middle. */
export function centreOf({ corner, ss, fs, ssPixels, fsPixels }: Tile): Vector {
  return plus(plus(corner, times(times(ss, 0.5), ssPixels)), times(times(fs, 0.5), fsPixels));
}
