import { YardError } from '@trainyard/core';
import type { CrystfelExtras } from './crystfel/read-geom.ts';
import type { Layout } from './layout.ts';
import { turned, type RotateOptions } from './rotate.ts';
import { selected, type Selection } from './selection.ts';
import { snap, type SnappedGeometry } from './snapped.ts';
import { plus, type Tile, type Vector } from './tile.ts';

/** A shift along x and y, or x, y and z, in metres. */
export type Shift = readonly [x: number, y: number] | Vector;

/** What a geometry brings along beside its tiles. */
export interface GeometryExtras {
  /** What a `.geom` file says besides: kept, so that it can be written again. */
  readonly crystfel?: CrystfelExtras;
}

/** Where the tiles of one detector stand. It never changes: what moves it gives a new one. */
export class Geometry {
  readonly layout: Layout;
  /** Module, then tile. */
  readonly modules: readonly (readonly Tile[])[];
  readonly extras: GeometryExtras;
  #snapped: SnappedGeometry | undefined;

  /** Throws `GEOMETRY_MODULES` when there are not as many modules or tiles as the detector has. */
  constructor(layout: Layout, modules: readonly (readonly Tile[])[], extras: GeometryExtras = {}) {
    if (modules.length === 0 || (layout.modules !== undefined && modules.length !== layout.modules)) throw new YardError('GEOMETRY_MODULES', `${layout.name} has ${layout.modules ?? 'one or more'} modules, not ${modules.length}.`);
    const odd = modules.findIndex((tiles) => tiles.length !== layout.places.length);
    if (odd >= 0) throw new YardError('GEOMETRY_MODULES', `Module ${odd} of ${layout.name} has ${modules[odd]!.length} tiles; there are ${layout.places.length}.`);
    this.layout = layout;
    this.modules = modules;
    this.extras = extras;
  }

  /** Shape of one frame's data: module, slow scan, fast scan. */
  get shape(): readonly [modules: number, ss: number, fs: number] {
    return [this.modules.length, ...this.layout.module];
  }

  /** Moved by one shift, or by one for each chosen module, or by one for each chosen tile of each. Throws `GEOMETRY_SELECTION`. */
  offset(shift: Shift | readonly Shift[] | readonly (readonly Shift[])[], selection: Selection = {}): Geometry {
    const shiftAt = selected(this.modules.length, this.layout.places.length, selection, shift, 'shift');
    return this.#with((tile, m, t) => {
      const by = shiftAt(m, t);
      return by ? { ...tile, corner: plus(tile.corner, [by[0]!, by[1]!, by[2] ?? 0]) } : tile;
    });
  }

  /**
   * Turned by angles about x, y and z in degrees, as `Rx·Ry·Rz`: all about the origin; a choice of modules about the middle of each; one set of
   * angles for each tile, or a choice of tiles, about the middle of each; or about `about` (metres). Throws `GEOMETRY_SELECTION`.
   */
  rotate(angles: Vector | readonly Vector[] | readonly (readonly Vector[])[], options: RotateOptions = {}): Geometry {
    const turn = turned(this.modules, angles, options);
    return this.#with((tile, m, t) => turn(tile, m, t));
  }

  /** On the grid of an image: what puts images together. Made once. Throws `GEOMETRY_SNAP` when a tile stands too far askew. */
  snap(): SnappedGeometry {
    return (this.#snapped ??= snap(this));
  }

  #with(change: (tile: Tile, module: number, tile_: number) => Tile): Geometry {
    return new Geometry(this.layout, this.modules.map((tiles, m) => tiles.map((tile, t) => change(tile, m, t))), this.extras);
  }
}
