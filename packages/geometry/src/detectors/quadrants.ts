import { YardError } from '@trainyard/core';
import type { Layout } from '../layout.ts';

/** x and y of the four quadrants. */
export type Quadrants = readonly (readonly [x: number, y: number])[];

/** Throws `GEOMETRY_QUADRANTS` when there are not four pairs of numbers. */
export function requireQuadrants(quadrants: Quadrants, { name }: Layout): void {
  const wrong = quadrants.length !== 4 || quadrants.some((one) => one.length !== 2 || !one.every(Number.isFinite));
  if (wrong) throw new YardError('GEOMETRY_QUADRANTS', `${name} takes the x and y of four quadrants, such as [[-525, 625], [-550, -10], [520, -160], [542.5, 475]].`);
}
