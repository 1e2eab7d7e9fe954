import { YardError } from '@trainyard/core';
import type { Tile } from '../tile.ts';
import type { Quadrants } from './quadrants.ts';

/** Numbers of a position file by the name of their dataset, `Q1/M1/T01/Position`; undefined where there is none. */
export type PositionFile = (name: string) => ArrayLike<number> | undefined;

/** The four quadrants' positions in the file. Throws `GEOMETRY_FILE` when it has none. */
export function quadrantsOf(file: PositionFile): Quadrants {
  return [1, 2, 3, 4].map((q) => {
    const position = file(`Q${q}/Position`);
    if (!position) throw new YardError('GEOMETRY_FILE', 'This file says where modules and tiles stand in their quadrants, not where the quadrants are: give the x and y of the four.');
    return [position[0]!, position[1]!] as const;
  });
}

/** The tiles of 16 modules, each made from the sum of the positions of its quadrant, module and tile. Throws `GEOMETRY_FILE`. */
export function moduleTree(file: PositionFile, quadrants: Quadrants, tiles: number, make: (position: readonly [number, number], quadrant: number) => Tile): Tile[][] {
  const read = (name: string): readonly [number, number] => {
    const position = file(name);
    if (!position || position.length < 2) throw new YardError('GEOMETRY_FILE', `The file has no ${name}: it is no geometry of four quadrants of four modules of ${tiles} tiles.`);
    return [position[0]!, position[1]!];
  };
  return Array.from({ length: 16 }, (_, m) => {
    const name = `Q${Math.floor(m / 4) + 1}/M${(m % 4) + 1}`;
    const [quadrant, module] = [quadrants[Math.floor(m / 4)]!, read(`${name}/Position`)];
    return Array.from({ length: tiles }, (__, t) => {
      const tile = read(`${name}/T${String(t + 1).padStart(2, '0')}/Position`);
      return make([quadrant[0] + module[0] + tile[0], quadrant[1] + module[1] + tile[1]], Math.floor(m / 4));
    });
  });
}
