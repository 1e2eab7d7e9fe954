import { YardError } from '@trainyard/core';
import { Geometry } from '../geometry.ts';
import type { Layout } from '../layout.ts';
import { plus, times, type Vector } from '../tile.ts';

export interface GenericOptions {
  /** Metres. */
  readonly pixelSize: number;
  /** Pixels of one tile. */
  readonly ssPixels: number;
  readonly fsPixels: number;
  /** The first pixel of each module, in metres; default one at the origin. */
  readonly corners?: readonly Vector[];
  /** Directions, of length 1 and at right angles; default slow scan along x, fast scan along y. */
  readonly ss?: Vector;
  readonly fs?: Vector;
  /** Tiles of a module in a row along `along` (default slow scan), `gap` metres apart (default a pixel). */
  readonly tiles?: number;
  readonly gap?: number;
  readonly along?: Vector;
  readonly name?: string;
}

/** Any detector of equal modules. Throws `GEOMETRY_GENERIC` for directions that are none. */
export function generic(options: GenericOptions): Geometry {
  const { pixelSize, ssPixels, fsPixels, corners = [[0, 0, 0]], ss = [1, 0, 0], fs = [0, 1, 0], tiles = 1, gap = pixelSize, along = ss, name = 'Generic detector' } = options;
  const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const straight = Math.abs(dot(ss, fs)) < 1e-12 && Math.abs(dot(ss, ss) - 1) < 1e-9 && Math.abs(dot(fs, fs) - 1) < 1e-9;
  if (!straight) throw new YardError('GEOMETRY_GENERIC', 'Slow and fast scan are directions of length 1 at right angles, such as [0, -1, 0] and [1, 0, 0].');
  const alongSs = Math.abs(dot(along, ss)) > 0.5;
  if (tiles > 1 && Math.abs(Math.abs(dot(along, alongSs ? ss : fs)) - 1) > 1e-9) throw new YardError('GEOMETRY_GENERIC', 'Tiles lie in a row along slow scan or along fast scan.');
  const layout: Layout = {
    name, pixelSize, cell: [pixelSize, pixelSize], tile: [ssPixels, fsPixels], quadrants: 0, firstModule: 0,
    module: alongSs ? [ssPixels * tiles, fsPixels] : [ssPixels, fsPixels * tiles],
    places: Array.from({ length: tiles }, (_, t) => (alongSs ? { ss: t * ssPixels, fs: 0 } : { ss: 0, fs: t * fsPixels })),
  };
  const step = (alongSs ? ssPixels : fsPixels) * pixelSize + gap;
  return new Geometry(layout, corners.map((corner) => Array.from({ length: tiles }, (_, t) => ({ corner: plus(corner, times(times(along, t), step)), ss: times(ss, pixelSize), fs: times(fs, pixelSize), ssPixels, fsPixels }))));
}
