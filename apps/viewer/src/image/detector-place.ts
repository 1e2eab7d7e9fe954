import type { PanelLabels } from '@trainyard/control';

type DetectorPlaces = NonNullable<PanelLabels['geometry']>;

/** Numbers of one tile in `DetectorPlaces.tiles`. */
const PER_TILE = 10;

/** A pixel of a detector's data. */
export interface DetectorPixel {
  readonly module: number;
  readonly tile: number;
  /** In the array of its module. */
  readonly ss: number;
  readonly fs: number;
}

/** The pixel of the data that lies at a row and column of an assembled image; undefined between the tiles and outside. The last tile wins, as in the image. */
export function pixelAt({ tile: [ssPixels, fsPixels], tiles }: DetectorPlaces, row: number, column: number): DetectorPixel | undefined {
  for (let at = tiles.length - PER_TILE; at >= 0; at -= PER_TILE) {
    const [down, across] = [row - tiles[at + 4], column - tiles[at + 5]];
    const ss = down * tiles[at + 6] + across * tiles[at + 7];
    const fs = down * tiles[at + 8] + across * tiles[at + 9];
    if (ss >= 0 && fs >= 0 && ss < ssPixels && fs < fsPixels) return { module: tiles[at], tile: tiles[at + 1], ss: tiles[at + 2] + ss, fs: tiles[at + 3] + fs };
  }
  return undefined;
}

export interface Scattering {
  /** In degrees. */
  readonly twoTheta: number;
  /** In 1/nm; undefined where the wavelength is not known. */
  readonly q: number | undefined;
}

/** Where radiation is scattered to that hits a point of the image (pixel edges), with the detector at right angles to the beam; undefined where its distance is not known. */
export function scatteringAt({ beam, pixelSize, distance, wavelength }: DetectorPlaces, x: number, y: number): Scattering | undefined {
  if (distance === undefined) return undefined;
  const twoTheta = Math.atan2(Math.hypot((x - beam[1]) * pixelSize[1], (y - beam[0]) * pixelSize[0]), distance);
  return { twoTheta: (twoTheta * 180) / Math.PI, q: wavelength === undefined ? undefined : ((4 * Math.PI) / (wavelength * 1e9)) * Math.sin(twoTheta / 2) };
}
