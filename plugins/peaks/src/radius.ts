import { YardError, ndarray, type NdArray, type NdLike } from '@trainyard/core';
import { pack } from '@trainyard/kernels';

export interface RadiusOptions {
  /** Where the beam hits: column and row, the middle of the first pixel being 0, 0. Default: the middle of the image. It may lie outside. */
  readonly centre?: readonly [x: number, y: number] | undefined;
  /** Height and width of a pixel, in any one unit; default square. */
  readonly pixel?: readonly [y: number, x: number] | undefined;
}

/** Distance of every pixel of an image from the beam, in widths of a pixel: float64, shape (rows, columns). Errors: PEAKS_GEOMETRY. */
export function radiusMap(rows: number, columns: number, { centre = [(columns - 1) / 2, (rows - 1) / 2], pixel = [1, 1] }: RadiusOptions = {}): NdArray<2, Float64Array> {
  const [cx, cy] = centre;
  const [height, width] = pixel;
  if (!centre.every(Number.isFinite) || !pixel.every((size) => size > 0 && size < Infinity)) {
    throw new YardError('PEAKS_GEOMETRY', `The centre is two numbers of pixels and a pixel has a height and a width above 0; not [${centre.join(', ')}] and [${pixel.join(', ')}].`);
  }
  const out = new Float64Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    const down = (y - cy) * (height / width);
    for (let x = 0; x < columns; x++) out[y * columns + x] = Math.sqrt(down * down + (x - cx) * (x - cx));
  }
  return ndarray(out, [rows, columns]) as NdArray<2, Float64Array>;
}

/**
 * The same of the modules of a detector, from where each pixel is in metres (`pixelPositions` of the geometry, shape (module, ss, fs, 3), the beam at
 * x = y = 0) and the size of a pixel in metres: float64, shape (module, ss, fs). Errors: PEAKS_GEOMETRY.
 */
export function radiusOfPositions(positions: NdLike, pixelSize: number): NdArray<3, Float64Array> {
  const { shape } = positions;
  if (shape.length !== 4 || shape[3] !== 3 || !(pixelSize > 0)) throw new YardError('PEAKS_GEOMETRY', `Positions are x, y and z of each pixel, of shape (module, ss, fs, 3), and a pixel has a size above 0; not (${shape.join(', ')}) and ${pixelSize}.`);
  const places = new Float64Array(shape.reduce((size, n) => size * n, 1));
  pack(positions, places);
  return ndarray(Float64Array.from({ length: places.length / 3 }, (_, i) => Math.sqrt(places[3 * i]! ** 2 + places[3 * i + 1]! ** 2) / pixelSize), shape.slice(0, 3)) as NdArray<3, Float64Array>;
}
